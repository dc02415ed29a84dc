#include "isinglass/lab/vectorisation.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <tuple>
#include <utility>

#include "isinglass/model/plan.h"
#include "isinglass/nn/layers.h"
#include "isinglass/nn/losses.h"

namespace isinglass {
namespace {

// The samples, and the network once for a batch of all of them and once for one.
template <class T>
class Contest {
 public:
  Contest(const Graph& graph, Parameters<T>& parameters, Index samples, const RandomKey& key)
      : samples_(samples),
        batch_(graph, parameters, pool_, {.max_batch = samples, .loss = HalfSquared{}, .training = true}),
        single_(graph, parameters, pool_, {.max_batch = 1, .loss = HalfSquared{}, .training = true}),
        sum_(graph) {
    std::uint64_t draw = 0;
    for (const View<T> view : {batch_.input(), batch_.target()})
      for (Index i = 0; i < samples; ++i)
        for (T& number : view.row(i)) number = static_cast<T>(2 * key.uniform(draw++) - 1);
    const Index outputs = batch_.target().cols;
    outputs_.resize(static_cast<std::size_t>(samples * outputs));
  }

  void batch_forward() { batch_.forward(samples_, Mode::kInference, {}); }
  void batch_step() { batch_.train(samples_, {}); }

  void loop_forward() {
    for (Index n = 0; n < samples_; ++n) {
      load(n);
      single_.forward(1, Mode::kInference, {});
      const auto y = single_.output().row(0);
      std::copy(y.begin(), y.end(),
                outputs_.begin() + static_cast<std::ptrdiff_t>(n) * static_cast<std::ptrdiff_t>(y.size()));
    }
  }
  void loop_step() {
    std::ranges::fill(sum_.flat(), T{0});
    for (Index n = 0; n < samples_; ++n) {
      load(n);
      single_.train(1, {});
      const std::span<const T> gradient = std::as_const(single_).gradients().flat();
      for (std::size_t i = 0; i < gradient.size(); ++i) sum_.flat()[i] += gradient[i];
    }
    for (T& number : sum_.flat()) number /= static_cast<T>(samples_);  // (3)
  }

  double output_difference() {
    batch_forward();
    loop_forward();
    double largest = 0;
    const View<const T> y = batch_.output();
    for (Index n = 0; n < samples_; ++n)
      for (Index j = 0; j < y.cols; ++j)
        largest = std::max(largest, std::abs(static_cast<double>(y(n, j)) -
                                             static_cast<double>(outputs_[static_cast<std::size_t>(n * y.cols + j)])));
    return largest;
  }
  double gradient_difference() {
    batch_step();
    loop_step();
    double difference = 0, largest = 0;
    const std::span<const T> whole = std::as_const(batch_).gradients().flat();
    for (std::size_t i = 0; i < whole.size(); ++i) {
      difference = std::max(difference, std::abs(static_cast<double>(whole[i]) - static_cast<double>(sum_.flat()[i])));
      largest = std::max(largest, std::abs(static_cast<double>(whole[i])));
    }
    return largest > 0 ? difference / largest : 0;
  }

 private:
  void load(Index n) {
    std::ranges::copy(batch_.input().row(n), single_.input().row(0).begin());
    std::ranges::copy(batch_.target().row(n), single_.target().row(0).begin());
  }

  Index samples_;
  ThreadPool pool_{1};
  Plan<T> batch_, single_;
  Parameters<T> sum_;
  std::vector<T> outputs_;
};

// Seconds of one call: of several calls where one is too short to be timed.
template <class F>
double seconds_of(F f, Index calls) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point start = Clock::now();
  for (Index i = 0; i < calls; ++i) f();
  return std::chrono::duration<double>(Clock::now() - start).count() / static_cast<double>(calls);
}

// The best of each over rounds in which they take turns, so that a busy moment of the machine hits both.
template <class A, class B>
std::pair<double, double> race(A loop, B batch) {
  constexpr int kRounds = 5;
  constexpr double kShortest = 2e-3;
  const auto calls_of = [&](double once) {
    return static_cast<Index>(std::clamp(kShortest / std::max(once, 1e-9), 1.0, 1e5));
  };
  const Index loop_calls = calls_of(seconds_of(loop, 1)), batch_calls = calls_of(seconds_of(batch, 1));
  double loop_best = std::numeric_limits<double>::infinity(), batch_best = loop_best;
  for (int round = 0; round < kRounds; ++round) {
    loop_best = std::min(loop_best, seconds_of(loop, loop_calls));
    batch_best = std::min(batch_best, seconds_of(batch, batch_calls));
  }
  return {loop_best, batch_best};
}

template <class T>
VectorisationRow measure(const Graph& graph, Parameters<T>& parameters, Index samples, Index seed) {
  Contest<T> contest(graph, parameters, samples, {.seed = static_cast<std::uint64_t>(seed), .purpose = Purpose::kData});
  VectorisationRow row{.samples = samples,
                       .output_difference = contest.output_difference(),
                       .gradient_difference = contest.gradient_difference()};
  std::tie(row.loop_forward, row.batch_forward) =
      race([&] { contest.loop_forward(); }, [&] { contest.batch_forward(); });
  std::tie(row.loop_step, row.batch_step) = race([&] { contest.loop_step(); }, [&] { contest.batch_step(); });
  for (double* seconds : {&row.loop_forward, &row.batch_forward, &row.loop_step, &row.batch_step})
    *seconds /= static_cast<double>(samples);
  return row;
}

template <class T>
std::vector<VectorisationRow> all_rows(const VectorisationSettings& s, const std::function<void(double)>& tell) {
  Architecture architecture;
  architecture.widths = s.widths;
  architecture.activation = architecture.output_activation = Sigmoid{};
  const Graph graph = Graph::build(architecture, {s.widths.front()});
  Parameters<T> parameters(graph);
  parameters.initialise({.seed = static_cast<std::uint64_t>(s.seed)});
  std::vector<Index> counts;
  for (Index m = 1; m < s.samples; m *= 10) counts.push_back(m);
  counts.push_back(s.samples);
  std::vector<VectorisationRow> rows;
  for (const Index samples : counts) {
    rows.push_back(measure(graph, parameters, samples, s.seed));
    if (tell) tell(static_cast<double>(rows.size()) / static_cast<double>(counts.size()));
  }
  return rows;
}

}  // namespace

std::vector<VectorisationRow> vectorisation_experiment(const VectorisationSettings& settings,
                                                       const std::function<void(double)>& tell) {
  return settings.is_double ? all_rows<double>(settings, tell) : all_rows<float>(settings, tell);
}

}  // namespace isinglass
