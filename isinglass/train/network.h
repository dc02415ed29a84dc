// isinglass/train/network.h - a network that a program builds, trains and asks, in a few lines.
//
//     Network<float> network({.layers = {{Dense{.units = 4}, Tanh{}}, {Dense{.units = 1}}}}, {2});
//     network.train(Dataset::regression(x, y), {.optimiser = Adam{}, .epochs = 100});
//     std::vector<double> answers = network.predict(x);
//
// For data in files, scaling, validation and checkpoints see experiment.h and run.h.
#pragma once
#include <vector>

#include "isinglass/train/trainer.h"

namespace isinglass {

template <class T>
class Network {
 public:
  // Draws the parameters from `seed`. `input` is the shape of one sample; threads 0: one for each
  // processor. Throws ShapeError or OptionError that names the layer.
  Network(const Architecture& architecture, const Shape& input, std::uint64_t seed = 0, Index threads = 0);
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;

  // Trains on from the present parameters; the optimiser starts anew. Without options.loss, the
  // loss that goes with the output layer. Throws ShapeError, OptionError when network, loss and
  // data do not fit; NumericError, and the parameters stay as they were, when training diverges.
  Outcome train(const Dataset& data, const TrainOptions& options, const TrainEvents& events = {});

  // Outputs (N, n_out), row by row, for inputs x (N, n_in). Rows of T are not converted. Throws ShapeError.
  std::vector<double> predict(View<const double> x);
  std::vector<double> predict(View<const float> x);

  // Of an autoencoder, else OptionError: codes (N, n_code) of inputs x (N, n_in), and outputs (N, n_out) for codes.
  std::vector<double> encode(View<const double> x);
  std::vector<double> decode(View<const double> codes);

  const Graph& graph() const { return graph_; }
  Parameters<T>& parameters() { return parameters_; }

 private:
  template <class U>
  bool stays_in_place(const View<const U>& x, const View<T>& into);
  template <class U>
  void copy_rows(const View<const U>& x, const View<T>& into);
  // What f(rows) makes of the rows of x, batch by batch in `into` or, for the plan's input, where they stand.
  template <class U, class F>
  std::vector<double> by_batches(View<const U> x, View<T> into, F f);
  template <class U>
  std::vector<double> predict_rows(View<const U> x);

  Graph graph_;
  std::uint64_t seed_;
  ThreadPool pool_;
  Parameters<T> parameters_;
  Plan<T> plan_;  // for predictions
};

extern template class Network<float>;
extern template class Network<double>;

}  // namespace isinglass
