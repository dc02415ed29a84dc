#include "isinglass/search/member.h"

#include <algorithm>
#include <array>
#include <type_traits>

#include "isinglass/io/json.h"
#include "isinglass/model/model_file.h"
#include "isinglass/train/checkpoint.h"
#include "isinglass/train/side_by_side.h"

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
    Trainer<T>* const trainer = &trainer_;
    const auto events = [&](std::size_t) { return events_of(plan, should_stop, result); };
    end(train_side_by_side<T>({&trainer, 1}, events, task.until)[0], result);
    return result;
  }

  Trainer<T>& trainer() { return trainer_; }
  TrainEvents events_of(const SearchPlan& plan, const std::function<bool()>& should_stop, MemberResult& result) {
    return {.on_epoch = [&](const EpochReport& r) { look(plan, r, result); }, .should_stop = should_stop};
  }
  void end(const Ending& ending, MemberResult& result) {
    result.failure = ending.failure;
    result.epoch = trainer_.progress().epoch;
    result.is_interrupted = ending.outcome == Outcome::kInterrupted;
    if (!result.failure.empty() || result.is_interrupted) return;
    result.is_finished = ending.outcome == Outcome::kEarlyStopped || result.epoch >= experiment_.train.epochs;
    result.state = std::make_shared<const std::string>(checkpoint_bytes(identity_, trainer_));
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

Index members_side_by_side(const SearchPlan& plan, SearchData& data) {
  constexpr std::array<std::string_view, 3> kShapes{"train.batch_size", "train.loss", "train.sampling"};
  const auto keeps_shape = [&](const Dimension& d) {
    return d.key.starts_with("train.") && std::ranges::find(kShapes, d.key) == kShapes.end();
  };
  if (!plan.is_synchronous() || !std::ranges::all_of(plan.space, keeps_shape)) return 1;
  return with_member(plan, data, {}, plan.file, [](auto& member) { return most_side_by_side(member.trainer()); });
}

std::vector<MemberResult> train_members(const SearchPlan& plan, SearchData& data, const std::vector<MemberTask>& tasks,
                                        const std::function<bool()>& should_stop) {
  const auto train = [&]<class T>(std::type_identity<T>) {
    std::vector<std::unique_ptr<Member<T>>> members;
    std::vector<Trainer<T>*> trainers;
    std::vector<MemberResult> results;
    for (const MemberTask& task : tasks) {
      Experiment experiment = Experiment::read(plan.member_file(task.values, task.seed));
      members.push_back(std::make_unique<Member<T>>(plan, data, std::move(experiment), task));
      trainers.push_back(&members.back()->trainer());
      results.push_back({.member = task.member});
    }
    const auto events = [&](std::size_t k) { return members[k]->events_of(plan, should_stop, results[k]); };
    const std::vector<Ending> endings = train_side_by_side<T>(trainers, events, tasks[0].until);
    for (std::size_t k = 0; k < members.size(); ++k) members[k]->end(endings[k], results[k]);
    return results;
  };
  return plan.base.is_double() ? train(std::type_identity<double>()) : train(std::type_identity<float>());
}

void check_member(const SearchPlan& plan, SearchData& data, const MemberTask& task, const Value& file) {
  with_member(plan, data, task, file, [&](auto& member) { member.check(plan, task); });
}

RunSummary save_member(const SearchPlan& plan, SearchData& data, const MemberTask& task, const Value& file,
                       const std::string& directory) {
  return with_member(plan, data, task, file, [&](auto& member) { return member.save(directory); });
}

}  // namespace isinglass
