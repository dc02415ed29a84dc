#include "isinglass/model/plan_gradients.h"

#include <algorithm>

namespace isinglass {

template <class T>
PlanGradients<T>::PlanGradients(const Graph& graph, const std::vector<LayerFunctions<T>>& functions, Index max_batch,
                                PlanPart<T>& whole, const std::function<Index(double work, Index extent)>& pieces_for)
    : functions_(functions) {
  share(graph, whole);
  list_handed_over(graph);
  std::vector<Task> small;
  for (std::size_t k = graph.nodes.size(); k-- > 0;) {
    const GraphNode& node = graph.nodes[k];
    if (functions[k].gradient == nullptr || node.parameters.empty()) continue;
    const Index extent = node.layer.gradient_extent(node.in);
    const Index pieces = pieces_for(2 * node.layer.operations(node.in) * static_cast<double>(max_batch), extent);
    for (Index i = 0; i < pieces; ++i) {
      Task task{.node = k};
      task.backward.slice_begin = extent * i / pieces;
      task.backward.slice_end = extent * (i + 1) / pieces;
      (pieces > 1 ? tasks_ : small).push_back(task);
    }
  }
  tasks_.insert(tasks_.end(), small.begin(), small.end());
}

template <class T>
void PlanGradients<T>::list_handed_over(const Graph& graph) {
  constexpr Index kWorthIt = 1 << 15;  // numbers: more than a first level cache holds
  handed_over_.assign(graph.parameters.size(), false);
  hands_over_.assign(graph.nodes.size(), false);
  std::vector<int> users(graph.parameters.size(), 0);
  for (const GraphNode& node : graph.nodes)
    for (const std::size_t p : node.parameters) ++users[p];
  for (std::size_t k = 0; k < graph.nodes.size(); ++k) {
    if (!functions_[k].hands_over) continue;
    const std::size_t p = graph.nodes[k].parameters[0];
    const GraphParameter& parameter = graph.parameters[p];
    const bool is_kernel = parameter.spec.role == ParamSpec::kKernel;
    handed_over_[p] = hands_over_[k] = is_kernel && users[p] == 1 && parameter.size() >= kWorthIt;
  }
}

template <class T>
void PlanGradients<T>::share(const Graph& graph, PlanPart<T>& whole) {
  std::vector<bool> used(graph.parameters.size(), false);
  std::vector<std::pair<std::size_t, std::size_t>> places;  // of a node, which parameter
  Index size = 0;
  for (std::size_t k = 0; k < graph.nodes.size(); ++k)
    for (std::size_t i = 0; i < graph.nodes[k].parameters.size(); ++i) {
      const std::size_t p = graph.nodes[k].parameters[i];
      if (used[p]) {
        places.emplace_back(k, i);
        size += Buffer<T>::aligned(graph.parameters[p].size());
      }
      used[p] = true;
    }
  shared_memory_ = Buffer<T>(size);
  T* data = shared_memory_.data();
  for (const auto& [k, i] : places) {
    View<T>& view = whole.calls[k].dparam[i];
    view.data = data;
    data += Buffer<T>::aligned(view.size());
    shared_.push_back({graph.nodes[k].parameters[i], view});
  }
}

template <class T>
auto PlanGradients<T>::cuts(bool as_one) const -> std::vector<Cut> {
  std::vector<Cut> cuts;
  for (const Task& task : tasks_)
    if (task.backward.slice_begin == 0 && !(as_one && functions_[task.node].gradient_in_parts))
      cuts.push_back({task.node, task.backward.slice_end});
  return cuts;
}

template <class T>
void PlanGradients<T>::take(const PlanPart<T>& whole) {
  for (Task& task : tasks_) {
    Backward<T> backward = whole.calls[task.node].backward;
    backward.scratch = task.backward.scratch;
    backward.slice_begin = task.backward.slice_begin;
    backward.slice_end = task.backward.slice_end;
    task.backward = backward;
  }
}

template <class T>
void PlanGradients<T>::set_random(const PlanPart<T>& whole) {
  for (Task& task : tasks_) task.backward.random = whole.calls[task.node].backward.random;
}

template <class T>
void PlanGradients<T>::compute(ThreadPool* pool, PlanExchange<T>* exchange, const kernels::Handover<T>* to,
                               Parameters<T>& gradients) {
  for (Task& task : tasks_) task.backward.handover = hands_over_[task.node] ? to : nullptr;
  const bool is_cut = exchange != nullptr && exchange->is_cut();
  if (is_cut) {
    std::ranges::fill(gradients.flat(), T{0});
    std::ranges::fill(shared_memory_.span(), T{0});
  }
  const auto run = [&](Index i) {
    const Task& task = tasks_[static_cast<std::size_t>(i)];
    if (pool == nullptr && functions_[task.node].gradient_in_parts) return;  // is there
    if (is_cut && !exchange->is_mine(i)) return;
    functions_[task.node].gradient(functions_[task.node].self, task.backward);
  };
  const Index count = static_cast<Index>(tasks_.size());
  if (pool != nullptr)
    pool->run(count, run);
  else
    for (Index i = 0; i < count; ++i) run(i);
  if (is_cut) {
    exchange->merge(gradients.flat());
    exchange->merge(shared_memory_.span());
  }
  for (const Shared& shared : shared_) {
    const std::span<T> total = {gradients[shared.parameter].data, static_cast<std::size_t>(shared.term.size())};
    for (std::size_t i = 0; i < total.size(); ++i) total[i] += shared.term.data[i];
  }
}

template class PlanGradients<float>;
template class PlanGradients<double>;

}  // namespace isinglass
