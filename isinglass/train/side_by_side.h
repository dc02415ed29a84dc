// isinglass/train/side_by_side.h - several trainers of one network, step by step together on one thread.
//
// Their gradients come from a stacked plan (model/stacked_plan.h), their batches, updates and reports from themselves: each
// ends in the bits that it would reach alone.
#pragma once
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "isinglass/model/stacked_plan.h"
#include "isinglass/train/trainer.h"

namespace isinglass {

struct Ending {
  Outcome outcome = Outcome::kDone;
  std::string failure;  // why training diverged; "" otherwise
};

// So many of these trainers make a stack that pays; 0: one after the other is faster. They are of one graph and one loss.
template <class T>
Index stack_that_pays(std::span<Trainer<T>* const> trainers);

// How many trainers like this one a stack takes; 1: it trains alone.
template <class T>
Index most_side_by_side(const Trainer<T>& trainer) {
  return trainer.may_be_stacked() ? StackedPlan<T>::most_members() : 1;
}

// Trains all to their ends, or until `until` epochs are finished. `events` of each trainer, or none.
template <class T>
std::vector<Ending> train_side_by_side(std::span<Trainer<T>* const> trainers,
                                       const std::function<TrainEvents(std::size_t)>& events,
                                       Index until = std::numeric_limits<Index>::max());

}  // namespace isinglass
