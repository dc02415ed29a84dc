#include "isinglass/model/tiny_plan.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>
#include <type_traits>
#include <utility>

#include "isinglass/kernels/logistic.h"
#include "isinglass/kernels/tiny_dense.h"
#include "isinglass/kernels/vector_math.h"
#include "isinglass/kernels/widened.h"
#include "isinglass/model/tiny_few.h"
#include "isinglass/nn/dense.h"
#include "isinglass/nn/losses.h"
#include "isinglass/nn/relu.h"
#include "isinglass/nn/sigmoid.h"
#include "isinglass/nn/tanh.h"

namespace isinglass {

constexpr std::array<std::string_view, 4> kActivations{"linear", "sigmoid", "tanh", "relu"};

// sum + term, in a form that gcc does not take apart for vectors, which would be slower where the order counts.
template <class T>
T in_order(T sum, T term) {
  return std::fma(term, T{1}, sum);
}

// So many columns hold samples side by side: whole vectors, unless half of one is enough. What one loop stores the next
// loads at once then; two halves would have to reach the cache first.
template <class T>
static Index columns_for(Index count) {
  const Index bytes = kernels::vector_width() == kernels::VectorWidth::kAvx512 ? 64 : 32;
  const Index lanes = bytes / static_cast<Index>(sizeof(T)), step = 2 * count > lanes ? lanes : 4;
  return (count + step - 1) / step * step;
}

template <class T>
bool TinyPlan<T>::fits(const Graph& graph, const Loss& loss) {
  if (loss.kind() != HalfSquared::kName && loss.kind() != MeanSquared::kName) return false;
  if (graph.parameter_count() > kMostParameters || !kernels::fuses_multiply_add()) return false;
  // The loss of many outputs is summed in another order.
  if (size_of(graph.value_shape(graph.output_value())) >= static_cast<Index>(kManyOutputs)) return false;
  std::size_t parameters = 0;
  bool is_after_dense = false;
  for (std::size_t k = 0; k < graph.nodes.size(); ++k) {
    const GraphNode& node = graph.nodes[k];
    if (node.inputs != std::vector<ValueId>{k} || node.in[0].size() != 1 || node.activity_l1 > 0) return false;
    const bool is_dense = node.layer.kind() == Dense::kName;
    const bool is_activation = std::ranges::find(kActivations, node.layer.kind()) != kActivations.end();
    if (!is_dense && !(is_activation && is_after_dense)) return false;
    if (is_dense && graph.parameters[node.parameters[0]].spec.shape[0] != node.in[0][0]) return false;  // transposed
    for (const std::size_t p : node.parameters)
      if (p != parameters++) return false;  // shared
    is_after_dense = is_dense;
  }
  return true;
}

template <class T>
TinyPlan<T>::TinyPlan(const Graph& graph, const Loss& loss, Parameters<T>& parameters, Parameters<T>& gradients)
    : parameters_(&parameters), gradients_(&gradients), is_mean_squared_(loss.kind() == MeanSquared::kName) {
  for (ValueId k = 0; k < graph.nodes.size(); ++k) {
    const GraphNode& node = graph.nodes[k];
    if (node.layer.kind() != Dense::kName) {
      const auto found = std::ranges::find(kActivations, node.layer.kind());
      stages_.back().activation = static_cast<TinyActivation>(found - kActivations.begin());
      stages_.back().out_value = k + 1;
      continue;
    }
    Stage stage;
    stage.n_in = node.in[0][0];
    stage.n_out = node.out[0];
    stage.in_value = stage.out_value = k + 1;
    stage.kernel = parameters[node.parameters[0]].data;
    stage.kernel_gradient = gradients[node.parameters[0]].data;
    if (node.parameters.size() > 1) {
      stage.bias = parameters[node.parameters[1]].data;
      stage.bias_gradient = gradients[node.parameters[1]].data;
    }
    stages_.push_back(stage);
  }
  has_few_units_ = std::ranges::all_of(stages_, [](const Stage& s) { return std::max(s.n_in, s.n_out) <= few::kMost; });
  Index rows = stages_[0].n_in + stages_.back().n_out + 2;
  for (const Stage& stage : stages_) rows += 5 * stage.n_out;
  work_ = Buffer<T>(rows * kLanes);
  T* data = work_.data();
  const auto next = [&](Index count) {
    data += count * kLanes;
    return data - count * kLanes;
  };
  for (Stage& stage : stages_) {
    for (T** place : {&stage.in, &stage.out, &stage.slope, &stage.d_out, &stage.d}) *place = next(stage.n_out);
  }
  input_ = next(stages_[0].n_in);
  target_ = next(stages_.back().n_out);
  weight_ = next(1);
  scale_ = next(1);
  const T* x = input_;
  for (Stage& stage : stages_) {
    stage.x = x;
    x = stage.out;
    dense_.push_back(stage);
  }
}

// Samples side by side; columns beyond them hold zeros.
template <class T>
void TinyPlan<T>::gather(const Samples& samples, const Pass& part, Index columns) {
  if (part.rows.data() == gathered_rows_) return;
  gathered_rows_ = part.rows.data();
  const Index count = static_cast<Index>(part.rows.size());
  const auto spread = [&](const View<const T>& from, Index numbers, T* to) {
    for (Index l = 0; l < count; ++l) {
      const T* row = from.data + part.rows[static_cast<std::size_t>(l)] * from.stride;
      for (Index j = 0; j < numbers; ++j) to[j * columns + l] = row[j];
    }
    for (Index l = count; l < columns; ++l)
      for (Index j = 0; j < numbers; ++j) to[j * columns + l] = 0;
  };
  spread(samples.inputs, stages_[0].n_in, input_);
  spread(samples.targets, stages_.back().n_out, target_);
  for (Index l = 0; l < columns; ++l) {
    weight_[l] = l < count ? samples.weights[static_cast<std::size_t>(part.rows[static_cast<std::size_t>(l)])] : T{0};
    scale_[l] = weight_[l] / static_cast<T>(part.batch_size);
  }
}

// The outputs of a layer and their slopes.
template <class T>
void TinyPlan<T>::activate(const Stage& s, Index columns) {
  const std::span<T> in(s.in, static_cast<std::size_t>(s.n_out * columns)), out(s.out, in.size());
  const bool is_sigmoid = s.activation == TinyActivation::kSigmoid, is_tanh = s.activation == TinyActivation::kTanh;
  if (columns > 1 && (is_sigmoid || is_tanh)) {
    if constexpr (std::same_as<T, double>)
      return is_sigmoid ? kernels::logistic(in, s.out, s.slope) : kernels::hyperbolic_tangent(in, s.out, s.slope);
    is_sigmoid ? kernels::sigmoid<T>(in, out) : kernels::tanh<T>(in, out);
    for (std::size_t n = 0; n < in.size(); ++n)
      s.slope[n] = is_sigmoid ? Sigmoid::slope(in[n], out[n]) : Tanh::slope(in[n], out[n]);
    return;
  }
  with_activation<T>(s.activation, [&](auto activated) {
    for (std::size_t n = 0; n < in.size(); ++n) std::tie(out[n], s.slope[n]) = activated(in[n]);
  });
}

// Adds w l of each sample to `total`; leaves dL/dpre-activation of the last stage.
template <class T>
template <class S>
double TinyPlan<T>::loss(const S& formula, const T* target, Index columns, Index count, double total) {
  const Stage& s = stages_.back();
  const double factor = formula.factor(static_cast<double>(s.n_out));
  std::array<double, kLanes> sum;
  std::fill_n(sum.begin(), columns, 0.0);
  for (Index j = 0; j < s.n_out; ++j)
    for (Index l = 0; l < columns; ++l) {
      const Index at = j * columns + l;
      const T p = s.out[at], y = target[at];
      sum[static_cast<std::size_t>(l)] += formula.term(static_cast<double>(p) - static_cast<double>(y));
      s.d_out[at] = scale_[l] * static_cast<T>(factor) * formula.slope(p - y);
      s.d[at] = s.d_out[at] * s.slope[at];
    }
  for (std::size_t l = 0; l < static_cast<std::size_t>(count); ++l) {
    losses_[l] = factor * sum[l];
    total = in_order(total, losses_[l] * static_cast<double>(weight_[l]));
  }
  return total;
}

// Samples side by side: forward, the loss, and back to the gradients.
template <class T>
double TinyPlan<T>::pass_together(const Samples& samples, const Pass& part, double total) {
  const Index count = static_cast<Index>(part.rows.size()), columns = columns_for<T>(count);
  gather(samples, part, columns);
  for (const Stage& s : stages_) {
    kernels::tiny_forward(s, columns);
    activate(s, columns);
  }
  total = is_mean_squared_ ? loss(MeanSquared{}, target_, columns, count, total)
                           : loss(HalfSquared{}, target_, columns, count, total);
  kernels::tiny_backward(dense_, {columns, count, part.is_first()});
  return total;
}

// The same of one sample, which stays where it is.
template <class T>
double TinyPlan<T>::pass_alone(const Samples& samples, const Pass& part, double total) {
  const Index row = part.rows[0];
  const T* const input = samples.inputs.row(row).data();
  weight_[0] = samples.weights[static_cast<std::size_t>(row)];
  scale_[0] = weight_[0] / static_cast<T>(part.batch_size);
  gathered_rows_ = nullptr;
  const T* x = input;
  for (const Stage& s : stages_) {
    for (Index j = 0; j < s.n_out; ++j) {
      T sum = 0;
      for (Index i = 0; i < s.n_in; ++i) sum = std::fma(x[i], s.kernel[i * s.n_out + j], sum);
      s.in[j] = s.bias == nullptr ? sum : sum + s.bias[j];
    }
    activate(s, 1);
    x = s.out;
  }
  const T* const target = samples.targets.row(row).data();
  total = is_mean_squared_ ? loss(MeanSquared{}, target, 1, 1, total) : loss(HalfSquared{}, target, 1, 1, total);
  for (std::size_t k = stages_.size() - 1; k > 0; --k) {
    const Stage &s = stages_[k], &below = stages_[k - 1];
    for (Index i = 0; i < s.n_in; ++i) {
      T sum = 0;
      for (Index j = 0; j < s.n_out; ++j) sum = std::fma(s.d[j], s.kernel[i * s.n_out + j], sum);
      below.d_out[i] = sum;
      below.d[i] = sum * below.slope[i];
    }
  }
  x = input;
  for (const Stage& s : stages_) {
    const auto add = [&](T with, T* gradient) {
      for (Index j = 0; j < s.n_out; ++j) gradient[j] = std::fma(with, s.d[j], part.is_first() ? T{0} : gradient[j]);
    };
    for (Index i = 0; i < s.n_in; ++i) add(x[i], s.kernel_gradient + i * s.n_out);
    if (s.bias != nullptr) add(T{1}, s.bias_gradient);
    x = s.out;
  }
  return total;
}

// What the lanes hold becomes rows of the plan.
template <class T>
void TinyPlan<T>::leave_numbers(const Samples& samples, const Pass& part) {
  const Index first = static_cast<Index>(part.first), count = static_cast<Index>(part.rows.size());
  const Index columns = count == 1 ? 1 : columns_for<T>(count);
  const auto leave = [&](const T* from, const View<T>& to) {
    for (Index l = 0; l < count; ++l)
      for (Index j = 0; j < to.cols; ++j) to(first + l, j) = from[j * columns + l];
  };
  const auto copy = [](const View<const T>& from, Index row, const View<T>& to, Index to_row) {
    for (Index j = 0; j < to.cols; ++j) to(to_row, j) = from(row, j);
  };
  for (Index l = 0; l < count; ++l) {
    const Index row = part.rows[static_cast<std::size_t>(l)];
    copy(samples.inputs, row, plan_->input(), first + l);
    copy(samples.targets, row, plan_->target(), first + l);
    plan_->weights()[part.first + static_cast<std::size_t>(l)] = weight_[l];
    plan_->losses()[part.first + static_cast<std::size_t>(l)] = losses_[static_cast<std::size_t>(l)];
  }
  if (part.batch_size == 1) return;  // computed there
  for (const Stage& s : stages_) {
    leave(s.in, plan_->value(s.in_value));
    leave(s.out, plan_->value(s.out_value));
    leave(s.d, plan_->value_gradient(s.in_value));
    leave(s.d_out, plan_->value_gradient(s.out_value));
  }
}

// A batch of one sample descends, all layers have few units and nobody looks at their numbers. Null if the loss forbids it.
template <class T>
std::optional<double> TinyPlan<T>::descend_by_few(const Samples& samples, Index row, const Descent& descent) {
  const T* const input = samples.inputs.row(row).data();
  const T* const target = samples.targets.row(row).data();
  const T weight = samples.weights[static_cast<std::size_t>(row)], rate = descent.rate;
  few::Units<T> x, slope, d;
  few::for_each_of<few::kMost>([&]<Index i>() ISINGLASS_INLINE {
    if (i < stages_[0].n_in) x.template at<i>() = input[i];
  });
  for (const Stage& s : stages_) few::forward(s, x, slope);
  const Stage& last = stages_.back();
  const auto loss = [&](const auto& formula) ISINGLASS_INLINE {
    const double factor = formula.factor(static_cast<double>(last.n_out));
    double sum = 0;
    few::for_each_of<few::kMost>([&]<Index j>() ISINGLASS_INLINE {
      if (j >= last.n_out) return;
      const T p = x.template at<j>(), y = target[j];
      sum += formula.term(static_cast<double>(p) - static_cast<double>(y));
      d.template at<j>() = weight * static_cast<T>(factor) * formula.slope(p - y) * slope.template at<j>();
    });
    return in_order(0.0, factor * sum * static_cast<double>(weight));
  };
  const double total = is_mean_squared_ ? loss(MeanSquared{}) : loss(HalfSquared{});
  if (!(total <= descent.most_loss)) return {};
  T zero = 0;
  for (std::size_t k = stages_.size(); k-- > 0;) {
    const Stage* const below = k == 0 ? nullptr : &stages_[k - 1];
    few::descend(stages_[k], below, k == 0 ? input : below->out, d, rate, zero);
  }
  zero_ += zero;
  return total;
}

template <class T>
double TinyPlan<T>::step(const Samples& samples, std::span<const Index> batch, const std::optional<Descent>& descent) {
  if (descent && batch.size() == 1 && has_few_units_)
    if (const std::optional<double> loss = descend_by_few(samples, batch[0], *descent)) return *loss;
  double total = 0;
  for (std::size_t first = 0; first < batch.size(); first += kLanes) {
    const std::size_t count = std::min<std::size_t>(kLanes, batch.size() - first);
    const Pass part{batch.subspan(first, count), first, batch.size()};
    total = count == 1 ? pass_alone(samples, part, total) : pass_together(samples, part, total);
    if (plan_ != nullptr) leave_numbers(samples, part);
  }
  const double mean = total / static_cast<double>(batch.size());
  if (descent && mean <= descent->most_loss) update(descent->rate);
  return mean;
}

// The only function that is widened: what it holds is built once for each width of vectors. Returns the mean loss of the
// last batch.
template <class T>
double TinyPlan<T>::run(const Samples& samples, const Epochs& course, const std::optional<Descent>& descent,
                        Position& at) {
  double mean = 0;
  zero_ = 0;
  gathered_rows_ = nullptr;
  kernels::widened([&] {
    for (;;) {
      std::size_t first = static_cast<std::size_t>(at.batch) * course.batch_size;
      for (; first < course.order.size(); first += course.batch_size, ++at.batch) {
        const auto batch = course.order.subspan(first, std::min(course.batch_size, course.order.size() - first));
        mean = step(samples, batch, descent);
        if (descent && !(mean <= descent->most_loss)) return;
        at.loss_sum += mean * static_cast<double>(batch.size());
      }
      if (at.epoch + 1 >= course.epochs || zero_ != 0) return;
      at = {.epoch = at.epoch + 1};
    }
  });
  return mean;
}

template <class T>
double TinyPlan<T>::train(const Samples& samples, std::span<const Index> batch, const std::optional<Descent>& descent) {
  Position at;
  return run(samples, {.order = batch, .batch_size = batch.size()}, descent, at);
}

template <class T>
double TinyPlan<T>::train(const Samples& samples, std::span<const Index> batch, Plan<T>& plan) {
  plan.begin_step(static_cast<Index>(batch.size()));
  plan_ = &plan;
  if (batch.size() == 1) compute_in(plan);
  const double mean = train(samples, batch);
  if (batch.size() == 1) std::swap(stages_, stages_in_plan_);
  plan_ = nullptr;
  plan.notify_observer();
  return mean;
}

// A single sample is in one lane, as in the plan's row: it is computed there, until the stages are swapped back.
template <class T>
void TinyPlan<T>::compute_in(Plan<T>& plan) {
  if (stages_in_plan_.empty() || stages_in_plan_[0].in != plan.value(stages_[0].in_value).data) {
    stages_in_plan_ = stages_;
    for (Stage& s : stages_in_plan_) {
      s.in = plan.value(s.in_value).data;
      s.out = plan.value(s.out_value).data;
      s.d = plan.value_gradient(s.in_value).data;
      s.d_out = plan.value_gradient(s.out_value).data;
    }
  }
  std::swap(stages_, stages_in_plan_);
}

template <class T>
void TinyPlan<T>::update(T rate) {
  T* const parameters = parameters_->flat().data();
  const T* const gradients = gradients_->flat().data();
  const std::size_t count = parameters_->flat().size();
  constexpr std::size_t kBeside = 64 / sizeof(T);
  std::array<T, kBeside> zeros{};
  const auto move = [&](std::size_t first, std::size_t n) {
    for (std::size_t l = 0; l < n; ++l) {
      const T moved = parameters[first + l] - rate * gradients[first + l];
      parameters[first + l] = moved;
      zeros[l] += moved * 0;
    }
  };
  std::size_t first = 0;
  for (; first + kBeside <= count; first += kBeside) move(first, kBeside);
  move(first, count - first);
  for (const T zero : zeros) zero_ += zero;
}

template <class T>
void TinyPlan<T>::descend(const Samples& samples, const Epochs& course, const Descent& descent, Position& at) {
  run(samples, course, descent, at);
}

template class TinyPlan<float>;
template class TinyPlan<double>;

}  // namespace isinglass
