// isinglass/model/plan.h - a network compiled for a batch: what a step does, as a flat list.
//
// Compiling fixes every shape, every place in memory and the order of work; a step then walks the list through
// plain function pointers and allocates nothing. The samples of a batch are independent of each other until the
// parameter gradients, so a thread takes a range of rows through the whole list, forward, loss and backward,
// without waiting for the others; only a layer that couples the batch stands in a phase of its own. Parameter
// gradients are cut by parameters, never by samples: no sum is split, and the bits of a result do not depend
// on the number of threads.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "isinglass/base/buffer.h"
#include "isinglass/base/thread_pool.h"
#include "isinglass/model/graph.h"
#include "isinglass/model/observer.h"
#include "isinglass/model/parameters.h"
#include "isinglass/model/plan_chunks.h"
#include "isinglass/model/plan_gradients.h"
#include "isinglass/model/plan_part.h"
#include "isinglass/model/plan_summary.h"
#include "isinglass/nn/loss.h"

namespace isinglass {

struct PlanOptions {
  Index max_batch = 1;
  std::optional<Loss> loss;     // also computes the loss of each sample
  bool training = false;        // also compiles the backward pass; needs a loss
  bool input_gradient = false;  // also dL/dx of the network's input
  // While no observer looks: values and gradients of values may share memory (plan_sharing.h). Right are then the
  // input, the output, the losses and the gradients of parameters.
  bool lean = false;
  kernels::Products products = kernels::Products::kFloat;  // of matrices of floats, in layers that offer others
  Communicator* ranks = nullptr;  // processes that share the rows of a training step; all hold the same, and outlive it
};

// Where gradients go while they are in cache, unless the loss says that training has diverged.
template <class T>
struct Descent {
  double most_loss = 0;
  kernels::Handover<T> to;
};

template <class T>
class Plan {
 public:
  // `parameters` and `pool` outlive the plan. Throws OptionError when the loss and the output do not fit, or a layer
  // cannot be trained.
  Plan(const Graph& graph, Parameters<T>& parameters, ThreadPool& pool, const PlanOptions& options);
  Plan(const Plan&) = delete;
  Plan& operator=(const Plan&) = delete;

  // The batch to compute: the caller fills rows 0 .. n-1 of these, then calls forward(n, ...) or train(n, ...).
  View<T> input() { return value(0); }
  View<T> target() { return {target_.data(), options_.max_batch, output_size_}; }
  std::span<T> weights() { return weights_.span(); }  // of the samples; 1 at first

  // Batches are read from there, not from input(), until the next call. Nothing that looks at value(0) may run meanwhile.
  void read_input(View<const T> from) {
    whole_.read_input(from);
    for (PlanPart<T>& part : parts_) part.read_input(from);
  }
  // Computes the outputs, and with a loss and `with_loss` the loss of each sample.
  void forward(Index rows, Mode mode, const RandomKey& key, bool with_loss = false);
  // One training step without the update: returns the mean loss and leaves dL/dparameters in gradients(). With `descent`
  // and a loss of at most that much the gradients of handed_over() go there instead, and as soon as one does, its
  // parameters may change; not for ranks, nor when an observer looks.
  double train(Index rows, const RandomKey& key, const Descent<T>* descent = nullptr);
  const std::vector<bool>& handed_over() const { return gradient_tasks_->handed_over(); }

  // Of the last batch. `v` as in Graph; rows beyond the batch are stale.
  View<T> value(ValueId v) { return memory_.values[v]; }
  View<const T> value(ValueId v) const { return memory_.values[v]; }
  View<const T> output() const { return value(graph_->output_value()).middle_rows(0, rows_); }
  View<const T> value_gradient(ValueId v) const { return memory_.gradients[v]; }  // no data: not computed
  std::span<const double> sample_losses() const {
    return std::span<const double>(losses_).first(static_cast<std::size_t>(rows_));
  }
  double mean_loss() const;
  // Computes nodes begin .. end-1 in inference mode for `rows` samples; the caller has filled the values that they
  // start from, such as the code of an autoencoder.
  void forward_nodes(Index rows, std::size_t begin, std::size_t end);
  // From the next step on, node k is `layer`, which has the kind, shapes and working memory of the graph's.
  void set_layer(std::size_t k, const Layer& layer);
  const Layer& layer(std::size_t k) const { return layers_[k]; }
  void keep_values() { options_.lean = false; }  // from the next step on
  // For another way to compute the same step (tiny_plan.h, stacked_plan.h): it begins with so many rows, fills in
  // values, their gradients and losses, and tells the observer.
  void begin_step(Index rows) {
    rows_ = rows;
    training_now_ = false;
  }
  View<T> value_gradient(ValueId v) { return memory_.gradients[v]; }
  void compute_losses(Index first, Index count) { run_loss(first, count, true); }  // and what they say of these rows
  std::span<double> losses() { return losses_; }
  void notify_observer();
  Parameters<T>& gradients() { return *gradients_; }
  const Parameters<T>& gradients() const { return *gradients_; }
  const Parameters<T>& parameters() const { return *parameters_; }
  const Graph& graph() const { return *graph_; }
  Index rows() const { return rows_; }
  Index max_batch() const { return options_.max_batch; }

  // A training step of a whole batch as it will run, else a forward pass; and the memory that the plan holds, without
  // the parameters.
  std::vector<PlanStage> stages() const;
  std::vector<MemoryUse> memory() const;

  void set_observer(Observer<T>* observer) { observer_ = observer; }
  Observer<T>* observer() const { return observer_; }

 private:
  using Action = PlanAction;
  struct Phase {
    std::size_t begin, end;  // actions
    bool splittable;
    std::vector<PlanChunk> chunks;  // of a splittable one
  };
  void list_actions();
  void share_out_scratch();
  std::vector<bool> nodes_that_need_all_rows() const;
  std::vector<Phase> phases_of(std::size_t begin, std::size_t end) const;
  std::vector<std::size_t> forward_runs() const;
  std::vector<bool> lanes() const;
  std::vector<Index> rows_in_memory() const;
  bool is_lean() const { return options_.lean && (observer_ == nullptr || !observer_->looks_at_values()); }
  void set_rows(Index rows, bool is_lean, bool passes);
  void set_step(Mode mode, const RandomKey& key);
  void run_phases(const std::vector<Phase>& phases);
  void run(const Phase& phase, PlanPart<T>& part);
  void run(const Action& action, PlanPart<T>& part);
  void run_in_slices(const Action& action);
  void run_penalty(std::size_t node, PlanPart<T>& part);
  void run_gradient(std::size_t node, PlanPart<T>& part);
  void run_loss(Index first_row, Index row_count, bool with_gradient);
  Index parts_for(Index rows, double work) const;
  bool fused() const { return options_.loss && !options_.loss->activation().empty(); }

  const Graph* graph_;
  PlanOptions options_;
  ValueId loss_value_;  // the value whose gradient the loss writes
  PlanMemory<T> memory_;
  Parameters<T>* parameters_;
  ThreadPool* pool_;
  Index output_size_ = 0;
  Observer<T>* observer_ = nullptr;

  Buffer<T> target_, weights_, scale_, scratch_;
  std::vector<double> losses_;
  std::optional<Parameters<T>> gradients_;
  std::vector<Layer> layers_;                 // of each node
  std::vector<LayerFunctions<T>> functions_;  // theirs
  std::vector<std::pair<std::size_t, Purpose>> random_nodes_;
  LossFunctions<T> loss_;
  std::vector<Action> actions_;
  std::size_t forward_end_ = 0;
  std::vector<Phase> forward_phases_, loss_phases_, train_phases_;
  double row_work_ = 0;  // floating-point operations of one row, forward

  std::optional<PlanExchange<T>> exchange_;
  std::optional<PlanSharing> sharing_;
  std::vector<bool> in_lanes_;  // of each value, while nobody looks; empty: of none (plan_lanes.h)
  PlanPart<T> whole_;           // all rows of the batch
  std::vector<PlanPart<T>> parts_;
  std::optional<PlanGradients<T>> gradient_tasks_;
  Index rows_ = 0, part_count_ = 1;  // no parts: the whole is computed as one
  bool training_now_ = false, lean_now_ = false, lanes_now_ = false;
};

extern template class Plan<float>;
extern template class Plan<double>;

}  // namespace isinglass
