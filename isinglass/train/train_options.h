// isinglass/train/train_options.h - the [train] section of an experiment file.
#pragma once
#include <optional>
#include <string>

#include "isinglass/nn/loss.h"
#include "isinglass/train/optimiser.h"
#include "isinglass/train/schedule.h"

namespace isinglass {

struct EarlyStopping {
  static constexpr std::string_view kTypeName = "table";
  Index patience = 10;
  double min_delta = 0;
  bool restore_best = true;

  static void options(auto& v) {
    v("patience", &EarlyStopping::patience, "epochs without a better loss before training stops", at_least(1));
    v("min_delta", &EarlyStopping::min_delta, "how much lower a loss must be to count as better", at_least(0));
    v("restore_best", &EarlyStopping::restore_best, "end with the parameters of the best epoch");
  }
  static EarlyStopping read(const Value& value) {
    EarlyStopping e;
    read_options(value, e, "[train] early_stopping");
    return e;
  }
  Value write() const { return write_options(*this); }
};

struct TrainOptions {
  std::optional<Loss> loss = {};
  Optimiser optimiser = {};
  Schedule schedule = {};
  Index epochs = 10, batch_size = 32;
  std::string sampling = "shuffle";
  double l1 = 0, l2 = 0, clip_norm = 0, clip_value = 0;
  std::optional<EarlyStopping> early_stopping = {};
  double checkpoint_seconds = 10;

  static void options(auto& v) {
    v("loss", &TrainOptions::loss,
      "what is minimised; by default categorical_cross_entropy after a softmax output, binary_cross_entropy after a "
      "sigmoid output of a classification, else mean_squared");
    v("optimiser", &TrainOptions::optimiser, "how parameters move; its learning_rate is the base rate of the schedule");
    v("schedule", &TrainOptions::schedule, "how the learning rate changes from epoch to epoch");
    v("epochs", &TrainOptions::epochs, "passes over the training data", between(0, 1e9));
    v("batch_size", &TrainOptions::batch_size, "samples of one update; 0 = all of them", between(0, 1e9));
    v("sampling", &TrainOptions::sampling,
      "order of the samples: shuffle (anew each epoch), in_order, or with_replacement (each drawn from all)",
      one_of({"shuffle", "in_order", "with_replacement"}));
    v("l1", &TrainOptions::l1, "penalty on the sum of |w| over kernels, added to their gradient", at_least(0));
    v("l2", &TrainOptions::l2, "penalty on half the sum of w^2 over kernels, added to their gradient", at_least(0));
    v("clip_norm", &TrainOptions::clip_norm, "scales a gradient whose Euclidean norm is larger; 0 = never",
      at_least(0));
    v("clip_value", &TrainOptions::clip_value, "cuts each element of the gradient to this size; 0 = never",
      at_least(0));
    v("early_stopping", &TrainOptions::early_stopping,
      "{ patience = 10 } stops when the validation loss (or without validation data the training loss) no longer "
      "falls");
    v("checkpoint_seconds", &TrainOptions::checkpoint_seconds, "time between checkpoints; 0 = after every epoch",
      at_least(0));
  }
};

}  // namespace isinglass
