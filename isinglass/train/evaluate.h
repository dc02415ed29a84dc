// isinglass/train/evaluate.h - a network on data: predictions, loss and metrics.
#pragma once
#include <optional>
#include <vector>

#include "isinglass/base/thread_pool.h"
#include "isinglass/data/dataset.h"
#include "isinglass/data/preprocessor.h"
#include "isinglass/model/plan.h"
#include "isinglass/nn/loss.h"
#include "isinglass/train/metrics.h"

namespace isinglass {

struct Evaluation {
  double loss = 0;  // mean over the samples, as trained
  Metrics metrics;  // responses in the units of the data

  Value write() const;  // { loss, accuracy, ... }
  // "accuracy" of classes, "rmse" of responses: the number to watch, with its name.
  std::pair<std::string, double> headline() const;
};

// Evaluates a network in inference mode, batch by batch. Reused from epoch to epoch: allocates once.
template <class T>
class Evaluator {
 public:
  // `parameters`, `pool` and `preprocessor` outlive this.
  Evaluator(const Graph& graph, Parameters<T>& parameters, ThreadPool& pool, const Loss& loss,
            const Preprocessor& preprocessor);
  ~Evaluator();

  // Throws ShapeError when the data do not fit the network, NumericError for outputs that are not finite.
  Evaluation evaluate(const Dataset& data);
  // Outputs (N, n_out) as the network gives them: probabilities, or responses before back-transformation.
  std::vector<double> predict(const Dataset& data);

  // Of an autoencoder (spec E2, E8), else OptionError. Codes (N, n_code) of samples; outputs (N, n_out) for codes;
  // the mean squared difference between each sample, as the network sees it, and its reconstruction: an anomaly score.
  std::vector<double> encode(const Dataset& data);
  std::vector<double> decode(View<const double> codes);
  std::vector<double> reconstruction_errors(const Dataset& data);

  Index bytes() const;  // of memory that it holds

 private:
  struct Work;
  std::unique_ptr<Work> work_;
};

// Throws ShapeError when samples or targets of the data do not fit the network.
void check_fit(const Graph& graph, const Dataset& data);

// Throws OptionError unless the network was built as an autoencoder.
void check_autoencoder(const Graph& graph);

// The codes of the rows in plan.input(), and the outputs for the codes in plan.value(graph.code_value()).
template <class T>
View<const T> encode_rows(Plan<T>& plan, Index rows);
template <class T>
View<const T> decode_rows(Plan<T>& plan, Index rows);

extern template class Evaluator<float>;
extern template class Evaluator<double>;

}  // namespace isinglass
