// isinglass/train/population.h - networks of one architecture that train side by side, each by settings of its own.
//
// A member trains on one thread, as it would alone, and so to the same bits; the threads take the members in turn. No
// member waits for another, and the numbers of a small network stay in the cache of one core.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "isinglass/train/trainer.h"

namespace isinglass {

template <class T>
class Population {
 public:
  // What the members share; the references outlive the population.
  struct Setup {
    const Graph& graph;
    Loss loss;
    const Preprocessor& preprocessor;
    ThreadPool& pool;
    const Dataset& train;
    const std::optional<Dataset>& validation;
  };
  struct Settings {
    TrainOptions options;
    RandomSettings random;  // of NumPy's kind: a stream for each member
  };
  // Draws the initial parameters of each member. Throws what Trainer does.
  Population(const Setup& setup, const std::vector<Settings>& members);

  struct Result {
    Outcome outcome = Outcome::kDone;
    std::string failure;  // why the member stopped, when its training diverged; "" otherwise
  };
  // Trains every member to its end, and the others on when one diverges. `events` gives those of a member; they are
  // called on the thread that trains it.
  std::vector<Result> run(const std::function<TrainEvents(Index member)>& events = {});

  Index size() const { return static_cast<Index>(members_.size()); }
  Trainer<T>& trainer(Index member) { return members_[static_cast<std::size_t>(member)]->trainer; }

 private:
  struct Member {
    Member(const Setup& setup, const Settings& settings);
    TrainOptions options;
    ThreadPool pool{1};
    Trainer<T> trainer;
  };

  ThreadPool& pool_;
  std::vector<std::unique_ptr<Member>> members_;
};

extern template class Population<float>;
extern template class Population<double>;

}  // namespace isinglass
