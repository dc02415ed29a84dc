// isinglass/train/optimiser.h - how parameters move: any optimiser as a value, and the table of
// all.
//
// An optimiser is one file in train/optimisers/ and one line in train/optimisers.h: a struct with
// kName, kSummary, kState (names of the numbers it keeps for each parameter), its settings, among
// them learning_rate, and the rule `template <class T> bool update(const Update<T>&) const`, which
// returns whether the parameters are finite after it, as update_each() of update.h does.
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "isinglass/base/kind_table.h"
#include "isinglass/train/ranges.h"
#include "isinglass/train/update.h"

namespace isinglass {

template <class O>
concept OptimiserType = requires {
  O::kName;
}
&&requires(const O& o, const Update<float>& f, const Update<double>& d) {
  O::kSummary;
  O::kState.size();
  { o.learning_rate } -> std::convertible_to<double>;
  { o.update(f) } -> std::same_as<bool>;
  { o.update(d) } -> std::same_as<bool>;
};

class Optimiser {
 public:
  static constexpr std::string_view kTypeName = "optimiser";

  // Runs one step and says whether it left nothing but finite parameters; `self` is the second half of function().
  template <class T>
  using Function = bool (*)(const void* self, const Update<T>&);

  Optimiser();  // sgd with its default settings
  template <OptimiserType O>
  Optimiser(O settings)  // NOLINT(google-explicit-constructor): an Adam is an optimiser
      : settings_(std::make_shared<const O>(std::move(settings))), operations_(&kOperations<O>) {}

  std::string_view kind() const { return operations_->kind; }
  // What is kept for each parameter from step to step: {"momentum"}, {"first_moment",
  // "second_moment"}, {}.
  std::vector<std::string> state_names() const { return operations_->state_names(); }
  double learning_rate() const { return operations_->learning_rate(settings_.get()); }

  // { kind = "adam", learning_rate = 0.001, ... }
  Value write() const { return operations_->write(settings_.get()); }
  // From that table or from the name alone. Throws OptionError, with file and line.
  static Optimiser read(const Value& v);

  // The step as a plain function pointer, for T = float or double, and the `self` to call it with,
  // which lives as long as any copy of this optimiser. Safe to call from several threads at once.
  template <class T>
  std::pair<Function<T>, const void*> function() const {
    if constexpr (std::is_same_v<T, float>)
      return {operations_->update_float, settings_.get()};
    else
      return {operations_->update_double, settings_.get()};
  }

 private:
  struct Operations {
    std::string_view kind;
    std::vector<std::string> (*state_names)();
    double (*learning_rate)(const void*);
    Value (*write)(const void*);
    Function<float> update_float;
    Function<double> update_double;
  };
  template <class O>
  static constexpr Operations kOperations{
      .kind = O::kName,
      .state_names = [] { return std::vector<std::string>(O::kState.begin(), O::kState.end()); },
      .learning_rate = [](const void* o) { return static_cast<const O*>(o)->learning_rate; },
      .write = [](const void* o) { return write_kind(*static_cast<const O*>(o)); },
      .update_float = [](const void* o, const Update<float>& u) { return static_cast<const O*>(o)->update(u); },
      .update_double = [](const void* o, const Update<double>& u) { return static_cast<const O*>(o)->update(u); }};

  std::shared_ptr<const void> settings_;
  const Operations* operations_;
};

// All optimisers, sorted by name. A program may add its own.
KindTable<Optimiser>& optimiser_table();

template <OptimiserType O>
bool register_optimiser() {
  optimiser_table().add(kind_of<Optimiser, O>("optimiser"));
  return true;
}

}  // namespace isinglass
