#include "isinglass/bench/measure.h"

#ifdef __GLIBC__
#  include <malloc.h>
#endif

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <numeric>

#include "isinglass/base/error.h"
#include "isinglass/kernels/reduce.h"
#include "isinglass/record/run_recorder.h"
#include "isinglass/train/network.h"
#include "isinglass/train/population.h"

namespace isinglass {
namespace {

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// Calls run(), which returns the seconds of a step, until `seconds` have passed within it.
template <class F>
Measurement repeat(double seconds, Index steps, F&& run) {
  std::vector<double> times;
  double sum = 0;
  do {
    times.push_back(run());
    sum += times.back() * static_cast<double>(steps);
  } while (sum < seconds);
  return {.seconds = median(times), .steps = steps, .runs = static_cast<Index>(times.size())};
}

// Memory that a run gave back serves the next one: in a long training pages are taken from the system once, which costs a
// run of four steps 2 to 5 %. PyTorch's allocator is told the same where it is measured.
void keep_pages() {
#ifdef __GLIBC__
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, -1);
#endif
}

// A directory for the record of a run, removed at the end.
class RecordDirectory {
 public:
  RecordDirectory() {
    std::string name = (std::filesystem::temp_directory_path() / "isinglass-bench-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw FileError(name + ": cannot make a directory for the record");
    path_ = name;
  }
  ~RecordDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  RecordDirectory(const RecordDirectory&) = delete;
  RecordDirectory& operator=(const RecordDirectory&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// A training that stops after so many steps.
template <class T>
class Training {
 public:
  Training(const Problem& problem, const TrainOptions& options, ThreadPool& pool)
      : options_(options),
        trainer_({.graph = problem.graph,
                  .options = options_,
                  .loss = problem.loss,
                  .random = problem.experiment.random(),
                  .products = problem.experiment.products(),
                  .preprocessor = problem.data.preprocessor,
                  .pool = pool,
                  .train = problem.data.train}) {}
  Training(const Training&) = delete;
  Training& operator=(const Training&) = delete;

  // Seconds of a step. A recorder, if any, has its last page on disk before the clock stops.
  double run(Index steps, RunRecorder* recorder = nullptr) {
    options_.epochs = epochs_of(steps);
    const bool ends_within = steps % trainer_.batches() != 0;
    TrainEvents events;
    Index done = 0;
    if (ends_within) events.should_stop = [&] { return ++done == steps; };
    if (recorder != nullptr) events.on_epoch = [&](const EpochReport& report) { recorder->on_epoch(report); };
    const double start = now();
    trainer_.run(events);
    if (recorder != nullptr) recorder->end({.epochs = options_.epochs});
    return (now() - start) / static_cast<double>(steps);
  }
  Index epochs_of(Index steps) const { return (steps + trainer_.batches() - 1) / trainer_.batches(); }
  Trainer<T>& trainer() { return trainer_; }

 private:
  TrainOptions options_;
  Trainer<T> trainer_;
};

template <class T>
double mean_squared(const Problem& problem, Parameters<T>& parameters, ThreadPool& pool) {
  const Dataset& data = problem.scored();
  Evaluator<T> evaluator(problem.graph, parameters, pool, problem.loss, problem.data.preprocessor);
  const std::vector<double> outputs = evaluator.predict(data);
  const std::size_t n_in = static_cast<std::size_t>(data.inputs()), n_out = static_cast<std::size_t>(data.outputs());
  std::vector<T> x(n_in), y(n_out);
  double sum = 0;
  for (Index row = 0; row < data.size(); ++row) {
    data.gather<T>(std::span(&row, 1), {x.data(), 1, data.inputs()}, {y.data(), 1, data.outputs()}, {});
    for (std::size_t j = 0; j < n_out; ++j) {
      const double e = outputs[static_cast<std::size_t>(row) * n_out + j] - static_cast<double>(y[j]);
      sum += e * e;
    }
  }
  return sum / static_cast<double>(outputs.size());
}

template <class T>
double score(const Problem& problem, Parameters<T>& parameters, ThreadPool& pool) {
  switch (problem.workload.metric) {
    case Workload::kParameterSum:
      return kernels::sum(parameters.flat());
    case Workload::kAccuracy: {
      Evaluator<T> evaluator(problem.graph, parameters, pool, problem.loss, problem.data.preprocessor);
      return evaluator.evaluate(problem.scored()).metrics.accuracy;
    }
    default:
      return mean_squared(problem, parameters, pool);
  }
}

template <class T>
Measurement measure_training(const Problem& problem, const MeasureSettings& settings, Index steps) {
  ThreadPool pool(settings.threads);
  const TrainOptions& options = problem.experiment.train;
  Training<T>(problem, options, pool).run(std::min(steps, problem.workload.warm_up));
  double metric = 0;
  Measurement m = repeat(settings.seconds, steps, [&] {
    Training<T> training(problem, options, pool);
    if (problem.workload.recording.empty()) {
      const double seconds = training.run(steps);
      metric = score(problem, training.trainer().parameters(), pool);
      return seconds;
    }
    const RecordDirectory directory;
    RunRecorder recorder([](const std::string&) {});
    Experiment experiment = problem.experiment;  // as a run of so many steps: the recorder plans for all of it
    experiment.train.epochs = training.epochs_of(steps);
    recorder.begin(training.trainer(), experiment, {.directory = directory.path()});
    const double seconds = training.run(steps, &recorder);
    metric = score(problem, training.trainer().parameters(), pool);
    return seconds;
  });
  m.metric = metric;
  return m;
}

template <class T>
Population<T> make_population(const Problem& problem, ThreadPool& pool, Index steps) {
  static const std::optional<Dataset> no_validation;
  std::vector<typename Population<T>::Settings> members;
  const Index batches = (problem.data.train.size() + problem.batch() - 1) / problem.batch();
  for (Index k = 0; k < kMembers; ++k) {
    TrainOptions options = problem.experiment.train;
    Value optimiser = options.optimiser.write();
    optimiser.set("learning_rate", member_learning_rate(k));
    options.optimiser = Optimiser::read(optimiser);
    options.epochs = (steps + batches - 1) / batches;
    members.push_back({.options = options, .random = problem.experiment.random()});
  }
  return {{problem.graph, problem.loss, problem.data.preprocessor, pool, problem.data.train, no_validation}, members};
}

template <class T>
Measurement measure_population(const Problem& problem, const MeasureSettings& settings, Index steps) {
  ThreadPool pool(settings.threads), one(1);
  double metric = 0;
  const auto run = [&](Index count) {
    Population<T> population = make_population<T>(problem, pool, count);
    const double start = now();
    const auto results = population.run([&](Index) {
      return TrainEvents{.should_stop = [count, done = Index{0}]() mutable { return ++done == count; }};
    });
    const double seconds = now() - start;
    metric = 0;
    for (Index k = 0; k < population.size(); ++k) {
      const std::string& failure = results[static_cast<std::size_t>(k)].failure;
      if (!failure.empty()) throw NumericError(failure);
      metric += score(problem, population.trainer(k).parameters(), one) / static_cast<double>(kMembers);
    }
    return seconds / static_cast<double>(count * kMembers);
  };
  run(std::min(steps, problem.workload.warm_up));
  Measurement m = repeat(settings.seconds, steps * kMembers, [&] { return run(steps); });
  m.metric = metric;
  return m;
}

template <class T>
Measurement measure_prediction(const Problem& problem, const MeasureSettings& settings, Index calls) {
  const Index batch = problem.workload.batch, n_in = problem.data.train.inputs();
  Network<T> network(problem.experiment.model, problem.graph.input, 0, settings.threads);
  network.parameters().initialise(problem.experiment.random());
  const Dataset& data = problem.scored();
  std::vector<T> x(static_cast<std::size_t>(batch * n_in));
  data.gather<T>(all_rows(batch), {x.data(), batch, n_in}, {nullptr, 0, 0}, {});
  const View<const T> rows(x.data(), batch, n_in);
  // So many calls between two looks at the clock that these do not count.
  constexpr double kWorthTiming = 50e-6;
  std::vector<double> outputs;
  double call = 0;  // the last one's, without what only the first ones wait for
  for (int i = 0; i < 5; ++i) {
    const double start = now();
    outputs = network.predict(rows);
    call = now() - start;
  }
  if (calls == 0) calls = 1 + static_cast<Index>(kWorthTiming / call);
  Measurement m = repeat(settings.seconds, calls, [&] {
    const double begin = now();
    for (Index i = 0; i < calls; ++i) outputs = network.predict(rows);
    return (now() - begin) / static_cast<double>(calls);
  });
  m.metric =
      std::inner_product(outputs.begin(), outputs.end(), outputs.begin(), 0.0) / static_cast<double>(outputs.size());
  return m;
}

template <class T>
Measurement measure_as(const Problem& problem, const MeasureSettings& settings) {
  const Index steps = settings.steps > 0 ? settings.steps : problem.workload.steps;
  switch (problem.workload.kind) {
    case Workload::kPrediction:
      return measure_prediction<T>(problem, settings, steps);
    case Workload::kPopulation:
      return measure_population<T>(problem, settings, steps);
    default:
      return measure_training<T>(problem, settings, steps);
  }
}

}  // namespace

Measurement measure(const Problem& problem, const MeasureSettings& settings) {
  keep_pages();
  return problem.experiment.is_double() ? measure_as<double>(problem, settings) : measure_as<float>(problem, settings);
}

}  // namespace isinglass
