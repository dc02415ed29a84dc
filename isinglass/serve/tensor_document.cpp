#include "isinglass/serve/tensor_document.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "isinglass/base/error.h"
#include "isinglass/serve/moment_document.h"

namespace isinglass {
namespace {

constexpr std::string_view kDerivative = "dL/d", kUpdate = "update ";

struct Array2D {
  Shape shape;  // as the network has it
  Index rows = 1, cols = 1;
  std::vector<double> numbers;
};

std::vector<std::string> known_names(const Graph& graph) {
  std::vector<std::string> names{"input"};
  for (const GraphLayer& layer : graph.layers) {
    names.push_back(layer.name + ".in");
    names.push_back(layer.name + ".out");
  }
  for (const GraphParameter& p : graph.parameters) names.push_back(p.name);
  return names;
}

// The whole of what an element of it would have as address.
Address whole(const std::string& name, const Graph& graph, bool is_derivative) {
  if (name == "input") return {.kind = Address::kInput, .is_derivative = is_derivative};
  for (const GraphLayer& layer : graph.layers) {
    if (name == layer.name + ".in")
      return {.kind = Address::kPreActivation, .is_derivative = is_derivative, .which = layer.pre_node + 1};
    if (name == layer.name + ".out")
      return {.kind = Address::kOutput, .is_derivative = is_derivative, .which = layer.out_node + 1};
  }
  for (std::size_t k = 0; k < graph.parameters.size(); ++k)
    if (name == graph.parameters[k].name)
      return {.kind = Address::kParameter, .is_derivative = is_derivative, .which = k};
  throw InputError("there is no array '" + name + "'" + did_you_mean(name, known_names(graph)));
}

Array2D array_at(const Replay& replay, Address address, Index row) {
  const Graph& graph = replay.graph();
  Array2D out;
  if (address.kind == Address::kParameter) {
    const GraphParameter& p = graph.parameters[address.which];
    out = {.shape = p.spec.shape, .rows = p.rows, .cols = p.cols};
  } else {
    out.shape = graph.value_shape(address.which);
    out.cols = size_of(out.shape);
  }
  const Index count = out.rows * out.cols;
  out.numbers.reserve(static_cast<std::size_t>(count));
  for (address.element = 0; address.element < count; ++address.element)
    out.numbers.push_back(number_in(replay, address, row).value_or(0));
  return out;
}

// Each block of b x b as its number of largest magnitude: nothing that stands out is lost.
void reduce(Array2D& a, Index b) {
  const Index rows = (a.rows + b - 1) / b, cols = (a.cols + b - 1) / b;
  std::vector<double> kept(static_cast<std::size_t>(rows * cols), 0.0);
  for (Index i = 0; i < a.rows; ++i)
    for (Index j = 0; j < a.cols; ++j) {
      const double x = a.numbers[static_cast<std::size_t>(i * a.cols + j)];
      double& most = kept[static_cast<std::size_t>(i / b * cols + j / b)];
      if (std::abs(x) > std::abs(most) || std::isnan(x)) most = x;
    }
  a = {.shape = {rows, cols}, .rows = rows, .cols = cols, .numbers = std::move(kept)};
}

void append(std::string& bytes, Array2D a) {
  Index block = 1;
  while ((a.rows + block - 1) / block * ((a.cols + block - 1) / block) > kMostTensorNumbers) ++block;
  if (block > 1) reduce(a, block);
  std::vector<std::uint32_t> head{static_cast<std::uint32_t>(a.shape.size())};
  for (const Index n : a.shape) head.push_back(static_cast<std::uint32_t>(n));
  head.push_back(static_cast<std::uint32_t>(block));
  const std::vector<float> numbers(a.numbers.begin(), a.numbers.end());
  bytes.append(reinterpret_cast<const char*>(head.data()), head.size() * sizeof head[0]);
  bytes.append(reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof numbers[0]);
}

}  // namespace

std::string tensors(Replay& replay, const MomentRequest& request, bool has_next, std::span<const std::string> names) {
  const Graph& graph = replay.graph();
  const Index row = compute(replay, request).row;
  std::vector<Array2D> found;
  std::vector<Address> updated(names.size());
  bool has_updates = false;
  for (std::size_t k = 0; k < names.size(); ++k) {
    std::string name = names[k];
    const bool is_update = name.starts_with(kUpdate), is_derivative = name.starts_with(kDerivative);
    if (is_update || is_derivative) name = name.substr((is_update ? kUpdate : kDerivative).size());
    const Address address = whole(name, graph, is_derivative);
    if (is_update && address.kind != Address::kParameter)
      throw InputError("'" + names[k] + "': only parameters are updated");
    found.push_back(array_at(replay, address, row));
    if (is_update) updated[k] = address;
    has_updates = has_updates || is_update;
  }
  if (has_updates && has_next) replay.take_step();
  std::string bytes;
  for (std::size_t k = 0; k < names.size(); ++k) {
    if (updated[k].kind == Address::kParameter) {
      const std::vector<double> before = std::move(found[k].numbers);
      found[k] = array_at(replay, updated[k], row);
      std::ranges::transform(found[k].numbers, before, found[k].numbers.begin(), std::minus());
    }
    append(bytes, std::move(found[k]));
  }
  return bytes;
}

}  // namespace isinglass
