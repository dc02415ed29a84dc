// isinglass/train/schedule.h - the learning rate of each epoch: any schedule as a value, and the
// table of all.
//
// A schedule is one file in train/schedules/ and one line in train/schedules.h: a struct with
// kName, kSummary, its settings and
//     double rate(double base_rate, Index epoch, Index epochs, const ScheduleState&) const
// and, when it listens to the loss, `void observe(ScheduleState&, double loss) const`.
#pragma once
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "isinglass/base/kind_table.h"
#include "isinglass/train/ranges.h"

namespace isinglass {

// What a schedule has learned from the losses so far; a checkpoint keeps it.
struct ScheduleState {
  double factor = 1;           // of the base rate
  std::optional<double> best;  // lowest loss so far; none before the first
  Index bad_epochs = 0;        // epochs in a row without a better loss
  Index cooldown = 0;          // epochs still to come that do not count as bad

  static void options(auto& v) {
    v("factor", &ScheduleState::factor, "factor of the base rate", Constraint{.low = 0, .high = 1});
    v("best", &ScheduleState::best, "lowest loss so far");
    v("bad_epochs", &ScheduleState::bad_epochs, "epochs in a row without a better loss", at_least(0));
    v("cooldown", &ScheduleState::cooldown, "epochs that do not count as bad", at_least(0));
  }
  Value write() const { return write_options(*this); }
  static ScheduleState read(const Value& v) {
    ScheduleState state;
    read_options(v, state, "schedule state");
    return state;
  }
  friend bool operator==(const ScheduleState&, const ScheduleState&) = default;
};

template <class S>
concept ScheduleType = requires {
  S::kName;
}
&&requires(const S& s, const ScheduleState& state) {
  S::kSummary;
  { s.rate(0.1, Index{0}, Index{1}, state) } -> std::same_as<double>;
};

class Schedule {
 public:
  static constexpr std::string_view kTypeName = "schedule";

  Schedule();  // constant
  template <ScheduleType S>
  Schedule(S settings)  // NOLINT(google-explicit-constructor): a Cosine is a schedule
      : settings_(std::make_shared<const S>(std::move(settings))), operations_(&kOperations<S>) {}

  std::string_view kind() const { return operations_->kind; }

  // The learning rate of an epoch (0 = the first) of a run planned for `epochs`. Call it once an
  // epoch: compounding_decay multiplies its way from epoch 0.
  double rate(double base_rate, Index epoch, Index epochs, const ScheduleState& state = {}) const {
    return operations_->rate(settings_.get(), base_rate, epoch, epochs, state);
  }
  // Tells the loss that was monitored (of the validation data when there are any) after an epoch.
  void observe(ScheduleState& state, double monitored_loss) const {
    operations_->observe(settings_.get(), state, monitored_loss);
  }

  // { kind = "step_decay", factor = 0.1, ... }
  Value write() const { return operations_->write(settings_.get()); }
  // From that table or from the name alone. Throws OptionError, with file and line.
  static Schedule read(const Value& v);

 private:
  struct Operations {
    std::string_view kind;
    double (*rate)(const void*, double, Index, Index, const ScheduleState&);
    void (*observe)(const void*, ScheduleState&, double);
    Value (*write)(const void*);
  };
  template <class S>
  static constexpr Operations kOperations{
      .kind = S::kName,
      .rate =
          [](const void* s, double base_rate, Index epoch, Index epochs, const ScheduleState& state) {
            return static_cast<const S*>(s)->rate(base_rate, epoch, epochs, state);
          },
      .observe =
          []([[maybe_unused]] const void* s, [[maybe_unused]] ScheduleState& state, [[maybe_unused]] double loss) {
            if constexpr (requires(const S& schedule) { schedule.observe(state, loss); })
              static_cast<const S*>(s)->observe(state, loss);
          },
      .write = [](const void* s) { return write_kind(*static_cast<const S*>(s)); }};

  std::shared_ptr<const void> settings_;
  const Operations* operations_;
};

// All schedules, sorted by name. A program may add its own.
KindTable<Schedule>& schedule_table();

template <ScheduleType S>
bool register_schedule() {
  schedule_table().add(kind_of<Schedule, S>("schedule"));
  return true;
}

}  // namespace isinglass
