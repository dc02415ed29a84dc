// isinglass/train/population.h - networks of one architecture that train side by side, each by settings of its own.
//
// A member ends in the bits that it would reach alone. Small networks share the lanes of vectors (side_by_side.h), as
// many stacks as fill the threads; the threads take other members in turn, none waits for another, and the numbers of a
// network stay in the cache of one core.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "isinglass/train/side_by_side.h"

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

  // Trains every member to its end, and the others on when one diverges. `events` gives those of a member; they are
  // called on the thread that trains it.
  std::vector<Ending> run(const std::function<TrainEvents(Index member)>& events = {});

  Index size() const { return static_cast<Index>(members_.size()); }
  Trainer<T>& trainer(Index member) { return members_[static_cast<std::size_t>(member)]->trainer; }

 private:
  struct Member {
    Member(const Setup& setup, const Settings& settings);
    TrainOptions options;
    ThreadPool pool{1};
    Trainer<T> trainer;
  };

  std::vector<std::size_t> jobs() const;

  ThreadPool& pool_;
  std::vector<std::unique_ptr<Member>> members_;
};

extern template class Population<float>;
extern template class Population<double>;

}  // namespace isinglass
