// isinglass/serve/confusion_document.h - how good the network of a run is on one part of its data, and which samples it
// takes for what, as JSON.
#pragma once
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "isinglass/serve/observed_run.h"
#include "isinglass/train/evaluate.h"

namespace isinglass {

// A part of a run's data, as its network sees it.
struct PartOfRun {
  std::string part;                // "train", "validation", "test"; "": the test part, else validation, else training
  std::optional<Index> step = {};  // none: the model that the run ended with, else the last step
};

class Confusions {
 public:
  // { part, parts, step, samples, loss, accuracy, ..., classes, confusion } as `isinglass evaluate --json`; step is null
  // for the run's model.
  Value matrix(ObservedRun& run, const PartOfRun& wanted);

  // { samples: [{ sample, certainty, image, inputs }], count }: the first of class `actual` that are taken for
  // `predicted`.
  Value cell(ObservedRun& run, const PartOfRun& wanted, Index actual, Index predicted);

 private:
  struct Known {
    std::string key, part;
    std::vector<std::string> parts, input_names;
    std::optional<Index> step;
    Evaluation evaluation;
    std::vector<Index> actual, predicted;  // of each sample; empty unless there are classes
    std::vector<double> certainty;         // the probability of what it is taken for
    std::optional<Dataset> data;
  };
  const Known& know(ObservedRun& run, const PartOfRun& wanted);

  std::mutex mutex_;
  Known known_;  // what was asked for last: a click on a cell asks about the same
};

}  // namespace isinglass
