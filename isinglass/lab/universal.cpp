#include "isinglass/lab/universal.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <exception>
#include <limits>

#include "isinglass/base/error.h"
#include "isinglass/io/text.h"
#include "isinglass/nn/initialisers.h"
#include "isinglass/nn/layers.h"
#include "isinglass/nn/losses.h"
#include "isinglass/train/network.h"
#include "isinglass/train/optimisers.h"
#include "isinglass/train/schedules.h"

namespace isinglass {
namespace {

constexpr Index kFiner = 8;

// The function on a grid, and its places as a network sees them: from -1 to 1.
struct Samples {
  std::vector<double> x, y, network_x;
};

Samples samples_of(const Formula& function, const UniversalSettings& s, Index points) {
  Samples samples;
  for (Index i = 0; i < points; ++i) {
    const double t = static_cast<double>(i) / static_cast<double>(points - 1);
    samples.x.push_back(s.low + t * (s.high - s.low));
    samples.network_x.push_back(2 * t - 1);
    samples.y.push_back(function(samples.x.back()));
    if (!std::isfinite(samples.y.back()))
      throw InputError("the function " + in_quotes(function.text()) + " has no finite value at x = " +
                       real_text(samples.x.back()) + "; choose another function or interval");
  }
  return samples;
}

// Of what a network answers: it learns y with mean 0 and deviation 1.
struct Spread {
  double mean = 0, deviation = 0;
};

Spread spread_of(const std::vector<double>& y) {
  Spread spread;
  for (const double value : y) spread.mean += value / static_cast<double>(y.size());
  for (const double value : y) spread.deviation += (value - spread.mean) * (value - spread.mean);
  spread.deviation = std::sqrt(spread.deviation / static_cast<double>(y.size()));
  return spread;
}

// The bends of the first layer lie all over the interval, some steep: weights and biases up to kSteepest.
Architecture architecture_of(Index width, Index depth, const Layer& activation) {
  constexpr double kSteepest = 6;
  const Initialiser steep = Uniform{.low = -kSteepest, .high = kSteepest};
  Architecture architecture;
  for (Index k = 0; k < depth; ++k) {
    LayerSpec layer{.layer = Dense{.units = width}, .activation = activation};
    if (k == 0) layer.kernel_initialiser = layer.bias_initialiser = steep;
    architecture.layers.push_back(std::move(layer));
  }
  architecture.layers.push_back({.layer = Dense{.units = 1}});
  return architecture;
}

struct Attempt {
  std::size_t fit = 0;
  Index start = 0;
  double loss = std::numeric_limits<double>::infinity();  // on the training points; inf: diverged
  std::vector<double> fitted;
};

// Trains one network from one start.
void train(Attempt& attempt, const UniversalFit& fit, const UniversalSettings& s, const Dataset& data,
           const std::vector<double>& fine_x) {
  const double many = static_cast<double>(std::max<Index>(8, fit.width * fit.depth));
  Network<double> network(architecture_of(fit.width, fit.depth, Layer::read(s.activation)), {1},
                          static_cast<std::uint64_t>(s.seed + attempt.start), 1);
  double loss = 0;
  try {
    network.train(data,
                  {.loss = MeanSquared{},
                   .optimiser = Adam{.learning_rate = 0.1 * std::sqrt(8 / many)},
                   .schedule = Cosine{},
                   .epochs = s.epochs,
                   .batch_size = 0,
                   .sampling = "in_order"},
                  {.on_epoch = [&](const EpochReport& report) { loss = report.train_loss; }});
  } catch (const NumericError&) {
    return;
  }
  attempt.loss = loss;
  attempt.fitted = network.predict({fine_x.data(), static_cast<Index>(fine_x.size()), 1});
}

void measure(UniversalFit& fit, const Attempt& best, const Spread& spread, const std::vector<double>& y) {
  double squares = 0;
  for (std::size_t i = 0; i < y.size(); ++i) {
    fit.fitted.push_back(best.fitted.empty() ? NAN : spread.mean + spread.deviation * best.fitted[i]);
    const double error = std::abs(fit.fitted[i] - y[i]);
    squares += error * error;
    fit.largest = std::max(fit.largest, error);
  }
  fit.rms = std::sqrt(squares / static_cast<double>(y.size()));
}

std::vector<UniversalFit> planned(const UniversalSettings& s) {
  std::vector<UniversalFit> fits;
  for (const Index width : s.widths) fits.push_back({.width = width, .depth = 1});
  for (const Index depth : s.depths) fits.push_back({.width = s.deep_width, .depth = depth});
  const Layer activation = Layer::read(s.activation);
  for (UniversalFit& fit : fits)
    fit.parameters = Graph::build(architecture_of(fit.width, fit.depth, activation), {1}).parameter_count();
  return fits;
}

}  // namespace

UniversalExperiment universal_experiment(const Formula& function, const UniversalSettings& s,
                                         const std::function<void(double)>& tell) {
  const Samples fine = samples_of(function, s, kFiner * (s.points - 1) + 1), coarse = samples_of(function, s, s.points);
  const Spread spread = spread_of(coarse.y);
  const auto [least, largest] = std::ranges::minmax(coarse.y);
  if (!(least < largest))
    throw InputError("the function " + in_quotes(function.text()) + " is the same everywhere; there is nothing to fit");
  std::vector<double> targets;
  for (const double y : coarse.y) targets.push_back((y - spread.mean) / spread.deviation);
  const Dataset data = Dataset::regression({coarse.network_x.data(), s.points, 1}, {targets.data(), s.points, 1});

  std::vector<UniversalFit> fits = planned(s);
  std::vector<Attempt> attempts;
  for (std::size_t k = fits.size(); k-- > 0;)  // the large ones first, for the threads to end together
    for (Index start = 0; start < s.starts; ++start) attempts.push_back({.fit = k, .start = start});
  std::vector<std::exception_ptr> errors(attempts.size());  // a part of a job must not throw
  std::atomic<std::size_t> done = 0;
  ThreadPool pool;
  pool.run(static_cast<Index>(attempts.size()), [&](Index part) {
    const auto k = static_cast<std::size_t>(part);
    try {
      train(attempts[k], fits[attempts[k].fit], s, data, fine.network_x);
      if (tell) tell(static_cast<double>(++done) / static_cast<double>(attempts.size()));
    } catch (...) {
      errors[k] = std::current_exception();
    }
  });
  for (const std::exception_ptr& error : errors)
    if (error) std::rethrow_exception(error);

  for (std::size_t k = 0; k < fits.size(); ++k) {
    const Attempt* best = nullptr;
    for (const Attempt& attempt : attempts)
      if (attempt.fit == k && (best == nullptr || attempt.loss < best->loss)) best = &attempt;
    measure(fits[k], *best, spread, fine.y);
  }
  const auto split = fits.begin() + static_cast<std::ptrdiff_t>(s.widths.size());
  return {fine.x, fine.y, {fits.begin(), split}, {split, fits.end()}};
}

}  // namespace isinglass
