// The part of a trainer that moves parameters, each after its gradient or as soon as a piece of that is there.
#include <algorithm>
#include <atomic>
#include <cmath>

#include "isinglass/kernels/reduce.h"
#include "isinglass/train/trainer.h"

namespace isinglass {

// Applies clip_value to the gradients and returns the factor that clip_norm asks for.
template <class T>
double Trainer<T>::clip() {
  const TrainOptions& o = now_;
  if (o.clip_value > 0) {
    const T most = static_cast<T>(o.clip_value);
    for (T& g : plan_.gradients().flat()) g = std::clamp(g, -most, most);
  }
  if (o.clip_norm == 0) return 1;
  const double norm = std::sqrt(kernels::sum_of_squares(plan_.gradients().flat()));
  return norm > o.clip_norm ? o.clip_norm / norm : 1;
}

// Of parameters begin .. begin + gradient.size() - 1 of the flat vector; returns whether they are finite.
template <class T>
bool Trainer<T>::update_slice(Index begin, std::span<const T> gradient, bool has_penalty, double scale) {
  const auto cut = [&](Parameters<T>& all) {
    return all.flat().subspan(static_cast<std::size_t>(begin), gradient.size());
  };
  Update<T> u{.param = cut(parameters_),
              .gradient = gradient,
              .learning_rate = rate_,
              .step = progress_.step + 1,
              .l1 = has_penalty ? now_.l1 : 0,
              .l2 = has_penalty ? now_.l2 : 0,
              .gradient_scale = scale};
  for (std::size_t k = 0; k < optimiser_state_.size(); ++k) u.state[k] = cut(optimiser_state_[k]);
  return update_(optimiser_, u);
}

// A step whose large kernels are updated row by row, while their gradients are in cache.
template <class T>
double Trainer<T>::descend(std::span<const Index> rows, double most_loss) {
  struct Pieces {
    Trainer* trainer;
    mutable std::atomic<bool> is_finite = true;
  } const pieces{this};
  const auto take = [](const void* self, View<T> place, View<const T> gradient) {
    const Pieces& p = *static_cast<const Pieces*>(self);
    const Index begin = place.data - p.trainer->plan_.gradients().flat().data();
    const bool at_once = place.contiguous() && gradient.contiguous();
    const View<const T> runs = at_once ? View<const T>(gradient.data, 1, gradient.size()) : gradient;
    for (Index r = 0; r < runs.rows; ++r)
      if (!p.trainer->update_slice(begin + r * place.stride, runs.row(r), true, 1)) p.is_finite = false;
  };
  const Descent<T> descent{most_loss, {take, &pieces}};
  const double loss = plan_.train(static_cast<Index>(rows.size()), load(rows), &descent);
  has_lost_numbers_ = !pieces.is_finite;
  finish_batch(loss, Updated::kHandedOver);
  return loss;
}

template <class T>
void Trainer<T>::update(Updated already) {
  if (descends_at_once_) return tiny_->update(static_cast<T>(rate_));
  const double scale = clip();
  std::atomic<bool> is_finite = already == Updated::kNothing || !has_lost_numbers_;
  const auto one = [&](Index i) {
    const Slice& slice = slices_[static_cast<std::size_t>(i)];
    if (slice.is_handed_over && already == Updated::kHandedOver) return;
    const auto at = static_cast<std::size_t>(slice.begin), size = static_cast<std::size_t>(slice.end - slice.begin);
    if (!update_slice(slice.begin, plan_.gradients().flat().subspan(at, size), slice.has_penalty, scale))
      is_finite = false;
  };
  const Index count = static_cast<Index>(slices_.size());
  constexpr Index kWorthSharing = 1 << 13;  // numbers; below, waking a thread costs more than the update
  if (static_cast<Index>(parameters_.flat().size()) < kWorthSharing)
    for (Index i = 0; i < count; ++i) one(i);
  else
    setup_.pool.run(count, one);
  has_lost_numbers_ = !is_finite;
}

// Whether a parameter is not finite: the updates know it of those that learn.
template <class T>
bool Trainer<T>::has_lost_numbers() const {
  const auto is_lost = [&](const GraphParameter& p) {
    const auto at = static_cast<std::size_t>(p.offset), size = static_cast<std::size_t>(p.size());
    return p.spec.role == ParamSpec::kState && kernels::first_non_finite(parameters_.flat().subspan(at, size)) >= 0;
  };
  return has_lost_numbers_ || std::ranges::any_of(setup_.graph.parameters, is_lost);
}

#define ISINGLASS_UPDATES(T)                                                                         \
  template double Trainer<T>::clip();                                                                \
  template bool Trainer<T>::update_slice(Index, std::span<const T>, bool has_penalty, double scale); \
  template double Trainer<T>::descend(std::span<const Index>, double most_loss);                     \
  template void Trainer<T>::update(Updated);                                                         \
  template bool Trainer<T>::has_lost_numbers() const;
ISINGLASS_UPDATES(float)
ISINGLASS_UPDATES(double)

}  // namespace isinglass
