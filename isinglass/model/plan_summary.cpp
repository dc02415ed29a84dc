#include "isinglass/model/plan_summary.h"

#include <algorithm>
#include <span>

#include "isinglass/model/plan.h"

namespace isinglass {
namespace {

// "forward", "backward", ...; a sum of gradients is part of the way back.
const char* pass_of(const PlanAction& action) {
  switch (action.kind) {
    case PlanAction::kForward:
      return "forward";
    case PlanAction::kLoss:
      return "loss";
    case PlanAction::kGradient:
      return "gradient of";
    default:
      return "backward";
  }
}

double operations_of(const Graph& graph, const PlanAction& action) {
  const bool is_product = action.kind == PlanAction::kForward || action.kind == PlanAction::kBackward ||
                          action.kind == PlanAction::kGradient;
  if (!is_product) return 0;
  const GraphNode& node = graph.nodes[action.index];
  return node.parameters.empty() ? 0 : node.layer.operations(node.in);
}

// " dense (packed panels)"; of a rectifier that a neighbour does " relu (in the product)".
std::string call_text(const GraphNode& node, PlanAction::Kind kind, LayerCall call,
                      const PlanSharing::Rectifying& rectifying) {
  const bool is_left = (kind == PlanAction::kForward && rectifying.leaves_forward) ||
                       (kind == PlanAction::kBackward && rectifying.leaves_backward);
  if (is_left) return " " + std::string(node.layer.kind()) + " (in the product)";
  call.pass = kind == PlanAction::kForward    ? LayerCall::kForward
              : kind == PlanAction::kBackward ? LayerCall::kBackward
                                              : LayerCall::kGradient;
  const std::string method = node.layer.method(node.in, call);
  return " " + std::string(node.layer.kind()) + (method.empty() ? "" : " (" + method + ")");
}

// Such as "forward layer1 conv2d relu, layer2 max_pool2d; loss; backward layer2 max_pool2d". `call` has what is the same
// for all; `slices`: of each action, where they are gradients.
PlanStage stage_of(const Graph& graph, std::span<const PlanAction> actions, LayerCall call, const PlanSharing* sharing,
                   std::span<const Index> slices = {}) {
  PlanStage stage{.rows = call.rows};
  std::string pass;
  std::size_t layer = graph.layers.size();
  for (std::size_t a = 0; a < actions.size(); ++a) {
    const PlanAction& action = actions[a];
    if (!slices.empty()) call.slices = slices[a];
    stage.operations += operations_of(graph, action);
    if (action.kind == PlanAction::kSum || action.kind == PlanAction::kPenalty) continue;
    if (pass != pass_of(action)) {
      pass = pass_of(action);
      stage.what += (stage.what.empty() ? "" : "; ") + pass;
      layer = graph.layers.size();
    }
    if (action.kind == PlanAction::kLoss) continue;
    const GraphNode& node = graph.nodes[action.index];
    if (node.layer_index != layer)
      stage.what += (layer == graph.layers.size() ? " " : ", ") + graph.layers[node.layer_index].name;
    stage.what += call_text(node, action.kind, call,
                            sharing == nullptr ? PlanSharing::Rectifying() : sharing->rectifying[action.index]);
    layer = node.layer_index;
  }
  return stage;
}

}  // namespace

Index total_bytes(const std::vector<MemoryUse>& uses) {
  Index total = 0;
  for (const MemoryUse& use : uses) total += use.bytes;
  return total;
}

template <class T>
std::vector<PlanStage> Plan<T>::stages() const {
  const Index batch = options_.max_batch;
  const Index parts = parts_for(batch, (options_.training ? 2 : 1) * row_work_ * static_cast<double>(batch));
  const Index most = (batch + parts - 1) / parts;
  std::vector<PlanStage> stages;
  LayerCall call{.rows = batch, .number = sizeof(T), .products = options_.products};
  const PlanSharing* const sharing = options_.lean ? &*sharing_ : nullptr;  // while nobody looks
  const auto add = [&](std::size_t begin, std::size_t end, Index rows) {
    std::vector<PlanAction> actions(actions_.begin() + static_cast<std::ptrdiff_t>(begin),
                                    actions_.begin() + static_cast<std::ptrdiff_t>(end));
    if (parts > 1) std::erase_if(actions, [](const PlanAction& action) { return action.kind == Action::kGradient; });
    call.rows = std::min(rows, most);
    if (!actions.empty()) stages.push_back(stage_of(*graph_, actions, call, sharing));
  };
  for (const Phase& phase : options_.training ? train_phases_ : forward_phases_) {
    if (!phase.splittable) add(phase.begin, phase.end, batch);
    for (const PlanChunk& chunk : phase.chunks) add(chunk.begin, chunk.end, chunk.rows);
  }
  std::vector<PlanAction> gradients;
  std::vector<Index> slices;
  if (gradient_tasks_)
    for (const auto& cut : gradient_tasks_->cuts(parts == 1)) {
      gradients.push_back({Action::kGradient, cut.node});
      slices.push_back(cut.slices);
    }
  call.rows = batch;
  if (!gradients.empty()) stages.push_back(stage_of(*graph_, gradients, call, sharing, slices));
  return stages;
}

// Rows that the forward pass of each node writes in its own place; of a lean plan, as it is while nobody looks.
template <class T>
std::vector<Index> Plan<T>::rows_in_memory() const {
  const Index batch = options_.max_batch, parts = parts_for(batch, row_work_ * static_cast<double>(batch));
  std::vector<Index> rows(graph_->nodes.size(), batch);
  for (const Phase& phase : forward_phases_)
    for (const PlanChunk& chunk : phase.chunks)
      for (std::size_t a = chunk.begin; a < chunk.end && !options_.training && options_.lean; ++a)
        rows[actions_[a].index] = chunk.rows < batch ? std::min(batch, chunk.rows * parts) : batch;
  return rows;
}

template <class T>
std::vector<MemoryUse> Plan<T>::memory() const {
  const std::vector<Index> rows = rows_in_memory();
  Index values = options_.max_batch * memory_.values[0].cols, gradients = 0, saved = 0;
  for (ValueId v = 0; v < memory_.values.size(); ++v) {
    if (options_.lean && sharing_->place[v] != v) continue;
    if (v > 0) values += (sharing_->passing[v] ? rows[v - 1] : options_.max_batch) * memory_.values[v].cols;
    if (memory_.gradients[v].data != nullptr) gradients += memory_.gradients[v].size();
  }
  for (std::size_t k = 0; k < memory_.saved.size(); ++k)
    for (const View<T>& view : memory_.saved[k]) saved += rows[k] * view.cols;
  for (const GradientSum<T>& sum : memory_.sums)
    for (const View<const T>& term : sum.terms) gradients += term.size();
  constexpr Index kNumber = sizeof(T);
  std::vector<MemoryUse> uses{
      {"inputs and outputs of layers", values * kNumber},
      {"their gradients", gradients * kNumber},
      {"kept for the way back", saved * kNumber},
      {"targets, weights, losses", (target_.size() + weights_.size() + scale_.size()) * kNumber +
                                       static_cast<Index>(losses_.size() * sizeof(double))},
      {"working memory", (scratch_.size() + (gradient_tasks_ ? gradient_tasks_->numbers() : 0)) * kNumber}};
  std::erase_if(uses, [](const MemoryUse& use) { return use.bytes == 0; });
  return uses;
}

template std::vector<PlanStage> Plan<float>::stages() const;
template std::vector<PlanStage> Plan<double>::stages() const;
template std::vector<Index> Plan<float>::rows_in_memory() const;
template std::vector<Index> Plan<double>::rows_in_memory() const;
template std::vector<MemoryUse> Plan<float>::memory() const;
template std::vector<MemoryUse> Plan<double>::memory() const;

}  // namespace isinglass
