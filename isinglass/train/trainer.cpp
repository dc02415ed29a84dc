#include "isinglass/train/trainer.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <numeric>

#include "isinglass/kernels/reduce.h"
#include "isinglass/model/first_beyond.h"
#include "isinglass/model/stacked_plan.h"
#include "isinglass/train/schedules/constant.h"

namespace isinglass {

template <class T>
Trainer<T>::Trainer(Setup setup)
    : setup_(std::move(setup)),
      now_(setup_.options),
      parameters_(setup_.graph),
      plan_(setup_.graph, parameters_, setup_.pool,
            {.max_batch = batch_size(),
             .loss = setup_.loss,
             .training = true,
             .lean = true,
             .products = setup_.products,
             .ranks = TinyPlan<T>::fits(setup_.graph, setup_.loss) ? nullptr : setup_.ranks}) {
  check_fit(setup_.graph, setup_.train);
  if (!setup_.train.has_targets()) throw OptionError("[data] names no target to learn");
  parameters_.initialise(setup_.random);
  for (std::size_t k = 0; k < setup_.options.optimiser.state_names().size(); ++k)
    optimiser_state_.emplace_back(setup_.graph);
  if (setup_.validation) {
    check_fit(setup_.graph, *setup_.validation);
    evaluator_.emplace(setup_.graph, parameters_, setup_.pool, setup_.loss, setup_.preprocessor);
  }
  prepare_tiny();
  take_settings();
}

template <class T>
Index Trainer<T>::batch_size() const {
  const Index n = setup_.train.size(), size = setup_.options.batch_size;
  return size == 0 ? n : std::min(size, n);
}

template <class T>
Index Trainer<T>::batches() const {
  return (setup_.train.size() + batch_size() - 1) / batch_size();
}

template <class T>
void Trainer<T>::prepare_tiny() {
  constexpr Index kMostNumbers = 1 << 20;
  const Dataset& data = setup_.train;
  const Index n = data.size(), n_in = plan_.input().cols, n_out = plan_.target().cols;
  if (setup_.products != kernels::Products::kFloat) return;
  if (!TinyPlan<T>::fits(setup_.graph, setup_.loss) || data.is_augmented() || n * (n_in + n_out) > kMostNumbers) return;
  tiny_.emplace(setup_.graph, setup_.loss, parameters_, plan_.gradients());
  tiny_memory_ = {Buffer<T>(n * n_in), Buffer<T>(n * n_out), Buffer<T>(n)};
  const View<T> inputs{tiny_memory_.inputs.data(), n, n_in}, targets{tiny_memory_.targets.data(), n, n_out};
  std::vector<Index> all(static_cast<std::size_t>(n));
  std::iota(all.begin(), all.end(), Index{0});
  data.template gather<T>(all, inputs, targets, tiny_memory_.weights.span().first(all.size()));
  tiny_samples_ = {inputs, targets, tiny_memory_.weights.span()};
}

template <class T>
bool Trainer<T>::may_be_stacked() const {
  return !tiny_ && plan_.observer() == nullptr && setup_.products == kernels::Products::kFloat &&
         setup_.stages.empty() && setup_.ranks == nullptr &&
         StackedPlan<T>::fits(setup_.graph, setup_.loss, plan_.max_batch());
}

template <class T>
void Trainer<T>::begin_epoch() {
  enter_stage();
  rate_ =
      now_.schedule.rate(now_.optimiser.learning_rate(), progress_.epoch, setup_.options.epochs, progress_.schedule);
  if (order_.empty()) draw_order();
}

template <class T>
void Trainer<T>::draw_order() {
  const Index n = setup_.train.size();
  order_.resize(static_cast<std::size_t>(n));
  std::iota(order_.begin(), order_.end(), Index{0});
  const std::string& sampling = setup_.options.sampling;
  if (sampling == "in_order") return;
  std::unique_ptr<RandomStream> own;
  if (setup_.random.numpy == nullptr)
    own = counter_stream({setup_.random.seed, Purpose::kShuffle, 0, static_cast<std::uint64_t>(progress_.epoch)});
  RandomStream& stream = own ? *own : *setup_.random.numpy;
  if (sampling == "shuffle")
    order_ = stream.permutation(n);
  else
    for (Index& row : order_) row = static_cast<Index>(stream.below(static_cast<std::uint64_t>(n)));
}

template <class T>
std::span<const Index> Trainer<T>::batch_rows() const {
  const Index first = progress_.batch * batch_size();
  const Index count = std::min(batch_size(), setup_.train.size() - first);
  return std::span<const Index>(order_).subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count));
}

template <class T>
RandomKey Trainer<T>::load(std::span<const Index> rows) {
  const Index count = static_cast<Index>(rows.size());
  const auto gather = [&](Index first, Index end) {
    const auto at = static_cast<std::size_t>(first), size = static_cast<std::size_t>(end - first);
    setup_.train.template gather<T>(rows.subspan(at, size), plan_.input().middle_rows(first, end - first),
                                    plan_.target().middle_rows(first, end - first), plan_.weights().subspan(at, size));
  };
  constexpr Index kWorthSharing = 1 << 15;  // numbers
  const Index pieces = count * plan_.input().cols < kWorthSharing ? 1 : std::min(count, setup_.pool.threads());
  setup_.pool.run(pieces, [&](Index i) { gather(count * i / pieces, count * (i + 1) / pieces); });
  const RandomKey key{.seed = setup_.random.seed, .step = static_cast<std::uint64_t>(progress_.step)};
  if (setup_.train.is_augmented()) augment(count, key);
  return key;
}

template <class T>
double Trainer<T>::train_batch() {
  const std::span<const Index> rows = batch_rows();
  const double most = most_loss();
  Observer<T>* const observer = plan_.observer();
  if (tiny_) {
    const double loss = train_tiny(rows, most);
    finish_batch(loss, observer == nullptr && descends_at_once_ ? Updated::kAll : Updated::kNothing);
    return loss;
  }
  if (may_hand_over_ && (observer == nullptr || !observer->looks_at_values())) return descend(rows, most);
  const double loss = plan_.train(static_cast<Index>(rows.size()), load(rows));
  finish_batch(loss);
  return loss;
}

template <class T>
void Trainer<T>::finish_batch(double loss, Updated updated) {
  const std::span<const Index> rows = batch_rows();
  const Index count = static_cast<Index>(rows.size());
  const double most = most_loss();
  if (!progress_.first_loss) progress_.first_loss = loss;
  if (!(loss <= most)) {
    plan_.set_observer(nullptr);  // has seen this step; again for the values of the nodes, which it may not have kept
    plan_.keep_values();
    plan_.train(count, load(rows));
    report_divergence(loss);
  }
  if (updated != Updated::kAll) update(updated);
  if (plan_.observer() != nullptr) plan_.observer()->after_update(plan_);
  ++progress_.batch;
  ++progress_.step;
  progress_.loss_sum += loss * static_cast<double>(count);
}

// The first `count` samples of the plan's batch, each on any thread.
template <class T>
void Trainer<T>::augment(Index count, const RandomKey& key) {
  setup_.pool.run(count, [&](Index r) {
    setup_.train.template augment<T>(plan_.input().middle_rows(r, 1), plan_.target().middle_rows(r, 1), key, r);
  });
}

// A loss beyond this one has diverged: adaptive optimisers can jump so far that nothing is learned although every number
// stays finite.
template <class T>
double Trainer<T>::most_loss() const {
  constexpr double kLarge = 1e9, kGrowth = 1e6, kFinite = std::numeric_limits<double>::max();
  return progress_.first_loss ? std::min(std::max(kLarge, kGrowth * *progress_.first_loss), kFinite) : kFinite;
}

template <class T>
double Trainer<T>::train_tiny(std::span<const Index> rows, double most) {
  using Descent = typename TinyPlan<T>::Descent;
  if (plan_.observer() != nullptr) return tiny_->train(tiny_samples_, rows, plan_);
  if (!descends_at_once_) return tiny_->train(tiny_samples_, rows);
  return tiny_->train(tiny_samples_, rows, Descent{static_cast<T>(rate_), most});
}

template <class T>
void Trainer<T>::report_divergence(double loss) const {
  constexpr double kLarge = 1e6;
  const std::string what =
      std::isfinite(loss) ? "the loss rose from " + number_text(*progress_.first_loss) + " to " + number_text(loss) +
                                "; the first quantity beyond a million is " + first_beyond(plan_, kLarge)
                          : "the loss is not finite; the first quantity that is not is " + first_beyond(plan_);
  throw NumericError("training diverged in epoch " + std::to_string(progress_.epoch) + ", batch " +
                     std::to_string(progress_.batch) + ": " + what + "; try a smaller learning rate than " +
                     number_text(rate_) + ", scaled inputs or clip_norm");
}

template <class T>
Outcome Trainer<T>::run(const TrainEvents& events, Index until) {
  begin_course(until);
  while (goes_on()) {
    if (!train_epoch(events)) return Outcome::kInterrupted;
    end_epoch(events);
  }
  return outcome();
}

template <class T>
void Trainer<T>::begin_course(Index until) {
  end_ = std::min(setup_.options.epochs, until);
  clock_.start();
  saved_ = clock_.last_look();
}

template <class T>
bool Trainer<T>::goes_on() const {
  return progress_.epoch < end_ && !out_of_patience();
}

template <class T>
void Trainer<T>::end_epoch(const TrainEvents& events) {
  EpochReport report = finish_epoch(clock_.lap());
  if (evaluator_) clock_.start();  // validation is no training
  const double monitored = report.validation ? report.validation->loss : report.train_loss;
  now_.schedule.observe(progress_.schedule, monitored);
  watch(monitored, report);
  if (events.on_epoch) events.on_epoch(report);
  if (std::chrono::duration<double>(clock_.last_look() - saved_).count() < setup_.options.checkpoint_seconds) return;
  if (events.checkpoint) events.checkpoint();
  clock_.start();
  saved_ = clock_.last_look();
}

// The rest of the epoch, and of some more when nobody minds; false when training is to stop.
template <class T>
bool Trainer<T>::train_epoch(const TrainEvents& events) {
  begin_epoch();
  while (progress_.batch < batches()) {
    if (!report_batch(events, train_batch())) return false;
    if (may_hurry(events)) hurry();
  }
  return true;
}

template <class T>
bool Trainer<T>::report_batch(const TrainEvents& events, double loss) {
  const Index samples = std::min(progress_.batch * batch_size(), setup_.train.size());
  if (events.on_batch)
    events.on_batch({progress_.epoch, setup_.options.epochs, progress_.batch, batches(), samples,
                     progress_.loss_sum / static_cast<double>(samples), loss});
  if (!events.should_stop || !events.should_stop()) return true;
  progress_.seconds += clock_.stop();
  return false;
}

// Whether epochs are all alike, with nobody who looks on: then a tiny plan takes many batches at once.
template <class T>
bool Trainer<T>::may_hurry(const TrainEvents& events) const {
  const TrainOptions& o = setup_.options;
  return descends_at_once_ && plan_.observer() == nullptr && events.is_silent() && !evaluator_ && !o.early_stopping &&
         o.sampling == "in_order" && o.schedule.kind() == ConstantRate::kName && setup_.stages.empty();
}

// To the end of the last epoch, or of an earlier one when it is time to look at the clock; up to a batch that diverges.
template <class T>
void Trainer<T>::hurry() {
  constexpr Index kMostWork = 1 << 18;  // of samples and parameters: less than a millisecond
  const Index most = 1 + kMostWork / (setup_.train.size() * setup_.graph.parameter_count() + 1);
  typename TinyPlan<T>::Position at{progress_.epoch, progress_.batch, progress_.loss_sum};
  tiny_->descend(tiny_samples_,
                 {.order = order_,
                  .batch_size = static_cast<std::size_t>(batch_size()),
                  .epochs = std::min(end_, progress_.epoch + most)},
                 {.rate = static_cast<T>(rate_), .most_loss = most_loss()}, at);
  progress_.step += (at.epoch - progress_.epoch) * batches() + at.batch - progress_.batch;
  progress_.epoch = at.epoch;
  progress_.batch = at.batch;
  progress_.loss_sum = at.loss_sum;
}

template <class T>
std::vector<PlanStage> Trainer<T>::stages() const {
  const std::vector<PlanStage> stages = plan_.stages();
  if (!tiny_) return stages;
  PlanStage all{.what = "forward, loss, backward, gradient of", .rows = std::min(batch_size(), TinyPlan<T>::kLanes)};
  for (std::size_t k = 0; k < setup_.graph.layers.size(); ++k)
    all.what += (k == 0 ? " " : ", ") + setup_.graph.layers[k].name;
  for (const PlanStage& stage : stages) all.operations += stage.operations;
  return {all};
}

template <class T>
std::vector<MemoryUse> Trainer<T>::memory() const {
  const Index parameters = setup_.graph.flat_size() * static_cast<Index>(sizeof(T));
  const Index states = static_cast<Index>(optimiser_state_.size()) + (setup_.options.early_stopping ? 1 : 0);
  std::vector<MemoryUse> uses{{"parameters", parameters}, {"gradients of parameters", parameters}};
  if (states > 0) uses.push_back({"optimiser's numbers, best parameters", states * parameters});
  std::ranges::copy(plan_.memory(), std::back_inserter(uses));
  if (evaluator_) uses.push_back({"evaluation between epochs", evaluator_->bytes()});
  const Index tiny = tiny_memory_.inputs.size() + tiny_memory_.targets.size() + tiny_memory_.weights.size();
  if (tiny_) uses.push_back({"data as numbers", tiny * static_cast<Index>(sizeof(T))});
  return uses;
}

template <class T>
void Trainer<T>::restore_best() {
  if (best_ && setup_.options.early_stopping->restore_best)
    std::ranges::copy(best_->flat(), parameters_.flat().begin());
}

template <class T>
EpochReport Trainer<T>::finish_epoch(double seconds) {
  // The very last update has no loss after it that would tell.
  if (descends_at_once_ ? !tiny_->left_numbers() : has_lost_numbers()) report_divergence(std::nan(""));
  const Index n = setup_.train.size();
  EpochReport report{.epoch = progress_.epoch,
                     .epochs = setup_.options.epochs,
                     .samples = n,
                     .learning_rate = rate_,
                     .train_loss = progress_.loss_sum / static_cast<double>(n),
                     .seconds = seconds};
  if (evaluator_) try {
      report.validation = evaluator_->evaluate(*setup_.validation);
    } catch (const NumericError& error) {
      throw NumericError("training diverged in epoch " + std::to_string(progress_.epoch) +
                         ", on the validation data: " + error.what());
    }
  progress_.seconds += seconds;
  ++progress_.epoch;
  progress_.batch = 0;
  progress_.loss_sum = 0;
  order_.clear();
  return report;
}

// Early stopping's bookkeeping: keeps the best parameters and counts the epochs since.
template <class T>
void Trainer<T>::watch(double monitored, EpochReport& report) {
  if (!setup_.options.early_stopping) return;
  ++progress_.bad_epochs;
  if (progress_.best_loss && monitored >= *progress_.best_loss - setup_.options.early_stopping->min_delta) return;
  progress_.best_loss = monitored;
  progress_.best_epoch = report.epoch;
  progress_.bad_epochs = 0;
  report.is_best = true;
  if (!best_) best_.emplace(setup_.graph);
  std::ranges::copy(parameters_.flat(), best_->flat().begin());
}

template <class T>
bool Trainer<T>::out_of_patience() const {
  return setup_.options.early_stopping && progress_.bad_epochs >= setup_.options.early_stopping->patience;
}

template class Trainer<float>;
template class Trainer<double>;

}  // namespace isinglass
