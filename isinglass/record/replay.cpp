#include "isinglass/record/replay.h"

#include <algorithm>
#include <cmath>

#include "isinglass/kernels/reduce.h"
#include "isinglass/record/branch_state.h"

namespace isinglass {
namespace {

constexpr double kSameLoss = 1e-3;  // relative: another processor may round in another way, other data differ by more

template <class T>
class ReplayAs : public Replay {
 public:
  ReplayAs(const Experiment& experiment, LoadedData data, RunStore* store, Index threads, const std::string& origin)
      : experiment_(experiment),
        data_(std::move(data)),
        store_(store),
        pool_(threads),
        graph_(Graph::build(experiment.model, data_.train.input_shape())),
        shown_(graph_),
        trainer_({.graph = graph_,
                  .options = experiment_.train,
                  .loss = resolve_loss(experiment.train, graph_, data_.train.is_classification()),
                  .random = experiment.random(),
                  .products = experiment.products(),
                  .preprocessor = data_.preprocessor,
                  .pool = pool_,
                  .train = data_.train,
                  .stages = experiment_.stages}),
        copy_(graph_) {
    if (!origin.empty()) load_checkpoint(origin, experiment_, trainer_);
    start_.emplace(trainer_);
    ScheduleState state;
    experiment_.train.schedule.observe(state, 1);
    schedule_listens_ = !(state == ScheduleState{});
    restore(first_step(), nullptr);
  }

  const Graph& graph() const override { return shown_; }
  const Loss& loss() const override { return trainer_.loss(); }
  const LoadedData& data() const override { return data_; }
  Index batches() const override { return trainer_.batches(); }
  Index first_step() const override { return start_->progress().step; }

  void go_to(Index step) override { go_to(step, false); }

  void change(std::span<const Change> changes) override {
    if (!unchanged_) unchanged_.emplace(trainer_);
    changes_.assign(changes.begin(), changes.end());
    for (const Change& c : changes) {
      const Index place = graph_.parameters[c.which].offset + c.element;
      trainer_.parameters().flat()[static_cast<std::size_t>(place)] = static_cast<T>(c.value);
    }
    computed_.reset();
  }

  void take_step() override {
    if (!unchanged_) return go_to(position() + 1);
    if (!is_on_track_) {  // only the parameters were there
      const std::vector<Change> changes = changes_;
      go_to(position(), true);
      change(changes);
    }
    trainer_.train_batch();
    computed_.reset();
  }

  void save_branch(Index step, std::span<const Change> changes, const Experiment& experiment,
                   const std::string& path) override {
    Watched<T> watched = watch_again<T>(*start_, step / batches(), experiment, store_);
    if (watched.best_is_new) {
      go_to((watched.progress.best_epoch + 1) * batches());
      watched.best.assign(trainer_.parameters().flat().begin(), trainer_.parameters().flat().end());
    }
    go_to(step, true);
    change(changes);
    save_branch_state(trainer_, watched, experiment_, experiment, path);
    undo_changes();
  }

  void go_to_end(Index step, const std::vector<double>& parameters) override {
    undo_changes();
    restore(step, nullptr);
    std::ranges::transform(parameters, trainer_.parameters().flat().begin(),
                           [](double w) { return static_cast<T>(w); });
    is_on_track_ = checks_next_ = false;
  }

  Batch batch_of(Index sample) override {
    const std::vector<Index>& order = trainer_.state().order;
    const auto place = std::ranges::find(order, sample);
    if (place == order.end()) return {.alone = sample};
    return {.number = (place - order.begin()) / trainer_.plan().max_batch()};
  }

  StepMoment moment(const Batch& batch) override {
    const RandomKey key = load(batch);
    show_layers();
    const Index rows = static_cast<Index>(samples_.size());
    const auto numbers = [&](const View<T>& view) {
      std::vector<double> out;
      for (Index r = 0; r < rows; ++r) out.insert(out.end(), view.row(r).begin(), view.row(r).end());
      return out;
    };
    const auto weights = trainer_.plan().weights().first(samples_.size());
    const auto flat = trainer_.parameters().flat();
    return {.step = trainer_.progress().epoch * batches() + batch.number,
            .epoch = trainer_.progress().epoch,
            .batch = batch.number,
            .learning_rate = trainer_.learning_rate(),
            .key = key,
            .samples = samples_,
            .inputs = numbers(trainer_.plan().input()),
            .targets = numbers(trainer_.plan().target()),
            .weights = {weights.begin(), weights.end()},
            .parameters = {flat.begin(), flat.end()}};
  }

  void compute(const Batch& batch, std::optional<Index> only) override {
    if (computed_ && computed_->batch == batch && computed_->only == only) return;
    if (checks_next_ && !unchanged_) {
      checks_next_ = false;
      compute({.number = position() % batches()}, {});
    }
    const RandomKey key = load(batch);
    make_probe();
    const Index rows = static_cast<Index>(samples_.size());
    const auto copy_rows = [&](const View<T>& from, const View<T>& to) {
      for (Index r = 0; r < rows; ++r) std::ranges::copy(from.row(r), to.row(r).begin());
    };
    copy_rows(trainer_.plan().input(), probe_->input());
    copy_rows(trainer_.plan().target(), probe_->target());
    const std::span<T> weights = probe_->weights();
    for (std::size_t r = 0; r < samples_.size(); ++r) {
      weights[r] = trainer_.plan().weights()[r];
      if (only) weights[r] = static_cast<Index>(r) == *only ? weights[r] * static_cast<T>(rows) : T{0};
    }
    const double loss = probe_->train(rows, key);
    const Index step = trainer_.progress().epoch * batches() + batch.number;
    if (!only && !batch.alone && step == position() && store_ != nullptr && !unchanged_)
      if (const auto row = store_->step(step)) check_loss(loss, *row);
    computed_ = Computed{batch, only};
  }

  void compute(const Dataset& data, Index sample) override {
    make_probe();
    samples_.assign(1, sample);
    data.gather<T>(samples_, probe_->input().middle_rows(0, 1), probe_->target().middle_rows(0, 1),
                   probe_->weights().first(1));
    probe_->forward(1, Mode::kInference, {}, true);
    computed_.reset();
  }

  std::span<const Index> samples() const override { return samples_; }
  double mean_loss() const override { return probe_->mean_loss(); }
  double sample_loss(Index row) const override { return probe_->sample_losses()[static_cast<std::size_t>(row)]; }
  double parameter(std::size_t which, Index element) const override {
    const GraphParameter& p = graph_.parameters[which];
    return static_cast<double>(trainer_.parameters().flat()[static_cast<std::size_t>(p.offset + element)]);
  }
  double gradient(std::size_t which, Index element) const override {
    const GraphParameter& p = graph_.parameters[which];
    return static_cast<double>(probe_->gradients().flat()[static_cast<std::size_t>(p.offset + element)]);
  }
  double gradient_norm() const override { return std::sqrt(kernels::sum_of_squares(probe_->gradients().flat())); }
  double value(ValueId v, Index row, Index element) const override {
    return static_cast<double>(probe_->value(v)(row, element));
  }
  std::optional<double> value_gradient(ValueId v, Index row, Index element) const override {
    const bool is_fused = !loss().activation().empty() && v == graph_.output_value();
    const View<const T> view = probe_->value_gradient(v);
    if (is_fused || view.data == nullptr) return std::nullopt;
    return static_cast<double>(view(row, element));
  }
  double learning_rate() const override { return trainer_.learning_rate(); }

 private:
  struct Computed {
    Batch batch;
    std::optional<Index> only;
  };

  // A plan that also has the gradient of the inputs, with the present parameters.
  // The layers as they are in force where the replay stands, for those who look at it.
  void show_layers() {
    for (std::size_t k = 0; k < graph_.nodes.size(); ++k) shown_.nodes[k].layer = trainer_.plan().layer(k);
  }

  void make_probe() {
    const PlanOptions options{.max_batch = trainer_.plan().max_batch(),
                              .loss = loss(),
                              .training = true,
                              .input_gradient = true,
                              .products = experiment_.products()};
    if (!probe_) probe_ = std::make_unique<Plan<T>>(graph_, copy_, pool_, options);
    show_layers();
    for (std::size_t k = 0; k < graph_.nodes.size(); ++k) probe_->set_layer(k, shown_.nodes[k].layer);
    std::ranges::copy(trainer_.parameters().flat(), copy_.flat().begin());
  }

  Index position() const { return trainer_.progress().step; }

  // `to_go_on`: with everything that training needs, and not only the parameters.
  void go_to(Index step, bool to_go_on) {
    undo_changes();
    if (step < first_step())
      throw InputError("step " + std::to_string(step) + ": the run branched off at step " +
                       std::to_string(first_step()) + "; what was before is in its parent");
    if (!is_on_track_ || position() > step) restore_before(step, -1, to_go_on);
    if (position() < step) restore_before(step, position(), to_go_on);
    while (position() < step) {
      if (trainer_.progress().batch == batches()) enter_next_epoch();
      const std::optional<StepRow> row = checks_next_ && store_ != nullptr ? store_->step(position()) : std::nullopt;
      const double loss = trainer_.train_batch();
      if (row) check_loss(loss, *row);
      checks_next_ = false;
    }
    if (trainer_.progress().batch == batches()) enter_next_epoch();
  }

  void undo_changes() {
    if (!unchanged_) return;
    unchanged_->put_back(trainer_);
    unchanged_.reset();
    computed_.reset();
  }

  // Where the store has the whole state before a step: the latest up to `step`, if it is after `after`; else the first.
  // What is only looked at needs no more than the parameters of that very step.
  void restore_before(Index step, Index after, bool to_go_on) {
    constexpr Index kLookedAt = 1000;
    if (store_ != nullptr)
      for (const StepRow& row : store_->frames_up_to(step, kLookedAt)) {
        if (row.step <= after) return;
        if ((row.step != step || to_go_on) && (row.batch != 0 || row.samples == 0 || !has_state(row.frame, true)))
          continue;
        if (!has_state(row.frame, false) || (schedule_listens_ && !schedule_at(row.epoch))) continue;
        return restore(row.step, &row);
      }
    if (after < 0) restore(first_step(), nullptr);
  }

  bool has_state(Index frame, bool with_optimiser) {
    const auto has = [&](const char* kind, const std::string& prefix, bool trained_alone) {
      return std::ranges::all_of(graph_.parameters, [&](const GraphParameter& p) {
        if (trained_alone && p.spec.role == ParamSpec::kState) return true;
        const StoredTensor* t = store_->find_tensor(kind, prefix + p.name);
        return t != nullptr && t->width() == p.size() && !store_->numbers(*t, frame).empty();
      });
    };
    if (!has("parameter", "", false)) return false;
    for (const std::string& state : experiment_.train.optimiser.state_names())
      if (with_optimiser && !has("optimiser", state + ".", true)) return false;
    return true;
  }

  void read_state(Index frame) {
    const auto read = [&](const char* kind, const std::string& prefix, Parameters<T>& into) {
      for (std::size_t k = 0; k < graph_.parameters.size(); ++k) {
        const StoredTensor* t = store_->find_tensor(kind, prefix + graph_.parameters[k].name);
        if (t == nullptr) continue;  // a state has none of the optimiser's numbers
        const RunStore::Numbers numbers = store_->numbers(*t, frame);
        if (numbers.empty()) continue;
        T* out = into[k].data;
        for (Index i = 0; i < graph_.parameters[k].size(); ++i) out[i] = static_cast<T>(numbers.at(0, i));
      }
    };
    read("parameter", "", trainer_.parameters());
    const std::vector<std::string> states = experiment_.train.optimiser.state_names();
    for (std::size_t s = 0; s < states.size(); ++s) read("optimiser", states[s] + ".", trainer_.state().optimiser[s]);
  }

  // The state before `step`: from a frame, or with null the first one.
  void restore(Index step, const StepRow* row) {
    const auto state = trainer_.state();
    start_->put_back(trainer_);
    const Index first_epoch = start_->progress().epoch, epoch = row != nullptr ? row->epoch : step / batches();
    if (state.numpy != nullptr) {  // every epoch between drew its order
      for (Index e = first_epoch; e < epoch && experiment_.train.sampling != "in_order"; ++e) {
        state.progress.epoch = e;
        trainer_.begin_epoch();
        state.order.clear();
      }
    }
    if (epoch != first_epoch) state.order.clear();
    if (step != first_step()) {
      state.progress = Progress{.epoch = epoch, .batch = row != nullptr ? row->batch : step % batches(), .step = step};
      if (schedule_listens_) state.progress.schedule = schedule_at(epoch).value_or(ScheduleState{});
    }
    if (row != nullptr) read_state(row->frame);
    trainer_.begin_epoch();
    is_on_track_ = row == nullptr ? step == first_step() : has_state(row->frame, true);
    checks_next_ = true;
    computed_.reset();
  }

  // What the schedule had learned from the epochs before; nothing when the store does not know their losses.
  std::optional<ScheduleState> schedule_at(Index epoch) {
    ScheduleState state = start_->progress().schedule;
    for (Index e = start_->progress().epoch; e < epoch; ++e) {
      const auto loss = store_ != nullptr ? store_->metric(e, "train", "monitored_loss") : std::nullopt;
      if (!loss) return std::nullopt;
      experiment_.train.schedule.observe(state, *loss);
    }
    return state;
  }

  void enter_next_epoch() {
    const auto state = trainer_.state();
    if (schedule_listens_) experiment_.train.schedule.observe(state.progress.schedule, monitored_loss());
    ++state.progress.epoch;
    state.progress.batch = 0;
    state.progress.loss_sum = 0;
    state.order.clear();
    trainer_.begin_epoch();
    computed_.reset();
  }

  double monitored_loss() {
    const Progress& progress = trainer_.progress();
    if (store_ != nullptr)
      if (const auto loss = store_->metric(progress.epoch, "train", "monitored_loss")) return *loss;
    if (!data_.validation) return progress.loss_sum / static_cast<double>(data_.train.size());
    Evaluator<T> evaluator(graph_, trainer_.parameters(), pool_, loss(), data_.preprocessor);
    return evaluator.evaluate(*data_.validation).loss;
  }

  RandomKey load(const Batch& batch) {
    const auto state = trainer_.state();
    const Progress saved = state.progress;
    state.progress.batch = batch.number;
    state.progress.step = saved.epoch * batches() + batch.number;
    const std::span<const Index> rows = trainer_.batch_rows();
    samples_.assign(rows.begin(), rows.end());
    if (batch.alone) samples_.assign(1, *batch.alone);
    const RandomKey key = trainer_.load(samples_);
    state.progress = saved;
    return key;
  }

  void check_loss(double loss, const StepRow& row) const {
    if (!std::isfinite(row.loss) || std::abs(loss - row.loss) <= kSameLoss * std::abs(row.loss) + 1e-12) return;
    throw InputError("step " + std::to_string(row.step) + " of the run had the loss " + number_text(row.loss) +
                     ", computed anew it has " + number_text(loss) +
                     ": the data are not those that the run was trained with; bring them back, or train the run again");
  }

  const Experiment& experiment_;
  LoadedData data_;
  RunStore* store_;
  ThreadPool pool_;
  Graph graph_;
  Graph shown_;  // with the layers of the present epoch
  Trainer<T> trainer_;
  Parameters<T> copy_;
  std::optional<TrainerSnapshot<T>> start_;      // the first state
  std::optional<TrainerSnapshot<T>> unchanged_;  // while parameters are changed: what they were
  std::vector<Change> changes_;
  bool schedule_listens_ = false;
  bool is_on_track_ = true;  // training can go on from here
  bool checks_next_ = true;
  std::unique_ptr<Plan<T>> probe_;
  std::optional<Computed> computed_;
  std::vector<Index> samples_;
};

}  // namespace

std::unique_ptr<Replay> Replay::make(const Experiment& experiment, LoadedData data, RunStore* store, Index threads,
                                     const std::string& origin) {
  if (experiment.is_double())
    return std::make_unique<ReplayAs<double>>(experiment, std::move(data), store, threads, origin);
  return std::make_unique<ReplayAs<float>>(experiment, std::move(data), store, threads, origin);
}

}  // namespace isinglass
