// isinglass/train/metrics.h - how good predictions are: errors of responses, hits and misses of
// classes.
//
// A sample has the weight v (1 unless given). Responses, for each output with e = yhat - y:
//     rmse = sqrt(sum v e^2 / sum v)                    (1)
//     mae  = sum v |e| / sum v                          (2)
//     r2   = 1 - sum v e^2 / sum v (y - mean(y))^2      (3)   a constant y: 1 if predicted exactly,
//     else 0
// Several outputs: the mean over the outputs                                                    (4)
// Classes: C[t,p] is the weight of the samples of class t that were predicted as p, and 0/0 is 0.
//     accuracy = sum_k C[k,k] / sum v                   (5)
//     precision_k = C[k,k] / sum_t C[t,k]               (6)
//     recall_k    = C[k,k] / sum_p C[k,p]               (7)   the divisor is the support of k
//     f1_k = 2 C[k,k] / (sum_t C[t,k] + sum_p C[k,p])   (8)
// Macro averages are plain means over the classes that occur among targets or predictions      (9)
// All as scikit-learn defines them. What no sample defines is not a number.
#pragma once
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "isinglass/base/value.h"
#include "isinglass/base/view.h"

namespace isinglass {

// The class that a row of probabilities, or a one-hot row, stands for: the first largest; of a single number, the second
// if it is above 0.5.
std::size_t class_of(std::span<const double> row);

struct OutputMetrics {
  std::string name;
  double rmse, mae, r2;
};

struct ClassMetrics {
  std::string name;
  double precision, recall, f1, support;
};

struct Metrics {
  static constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

  Index samples = 0;
  bool weighted = false;  // weights were given, so that counts need not be whole

  std::vector<OutputMetrics> outputs;  // responses only
  double rmse = kUndefined, mae = kUndefined, r2 = kUndefined;

  std::vector<ClassMetrics> classes;  // classes only
  double accuracy = kUndefined;
  double macro_precision = kUndefined, macro_recall = kUndefined, macro_f1 = kUndefined;
  std::vector<double> confusion;  // C of K x K classes, row by row; empty beyond kLargestConfusion

  // { samples, rmse, mae, r2 } and, of several outputs, outputs: [{ name, rmse, mae, r2 }], or
  // { samples, accuracy, macro_precision, macro_recall, macro_f1,
  //   classes: [{ name, precision, recall, f1, support }], confusion: [[...]] }; null where
  //   undefined.
  Value write() const;

  // The same as aligned tables of at most 20 outputs or classes, lines ended by '\n'.
  std::string text() const;
};

// Collects metrics batch by batch and keeps none of the batches. The sums are compensated and run
// over the samples in order, so the result has the same bits for any size of the batches.
class MetricSums {
 public:
  static constexpr Index kLargestConfusion = 1000;  // classes; memory grows with their square

  // Responses in the units of the data, one column for each name.
  static MetricSums responses(std::vector<std::string> output_names);
  // At least two classes; predictions are probabilities, one column for each name, or, of two
  // classes, one column with the probability of the second.
  static MetricSums classes(std::vector<std::string> class_names);

  // Adds N samples: predictions and targets (N, n_out), weights empty or N, none negative.
  // Throws ShapeError when the shapes do not fit, NumericError for a probability that is not a
  // number and InputError for a negative or infinite weight; then nothing of the batch was added.
  void add(View<const double> predictions, View<const double> targets, std::span<const double> weights = {});

  Metrics result() const;

 private:
  // Neumaier's sum: what each addition rounds away is collected beside it.
  class Sum {
   public:
    void add(double x);
    double value() const;

   private:
    double sum_ = 0, lost_ = 0;
  };
  struct OutputSums {
    Sum squared, absolute;                               // sum v e^2, sum v |e|
    double weight = 0, mean = 0, squared_deviation = 0;  // of the targets, by Welford's recurrence
  };

  void check(View<const double> predictions, View<const double> targets, std::span<const double> weights) const;
  void add_responses(std::span<const double> prediction, std::span<const double> target, double weight);
  void add_class(std::size_t predicted, std::size_t actual, double weight);
  void result_of_responses(Metrics& m) const;
  void result_of_classes(Metrics& m) const;

  std::vector<std::string> names_;
  std::vector<OutputSums> outputs_;  // empty for classes
  std::vector<double> hits_, predicted_,
      actual_;  // of each class: C[k,k], sum_t C[t,k], sum_p C[k,p]
  std::vector<double> confusion_;
  Index samples_ = 0;
  bool weighted_ = false;
};

// Area under the ROC curve: the probability that a random number of `above` is larger than a random one of `below`,
// ties counting half (Mann and Whitney's statistic). Throws InputError when either has no number.
double area_under_roc(std::span<const double> above, std::span<const double> below);

}  // namespace isinglass
