// isinglass/data/load.h - from the [data] section of an experiment to data sets ready for training.
//
// Order: read; drop rows as the policy for missing values says; keep the first `limit` rows; split;
// fit the preprocessing on the training part; apply it to every part. Class weights
// and augmentation are for training alone.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "isinglass/base/random.h"
#include "isinglass/data/data_options.h"
#include "isinglass/data/dataset.h"
#include "isinglass/data/preprocessor.h"
#include "isinglass/data/split.h"

namespace isinglass {

struct LoadedData {
  Dataset train;
  std::optional<Dataset> validation, test;
  Preprocessor preprocessor;
  Index dropped = 0;  // rows left out for missing values, in all parts
  Split rows;         // of the training data as read, those in each part; validation and test of other files have none
};

// Relative paths start from `base_directory`; `split_stream` decides which samples are set aside.
// Throws what read_part, Preprocessor and split_rows throw.
LoadedData load_data(const DataOptions& options, const std::string& base_directory, RandomStream& split_stream);

// The same in two steps, for those who look at the data as read, too.
RawData read_training_data(const DataOptions& options, const std::string& base_directory);
LoadedData load_data(const RawData& raw, const DataOptions& options, const std::string& base_directory,
                     RandomStream& split_stream);

// For cross-validation: k times the same training data, each time with another fold as the test
// part, everything fitted anew without it. A validation_fraction is taken from the other folds.
// Stratified if the options say so. Throws OptionError when validation or test data are named too.
std::vector<LoadedData> load_folds(const DataOptions& options, const std::string& base_directory, Index k,
                                   RandomStream& split_stream);

// The weight of each class: "balanced" gives n / (k n_c), so that each of k classes counts the
// same; a table gives 1 to the classes that it does not name. Throws OptionError for an unknown
// class.
std::vector<double> class_weights(const Value& setting, const Dataset& data);

}  // namespace isinglass
