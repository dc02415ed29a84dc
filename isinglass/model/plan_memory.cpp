#include "isinglass/model/plan_memory.h"

namespace isinglass {

// One place in the arena for every value, every gradient of a value and everything saved for backward.
template <class T>
PlanMemory<T>::PlanMemory(const Graph& graph, const Request& request) {
  const std::size_t count = graph.nodes.size() + 1;
  const Index batch = request.max_batch;
  Index used = 0;
  std::vector<std::pair<View<T>*, Index>> places;  // a view and its offset
  const auto place = [&](View<T>& view, Index size) {
    view = {nullptr, batch, size};
    places.emplace_back(&view, used);
    used += Buffer<T>::aligned(batch * size);
  };

  values.resize(count);
  gradients.resize(count);
  saved.resize(graph.nodes.size());
  dx.resize(graph.nodes.size());
  needs_gradient.assign(count, false);
  std::vector<std::vector<View<T>*>> senders(count);  // the dx views that flow into a value
  for (ValueId v = 0; v < count; ++v) place(values[v], size_of(graph.value_shape(v)));
  for (std::size_t k = 0; k < graph.nodes.size(); ++k) {
    const GraphNode& node = graph.nodes[k];
    const std::vector<Index> sizes = node.layer.saved(node.in);
    saved[k].resize(sizes.size());
    for (std::size_t s = 0; s < sizes.size(); ++s) place(saved[k][s], sizes[s]);
    dx[k].resize(node.inputs.size());
    if (!request.training) continue;
    bool needed = !node.parameters.empty();
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
      const ValueId v = node.inputs[i];
      if (v == 0) needs_gradient[v] = request.input_gradient;
      if (!needs_gradient[v]) continue;
      needed = true;
      senders[v].push_back(&dx[k][i]);
    }
    needs_gradient[k + 1] = needed;
  }
  std::vector<std::pair<View<T>*, ValueId>> aliases;  // the only sender writes the gradient itself
  std::vector<std::pair<ValueId, std::vector<View<T>*>>> several;
  for (ValueId v = 0; v < count; ++v) {
    if (!request.training || !(needs_gradient[v] || v == request.loss_value)) continue;
    place(gradients[v], size_of(graph.value_shape(v)));
    if (senders[v].size() == 1) aliases.emplace_back(senders[v][0], v);
    if (senders[v].size() < 2) continue;
    for (View<T>* sender : senders[v]) place(*sender, size_of(graph.value_shape(v)));
    several.emplace_back(v, senders[v]);
  }
  arena = Buffer<T>(used);
  for (const auto& [view, offset] : places) view->data = arena.data() + offset;
  for (const auto& [view, v] : aliases) *view = gradients[v];
  for (const auto& [v, terms] : several) {
    GradientSum<T> sum{.value = v, .total = gradients[v]};
    for (const View<T>* term : terms) sum.terms.push_back(*term);
    sums.push_back(std::move(sum));
  }
}

template struct PlanMemory<float>;
template struct PlanMemory<double>;

}  // namespace isinglass
