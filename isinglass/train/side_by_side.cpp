#include "isinglass/train/side_by_side.h"

#include <algorithm>

#include "isinglass/base/error.h"
#include "isinglass/model/stacked_plan.h"

namespace isinglass {
namespace {

template <class T>
struct Lane {
  Trainer<T>* trainer;
  TrainEvents events;
  Ending result;
  bool is_over = false;

  // Runs a piece of the training, which may diverge or be stopped.
  template <class F>
  void run(F piece) {
    try {
      piece();
    } catch (const NumericError& error) {
      result.failure = error.what();
      is_over = true;
    }
  }
};

// Empty lanes are computed, too: a stack is not worth it for less than three quarters.
bool pays(std::size_t members, Index lanes) {
  return 4 * static_cast<Index>(members) >= 3 * lanes;
}

// At most as many trainers as a stack has lanes, all before the same batch of an epoch.
template <class T>
class Stack {
 public:
  Stack(std::vector<Lane<T>>& lanes, Index until) : until_(until) {
    for (Lane<T>& lane : lanes) {
      lane.trainer->begin_course(until);
      going_.push_back(&lane);
    }
    const Plan<T>& plan = lanes[0].trainer->plan();
    plan_.emplace(plan.graph(), lanes[0].trainer->loss(), plan.max_batch());
  }

  void train() {
    while (leave_out_the_finished(), pays(going_.size(), StackedPlan<T>::most_members())) train_epoch();
    for (Lane<T>* lane : going_) lane->run([&] { lane->result.outcome = lane->trainer->run(lane->events, until_); });
  }

 private:
  void leave_out_the_finished() {
    std::erase_if(going_, [](Lane<T>* lane) {
      if (!lane->is_over && lane->trainer->goes_on()) return false;
      if (!lane->is_over) lane->result.outcome = lane->trainer->outcome();
      return true;
    });
  }

  void train_epoch() {
    for (Lane<T>* lane : going_) lane->trainer->begin_epoch();
    while (!going_.empty() && going_[0]->trainer->progress().batch < going_[0]->trainer->batches()) {
      train_batch();
      std::erase_if(going_, [](Lane<T>* lane) { return lane->is_over; });
    }
    for (Lane<T>* lane : going_) lane->run([lane] { lane->trainer->end_epoch(lane->events); });
  }

  void train_batch() {
    Index rows = 0;
    plans_.clear();
    for (Lane<T>* lane : going_) {
      const auto samples = lane->trainer->batch_rows();
      rows = static_cast<Index>(samples.size());
      lane->trainer->load(samples);
      plans_.push_back(&lane->trainer->plan());
    }
    plan_->train(plans_, rows);
    for (Lane<T>* lane : going_)
      lane->run([lane] {
        const double loss = lane->trainer->plan().mean_loss();
        lane->trainer->finish_batch(loss);
        if (lane->trainer->report_batch(lane->events, loss)) return;
        lane->result.outcome = Outcome::kInterrupted;
        lane->is_over = true;
      });
  }

  Index until_;
  std::optional<StackedPlan<T>> plan_;
  std::vector<Lane<T>*> going_;
  std::vector<Plan<T>*> plans_;
};

template <class T>
bool are_in_step(std::span<Trainer<T>* const> trainers) {
  const Trainer<T>& first = *trainers[0];
  return std::ranges::all_of(trainers, [&](const Trainer<T>* t) {
    return t->may_be_stacked() && t->batches() == first.batches() && t->progress().batch == first.progress().batch &&
           t->plan().max_batch() == first.plan().max_batch();
  });
}

}  // namespace

template <class T>
Index stack_that_pays(std::span<Trainer<T>* const> trainers) {
  const Index lanes = StackedPlan<T>::most_members();
  if (!pays(trainers.size(), lanes) || !are_in_step(trainers)) return 0;
  return std::min<Index>(lanes, static_cast<Index>(trainers.size()));
}

template <class T>
std::vector<Ending> train_side_by_side(std::span<Trainer<T>* const> trainers,
                                       const std::function<TrainEvents(std::size_t)>& events, Index until) {
  std::vector<Lane<T>> lanes;
  for (std::size_t k = 0; k < trainers.size(); ++k)
    lanes.push_back({.trainer = trainers[k], .events = events ? events(k) : TrainEvents{}});
  if (stack_that_pays(trainers) == static_cast<Index>(trainers.size()))
    Stack<T>(lanes, until).train();
  else
    for (Lane<T>& lane : lanes) lane.run([&] { lane.result.outcome = lane.trainer->run(lane.events, until); });
  std::vector<Ending> results;
  for (Lane<T>& lane : lanes) results.push_back(std::move(lane.result));
  return results;
}

template Index stack_that_pays<float>(std::span<Trainer<float>* const>);
template Index stack_that_pays<double>(std::span<Trainer<double>* const>);
template std::vector<Ending> train_side_by_side<float>(std::span<Trainer<float>* const>,
                                                       const std::function<TrainEvents(std::size_t)>&, Index);
template std::vector<Ending> train_side_by_side<double>(std::span<Trainer<double>* const>,
                                                        const std::function<TrainEvents(std::size_t)>&, Index);

}  // namespace isinglass
