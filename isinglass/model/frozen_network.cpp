#include "isinglass/model/frozen_network.h"

#include <algorithm>

#include "isinglass/base/error.h"
#include "isinglass/model/plan.h"

namespace isinglass {

constexpr Index kBatch = 256;

double FrozenNetwork::parameter(std::size_t which, Index element) const {
  return flat_[static_cast<std::size_t>(graph_->parameters[which].offset + element)];
}

template <class T>
std::vector<std::vector<double>> FrozenNetwork::computed(const std::vector<ValueId>& which, ValueId from,
                                                         const std::vector<double>& numbers) const {
  Parameters<T> parameters(*graph_);
  for (std::size_t i = 0; i < flat_.size(); ++i) parameters.flat()[i] = static_cast<T>(flat_[i]);
  ThreadPool pool(0);
  const Index width = size_of(graph_->value_shape(from)), count = static_cast<Index>(numbers.size()) / width;
  Plan<T> plan(*graph_, parameters, pool, {.max_batch = std::clamp<Index>(count, 1, kBatch)});
  std::vector<std::vector<double>> found(which.size());
  for (Index begin = 0; begin < count; begin += kBatch) {
    const Index rows = std::min(kBatch, count - begin);
    for (Index r = 0; r < rows; ++r)
      for (Index i = 0; i < width; ++i)
        plan.value(from)(r, i) = static_cast<T>(numbers[static_cast<std::size_t>((begin + r) * width + i)]);
    if (from == 0)
      plan.forward(rows, Mode::kInference, {});
    else
      plan.forward_nodes(rows, from, graph_->nodes.size());
    for (std::size_t k = 0; k < which.size(); ++k)
      for (Index r = 0; r < rows; ++r)
        for (const T value : plan.value(which[k]).row(r)) found[k].push_back(static_cast<double>(value));
  }
  return found;
}

std::vector<std::vector<double>> FrozenNetwork::values(const std::vector<ValueId>& which, ValueId from,
                                                       const std::vector<double>& numbers) const {
  return is_float_ ? computed<float>(which, from, numbers) : computed<double>(which, from, numbers);
}

std::vector<std::vector<double>> FrozenNetwork::values(const std::vector<ValueId>& which,
                                                       const std::vector<double>& inputs) const {
  return values(which, ValueId{0}, inputs);
}

std::vector<double> FrozenNetwork::values(ValueId which, const std::vector<double>& inputs) const {
  return values({which}, ValueId{0}, inputs)[0];
}

std::vector<double> FrozenNetwork::decoded(const std::vector<double>& codes) const {
  return values({graph_->output_value()}, graph_->code_value(), codes)[0];
}

}  // namespace isinglass
