#include "isinglass/search/member.h"

#include "isinglass/io/json.h"
#include "isinglass/model/model_file.h"
#include "isinglass/train/checkpoint.h"

namespace isinglass {
namespace {

template <class T>
class Member {
 public:
  Member(const SearchPlan& plan, SearchData& data, Experiment experiment, const MemberTask& task)
      : experiment_(std::move(experiment)),
        identity_(plan.is_pbt() ? plan.base : experiment_),
        data_(data.of(experiment_)),
        graph_(Graph::build(experiment_.model, data_->train.input_shape())),
        loss_(resolve_loss(experiment_.train, graph_, data_->train.is_classification())),
        trainer_({.graph = graph_,
                  .options = experiment_.train,
                  .loss = loss_,
                  .random = experiment_.random(),
                  .products = experiment_.products(),
                  .preprocessor = data_->preprocessor,
                  .pool = pool_,
                  .train = data_->train,
                  .validation = data_->validation,
                  .stages = experiment_.stages}) {
    if (task.state) restore_checkpoint(*task.state, "member " + std::to_string(task.member), identity_, trainer_);
  }

  // What steps will take, against the recorded values, from which an experiment is read anew.
  void check(const SearchPlan& plan, const MemberTask& task) {
    if (trainer_.progress().epoch >= experiment_.train.epochs) return;
    trainer_.begin_epoch();
    const Experiment recorded = Experiment::read(plan.member_file(task.values, task.seed));
    if (!recorded.stages.empty()) return;  // the experiment has changes of its own
    std::vector<Layer> layers;
    for (const GraphNode& node : Graph::build(recorded.model, graph_.input).nodes) layers.push_back(node.layer);
    const Value expected = changeable_settings(recorded.train, layers), found = trainer_.in_force();
    for (const std::string& key : differing_keys(expected, found)) {
      const Value *a = find_key(expected, key), *b = find_key(found, key);
      throw FormatError("member " + std::to_string(task.member) + ": '" + key + "' is recorded as " +
                        (a != nullptr ? a->preview() : "missing") + ", but " +
                        (b != nullptr ? b->preview() : "nothing") +
                        " is in force; the record is damaged, begin the search anew without --resume");
    }
  }

  MemberResult train(const SearchPlan& plan, const MemberTask& task, const std::function<bool()>& should_stop) {
    MemberResult result{.member = task.member};
    try {
      const Outcome outcome = trainer_.run(
          {.on_epoch = [&](const EpochReport& r) { look(plan, r, result); }, .should_stop = should_stop}, task.until);
      result.is_interrupted = outcome == Outcome::kInterrupted;
      result.is_finished = outcome == Outcome::kEarlyStopped || trainer_.progress().epoch >= experiment_.train.epochs;
    } catch (const NumericError& error) {
      result.failure = error.what();
    }
    result.epoch = trainer_.progress().epoch;
    if (!result.is_interrupted && result.failure.empty())
      result.state = std::make_shared<const std::string>(checkpoint_bytes(identity_, trainer_));
    return result;
  }

  RunSummary save(const std::string& directory) {
    Evaluator<T> evaluator(graph_, trainer_.parameters(), pool_, loss_, data_->preprocessor);
    RunSummary summary{.epochs = trainer_.progress().epoch,
                       .parameters = graph_.parameter_count(),
                       .seconds = trainer_.progress().seconds,
                       .train = evaluator.evaluate(data_->train)};
    if (data_->validation) summary.validation = evaluator.evaluate(*data_->validation);
    if (data_->test) summary.test = evaluator.evaluate(*data_->test);
    save_model(directory + "/model.safetensors", experiment_.model, trainer_.parameters(),
               {{"preprocessor", data_->preprocessor.write()}, {"loss", loss_.write()}});
    return summary;
  }

 private:
  void look(const SearchPlan& plan, const EpochReport& report, MemberResult& result) {
    result.train_loss = report.train_loss;
    if (report.validation) {
      result.validation = Value::Table{};
      result.validation.set("loss", report.validation->loss);
      result.validation.set(report.validation->headline().first, report.validation->headline().second);
    }
    if (plan.score == "train.loss") {
      result.score = report.train_loss;
    } else if (plan.score.empty()) {
      result.score = report.validation->headline().second;
    } else {
      const std::string name = plan.score.substr(plan.score.find('.') + 1);
      const Value table = report.validation->write();
      const Value* value = table.find(name);
      if (value == nullptr || value->as_real() == nullptr)
        throw OptionError("[search] score: these data have no '" + name + "'; it is " +
                          (report.validation->metrics.classes.empty() ? "for classes" : "for amounts"));
      result.score = *value->as_real();
    }
  }

  Experiment experiment_;
  const Experiment& identity_;  // whose checkpoints it takes: those of a population are each other's
  std::shared_ptr<const LoadedData> data_;
  Graph graph_;
  Loss loss_;
  ThreadPool pool_{1};
  Trainer<T> trainer_;
};

// The type of a member's numbers is in its experiment.
template <class F>
auto with_member(const SearchPlan& plan, SearchData& data, const MemberTask& task, const Value& file, F f) {
  Experiment experiment = Experiment::read(file);
  if (experiment.is_double()) {
    Member<double> member(plan, data, std::move(experiment), task);
    return f(member);
  }
  Member<float> member(plan, data, std::move(experiment), task);
  return f(member);
}

}  // namespace

std::shared_ptr<const LoadedData> SearchData::of(const Experiment& experiment) {
  const std::lock_guard lock(mutex_);
  DataOptions options = experiment.data;
  if (!options.split_seed) options.split_seed = plan_.base.seed;
  std::shared_ptr<const LoadedData>& data = loaded_[write_json(write_options(options))];
  if (data == nullptr)
    data = std::make_shared<const LoadedData>(load_data(experiment.data, directory_, *experiment.split_stream()));
  return data;
}

MemberResult train_member(const SearchPlan& plan, SearchData& data, const MemberTask& task,
                          const std::function<bool()>& should_stop) {
  return with_member(plan, data, task, plan.member_file(task.values, task.seed),
                     [&](auto& member) { return member.train(plan, task, should_stop); });
}

void check_member(const SearchPlan& plan, SearchData& data, const MemberTask& task, const Value& file) {
  with_member(plan, data, task, file, [&](auto& member) { member.check(plan, task); });
}

RunSummary save_member(const SearchPlan& plan, SearchData& data, const MemberTask& task, const Value& file,
                       const std::string& directory) {
  return with_member(plan, data, task, file, [&](auto& member) { return member.save(directory); });
}

}  // namespace isinglass
