// isinglass/record/record_schedule.h - which steps of a run are kept whole, within a budget of bytes.
#pragma once
#include "isinglass/base/shape.h"

namespace isinglass {

// 0 to 9, 10, 20 to 90, 100, 200, ...: evenly read off a logarithmic axis.
bool is_logarithmic(Index n);
Index next_logarithmic(Index n);  // the first after n, which is at least 0

class RecordSchedule {
 public:
  struct Settings {
    bool by_step = false, logarithmic = false;  // counts steps, or epochs by their first step; else every so many
    Index every = 1;
    Index count = 1;       // epochs or steps of the whole run
    double budget = 64e6;  // bytes
  };
  explicit RecordSchedule(const Settings& settings) : settings_(settings) {}

  bool selects(Index epoch, Index batch, Index step) const;
  // True when there is room for so many bytes more, which are then taken. Once half of the budget is used, steps become
  // as rare as the rest of the run asks for.
  bool take(Index bytes, Index epoch, Index step);
  bool is_thinned() const { return stride_ > 1 || is_spent_; }
  double bytes() const { return bytes_; }

 private:
  Index still_to_come(Index n) const;

  Settings settings_;
  Index stride_ = 1;
  double bytes_ = 0;
  bool is_spent_ = false;
};

}  // namespace isinglass
