#include "isinglass/train/run.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iterator>
#include <map>
#include <set>

#include "isinglass/data/load.h"
#include "isinglass/io/digest.h"
#include "isinglass/io/directory_lock.h"
#include "isinglass/io/file.h"
#include "isinglass/io/json.h"
#include "isinglass/io/toml.h"
#include "isinglass/model/model_file.h"
#include "isinglass/train/checkpoint.h"

namespace isinglass {
namespace {

constexpr const char* kOutcomeNames[] = {"done", "early_stopped", "interrupted"};

// Results of an earlier run must not stand beside those of this one, should it fail; nor, of one that goes on, how it
// had ended.
void remove_results(const std::string& directory, bool goes_on) {
  std::error_code ignored;  // what cannot be removed will not be written either, and that is reported
  std::filesystem::remove(directory + "/summary.json", ignored);
  if (goes_on) return;
  for (const char* name : {"model.safetensors", kCheckpointFile})
    std::filesystem::remove(directory + "/" + name, ignored);
}

// One network on one set of data.
template <class T>
class Run {
 public:
  Run(const Experiment& experiment, LoadedData data, Index threads, Communicator* ranks = nullptr)
      : experiment_(experiment),
        data_(std::move(data)),
        graph_(Graph::build(experiment.model, data_.train.input_shape())),
        loss_(resolve_loss(experiment.train, graph_, data_.train.is_classification())),
        pool_(threads),
        trainer_({.graph = graph_,
                  .options = experiment_.train,
                  .loss = loss_,
                  .random = experiment.random(),
                  .products = experiment.products(),
                  .preprocessor = data_.preprocessor,
                  .pool = pool_,
                  .train = data_.train,
                  .validation = data_.validation,
                  .stages = experiment.stages,
                  .ranks = ranks}) {
    if (data_.test) check_fit(graph_, *data_.test);
  }

  Trainer<T>& trainer() { return trainer_; }
  const LoadedData& data() const { return data_; }

  RunPlan plan() const {
    return {.parameters = graph_.parameter_count(),
            .train_samples = data_.train.size(),
            .validation_samples = data_.validation ? data_.validation->size() : 0,
            .test_samples = data_.test ? data_.test->size() : 0,
            .threads = pool_.threads(),
            .loss = std::string(loss_.kind()),
            .optimiser = std::string(experiment_.train.optimiser.kind()),
            .class_names = data_.train.class_names()};
  }

  TrainingPlan training_plan() {
    std::set<const Array*> arrays;  // shared ones count once
    Index bytes = 0;
    for (const Dataset* part :
         {&data_.train, data_.validation ? &*data_.validation : nullptr, data_.test ? &*data_.test : nullptr}) {
      if (part == nullptr) continue;
      bytes += part->own_bytes();
      if (arrays.insert(part->array().get()).second) bytes += static_cast<Index>(part->array()->bytes.size());
    }
    std::vector<MemoryUse> memory{{"data", bytes}};
    std::ranges::copy(trainer_.memory(), std::back_inserter(memory));
    const Evaluator<T> last(graph_, trainer_.parameters(), pool_, loss_, data_.preprocessor);
    memory.push_back({"evaluation at the end", last.bytes()});
    return {.threads = pool_.threads(),
            .batch_size = trainer_.plan().max_batch(),
            .is_tiny = trainer_.is_tiny(),
            .stages = trainer_.stages(),
            .memory = std::move(memory)};
  }

  RunSummary summarise(Outcome outcome) {
    Evaluator<T> evaluator(graph_, trainer_.parameters(), pool_, loss_, data_.preprocessor);
    RunSummary summary{.outcome = outcome,
                       .epochs = trainer_.progress().epoch,
                       .parameters = graph_.parameter_count(),
                       .seconds = trainer_.progress().seconds,
                       .train = evaluator.evaluate(data_.train)};
    if (data_.validation) summary.validation = evaluator.evaluate(*data_.validation);
    if (data_.test) summary.test = evaluator.evaluate(*data_.test);
    return summary;
  }

  void save(const std::string& path) {
    save_model(path, experiment_.model, trainer_.parameters(),
               {{"preprocessor", data_.preprocessor.write()}, {"loss", loss_.write()}});
  }

 private:
  const Experiment& experiment_;
  LoadedData data_;
  Graph graph_;
  Loss loss_;
  ThreadPool pool_;
  Trainer<T> trainer_;
};

template <class T>
void check_parameters(Communicator& ranks, const Trainer<T>& trainer) {
  const std::span<const T> flat = trainer.parameters().flat();
  ranks.check_same("parameters",
                   sha256_hex({reinterpret_cast<const char*>(flat.data()), flat.size_bytes()}).substr(0, 8),
                   "are these machines of different kinds?");
}

// The events of a rank: what ends one ends all, and after every epoch they compare what they have.
template <class T>
TrainEvents in_step(TrainEvents events, Communicator& ranks, const Trainer<T>& trainer) {
  return {.on_batch = events.on_batch,
          .on_epoch =
              [&ranks, &trainer, on_epoch = events.on_epoch](const EpochReport& report) {
                check_parameters(ranks, trainer);
                if (on_epoch) on_epoch(report);
              },
          .should_stop = [&ranks, should_stop = events.should_stop] { return ranks.any(should_stop && should_stop()); },
          .checkpoint = events.checkpoint};
}

// A run of a rank that is not the first: it computes what the first does, and writes nothing.
template <class T>
RunSummary follow(Run<T>& run, Communicator& ranks, const std::function<bool()>& should_stop) {
  const Outcome outcome = run.trainer().run(in_step<T>({.should_stop = should_stop}, ranks, run.trainer()));
  return {.outcome = outcome, .epochs = run.trainer().progress().epoch};
}

template <class T>
RunSummary run_as(const Experiment& experiment, const RunSettings& settings, const RunEvents& events) {
  Communicator* const ranks = settings.ranks;
  const std::string checkpoint = settings.directory + "/" + kCheckpointFile;
  const Experiment as_kept = relocated(experiment, settings);  // the same from wherever the run goes on
  std::optional<DirectoryLock> lock;  // two that write the same checkpoint and record would spoil both
  const auto take_lock = [&] {
    lock.emplace(settings.directory, "another process trains this run just now; wait until it is done, or stop it");
  };
  std::optional<Run<T>> opened;
  const auto open = [&] {
    if (settings.resume && (ranks == nullptr || ranks->is_first())) take_lock();
    opened.emplace(experiment,
                   settings.data ? *settings.data
                                 : load_data(experiment.data, settings.data_directory, *experiment.split_stream()),
                   settings.threads, ranks);
    if (settings.resume) load_checkpoint(checkpoint, as_kept, opened->trainer());
  };
  if (ranks == nullptr) {
    open();
  } else {
    ranks->agree(open);
    check_same_experiment(*ranks, experiment.write(), opened->data());
    check_parameters(*ranks, opened->trainer());
    if (!ranks->is_first()) return follow(*opened, *ranks, events.should_stop);
  }
  Run<T>& run = *opened;
  Trainer<T>& trainer = run.trainer();
  make_directories(settings.directory);
  if (!lock) take_lock();
  write_file(settings.directory + "/experiment.toml", write_toml(as_kept.write()));
  remove_results(settings.directory, settings.resume);
  events.on_start(run.plan());
  RunWatcher* watcher = events.watcher;
  if (watcher != nullptr) watcher->begin(trainer, experiment, settings);
  const auto save = [&] {
    if (watcher != nullptr) watcher->before_checkpoint();
    save_checkpoint(checkpoint, as_kept, trainer);
  };
  TrainEvents of_trainer{.on_batch = events.on_batch,
                         .on_epoch =
                             [&](const EpochReport& report) {
                               if (watcher != nullptr) watcher->on_epoch(report);
                               events.on_epoch(report);
                             },
                         .should_stop = events.should_stop,
                         .checkpoint = save};
  const Outcome outcome = trainer.run(ranks == nullptr ? of_trainer : in_step(of_trainer, *ranks, trainer));
  save();
  if (outcome != Outcome::kInterrupted) trainer.restore_best();
  const RunSummary summary = run.summarise(outcome);
  run.save(settings.directory + "/model.safetensors");
  write_file(settings.directory + "/summary.json", write_json(summary.write(), 2) + "\n");
  if (watcher != nullptr) watcher->end(summary);
  return summary;
}

template <class T>
std::optional<Evaluation> run_fold(const Experiment& experiment, LoadedData data, Index threads,
                                   const std::function<void(const EpochReport&)>& on_epoch,
                                   const std::function<bool()>& should_stop) {
  Run<T> run(experiment, std::move(data), threads);
  const Outcome outcome = run.trainer().run({.on_epoch = on_epoch, .should_stop = should_stop});
  if (outcome == Outcome::kInterrupted) return std::nullopt;
  run.trainer().restore_best();
  return run.summarise(outcome).test;
}

// Mean and sample deviation of every number that the folds' metrics have in common.
void average(FoldsSummary& summary) {
  std::vector<std::string> names;
  std::map<std::string, std::vector<double>> columns;
  for (const Evaluation& fold : summary.folds) {
    const Value table = fold.write();
    for (const auto& [name, value] : *table.as_table()) {
      if (value.as_real() == nullptr) continue;
      if (!columns.contains(name)) names.push_back(name);
      columns[name].push_back(*value.as_real());
    }
  }
  for (const std::string& name : names) {
    const std::vector<double>& column = columns[name];
    const double n = static_cast<double>(column.size());
    double mean = 0, squares = 0;
    for (const double x : column) mean += x / n;
    for (const double x : column) squares += (x - mean) * (x - mean);
    summary.mean.emplace_back(name, mean);
    summary.deviation.emplace_back(name, column.size() < 2 ? 0 : std::sqrt(squares / (n - 1)));
  }
}

}  // namespace

Experiment relocated(Experiment experiment, const RunSettings& settings) {
  namespace fs = std::filesystem;
  for (DataPart* part : {&experiment.data.train, &experiment.data.validation, &experiment.data.test})
    for (std::string& file : part->files.names)
      if (fs::path(file).is_relative())
        // Absolute first: of a directory that is yet to be made the canonical form would not begin at the root.
        file = fs::proximate(fs::absolute(fs::path(settings.data_directory) / file), fs::absolute(settings.directory))
                   .string();
  return experiment;
}

Value RunSummary::write() const {
  Value metrics = Value::Table{};
  metrics.set("train", train.write());
  if (validation) metrics.set("validation", validation->write());
  if (test) metrics.set("test", test->write());
  Value out = Value::Table{};
  out.set("outcome", kOutcomeNames[static_cast<std::size_t>(outcome)]);
  out.set("epochs", epochs);
  out.set("parameters", parameters);
  out.set("seconds", seconds);
  out.set("metrics", std::move(metrics));
  return out;
}

void check_same_experiment(Communicator& ranks, const Value& experiment, const LoadedData& data) {
  ranks.check_same("experiments", sha256_hex(write_toml(experiment)).substr(0, 8),
                   "give every rank the same file and settings");
  const auto& inputs = data.train.array()->bytes;
  ranks.check_same("training data",
                   sha256_hex({reinterpret_cast<const char*>(inputs.data()), inputs.size()}).substr(0, 8),
                   "give every rank the same files");
}

RunSummary run_training(const Experiment& experiment, const RunSettings& settings, const RunEvents& events) {
  return experiment.is_double() ? run_as<double>(experiment, settings, events)
                                : run_as<float>(experiment, settings, events);
}

TrainingPlan plan_training(const Experiment& experiment, const LoadedData& data, Index threads) {
  return experiment.is_double() ? Run<double>(experiment, data, threads).training_plan()
                                : Run<float>(experiment, data, threads).training_plan();
}

Value FoldsSummary::write() const {
  Value rows = Value::Array{}, means = Value::Table{}, deviations = Value::Table{};
  for (const Evaluation& fold : folds) rows.as_array()->push_back(fold.write());
  for (const auto& [name, value] : mean) means.set(name, value);
  for (const auto& [name, value] : deviation) deviations.set(name, value);
  Value out = Value::Table{};
  out.set("folds", std::move(rows));
  out.set("mean", std::move(means));
  out.set("deviation", std::move(deviations));
  return out;
}

FoldsSummary run_folds(const Experiment& experiment, Index folds, const RunSettings& settings,
                       const std::function<void(Index fold, const EpochReport&)>& on_epoch,
                       const std::function<void(Index fold, const Evaluation&)>& on_fold,
                       const std::function<bool()>& should_stop) {
  FoldsSummary summary;
  DataOptions options = experiment.data;
  options.test_fraction = 0;  // a fold takes its place
  for (LoadedData& data : load_folds(options, settings.data_directory, folds, *experiment.split_stream())) {
    const Index fold = static_cast<Index>(summary.folds.size());
    const auto report = [&](const EpochReport& epoch) { on_epoch(fold, epoch); };
    const auto result = experiment.is_double()
                            ? run_fold<double>(experiment, std::move(data), settings.threads, report, should_stop)
                            : run_fold<float>(experiment, std::move(data), settings.threads, report, should_stop);
    if (!result) return summary;
    summary.folds.push_back(*result);
    on_fold(fold, *result);
  }
  average(summary);
  make_directories(settings.directory);
  write_file(settings.directory + "/summary.json", write_json(summary.write(), 2) + "\n");
  return summary;
}

}  // namespace isinglass
