// isinglass/record/trainer_snapshot.h - everything of a trainer that a step changes, kept so that it can be put back.
#pragma once
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "isinglass/train/trainer.h"

namespace isinglass {

template <class T>
class TrainerSnapshot {
 public:
  explicit TrainerSnapshot(Trainer<T>& trainer) {
    const auto state = trainer.state();
    progress_ = state.progress;
    parameters_ = copy(state.parameters);
    for (const Parameters<T>& numbers : state.optimiser) optimiser_.push_back(copy(numbers));
    if (state.best) best_ = copy(*state.best);
    order_ = state.order;
    if (state.numpy != nullptr) numpy_ = state.numpy->state();
  }

  void put_back(Trainer<T>& trainer) const {
    const auto state = trainer.state();
    state.progress = progress_;
    std::ranges::copy(parameters_, state.parameters.flat().begin());
    for (std::size_t k = 0; k < optimiser_.size(); ++k)
      std::ranges::copy(optimiser_[k], state.optimiser[k].flat().begin());
    state.best.reset();
    if (best_) std::ranges::copy(*best_, state.best.emplace(state.parameters.graph()).flat().begin());
    state.order = order_;
    if (state.numpy != nullptr) state.numpy->set_state(numpy_);
  }

  const Progress& progress() const { return progress_; }
  std::vector<T> best() const { return best_.value_or(std::vector<T>{}); }  // of early stopping

 private:
  static std::vector<T> copy(const Parameters<T>& numbers) { return {numbers.flat().begin(), numbers.flat().end()}; }

  Progress progress_;
  std::vector<T> parameters_;
  std::vector<std::vector<T>> optimiser_;
  std::optional<std::vector<T>> best_;
  std::vector<Index> order_;
  std::string numpy_;
};

}  // namespace isinglass
