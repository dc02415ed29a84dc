#include "isinglass/model/plan_exchange.h"

namespace isinglass {

// Floating-point operations of a rank that take about as long as its messages.
constexpr double kWorkPerRank = 4e6;

template <class T>
PlanExchange<T>::PlanExchange(const Graph& graph, const std::vector<bool>& needs_all_rows, ValueId loss_value,
                              Communicator& ranks)
    : graph_(graph),
      loss_value_(loss_value),
      ranks_(ranks),
      reads_values_(graph.nodes.size() + 1, false),
      reads_gradient_(graph.nodes.size() + 1, false),
      reads_saved_(needs_all_rows) {
  reads_values_[graph.output_value()] = true;
  for (std::size_t k = 0; k < graph.nodes.size(); ++k) {
    if (!needs_all_rows[k]) continue;
    for (const ValueId v : graph.nodes[k].inputs) reads_values_[v] = true;
    reads_values_[k + 1] = reads_gradient_[k + 1] = true;
  }
}

template <class T>
auto PlanExchange<T>::cut(Index rows, double work) -> Rows {
  is_cut_ = rows >= ranks_.size() && work >= kWorkPerRank * static_cast<double>(ranks_.size());
  if (!is_cut_) return {0, rows};
  rows_.clear();
  for (Index r = 0; r <= ranks_.size(); ++r) rows_.push_back(static_cast<std::size_t>(rows * r / ranks_.size()));
  bytes_.resize(rows_.size());
  const auto own = static_cast<std::size_t>(ranks_.rank());
  return {static_cast<Index>(rows_[own]), static_cast<Index>(rows_[own + 1] - rows_[own])};
}

template <class T>
template <class Number>
void PlanExchange<T>::gather(Number* rows, Index cols) {
  const std::size_t size = static_cast<std::size_t>(cols) * sizeof(Number);
  for (std::size_t r = 0; r < rows_.size(); ++r) bytes_[r] = rows_[r] * size;
  ranks_.all_gather({reinterpret_cast<std::byte*>(rows), bytes_.back()}, bytes_);
}

template <class T>
void PlanExchange<T>::gather(std::span<const PlanAction> actions, const PlanPart<T>& whole, std::span<double> losses,
                             bool everything) {
  const auto gather_gradient = [&](ValueId v, const View<T>& gradient) {
    if (gradient.data != nullptr && (everything || reads_gradient_[v])) gather(gradient);
  };
  for (const PlanAction& action : actions) {
    const std::size_t k = action.index;
    switch (action.kind) {
      case PlanAction::kForward:
        if (whole.calls[k].y.data != nullptr && (everything || reads_values_[k + 1])) gather(whole.calls[k].y);
        if (everything || reads_saved_[k])
          for (const View<T>& saved : whole.calls[k].saved) gather(saved);
        break;
      case PlanAction::kLoss:
        gather(losses.data(), 1);
        if (loss_value_ > 0) gather_gradient(loss_value_, whole.calls[loss_value_ - 1].dy);
        break;
      case PlanAction::kPenalty:
        gather_gradient(k + 1, whole.calls[k].dy);
        break;
      case PlanAction::kBackward:
        for (std::size_t i = 0; i < whole.calls[k].dx.size(); ++i)
          gather_gradient(graph_.nodes[k].inputs[i], whole.calls[k].dx[i]);
        break;
      case PlanAction::kSum:
        gather_gradient(whole.sums[k].value, whole.sums[k].total);
        break;
      case PlanAction::kGradient:
        break;
    }
  }
}

template <class T>
void PlanExchange<T>::merge(std::span<T> gradients) {
  static_assert(Buffer<T>::kAlignment % sizeof(std::uint64_t) == 0, "a buffer ends with a whole word");
  const std::size_t words = (gradients.size_bytes() + sizeof(std::uint64_t) - 1) / sizeof(std::uint64_t);
  if (words > 0) ranks_.all_or({reinterpret_cast<std::uint64_t*>(gradients.data()), words});
}

template class PlanExchange<float>;
template class PlanExchange<double>;

}  // namespace isinglass
