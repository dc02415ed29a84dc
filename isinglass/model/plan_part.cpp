#include "isinglass/model/plan_part.h"

#include <utility>

namespace isinglass {

template <class T>
PlanPart<T>::PlanPart(const Graph& graph, PlanMemory<T>& memory, Parameters<T>& parameters, Parameters<T>* gradients,
                      kernels::Products products)
    : calls(graph.nodes.size()), sums(memory.sums), graph_(&graph), memory_(&memory), input_(memory.values[0]) {
  for (std::size_t k = 0; k < calls.size(); ++k) {
    const GraphNode& node = graph.nodes[k];
    PlanCall<T>& call = calls[k];
    for (const ValueId v : node.inputs) call.x.push_back(memory.values[v]);
    for (const std::size_t p : node.parameters) {
      call.param.push_back(std::as_const(parameters)[p]);
      if (gradients != nullptr) call.dparam.push_back((*gradients)[p]);
      if (graph.parameters[p].spec.role == ParamSpec::kState) call.state.push_back(parameters[p]);
    }
    call.saved = memory.saved[k];
    call.dx = memory.dx[k];
    call.y = memory.values[k + 1];
    call.dy = memory.gradients[k + 1];
    call.forward.shapes = call.backward.shapes = node.in;
    call.forward.x = call.backward.x = call.x;
    call.forward.param = call.backward.param = call.param;
    call.forward.saved = call.backward.saved = call.saved;
    call.backward.dx = call.dx;
    call.backward.dparam = call.dparam;
    call.forward.products = call.backward.products = products;
  }
}

template <class T>
void PlanPart<T>::take(Index new_first, Index new_count, const PlanSharing* sharing, bool passes,
                       const std::vector<bool>* in_lanes) {
  if (taken_ != new_first || sharing_ != sharing || passes_ != passes || in_lanes_ != in_lanes)
    count = -1;  // no view is right
  taken_ = new_first;
  sharing_ = sharing;
  passes_ = passes;
  in_lanes_ = in_lanes;
  narrow(new_first, new_count);
}

template <class T>
void PlanPart<T>::read_input(View<const T> from) {
  if (input_.data == from.data && input_.stride == from.stride) return;
  input_ = from;
  count = -1;
}

template <class T>
template <class U>
View<U> PlanPart<T>::cut(const View<U>& whole, bool passing) const {
  return whole.data == nullptr ? whole : whole.middle_rows(passing ? taken_ : first, count);
}

template <class T>
void PlanPart<T>::narrow(Index new_first, Index new_count) {
  if (first == new_first && count == new_count) return;
  first = new_first;
  count = new_count;
  const auto value = [&](ValueId v) {
    return place_of(v) == 0 ? View<T>() : cut(memory_->values[place_of(v)], passes_ && sharing_->passing[v]);
  };
  for (std::size_t k = 0; k < calls.size(); ++k) {
    PlanCall<T>& call = calls[k];
    call.forward.rectify = sharing_ != nullptr && sharing_->rectifying[k].rectify;
    call.backward.x_is_rectified = sharing_ != nullptr && sharing_->rectifying[k].x_is_rectified;
    for (std::size_t i = 0; i < call.x.size(); ++i) {
      const ValueId v = graph_->nodes[k].inputs[i];
      call.x[i] = place_of(v) == 0 ? cut(input_, false) : View<const T>(value(v));
    }
    for (std::size_t i = 0; i < call.dx.size(); ++i) {
      const ValueId v = graph_->nodes[k].inputs[i];  // only a value with one reader lies in another's place
      call.dx[i] = cut(place_of(v) == v ? memory_->dx[k][i] : memory_->gradients[place_of(v)], false);
    }
    for (std::size_t i = 0; i < call.saved.size(); ++i) call.saved[i] = cut(memory_->saved[k][i], passes_);
    call.y = call.forward.y = value(k + 1);
    call.dy = cut(memory_->gradients[place_of(k + 1)], false);
    call.backward.y = call.y;
    call.backward.dy = call.dy;
    call.forward.first_row = call.backward.first_row = first;
    if (in_lanes_ == nullptr)
      call.forward.in_lanes = {};
    else
      call.forward.in_lanes = {.x = (*in_lanes_)[graph_->nodes[k].inputs[0]], .y = (*in_lanes_)[k + 1]};
    call.backward.in_lanes = call.forward.in_lanes;
  }
  for (std::size_t s = 0; s < sums.size(); ++s) {
    sums[s].total = memory_->sums[s].total.middle_rows(first, count);
    for (std::size_t i = 0; i < sums[s].terms.size(); ++i)
      sums[s].terms[i] = memory_->sums[s].terms[i].middle_rows(first, count);
  }
}

template struct PlanPart<float>;
template struct PlanPart<double>;

}  // namespace isinglass
