// isinglass/lab/descent.h - what the learning rate and the batch size do to gradient descent (spec N18).
//
// Three experiments: the loss of one network for several rates; the ways of batch, mini-batch and stochastic descent
// over the loss of a neuron with two parameters; and how often the noise of small batches leads out of a local minimum
// of the loss of a neuron with one.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "isinglass/data/load.h"
#include "isinglass/train/experiment.h"

namespace isinglass {

// The training loss after each epoch; it ends early where training diverged.
struct LossCurve {
  std::string name;  // "small", ...; "" for a rate of one's own
  double rate = 0;
  bool decays = false;  // time_decay to a tenth and less of the rate
  std::vector<double> losses;
  std::string failure;  // why it ended
};
// The same experiment with each rate, and with the last one decaying: eta / (1 + 9 epoch / epochs) (1).
std::vector<LossCurve> loss_curves(const Experiment& experiment, const LoadedData& data,
                                   const std::vector<std::pair<std::string, double>>& rates,
                                   const std::function<void(double)>& tell = {});
// Two moons and a small network, with rates that are small, good and large for it.
Experiment demonstration_experiment();
std::vector<std::pair<std::string, double>> demonstration_rates();

// A neuron y = w x + b with half the squared error, 24 samples around a line.
struct DescentPath {
  std::string name;  // "batch", ...
  Index batch_size = 0;
  std::vector<double> w, b, losses;  // before the first and after each update; losses of all samples
};
struct Landscape {
  // The loss at the centres of kSide x kSide cells, b from low to high by rows, w along them.
  static constexpr Index kSide = 80;
  double w_low = 0, w_high = 0, b_low = 0, b_high = 0;
  std::vector<double> losses;
  double best_w = 0, best_b = 0, least = 0;  // where batch descent ends after very many epochs
  std::vector<DescentPath> paths;
};
Landscape descent_paths(double rate, Index epochs, Index seed);

// A neuron y = tanh(w x) on four samples: a wide valley at w = -2.9 and a local minimum at w = 0.04.
struct Escape {
  double rate = 0;
  Index batch_size = 0, escaped = 0;  // seeds that end to the left of the barrier
  std::vector<double> weights;        // of the first seed, after each epoch
};
struct EscapeExperiment {
  std::vector<double> w, losses;  // the loss of all samples over w
  double start = 0, barrier = 0, local = 0, best = 0;
  Index seeds = 0, epochs = 0;
  std::vector<Escape> runs;
};
EscapeExperiment escape_experiment(Index seeds);

}  // namespace isinglass
