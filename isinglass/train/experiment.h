// isinglass/train/experiment.h - an experiment file: data, model, training and seed in one TOML table.
#pragma once
#include <string>
#include <vector>

#include "isinglass/data/data_options.h"
#include "isinglass/model/architecture.h"
#include "isinglass/model/parameters.h"
#include "isinglass/train/changes.h"
#include "isinglass/train/record_options.h"
#include "isinglass/train/train_options.h"

namespace isinglass {

struct Experiment {
  Index seed = 0;
  std::string precision = "float", rng = "counter";
  DataOptions data;
  Architecture model;
  TrainOptions train;
  RecordOptions record;
  ChangeList changes;
  std::vector<Stage> stages;  // what the changes come to

  // The settings outside of the sections.
  static void options(auto& v) {
    v("seed", &Experiment::seed, "of every random draw", between(0, 4294967295.0));
    v("precision", &Experiment::precision,
      "float or double: the type of all numbers; bf16: floats, but dense layers train with products of factors rounded "
      "to bf16; split_float: floats, products of floats split into three bf16, as exact as float and faster with AMX",
      one_of({"float", "double", "bf16", "split_float"}));
    v("rng", &Experiment::rng,
      "counter: each draw keyed by seed, purpose, layer, step and index; numpy: the legacy generator of np.random",
      one_of({"counter", "numpy"}));
    v("changes", &Experiment::changes,
      "settings that change while it trains: [{ epoch = 5, set = { \"train.optimiser.learning_rate\" = 0.02 } }]; "
      "those of the optimiser and the schedule, penalties, clipping, dropout and noise");
  }

  // Throws OptionError with file, line and a suggestion for anything that is not in the tables. A section [search] is
  // for isinglass/search.
  static Experiment read(const Value& file);
  Value write() const;  // with every default written out

  bool is_double() const { return precision == "double"; }
  // How matrices are multiplied in training.
  kernels::Products products() const;

  // The random streams of a run of this experiment; with rng = "numpy" a new stream at its start.
  RandomSettings random() const;
  // Decides which samples are set aside.
  std::unique_ptr<RandomStream> split_stream() const;
};

// Reads an experiment file with "--set" overrides such as "train.epochs=5". Throws FileError, FormatError, OptionError.
Experiment load_experiment(const std::string& path, const std::vector<std::string>& overrides = {});

// Sets the value of a dotted key: "train.optimiser.learning_rate=0.1". The text after '=' is a TOML value, or else a
// string. A kind that is given by its name alone becomes a table first.
void set_override(Value& file, const std::string& assignment);

// The loss to train with: the one given, or the one that goes with the output layer.
Loss resolve_loss(const TrainOptions& options, const Graph& graph, bool is_classification);

}  // namespace isinglass
