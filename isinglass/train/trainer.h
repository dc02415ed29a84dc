// isinglass/train/trainer.h - the training loop.
//
// An epoch visits the samples in an order drawn at its start, batch by batch; a batch computes the gradient of its
// mean loss (model/plan.h) and updates every parameter once. The state between two batches is plain data, so that a
// run that was stopped anywhere goes on to the same bits as one that was not.
#pragma once
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <vector>

#include "isinglass/data/dataset.h"
#include "isinglass/model/plan.h"
#include "isinglass/model/tiny_plan.h"
#include "isinglass/train/changes.h"
#include "isinglass/train/epoch_clock.h"
#include "isinglass/train/evaluate.h"

namespace isinglass {

// After every batch.
struct BatchReport {
  Index epoch = 0, epochs = 0, batch = 0, batches = 0, samples = 0;  // batch: finished ones; samples: of this epoch
  double mean_loss = 0;                                              // of this epoch so far
  double loss = 0;                                                   // of this batch, before its update
};

// After every epoch. A loss is the mean over the samples; the training loss is taken as the epoch went.
struct EpochReport {
  Index epoch = 0, epochs = 0, samples = 0;
  double learning_rate = 0, train_loss = 0, seconds = 0;
  std::optional<Evaluation> validation;
  bool is_best = false;
};

// What is empty is not asked for, and a network of a few numbers trains the faster for it.
struct TrainEvents {
  std::function<void(const BatchReport&)> on_batch = {};
  std::function<void(const EpochReport&)> on_epoch = {};
  std::function<bool()> should_stop = {};  // asked after every batch
  std::function<void()> checkpoint = {};   // asked for when checkpoint_seconds have passed

  bool is_silent() const { return !on_batch && !on_epoch && !should_stop; }
};

enum class Outcome { kDone, kEarlyStopped, kInterrupted };

// Everything that changes from batch to batch besides the parameters and the optimiser's numbers.
struct Progress {
  Index epoch = 0;                   // epochs finished
  Index batch = 0;                   // batches finished in this epoch
  Index step = 0;                    // updates made
  double loss_sum = 0, seconds = 0;  // of this epoch so far; of all epochs
  ScheduleState schedule;
  std::optional<double> first_loss;  // of the very first batch
  std::optional<double> best_loss;   // of early stopping
  Index best_epoch = 0, bad_epochs = 0;

  static void options(auto& v) {
    v("epoch", &Progress::epoch, "epochs finished", at_least(0));
    v("batch", &Progress::batch, "batches finished in this epoch", at_least(0));
    v("step", &Progress::step, "updates made", at_least(0));
    v("loss_sum", &Progress::loss_sum, "of the samples of this epoch so far");
    v("seconds", &Progress::seconds, "of training", at_least(0));
    v("first_loss", &Progress::first_loss, "of the first batch");
    v("best_loss", &Progress::best_loss, "lowest monitored loss");
    v("best_epoch", &Progress::best_epoch, "epoch of the lowest loss", at_least(0));
    v("bad_epochs", &Progress::bad_epochs, "epochs since", at_least(0));
  }
};

template <class T>
class Trainer {
 public:
  // What a trainer needs; the references outlive it.
  struct Setup {
    const Graph& graph;
    const TrainOptions& options;
    Loss loss;
    RandomSettings random;
    kernels::Products products = kernels::Products::kFloat;
    const Preprocessor& preprocessor;
    ThreadPool& pool;
    Dataset train;
    std::optional<Dataset> validation = {};
    std::vector<Stage> stages = {};  // Experiment::stages
    Communicator* ranks = nullptr;   // processes that train this together; each has all of the above
  };
  // Draws the initial parameters. Throws ShapeError, OptionError when network, loss and data do not fit.
  explicit Trainer(Setup setup);

  // Trains until all epochs are done, early stopping ends it, or events.should_stop() says so. Throws NumericError, naming epoch, batch, layer and the first
  // quantity that is not finite, when training diverges.
  // Also returns, kDone, once `until` epochs are finished.
  Outcome run(const TrainEvents& events, Index until = std::numeric_limits<Index>::max());
  // Early stopping: back to the parameters of the best epoch, when the options ask for it. For the end of a run; a
  // checkpoint is taken before.
  void restore_best();

  Parameters<T>& parameters() { return parameters_; }
  const Parameters<T>& parameters() const { return parameters_; }
  // Of a network that a tiny plan trains, the values of a step are here only when the plan has an observer.
  Plan<T>& plan() { return plan_; }
  const Plan<T>& plan() const { return plan_; }
  const Progress& progress() const { return progress_; }
  double learning_rate() const { return rate_; }  // of the current epoch
  const Loss& loss() const { return setup_.loss; }
  // The settings of the current epoch, as a step takes them: { train = { optimiser, .. }, layers = [..] }.
  Value in_force() const;
  bool is_tiny() const { return tiny_.has_value(); }  // steps go through a TinyPlan
  // A step as it will run, and what it holds from the first to the last, besides the data.
  std::vector<PlanStage> stages() const;
  std::vector<MemoryUse> memory() const;

  Index samples() const { return setup_.train.size(); }
  Index batches() const;                      // of an epoch
  std::span<const Index> batch_rows() const;  // the samples of the batch that is next or under way

  // A run in its smallest steps, for those who go through it again. Sets the learning rate of the epoch in progress()
  // and draws the order of its samples, unless one stands.
  void begin_epoch();
  // Brings samples, at most a batch, into the plan as the present step would see them; returns its random key.
  RandomKey load(std::span<const Index> rows);
  // Gradient and update of the next batch; returns the mean loss before.
  double train_batch();

  // What run() consists of, for those who train several at once: begin_course(until); while goes_on(): begin_epoch(),
  // every batch, end_epoch(). A batch is train_batch(), or load(), the gradients by another way and finish_batch(); then
  // report_batch(), which says whether to go on.
  void begin_course(Index until);
  bool goes_on() const;
  enum class Updated { kNothing, kHandedOver, kAll };  // of the parameters
  void finish_batch(double loss, Updated updated = Updated::kNothing);
  bool report_batch(const TrainEvents& events, double loss);
  void end_epoch(const TrainEvents& events);
  Outcome outcome() const { return progress_.epoch < end_ ? Outcome::kEarlyStopped : Outcome::kDone; }
  // Whether its gradients may come from a stacked plan, as far as it is concerned.
  bool may_be_stacked() const;

  // What a checkpoint keeps (train/checkpoint.h).
  struct State {
    Progress& progress;
    Parameters<T>& parameters;
    std::vector<Parameters<T>>& optimiser;
    std::optional<Parameters<T>>& best;
    std::vector<Index>& order;  // of the samples in this epoch; empty between epochs
    RandomStream* numpy;        // null with counter-based streams
  };
  State state() { return {progress_, parameters_, optimiser_state_, best_, order_, setup_.random.numpy.get()}; }

 private:
  struct Slice {       // what one thread updates
    Index begin, end;  // in the flat vector
    bool has_penalty, is_handed_over;
  };
  struct TinySamples {  // the whole data set as numbers, for a tiny plan
    Buffer<T> inputs, targets, weights;
  };

  Index batch_size() const;
  void enter_stage();
  void take_settings();
  void list_slices();
  void prepare_tiny();
  void draw_order();
  void augment(Index count, const RandomKey& key);
  void update(Updated already);
  bool update_slice(Index begin, std::span<const T> gradient, bool has_penalty, double scale);
  double descend(std::span<const Index> rows, double most_loss);
  bool has_lost_numbers() const;
  double clip();
  bool train_epoch(const TrainEvents& events);
  EpochReport finish_epoch(double seconds);
  void watch(double monitored, EpochReport& report);
  bool out_of_patience() const;
  double most_loss() const;
  double train_tiny(std::span<const Index> rows, double most);
  bool may_hurry(const TrainEvents& events) const;
  void hurry();
  [[noreturn]] void report_divergence(double loss) const;

  Setup setup_;
  TrainOptions now_;  // of these, what may change is that of the current epoch
  Parameters<T> parameters_;
  Plan<T> plan_;
  std::optional<Evaluator<T>> evaluator_;
  std::vector<Parameters<T>> optimiser_state_;
  typename Optimiser::Function<T> update_ = nullptr;
  const void* optimiser_ = nullptr;
  std::vector<Slice> slices_;
  bool may_hand_over_ = false;       // gradients, by these settings
  std::optional<TinyPlan<T>> tiny_;  // takes the steps
  bool descends_at_once_ = false;    // in these steps: plain gradient descent
  TinySamples tiny_memory_;
  typename TinyPlan<T>::Samples tiny_samples_;
  bool has_lost_numbers_ = false;  // the last update left a parameter that is not finite
  std::optional<Parameters<T>> best_;
  std::vector<Index> order_;
  Progress progress_;
  double rate_ = 0;        // of the current epoch
  std::size_t stage_ = 0;  // how many of the stages have begun
  Index end_ = 0;          // where run() is to stop
  EpochClock clock_;
  EpochClock::Clock::time_point saved_;
};

extern template class Trainer<float>;
extern template class Trainer<double>;

}  // namespace isinglass
