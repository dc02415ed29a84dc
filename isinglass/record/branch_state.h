// isinglass/record/branch_state.h - the state of a replayed run as the first one of a branch (train/branch.h).
#pragma once
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "isinglass/record/run_store.h"
#include "isinglass/record/trainer_snapshot.h"
#include "isinglass/train/checkpoint.h"

namespace isinglass {

// What the loop remembers of earlier epochs and a replay does not: the first loss, and what early stopping knows.
template <class T>
struct Watched {
  Progress progress;
  std::vector<T> best;       // parameters of the best epoch; empty when there is none
  bool best_is_new = false;  // its parameters are those after progress.best_epoch, still to be looked up
};

// As it was when `epoch` began, with the rule of `experiment`; the losses are those of the store, which may be null.
template <class T>
Watched<T> watch_again(const TrainerSnapshot<T>& start, Index epoch, const Experiment& experiment, RunStore* store) {
  Watched<T> found{.progress = start.progress(), .best = start.best()};
  Progress& p = found.progress;
  const std::optional<StepRow> first = store != nullptr ? store->step(0) : std::nullopt;
  if (!p.first_loss && first) p.first_loss = first->loss;
  const std::optional<EarlyStopping>& rule = experiment.train.early_stopping;
  if (!rule) {
    p.best_loss.reset();
    return found;
  }
  for (Index e = p.epoch; e < epoch; ++e) {
    const auto loss = store != nullptr ? store->metric(e, "train", "monitored_loss") : std::nullopt;
    ++p.bad_epochs;
    if (!loss || (p.best_loss && *loss >= *p.best_loss - rule->min_delta)) continue;
    p.best_loss = loss;
    p.best_epoch = e;
    p.bad_epochs = 0;
    found.best_is_new = true;
  }
  return found;
}

// Writes the trainer's present state as a checkpoint of another experiment. Another optimiser begins with zeros, but for
// numbers that have the same name.
template <class T>
void save_branch_state(Trainer<T>& trainer, const Watched<T>& watched, const Experiment& from, const Experiment& to,
                       const std::string& path) {
  const auto state = trainer.state();
  state.progress.first_loss = watched.progress.first_loss;
  state.progress.best_loss = watched.progress.best_loss;
  state.progress.best_epoch = watched.progress.best_epoch;
  state.progress.bad_epochs = watched.progress.bad_epochs;
  const Graph& graph = state.parameters.graph();
  if (watched.progress.best_loss) std::ranges::copy(watched.best, state.best.emplace(graph).flat().begin());
  const std::vector<std::string> had = from.train.optimiser.state_names();
  std::vector<Parameters<T>> numbers;
  for (const std::string& name : to.train.optimiser.state_names()) {
    Parameters<T>& next = numbers.emplace_back(graph);
    const auto same = std::ranges::find(had, name);
    if (same == had.end()) continue;
    std::ranges::copy(state.optimiser[static_cast<std::size_t>(same - had.begin())].flat(), next.flat().begin());
  }
  std::swap(numbers, state.optimiser);
  save_checkpoint(path, to, trainer);
  std::swap(numbers, state.optimiser);
}

}  // namespace isinglass
