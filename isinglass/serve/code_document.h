// isinglass/serve/code_document.h - what the autoencoder of a run makes of samples at one step, and of any code, as JSON.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "isinglass/base/value.h"
#include "isinglass/serve/frozen_run.h"

namespace isinglass {

// What an autoencoder never sees: the class, or the amount, that its data have beside the inputs; by part of the data.
struct SampleLabels {
  std::vector<std::string> classes;  // empty: amounts
  std::string name;                  // of the amount
  std::map<std::string, std::vector<double>> parts;
};
// Reads the data once more, with their own target; without any, there are none.
SampleLabels labels_of(const Experiment& experiment, const std::string& directory);

// The codes of a part's samples (spread over all), and some reconstructions from sample `first` on. Throws InputError
// for a run of another network, and for a part or sample that there is not.
Value codes_document(const RunAtStep& run, const std::string& part, Index first, const SampleLabels& labels);

// What comes out for {"latent": [..]}, for the code of {"sample": n, "part": NAME}, or of a point between two samples,
// {"between": [a, b], "at": 0 .. 1}.
Value decode_document(const RunAtStep& run, const Value& body);

}  // namespace isinglass
