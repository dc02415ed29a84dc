#include "isinglass/model/tiny_plan.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <type_traits>

#include "isinglass/kernels/exponential.h"
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
  for (const GraphNode& node : graph.nodes) {
    if (node.layer.kind() != Dense::kName) {
      const auto found = std::ranges::find(kActivations, node.layer.kind());
      stages_.back().activation = static_cast<Activation>(found - kActivations.begin());
      continue;
    }
    Stage stage{.n_in = node.in[0][0], .n_out = node.out[0]};
    stage.kernel = parameters[node.parameters[0]].data;
    stage.kernel_gradient = gradients[node.parameters[0]].data;
    if (node.parameters.size() > 1) {
      stage.bias = parameters[node.parameters[1]].data;
      stage.bias_gradient = gradients[node.parameters[1]].data;
    }
    stages_.push_back(stage);
  }
  Index rows = stages_[0].n_in + stages_.back().n_out + 2;
  for (const Stage& stage : stages_) rows += 4 * stage.n_out;
  work_ = Buffer<T>(rows * kLanes);
  T* data = work_.data();
  const auto next = [&](Index count) {
    data += count * kLanes;
    return data - count * kLanes;
  };
  T *x = next(stages_[0].n_in), *d_x = nullptr;
  for (Stage& stage : stages_) {
    stage.x = x;
    stage.d_x = d_x;
    stage.in = next(stage.n_out);
    x = stage.out = next(stage.n_out);
    d_x = stage.d = next(stage.n_out);
    stage.power = next(stage.n_out);
  }
  target_ = next(stages_.back().n_out);
  weight_ = next(1);
  scale_ = next(1);
}

// Samples side by side; lanes beyond the batch hold zeros.
template <class T>
template <Index L>
void TinyPlan<T>::gather(const Samples& samples, std::span<const Index> rows, T batch_size) {
  const Index count = L == 1 ? 1 : static_cast<Index>(rows.size());
  const auto spread = [&](View<const T> from, Index cols, T* to) {
    for (Index j = 0; j < cols; ++j) {
      for (Index l = 0; l < count; ++l) to[j * L + l] = from(rows[static_cast<std::size_t>(l)], j);
      for (Index l = count; l < L; ++l) to[j * L + l] = 0;
    }
  };
  spread(samples.inputs, stages_[0].n_in, stages_[0].x);
  spread(samples.targets, stages_.back().n_out, target_);
  for (Index l = 0; l < L; ++l) {
    weight_[l] = l < count ? samples.weights[static_cast<std::size_t>(rows[static_cast<std::size_t>(l)])] : T{0};
    scale_[l] = weight_[l] / batch_size;
  }
}

template <class T>
template <Index L>
void TinyPlan<T>::forward() {
  for (const Stage& s : stages_) {
    for (Index j = 0; j < s.n_out; ++j) {
      std::array<T, L> sum{};
      for (Index i = 0; i < s.n_in; ++i) {
        const T weight = s.kernel[i * s.n_out + j];
        for (Index l = 0; l < L; ++l) sum[l] = std::fma(s.x[i * L + l], weight, sum[l]);
      }
      const T bias = s.bias == nullptr ? T{0} : s.bias[j];
      for (Index l = 0; l < L; ++l) s.in[j * L + l] = s.bias == nullptr ? sum[l] : sum[l] + bias;
    }
    const std::span<const T> in(s.in, static_cast<std::size_t>(s.n_out * L));
    const std::span<T> out(s.out, in.size());
    switch (s.activation) {
      case Activation::kLinear:
        std::ranges::copy(in, out.begin());
        break;
      case Activation::kSigmoid:
        if constexpr (std::same_as<T, double>)
          for (std::size_t i = 0; i < in.size(); ++i) {
            s.power[i] = kernels::exponential(-std::abs(in[i]));
            out[i] = kernels::logistic(in[i], s.power[i]);
          }
        else
          kernels::sigmoid(in, out);
        break;
      case Activation::kTanh:
        if constexpr (std::same_as<T, double>)
          for (std::size_t i = 0; i < in.size(); ++i) out[i] = kernels::hyperbolic_tangent(in[i]);
        else
          kernels::tanh(in, out);
        break;
      case Activation::kRelu:
        Relu::values(in, out);
        break;
    }
  }
}

// Adds w l of each sample to `total`; leaves dL/dout.
template <class T>
template <Index L, class S>
double TinyPlan<T>::loss(const S& formula, Index count, double total) {
  const Stage& s = stages_.back();
  const double factor = formula.factor(static_cast<double>(s.n_out));
  std::array<double, L> sum{};
  for (Index j = 0; j < s.n_out; ++j)
    for (Index l = 0; l < L; ++l) {
      const T p = s.out[j * L + l], y = target_[j * L + l];
      sum[l] += formula.term(static_cast<double>(p) - static_cast<double>(y));
      s.d[j * L + l] = scale_[l] * static_cast<T>(factor) * formula.slope(p - y);
    }
  for (Index l = 0; l < count; ++l) total = in_order(total, factor * sum[l] * static_cast<double>(weight_[l]));
  return total;
}

template <class T>
template <Index L>
void TinyPlan<T>::backward(Index count, bool is_first) {
  for (std::size_t k = stages_.size(); k-- > 0;) {
    const Stage& s = stages_[k];
    const auto through = [&](auto slope) {
      for (Index i = 0; i < s.n_out * L; ++i) s.d[i] *= slope(s.in[i], s.out[i]);
    };
    if (s.activation == Activation::kSigmoid)
      for (Index i = 0; i < s.n_out * L; ++i) s.d[i] *= Sigmoid::slope(s.in[i], s.out[i], s.power[i]);
    if (s.activation == Activation::kTanh) through(Tanh::slope<T>);
    if (s.activation == Activation::kRelu) through(Relu::slope<T>);
    for (Index i = 0; i < s.n_in; ++i)
      for (Index j = 0; j < s.n_out; ++j) {
        T& gradient = s.kernel_gradient[i * s.n_out + j];
        T sum = is_first ? T{0} : gradient;
        for (Index l = 0; l < count; ++l) sum = std::fma(s.x[i * L + l], s.d[j * L + l], sum);
        gradient = sum;
      }
    for (Index j = 0; s.bias != nullptr && j < s.n_out; ++j) {
      T sum = is_first ? T{0} : s.bias_gradient[j];
      for (Index l = 0; l < count; ++l) sum = in_order(sum, s.d[j * L + l]);
      s.bias_gradient[j] = sum;
    }
    if (s.d_x == nullptr) continue;
    for (Index i = 0; i < s.n_in; ++i) {
      std::array<T, L> sum{};
      for (Index j = 0; j < s.n_out; ++j) {
        const T weight = s.kernel[i * s.n_out + j];
        for (Index l = 0; l < L; ++l) sum[l] = std::fma(s.d[j * L + l], weight, sum[l]);
      }
      for (Index l = 0; l < L; ++l) s.d_x[i * L + l] = sum[l];
    }
  }
}

template <class T>
template <Index L>
double TinyPlan<T>::run(const Samples& samples, std::span<const Index> batch) {
  double total = 0;
  for (std::size_t first = 0; first < batch.size(); first += L) {
    const std::span<const Index> rows = batch.subspan(first, std::min<std::size_t>(L, batch.size() - first));
    const Index count = L == 1 ? 1 : static_cast<Index>(rows.size());
    gather<L>(samples, rows, static_cast<T>(batch.size()));
    forward<L>();
    total = is_mean_squared_ ? loss<L>(MeanSquared{}, count, total) : loss<L>(HalfSquared{}, count, total);
    backward<L>(count, first == 0);
  }
  return total / static_cast<double>(batch.size());
}

template <class T>
void TinyPlan<T>::update(T rate) {
  for (const Stage& s : stages_) {
    for (Index i = 0; i < s.n_in * s.n_out; ++i) s.kernel[i] -= rate * s.kernel_gradient[i];
    for (Index j = 0; s.bias != nullptr && j < s.n_out; ++j) s.bias[j] -= rate * s.bias_gradient[j];
  }
}

template <class T>
double TinyPlan<T>::step(const Samples& samples, std::span<const Index> batch, const std::optional<Descent>& descent) {
  const double mean = batch.size() == 1 ? run<1>(samples, batch) : run<kLanes>(samples, batch);
  if (descent && mean <= descent->most_loss) update(descent->rate);
  return mean;
}

template <class T>
bool TinyPlan<T>::is_finite() const {
  T sum = 0;  // of zeros, or no number
  for (const Stage& s : stages_) {
    for (Index i = 0; i < s.n_in * s.n_out; ++i) sum += T{0} * s.kernel[i];
    for (Index j = 0; s.bias != nullptr && j < s.n_out; ++j) sum += T{0} * s.bias[j];
  }
  return sum == 0;
}

template <class T>
double TinyPlan<T>::train(const Samples& samples, std::span<const Index> batch, const std::optional<Descent>& descent) {
  double mean = 0;
  kernels::widened([&] { mean = step(samples, batch, descent); });
  return mean;
}

template <class T>
void TinyPlan<T>::descend(const Samples& samples, const Epochs& course, const Descent& descent, Position& at) {
  kernels::widened([&] {
    for (;;) {
      std::size_t first = static_cast<std::size_t>(at.batch) * course.batch_size;
      for (; first < course.order.size(); first += course.batch_size, ++at.batch) {
        const auto batch = course.order.subspan(first, std::min(course.batch_size, course.order.size() - first));
        const double mean = step(samples, batch, descent);
        if (!(mean <= descent.most_loss)) return;
        at.loss_sum += mean * static_cast<double>(batch.size());
      }
      if (at.epoch + 1 >= course.epochs || !is_finite()) return;
      at = {.epoch = at.epoch + 1};
    }
  });
}

template class TinyPlan<float>;
template class TinyPlan<double>;

}  // namespace isinglass
