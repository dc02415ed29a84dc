#include "isinglass/lab/local_average.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "isinglass/base/error.h"
#include "isinglass/base/random.h"
#include "isinglass/io/csv.h"
#include "isinglass/io/text.h"

namespace isinglass {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr Index kMostPlaces = 100000;

double weight(double distance, double half, Weighting weighting) {
  if (weighting == Weighting::kUniform) return distance <= half ? 1 : 0;  // (2)
  return std::max(1 - distance / half, 0.0);                              // (3)
}

void check_window(Index samples) {
  if (samples < 1 || samples % 2 == 0)
    throw InputError("a window has an odd number of samples, at least 1; got " + std::to_string(samples));
}

// A cell of a CSV file.
double number_of(const std::string& cell, const Csv& csv, std::size_t row, const std::string& name) {
  const std::optional<double> number = parse_real(cell);
  if (!number)
    throw FormatError(name + ":" + std::to_string(csv.lines[row]) + ": expected a number, found " + in_quotes(cell));
  return *number;
}

}  // namespace

Index Signal::samples() const {
  return static_cast<Index>(std::ranges::count_if(y, [](double value) { return !std::isnan(value); }));
}

double Signal::spacing() const {
  return size() < 2 ? 1 : (x.back() - x.front()) / static_cast<double>(size() - 1);
}

void check(const Signal& signal) {
  if (signal.x.size() != signal.y.size() || signal.x.empty())
    throw InputError("a signal has as many places as samples, at least one; got " + std::to_string(signal.x.size()) +
                     " and " + std::to_string(signal.y.size()));
  for (std::size_t i = 0; i < signal.x.size(); ++i)
    if (!std::isfinite(signal.x[i]) || (i > 0 && signal.x[i] <= signal.x[i - 1]))
      throw InputError("the places of a signal must ascend: number " + std::to_string(i + 1) + " is " +
                       number_text(signal.x[i]) + (i > 0 ? ", after " + number_text(signal.x[i - 1]) : ""));
  if (!std::isfinite(signal.spacing()))
    throw InputError("the places of a signal, from " + number_text(signal.x.front()) + " to " +
                     number_text(signal.x.back()) + ", are too far apart for double precision");
}

std::vector<double> local_averages(const Signal& signal, Index samples, Weighting weighting) {
  check(signal);
  check_window(samples);
  const double half = static_cast<double>(samples) * signal.spacing() / 2;
  std::vector<double> averages;
  for (const double t : signal.x) {
    double total = 0, weights = 0;  // (1)
    const auto first = std::ranges::lower_bound(signal.x, t - half) - signal.x.begin();
    for (auto i = static_cast<std::size_t>(first); i < signal.x.size() && signal.x[i] <= t + half; ++i) {
      if (std::isnan(signal.y[i])) continue;
      const double w = weight(std::abs(signal.x[i] - t), half, weighting);
      total += w * signal.y[i];
      weights += w;
    }
    averages.push_back(weights > 0 ? total / weights : kNone);
  }
  return averages;
}

Plane window_weights(Index samples, Weighting weighting) {
  check_window(samples);
  std::vector<double> weights;
  for (Index i = 0; i < samples; ++i)
    weights.push_back(
        weight(std::abs(static_cast<double>(i - samples / 2)), static_cast<double>(samples) / 2, weighting));
  Plane kernel(std::move(weights));
  const double total = sum(kernel);
  for (double& w : kernel.values) w /= total;
  return kernel;
}

Signal demonstration_signal(Index places, std::uint64_t seed) {
  const auto noise = counter_stream({.seed = seed, .purpose = Purpose::kNoise});
  Signal signal;
  for (Index i = 0; i < places; ++i) {
    const double x = static_cast<double>(i);
    signal.x.push_back(x);
    signal.y.push_back(std::sin(2 * std::numbers::pi * x / 30) + 0.02 * x + 0.3 * noise->normal());
  }
  return signal;
}

Signal thinned(const Signal& signal, std::uint64_t seed) {
  std::vector<std::size_t> there;
  for (std::size_t i = 0; i < signal.y.size(); ++i)
    if (!std::isnan(signal.y[i])) there.push_back(i);
  Signal sparse{signal.x, std::vector<double>(signal.y.size(), kNone)};
  const auto stream = counter_stream({.seed = seed, .purpose = Purpose::kSplit});
  const std::vector<Index> order = stream->permutation(static_cast<Index>(there.size()));
  for (std::size_t k = 0; k < (there.size() + 2) / 3; ++k) {
    const std::size_t i = there[static_cast<std::size_t>(order[k])];
    sparse.y[i] = signal.y[i];
  }
  return sparse;
}

Signal parse_signal(std::string_view text, const std::string& name) {
  const Csv csv = parse_csv(text, name, {.has_header = false});
  const std::size_t columns = csv.rows[0].size();
  if (columns > 2)
    throw FormatError(name + ": expected one column (values) or two (place, value), found " + std::to_string(columns));
  const std::size_t first = parse_real(csv.rows[0][0]) || csv.rows[0][0].empty() ? 0 : 1;
  if (csv.rows.size() > first + kMostPlaces)
    throw FormatError(name + ": expected at most " + std::to_string(kMostPlaces) + " rows, found " +
                      std::to_string(csv.rows.size()));
  Signal signal;
  for (std::size_t row = first; row < csv.rows.size(); ++row) {
    const std::string& value = csv.rows[row].back();
    signal.x.push_back(columns == 2 ? number_of(csv.rows[row][0], csv, row, name) : static_cast<double>(row - first));
    if (row > first && signal.x.back() <= signal.x[signal.x.size() - 2])
      throw FormatError(name + ":" + std::to_string(csv.lines[row]) + ": places must ascend, but " + csv.rows[row][0] +
                        " comes after " + csv.rows[row - 1][0] + "; sort the rows");
    signal.y.push_back(value.empty() ? kNone : number_of(value, csv, row, name));
  }
  if (signal.samples() == 0) throw FormatError(name + ": there is no row with a value");
  return signal;
}

}  // namespace isinglass
