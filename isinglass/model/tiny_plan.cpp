#include "isinglass/model/tiny_plan.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>
#include <type_traits>
#include <utility>

#include "isinglass/kernels/logistic.h"
#include "isinglass/kernels/vector_math.h"
#include "isinglass/kernels/widened.h"
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
    : is_mean_squared_(loss.kind() == MeanSquared::kName) {
  for (ValueId k = 0; k < graph.nodes.size(); ++k) {
    const GraphNode& node = graph.nodes[k];
    if (node.layer.kind() != Dense::kName) {
      const auto found = std::ranges::find(kActivations, node.layer.kind());
      stages_.back().activation = static_cast<Activation>(found - kActivations.begin());
      stages_.back().out_value = k + 1;
      continue;
    }
    Stage stage{.n_in = node.in[0][0], .n_out = node.out[0]};
    stage.in_value = stage.out_value = k + 1;
    stage.kernel = parameters[node.parameters[0]].data;
    stage.kernel_gradient = gradients[node.parameters[0]].data;
    if (node.parameters.size() > 1) {
      stage.bias = parameters[node.parameters[1]].data;
      stage.bias_gradient = gradients[node.parameters[1]].data;
    }
    stages_.push_back(stage);
  }
  Index rows = stages_[0].n_in + stages_.back().n_out + 3;
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
  ones_ = next(1);
  std::fill_n(ones_, kLanes, T{1});
}

// Samples side by side; lanes beyond the batch hold zeros. One sample stays where it is.
template <class T>
template <Index L>
typename TinyPlan<T>::Gathered TinyPlan<T>::gather(const Samples& samples, std::span<const Index> rows, T batch_size) {
  if constexpr (L == 1) {
    const Index row = rows[0];
    weight_[0] = samples.weights[static_cast<std::size_t>(row)];
    scale_[0] = weight_[0] / batch_size;
    return {samples.inputs.data + row * samples.inputs.stride, samples.targets.data + row * samples.targets.stride};
  }
  if (rows.data() == gathered_rows_) return {input_, target_};
  gathered_rows_ = rows.data();
  const Index count = static_cast<Index>(rows.size());
  const auto spread = [&](const View<const T>& from, Index cols, T* to) {
    for (Index l = 0; l < count; ++l) {
      const T* row = from.data + rows[static_cast<std::size_t>(l)] * from.stride;
      for (Index j = 0; j < cols; ++j) to[j * L + l] = row[j];
    }
    for (Index l = count; l < L; ++l)
      for (Index j = 0; j < cols; ++j) to[j * L + l] = 0;
  };
  spread(samples.inputs, stages_[0].n_in, input_);
  spread(samples.targets, stages_.back().n_out, target_);
  for (Index l = 0; l < L; ++l)
    weight_[l] = l < count ? samples.weights[static_cast<std::size_t>(rows[static_cast<std::size_t>(l)])] : T{0};
  for (Index l = 0; l < L; ++l) scale_[l] = weight_[l] / batch_size;
  return {input_, target_};
}

template <class T>
template <Index L>
void TinyPlan<T>::forward(const Stage& s, const T* x) {
  for (Index j = 0; j < s.n_out; ++j) {
    std::array<T, L> sum{};
    for (Index i = 0; i < s.n_in; ++i) {
      const T weight = s.kernel[i * s.n_out + j];
      for (Index l = 0; l < L; ++l) sum[l] = std::fma(x[i * L + l], weight, sum[l]);
    }
    if (s.bias != nullptr) {
      const T bias = s.bias[j];
      for (Index l = 0; l < L; ++l) sum[l] += bias;
    }
    activate<L>(s, j, sum);
  }
}

// The output of unit j and its slope.
template <class T>
template <Index L>
void TinyPlan<T>::activate(const Stage& s, Index j, const std::array<T, L>& in) {
  T *out = s.out + j * L, *slope = s.slope + j * L;
  if (plan_ != nullptr) std::ranges::copy(in, s.in + j * L);
  const auto each = [&](auto function) {
    if constexpr (L == 1) {
      std::tie(out[0], slope[0]) = function(in[0]);
      return;
    }
    std::array<T, L> y, dy;  // nothing that memory holds can be one of these: the loop runs in vectors
    for (Index l = 0; l < L; ++l) std::tie(y[l], dy[l]) = function(in[l]);
    std::ranges::copy(y, out);
    std::ranges::copy(dy, slope);
  };
  // near(x) in vectors, if no factor |x| is far
  [[maybe_unused]] const auto each_of = [&](T factor, auto one, auto near) {
    if constexpr (L == 1) return each(one);
    Index far = 0;
    for (Index l = 0; l < L; ++l) far += kernels::is_far(factor * std::abs(in[l]));
    return far > 0 ? each(one) : each(near);
  };
  switch (s.activation) {
    case Activation::kLinear:
      return each([](T x) { return std::pair(x, T{1}); });
    case Activation::kRelu:
      return each([](T x) {
        const T y = std::max(x, T{0});
        return std::pair(y, Relu::slope(x, y));
      });
    case Activation::kSigmoid:
      if constexpr (std::same_as<T, double>) {
        const auto numbers = [](double x, const kernels::Logistic& y) { return std::pair(y.value(x), y.slope()); };
        return each_of(
            1, [=](double x) { return numbers(x, kernels::logistic(x)); },
            [=](double x) { return numbers(x, kernels::logistic_near(x)); });
      }
      kernels::sigmoid(std::span<const T>(in), std::span<T>(out, L));
      break;
    case Activation::kTanh:
      if constexpr (std::same_as<T, double>) {
        const auto numbers = [](const kernels::Tangent& y) { return std::pair(y.value, y.slope); };
        return each_of(
            2, [=](double x) { return numbers(kernels::hyperbolic_tangent(x)); },
            [=](double x) { return numbers(kernels::hyperbolic_tangent_near(x)); });
      }
      kernels::tanh(std::span<const T>(in), std::span<T>(out, L));
      break;
  }
  for (Index l = 0; l < L; ++l)
    slope[l] = s.activation == Activation::kSigmoid ? Sigmoid::slope(in[l], out[l]) : Tanh::slope(in[l], out[l]);
}

// Adds w l of each sample to `total`; leaves dL/dpre-activation of the last stage.
template <class T>
template <Index L, class S>
double TinyPlan<T>::loss(const S& formula, const T* target, Index count, double total) {
  const Stage& s = stages_.back();
  const double factor = formula.factor(static_cast<double>(s.n_out));
  std::array<double, L> sum{};
  for (Index j = 0; j < s.n_out; ++j)
    for (Index l = 0; l < L; ++l) {
      const T p = s.out[j * L + l], y = target[j * L + l];
      sum[l] += formula.term(static_cast<double>(p) - static_cast<double>(y));
      const T slope = scale_[l] * static_cast<T>(factor) * formula.slope(p - y);
      if (plan_ != nullptr) s.d_out[j * L + l] = slope;
      s.d[j * L + l] = slope * s.slope[j * L + l];
    }
  for (Index l = 0; l < L && plan_ != nullptr; ++l) losses_[static_cast<std::size_t>(l)] = factor * sum[l];
  for (Index l = 0; l < count; ++l) total = in_order(total, factor * sum[l] * static_cast<double>(weight_[l]));
  return total;
}

// From dL/dpre-activation of a stage to that of the one below.
template <class T>
template <Index L>
void TinyPlan<T>::backward(const Stage& s, const Stage& below) {
  for (Index i = 0; i < s.n_in; ++i) {
    std::array<T, L> sum{};
    for (Index j = 0; j < s.n_out; ++j) {
      const T weight = s.kernel[i * s.n_out + j];
      for (Index l = 0; l < L; ++l) sum[l] = std::fma(s.d[j * L + l], weight, sum[l]);
    }
    if (plan_ != nullptr) std::ranges::copy(sum, below.d_out + i * L);
    for (Index l = 0; l < L; ++l) sum[l] *= below.slope[i * L + l];
    std::ranges::copy(sum, below.d + i * L);
  }
}

// Adds the samples one after the other; with a rate, moves the parameters at once.
template <class T>
template <Index L, bool kDescends>
void TinyPlan<T>::add_gradients(const Stage& s, const T* x, Index count, bool is_first, T rate) {
  T zero = 0;
  const auto row = [&](const T* with, T* parameter, T* gradient) {
    for (Index j = 0; j < s.n_out; ++j) {
      T sum = is_first ? T{0} : gradient[j];
      const T* d = s.d + j * L;
      if (count == L)
        for (Index l = 0; l < L; ++l) sum = std::fma(with[l], d[l], sum);
      else
        for (Index l = 0; l < count; ++l) sum = std::fma(with[l], d[l], sum);
      gradient[j] = sum;
      if (!kDescends) continue;
      parameter[j] -= rate * sum;
      zero = std::fma(parameter[j], T{0}, zero);
    }
  };
  for (Index i = 0; i < s.n_in; ++i) row(x + i * L, s.kernel + i * s.n_out, s.kernel_gradient + i * s.n_out);
  if (s.bias != nullptr) row(ones_, s.bias, s.bias_gradient);
  zero_ += zero;
}

// What the lanes hold becomes rows of the plan.
template <class T>
template <Index L>
void TinyPlan<T>::leave_numbers(const Samples& samples, const Pass& part) {
  const Index first = static_cast<Index>(part.first), count = L == 1 ? 1 : static_cast<Index>(part.rows.size());
  const auto leave = [&](const T* from, const View<T>& to) {
    for (Index l = 0; l < count; ++l)
      for (Index j = 0; j < to.cols; ++j) to(first + l, j) = from[j * L + l];
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

// Some samples of a batch; returns `total` with their losses. The last of them decide about the descent.
template <class T>
template <Index L>
double TinyPlan<T>::pass(const Samples& samples, const Pass& part, double total,
                         const std::optional<Descent>& descent) {
  const Index count = L == 1 ? 1 : static_cast<Index>(part.rows.size());
  const auto [input, target] = gather<L>(samples, part.rows, static_cast<T>(part.batch_size));
  const T* x = input;
  for (const Stage& s : stages_) {
    forward<L>(s, x);
    x = s.out;
  }
  total =
      is_mean_squared_ ? loss<L>(MeanSquared{}, target, count, total) : loss<L>(HalfSquared{}, target, count, total);
  const bool descends = descent && part.is_last() && total / static_cast<double>(part.batch_size) <= descent->most_loss;
  for (std::size_t k = stages_.size() - 1; k > 0; --k) backward<L>(stages_[k], stages_[k - 1]);
  x = input;
  for (const Stage& s : stages_) {
    if (descends)
      add_gradients<L, true>(s, x, count, part.is_first(), descent->rate);
    else
      add_gradients<L, false>(s, x, count, part.is_first(), 0);
    x = s.out;
  }
  if (plan_ != nullptr) leave_numbers<L>(samples, part);
  return total;
}

template <class T>
double TinyPlan<T>::step(const Samples& samples, std::span<const Index> batch, const std::optional<Descent>& descent) {
  double total = 0;
  for (std::size_t first = 0; first < batch.size(); first += kLanes) {
    const std::size_t count = std::min<std::size_t>(kLanes, batch.size() - first);
    const Pass part{batch.subspan(first, count), first, batch.size()};
    constexpr std::size_t kOf = kStep;
    total = count == 1         ? pass<1>(samples, part, total, descent)
            : count <= kOf     ? pass<kStep>(samples, part, total, descent)
            : count <= 2 * kOf ? pass<2 * kStep>(samples, part, total, descent)
            : count <= 3 * kOf ? pass<3 * kStep>(samples, part, total, descent)
                               : pass<4 * kStep>(samples, part, total, descent);
  }
  return total / static_cast<double>(batch.size());
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
void TinyPlan<T>::descend(T rate) {
  for (const Stage& s : stages_) {
    for (Index i = 0; i < s.n_in * s.n_out; ++i) s.kernel[i] -= rate * s.kernel_gradient[i];
    for (Index j = 0; j < s.n_out && s.bias != nullptr; ++j) s.bias[j] -= rate * s.bias_gradient[j];
  }
}

template <class T>
void TinyPlan<T>::descend(const Samples& samples, const Epochs& course, const Descent& descent, Position& at) {
  run(samples, course, descent, at);
}

template class TinyPlan<float>;
template class TinyPlan<double>;

}  // namespace isinglass
