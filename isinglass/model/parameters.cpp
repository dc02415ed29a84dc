#include "isinglass/model/parameters.h"

namespace isinglass {
namespace {

// Draws one parameter, row by row, or column by column: "unit by unit".
template <class T>
void draw(const GraphParameter& p, View<T> out, RandomStream& stream, bool by_unit) {
  if (p.spec.role == ParamSpec::kConstant || p.spec.role == ParamSpec::kState) {
    for (Index i = 0; i < out.rows; ++i)
      for (T& w : out.row(i)) w = static_cast<T>(p.spec.initial);
    return;
  }
  const auto next = [&] { return static_cast<T>(p.initialiser.draw(stream, p.spec.fan_in, p.spec.fan_out)); };
  if (by_unit)
    for (Index j = 0; j < out.cols; ++j)
      for (Index i = 0; i < out.rows; ++i) out(i, j) = next();
  else
    for (Index i = 0; i < out.rows; ++i)
      for (Index j = 0; j < out.cols; ++j) out(i, j) = next();
}

}  // namespace

template <class T>
void Parameters<T>::initialise(const RandomSettings& random) {
  const auto& specs = graph_->parameters;
  if (random.numpy == nullptr) {
    for (std::size_t k = 0; k < specs.size(); ++k) {
      const auto stream = counter_stream({random.seed, Purpose::kInitialise, static_cast<std::uint32_t>(k), 0});
      draw(specs[k], (*this)[k], *stream, false);
    }
    return;
  }
  const bool by_unit = graph_->initial_order == "by_unit";
  const auto draw_role = [&](const std::vector<std::size_t>& which, bool biases) {
    for (const std::size_t k : which)
      if ((specs[k].spec.role == ParamSpec::kBias) == biases) draw(specs[k], (*this)[k], *random.numpy, by_unit);
  };
  std::vector<std::size_t> all;
  for (const GraphNode& node : graph_->nodes) {
    if (!by_unit) {  // each layer's bias row stands above its kernel
      draw_role(node.parameters, true);
      draw_role(node.parameters, false);
    }
    all.insert(all.end(), node.parameters.begin(), node.parameters.end());
  }
  if (by_unit) {
    draw_role(all, false);
    draw_role(all, true);
  }
}

template class Parameters<float>;
template class Parameters<double>;

}  // namespace isinglass
