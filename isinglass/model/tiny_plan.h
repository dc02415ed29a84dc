// isinglass/model/tiny_plan.h - a training step of a network of a few dozen numbers, as one function.
//
// A plan (plan.h) calls a function for every layer. Where a layer is six multiplications, the calls take longer than
// the sums; here the layers of a small dense chain run with samples in SIMD lanes and everything in one place. Each
// number follows the law that the plan's kernels keep (matmul.h, reduce.h, loss.h), so all have the same bits.
#pragma once
#include <array>
#include <optional>
#include <span>
#include <vector>

#include "isinglass/model/parameters.h"
#include "isinglass/model/plan.h"
#include "isinglass/model/tiny_stage.h"
#include "isinglass/nn/loss.h"

namespace isinglass {

template <class T>
class TinyPlan {
 public:
  // Whether there is one: dense layers with linear, sigmoid, tanh or relu, one after the other, at most kMostParameters,
  // the loss half_squared or mean_squared, on a processor with a fused multiply-add.
  static constexpr Index kMostParameters = 256;
  static constexpr Index kLanes = kernels::kTinyColumns<T>;  // so many samples stand side by side at most
  static bool fits(const Graph& graph, const Loss& loss);

  // All outlive the plan. `gradients` is written by train().
  TinyPlan(const Graph& graph, const Loss& loss, Parameters<T>& parameters, Parameters<T>& gradients);

  // The samples to choose batches from, row by row; they outlive the plan.
  struct Samples {
    View<const T> inputs, targets;
    std::span<const T> weights;
  };
  // Plain gradient descent, w <- w - rate dL/dw, at once; not when the loss is beyond `most_loss` or no number.
  struct Descent {
    T rate;
    double most_loss;
  };
  // The mean loss of these samples; dL/dparameters is left in the gradients.
  double train(const Samples& samples, std::span<const Index> batch, const std::optional<Descent>& descent = {});
  // The same; every number is left where the plan of the same network would have left it, and its observer is told.
  double train(const Samples& samples, std::span<const Index> batch, Plan<T>& plan);

  // Plain gradient descent with the gradients that train() left.
  void update(T rate);
  // Whether the last descent or update left numbers only.
  bool left_numbers() const { return zero_ == 0; }

  // Descends batch after batch, to the end of epoch `epochs` - 1, or of the first that leaves a parameter which is no
  // number; or up to a batch whose loss is beyond most_loss. The epoch it ends in stays open: its batches and losses
  // are in `at`.
  struct Epochs {
    std::span<const Index> order;  // of the samples, the same in every epoch
    std::size_t batch_size = 1;
    Index epochs = 1;
  };
  struct Position {
    Index epoch = 0, batch = 0;  // finished ones; batch: of the epoch under way
    double loss_sum = 0;         // of the samples of that epoch so far
  };
  void descend(const Samples& samples, const Epochs& course, const Descent& descent, Position& at);

 private:
  using Stage = TinyStage<T>;
  struct Pass {
    std::span<const Index> rows;  // of a batch, from the row `first` of it
    std::size_t first, batch_size;
    bool is_first() const { return first == 0; }
  };
  void gather(const Samples& samples, const Pass& part, Index columns);
  void activate(const Stage& s, Index columns);
  template <class S>
  double loss(const S& formula, const T* target, Index columns, Index count, double total);
  double pass_together(const Samples& samples, const Pass& part, double total);
  double pass_alone(const Samples& samples, const Pass& part, double total);
  void leave_numbers(const Samples& samples, const Pass& part);
  std::optional<double> descend_by_few(const Samples& samples, Index row, const Descent& descent);
  double step(const Samples& samples, std::span<const Index> batch, const std::optional<Descent>& descent);
  double run(const Samples& samples, const Epochs& course, const std::optional<Descent>& descent, Position& at);

  void compute_in(Plan<T>& plan);

  std::vector<Stage> stages_, stages_in_plan_;  // the latter compute a single sample where the plan has its numbers
  std::vector<kernels::TinyDense<T>> dense_;    // of stages_
  Parameters<T>*parameters_, *gradients_;
  Buffer<T> work_;
  T *input_ = nullptr, *target_ = nullptr;  // (n_in, lanes), (n_out, lanes)
  T *weight_ = nullptr, *scale_ = nullptr;  // (lanes)
  const Index* gathered_rows_ = nullptr;    // in the lanes now: the only pass of an epoch finds its samples in place
  std::array<double, kLanes> losses_ = {};  // of the samples in the lanes
  Plan<T>* plan_ = nullptr;                 // that numbers are left in
  T zero_ = 0;                              // 0 times all parameters that the last descents left
  bool is_mean_squared_ = false, has_few_units_ = false;
};

extern template class TinyPlan<float>;
extern template class TinyPlan<double>;

}  // namespace isinglass
