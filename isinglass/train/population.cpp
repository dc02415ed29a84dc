#include "isinglass/train/population.h"

#include <exception>

#include "isinglass/base/error.h"

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

template <class T>
std::vector<typename Population<T>::Result> Population<T>::run(const std::function<TrainEvents(Index)>& events) {
  std::vector<Result> results(members_.size());
  std::vector<std::exception_ptr> errors(members_.size());  // a part of a job must not throw
  pool_.run(size(), [&](Index k) {
    const std::size_t member = static_cast<std::size_t>(k);
    try {
      results[member].outcome = trainer(k).run(events ? events(k) : TrainEvents{});
    } catch (const NumericError& error) {
      results[member].failure = error.what();
    } catch (...) {
      errors[member] = std::current_exception();
    }
  });
  for (const std::exception_ptr& error : errors)
    if (error) std::rethrow_exception(error);
  return results;
}

template class Population<float>;
template class Population<double>;

}  // namespace isinglass
