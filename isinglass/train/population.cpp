#include "isinglass/train/population.h"

#include <algorithm>
#include <exception>

namespace isinglass {

template <class T>
Population<T>::Member::Member(const Setup& setup, const Settings& settings)
    : options(settings.options),
      trainer({.graph = setup.graph,
               .options = options,
               .loss = setup.loss,
               .random = settings.random,
               .preprocessor = setup.preprocessor,
               .pool = pool,
               .train = setup.train,
               .validation = setup.validation}) {}

template <class T>
Population<T>::Population(const Setup& setup, const std::vector<Settings>& members) : pool_(setup.pool) {
  for (const Settings& settings : members) members_.push_back(std::make_unique<Member>(setup, settings));
}

// Where each job for a thread begins: whole stacks, as many for one thread as for another, and single members.
template <class T>
std::vector<std::size_t> Population<T>::jobs() const {
  std::vector<Trainer<T>*> trainers;
  for (const auto& member : members_) trainers.push_back(&member->trainer);
  const Index stack = stack_that_pays<T>(trainers), threads = pool_.threads();
  const Index stacks = stack == 0 ? 0 : size() / stack / threads * threads;
  std::vector<std::size_t> begins;
  for (Index k = 0; k < stacks; ++k) begins.push_back(static_cast<std::size_t>(k * stack));
  for (Index k = stacks * stack; k < size(); ++k) begins.push_back(static_cast<std::size_t>(k));
  return begins;
}

template <class T>
std::vector<Ending> Population<T>::run(const std::function<TrainEvents(Index)>& events) {
  std::vector<Ending> results(members_.size());
  const std::vector<std::size_t> begins = jobs();
  std::vector<std::exception_ptr> errors(begins.size());  // a part of a job must not throw
  pool_.run(static_cast<Index>(begins.size()), [&](Index k) {
    const auto job = static_cast<std::size_t>(k);
    const std::size_t begin = begins[job], end = job + 1 < begins.size() ? begins[job + 1] : members_.size();
    try {
      std::vector<Trainer<T>*> trainers;
      for (std::size_t i = begin; i < end; ++i) trainers.push_back(&members_[i]->trainer);
      const auto of_member = [&](std::size_t i) {
        return events ? events(static_cast<Index>(begin + i)) : TrainEvents{};
      };
      std::ranges::move(train_side_by_side<T>(trainers, of_member),
                        results.begin() + static_cast<std::ptrdiff_t>(begin));
    } catch (...) {
      errors[job] = std::current_exception();
    }
  });
  for (const std::exception_ptr& error : errors)
    if (error) std::rethrow_exception(error);
  return results;
}

template class Population<float>;
template class Population<double>;

}  // namespace isinglass
