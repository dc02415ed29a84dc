// isinglass/record/store_format.h - what stands in a run store, run.db: docs/run-store.md, for programs.
#pragma once
#include <string>
#include <vector>

#include "isinglass/base/shape.h"

namespace isinglass {

constexpr const char* kStoreFile = "run.db";
constexpr Index kStoreApplication = 0x4953474C;  // "ISGL": SQLite's application_id
constexpr Index kStoreVersion = 2;               // SQLite's user_version

// The tables, as docs/run-store.md shows them.
extern const char* const kStoreTables;

// A tensor that frames hold: the numbers of one parameter, or of one value for each sample.
struct StoredTensor {
  Index id = 0;
  std::string kind;  // parameter, optimiser, gradient; value, derivative; sample
  std::string name;  // "layer1.kernel", "momentum.layer1.kernel", "layer1.in", "layer1.out", "index", "loss"
  std::string type;  // F32, F64 or I64, little-endian
  Shape shape;       // of a sample, when it is per_sample
  bool per_sample = false;

  Index width() const { return size_of(shape); }
  Index element_size() const { return type == "F32" ? 4 : 8; }
  // The state from which training can go on.
  bool is_state() const { return kind == "parameter" || kind == "optimiser"; }
};

// A step: one batch and its update. All numbers are from before the update.
struct StepRow {
  Index step = 0, epoch = 0, batch = 0, samples = 0;
  double loss = 0, learning_rate = 0;
  Index frame = -1;  // the frame with its tensors; -1: none was kept
};

// Over the samples of a batch: of a layer's outputs, and of its parameters and their gradients.
struct LayerStatistic {
  Index step = 0, layer = 0;  // 1 = the first after the input
  double mean = 0, deviation = 0;
  double dead = 0;       // fraction of units that are 0 for every sample; no number: the activation cannot die
  double saturated = 0;  // fraction of outputs within 1 % of the range's ends; no number: it has no range
  double gradient_norm = 0, weight_norm = 0, update_ratio = 0;  // |dL/dw|, |w|, |w' - w| / |w|
};

// The same of one unit: a node, or a channel of a layer of images.
struct UnitStatistic {
  Index step = 0, layer = 0, unit = 0;
  double mean = 0, deviation = 0, dead = 0, saturated = 0;
};

// Of the parameters that lead into one unit; a row for each unit that has such, and of which there is a UnitStatistic.
struct UnitNorm {
  Index step = 0, layer = 0, unit = 0;
  double gradient_norm = 0, weight_norm = 0, update_ratio = 0;  // as of a layer
};

// How an epoch of training went.
struct EpochRow {
  Index epoch = 0;
  double loss = 0, monitored_loss = 0, seconds = 0;  // mean; what schedule and early stopping look at; time
};

// How good the network is: "loss", "accuracy", ... of "train", "validation" or "test".
struct MetricRow {
  Index epoch = 0;  // of the state that it is of; "train", until the run is done: as the epoch went (EpochRow)
  std::string part, name;
  double value = 0;
};

}  // namespace isinglass
