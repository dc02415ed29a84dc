// The part of a trainer that its settings shape: what a step looks up, brought up to date when they change.
#include <algorithm>
#include <tuple>

#include "isinglass/train/optimisers/sgd.h"
#include "isinglass/train/trainer.h"

namespace isinglass {

template <class T>
void Trainer<T>::list_slices() {
  constexpr Index kLarge = 1 << 15;  // numbers; enough work for a thread
  const bool are_penalties = now_.l1 != 0 || now_.l2 != 0;
  slices_.clear();
  std::vector<Slice> small;
  Index end_of_last = -1;  // with the zeros behind it
  for (std::size_t k = 0; k < setup_.graph.parameters.size(); ++k) {
    const GraphParameter& p = setup_.graph.parameters[k];
    const bool is_handed_over = plan_.handed_over()[k];
    if (p.spec.role == ParamSpec::kState) continue;
    const bool has_penalty = are_penalties && p.spec.role == ParamSpec::kKernel;
    const Index begin = p.offset, end = begin + p.size();
    if (is_handed_over || p.size() >= kLarge) {
      // One piece a thread, as the plan cuts the gradient: most of a slice then lies in the cache of who updates it.
      const Index pieces = setup_.pool.threads();
      for (Index i = 0; i < pieces; ++i)
        slices_.push_back(
            {begin + p.size() * i / pieces, begin + p.size() * (i + 1) / pieces, has_penalty, is_handed_over});
    } else if (begin == end_of_last && small.back().has_penalty == has_penalty && end - small.back().begin <= kLarge) {
      small.back().end = end;
    } else {
      small.push_back({begin, end, has_penalty, false});
    }
    if (p.size() < kLarge) end_of_last = begin + Buffer<float>::aligned(p.size());  // as Graph::flat_size()
  }
  slices_.insert(slices_.end(), small.begin(), small.end());
}

// What steps look up in `now_`.
template <class T>
void Trainer<T>::take_settings() {
  const TrainOptions& o = now_;
  std::tie(update_, optimiser_) = o.optimiser.template function<T>();
  list_slices();
  may_hand_over_ = setup_.ranks == nullptr && o.clip_value == 0 && o.clip_norm == 0 &&
                   std::ranges::find(plan_.handed_over(), true) != plan_.handed_over().end();
  descends_at_once_ =
      tiny_ && o.optimiser.kind() == Sgd::kName && o.l1 == 0 && o.l2 == 0 && o.clip_value == 0 && o.clip_norm == 0;
}

// Brings the settings of the epoch in progress() into force. Whoever replays a run goes back, too.
template <class T>
void Trainer<T>::enter_stage() {
  const std::vector<Stage>& stages = setup_.stages;
  std::size_t stage = 0;
  while (stage < stages.size() && stages[stage].epoch <= progress_.epoch) ++stage;
  if (stage == stage_) return;
  stage_ = stage;
  now_ = setup_.options;
  if (stage > 0) stages[stage - 1].give_to(now_);
  const Graph graph = stage > 0 ? Graph::build(stages[stage - 1].model, setup_.graph.input) : setup_.graph;
  for (std::size_t k = 0; k < graph.nodes.size(); ++k)
    if (graph.nodes[k].layer.random()) plan_.set_layer(k, graph.nodes[k].layer);
  take_settings();
}

template <class T>
Value Trainer<T>::in_force() const {
  std::vector<Layer> layers;
  for (std::size_t k = 0; k < setup_.graph.nodes.size(); ++k) layers.push_back(plan_.layer(k));
  return changeable_settings(now_, layers);
}

#define ISINGLASS_SETTINGS(T)                \
  template void Trainer<T>::list_slices();   \
  template void Trainer<T>::take_settings(); \
  template void Trainer<T>::enter_stage();   \
  template Value Trainer<T>::in_force() const;
ISINGLASS_SETTINGS(float)
ISINGLASS_SETTINGS(double)

}  // namespace isinglass
