// cli/trained_model.h - a model as a run left it, and samples that are to be shown to it.
#pragma once
#include <string>
#include <vector>

#include "isinglass/base/thread_pool.h"
#include "isinglass/data/preprocessor.h"
#include "isinglass/model/model_file.h"
#include "isinglass/nn/loss.h"
#include "isinglass/train/evaluate.h"

namespace isinglass {

struct TrainedModel {
  std::string path;  // of the file
  Model model;
  Preprocessor preprocessor;
  Loss loss;

  Evaluation evaluate(const Dataset& data, Index threads) const;
  // Outputs (N, n_out) as the network gives them, row by row.
  std::vector<double> predict(const Dataset& data, Index threads) const;
  // Of an autoencoder, as Evaluator has them. Throws OptionError for another network.
  std::vector<double> encode(const Dataset& data, Index threads) const;
  std::vector<double> decode(View<const double> codes, Index threads) const;
  std::vector<double> reconstruction_errors(const Dataset& data, Index threads) const;
  // Name of what is predicted when that is a class: its column in the training data.
  std::string target_name() const;
  // True when the outputs are probabilities.
  bool gives_probabilities() const;
};

// From a model file or the directory of a run. Throws FileError, FormatError.
TrainedModel load_trained_model(const std::string& path);

// Samples of SPEC: a data file, a folder of images, "INPUTS,TARGETS", or the test part of a data set that the catalogue
// lists. What is taken in place of a missing test part is said aloud. Throws InputError.
RawData read_samples(const std::string& spec);

// Samples with targets, prepared for the model. SPEC may also be an experiment file: its test part, else its
// validation part. Throws InputError, ShapeError.
Dataset read_labelled_samples(const std::string& spec, const TrainedModel& model);

}  // namespace isinglass
