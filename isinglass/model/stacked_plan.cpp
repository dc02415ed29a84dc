#include "isinglass/model/stacked_plan.h"

#include <algorithm>
#include <utility>

#include "isinglass/kernels/stack.h"
#include "isinglass/model/plan_loss.h"
#include "isinglass/nn/dense.h"

namespace isinglass {
namespace {

constexpr Index kMostRows = 16;  // at once, so that their values stay in a near cache

bool is_dense(const GraphNode& node) {
  return node.layer.kind() == Dense::kName;
}

// The value whose gradient the loss writes: the one before an activation that belongs to the loss.
ValueId value_of_loss(const Graph& graph, const Loss& loss) {
  return loss.activation().empty() ? graph.output_value() : graph.nodes.back().inputs[0];
}

}  // namespace

template <class T>
Index StackedPlan<T>::most_members() {
  return kernels::stack_size<T>();
}

template <class T>
bool StackedPlan<T>::fits(const Graph& graph, const Loss& loss, Index max_batch) {
  constexpr Index kMostBytes = 512 << 10;  // measured: from 800 KB on members are faster one after the other
  Index values = 0;
  std::size_t parameters = 0;
  for (std::size_t k = 0; k < graph.nodes.size(); ++k) {
    const GraphNode& node = graph.nodes[k];
    if (node.inputs != std::vector<ValueId>{k} || node.activity_l1 > 0) return false;
    const bool is_of_loss = k >= value_of_loss(graph, loss);
    if (!is_dense(node) && !is_of_loss && !node.layer.functions<T>().elementwise) return false;
    if (is_dense(node) && graph.parameters[node.parameters[0]].spec.shape[0] != node.in[0][0]) return false;
    for (const std::size_t p : node.parameters)
      if (p != parameters++) return false;  // shared
    values += size_of(node.in[0]);
  }
  const Index numbers = 2 * (graph.flat_size() + std::min(max_batch, kMostRows) * values);
  return most_members() > 1 && numbers * most_members() * static_cast<Index>(sizeof(T)) <= kMostBytes;
}

template <class T>
StackedPlan<T>::StackedPlan(const Graph& graph, const Loss& loss, Index max_batch)
    : graph_(&graph),
      loss_value_(value_of_loss(graph, loss)),
      size_(most_members()),
      most_rows_(std::min(max_batch, kMostRows)),
      parameters_(graph.flat_size() * size_),
      gradients_(graph.flat_size() * size_) {
  Index end = 0;
  const auto place = [&](ValueId v) { return std::exchange(end, end + most_rows_ * size_of_value(v) * size_); };
  for (const GraphNode& node : graph.nodes) {
    layers_.push_back(node.layer);
    functions_.push_back(node.layer.functions<T>());
  }
  for (ValueId v = 0; v <= loss_value_; ++v) {
    // What a function of single numbers makes may lie where it found it.
    const bool replaces = v > 1 && functions_[v - 1].in_place;
    values_.push_back(replaces ? values_[v - 1] : place(v));
    value_gradients_.push_back(v == 0 ? 0 : replaces ? value_gradients_[v - 1] : place(v));
  }
  numbers_ = Buffer<T>(end);
}

template <class T>
void StackedPlan<T>::forward(std::size_t node, Index rows) {
  const GraphNode& n = graph_->nodes[node];
  const Index n_in = size_of_value(node), n_out = size_of_value(node + 1);
  if (!is_dense(n)) {
    const View<const T> x = as_rows(value(node), node, rows);
    functions_[node].forward(functions_[node].self, {.x = {&x, 1}, .y = as_rows(value(node + 1), node + 1, rows)});
    return;
  }
  kernels::multiply_stacked({.m = rows,
                             .n = n_out,
                             .k = n_in,
                             .a = value(node),
                             .a_row = n_in,
                             .a_step = 1,
                             .b = parameter(n.parameters[0]),
                             .b_step = n_out,
                             .b_col = 1,
                             .c = value(node + 1),
                             .bias = n.parameters.size() > 1 ? parameter(n.parameters[1]) : nullptr});
}

template <class T>
void StackedPlan<T>::backward(std::size_t node, Rows rows) {
  const GraphNode& n = graph_->nodes[node];
  const Index n_in = size_of_value(node), n_out = size_of_value(node + 1);
  T* const d = value_gradient(node + 1);
  if (!is_dense(n)) {
    if (node == 0) return;
    const View<const T> x = as_rows(value(node), node, rows.count), y = as_rows(value(node + 1), node + 1, rows.count);
    const View<T> dx = as_rows(value_gradient(node), node, rows.count);
    functions_[node].backward(functions_[node].self,
                              {.x = {&x, 1}, .y = y, .dy = as_rows(d, node + 1, rows.count), .dx = {&dx, 1}});
    return;
  }
  const bool resumes = rows.first > 0;
  kernels::multiply_stacked({.m = n_in,
                             .n = n_out,
                             .k = rows.count,
                             .a = value(node),
                             .a_row = 1,
                             .a_step = n_in,
                             .b = d,
                             .b_step = n_out,
                             .b_col = 1,
                             .c = gradient(n.parameters[0]),
                             .resumes = resumes});
  if (n.parameters.size() > 1) kernels::sum_stacked_rows(d, rows.count, n_out, gradient(n.parameters[1]), resumes);
  if (node == 0) return;
  kernels::multiply_stacked({.m = rows.count,
                             .n = n_in,
                             .k = n_out,
                             .a = d,
                             .a_row = n_out,
                             .a_step = 1,
                             .b = parameter(n.parameters[0]),
                             .b_step = 1,
                             .b_col = n_out,
                             .c = value_gradient(node)});
}

template <class T>
void StackedPlan<T>::read_inputs(std::span<Plan<T>* const> members, Rows rows) {
  from_.clear();
  for (Plan<T>* plan : members) from_.push_back(plan->input().row(rows.first).data());
  kernels::stack(from_, rows.count * size_of_value(0), value(0));
}

// The plans compute them, and what they say of the value that they read.
template <class T>
void StackedPlan<T>::compute_losses(std::span<Plan<T>* const> members, Rows rows) {
  to_.clear();
  for (Plan<T>* plan : members) to_.push_back(plan->value(loss_value_).row(rows.first).data());
  kernels::unstack(value(loss_value_), rows.count * size_of_value(loss_value_), to_);
  from_.clear();
  for (Plan<T>* plan : members) {
    for (std::size_t k = loss_value_; k < graph_->nodes.size(); ++k) {
      const View<const T> x = plan->value(k).middle_rows(rows.first, rows.count);
      functions_[k].forward(
          functions_[k].self,
          {.shapes = graph_->nodes[k].in, .x = {&x, 1}, .y = plan->value(k + 1).middle_rows(rows.first, rows.count)});
    }
    plan->compute_losses(rows.first, rows.count);
    from_.push_back(plan->value_gradient(loss_value_).row(rows.first).data());
  }
  kernels::stack(from_, rows.count * size_of_value(loss_value_), value_gradient(loss_value_));
}

template <class T>
void StackedPlan<T>::train(std::span<Plan<T>* const> members, Index rows) {
  from_.clear();
  for (Plan<T>* plan : members) {
    plan->begin_step(rows);
    from_.push_back(plan->parameters().flat().data());
  }
  kernels::stack(from_, graph_->flat_size(), parameters_.data());
  const Index pieces = (rows + most_rows_ - 1) / most_rows_;
  for (Index i = 0; i < pieces; ++i) {
    const Rows piece{rows * i / pieces, rows * (i + 1) / pieces - rows * i / pieces};
    read_inputs(members, piece);
    for (std::size_t k = 0; k < loss_value_; ++k) forward(k, piece.count);
    compute_losses(members, piece);
    for (std::size_t k = loss_value_; k-- > 0;) backward(k, piece);
  }
  to_.clear();
  for (Plan<T>* plan : members) to_.push_back(plan->gradients().flat().data());
  kernels::unstack(gradients_.data(), graph_->flat_size(), to_);
}

template class StackedPlan<float>;
template class StackedPlan<double>;

}  // namespace isinglass
