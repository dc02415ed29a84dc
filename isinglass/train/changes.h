// isinglass/train/changes.h - settings that change while a network trains, such as the schedule that a search found.
//
//     changes = [{ epoch = 5, set = { "train.optimiser.learning_rate" = 0.02, "model.layers.2.rate" = 0.1 } }]
//
// From the beginning of that epoch (0 = the first) the keys have these values. What may change leaves every number of
// the network where it is: the optimiser's settings, the schedule, penalties and clipping, and the settings of layers
// that only disturb training (dropout, noise).
#pragma once
#include <string>
#include <vector>

#include "isinglass/model/architecture.h"
#include "isinglass/train/train_options.h"

namespace isinglass {

struct Change {
  static constexpr std::string_view kTypeName = "table";
  Index epoch = 0;
  Value set;  // dotted keys and their values

  static void options(auto& v) {
    v("epoch", &Change::epoch, "from the beginning of this epoch on, counted from 0", at_least(0).required());
    v("set", &Change::set, "dotted keys and their values", Constraint{}.required());
  }
  static Change read(const Value& value);
  Value write() const { return write_options(*this); }
};

// In the order of their epochs.
struct ChangeList {
  static constexpr std::string_view kTypeName = "array of tables";
  std::vector<Change> list;

  static ChangeList read(const Value& value);
  Value write() const;  // null when there is none
};

// What trains from an epoch on; of `train`, what may change counts.
struct Stage {
  Index epoch = 0;
  TrainOptions train;
  Architecture model;

  void give_to(TrainOptions& options) const;
};
// What may change, in one table: { train = { optimiser, schedule, l1, .. }, layers = [..] }, the layers of all nodes.
Value changeable_settings(const TrainOptions& train, const std::vector<Layer>& layers);

// Sets a dotted key: "train.optimiser.learning_rate"; an element of an array by its number from 1,
// "model.layers.2.rate". A kind that is given by its name alone becomes a table first. Throws OptionError, beginning
// with the value's place.
void set_key(Value& file, const std::string& key, Value value);
// The value of a dotted key, or null pointer.
const Value* find_key(const Value& file, const std::string& key);

// Where two written experiments differ, as dotted keys.
std::vector<std::string> differing_keys(const Value& a, const Value& b);
// Whether a key of a written experiment may change while it trains.
bool may_change(const Value& written, const std::string& key);

}  // namespace isinglass
