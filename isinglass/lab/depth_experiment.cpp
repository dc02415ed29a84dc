#include "isinglass/lab/depth_experiment.h"

#include <algorithm>
#include <cmath>

#include "isinglass/base/buffer.h"
#include "isinglass/base/error.h"
#include "isinglass/figure/histogram.h"
#include "isinglass/kernels/matmul.h"
#include "isinglass/nn/layer_rig.h"

namespace isinglass {
namespace {

constexpr Index kBins = 32;
constexpr double kGradientReach = 4;  // the last gradient has a deviation of 1

struct Matrix {
  Matrix(Index rows, Index cols) : numbers(rows * cols), view(numbers.data(), rows, cols) {}
  Buffer<double> numbers;
  View<double> view;
};

void draw(View<double> to, double scale, RandomStream& stream) {
  for (Index i = 0; i < to.size(); ++i) to.data[i] = stream.normal() * scale;
}

double deviation_of(View<const double> x, double mean) {
  double sum = 0;
  for (Index i = 0; i < x.size(); ++i) sum += (x.data[i] - mean) * (x.data[i] - mean);
  return std::sqrt(sum / static_cast<double>(x.size()));
}

double mean_of(View<const double> x) {
  double sum = 0;
  for (Index i = 0; i < x.size(); ++i) sum += x.data[i];
  return sum / static_cast<double>(x.size());
}

DepthRow row_of(Index layer, View<const double> h, const DepthSettings& s) {
  DepthRow row{.layer = layer, .mean = mean_of(h), .least = h.data[0], .largest = h.data[0]};
  row.deviation = deviation_of(h, row.mean);
  double squares = 0;
  Index zeros = 0, flat = 0;
  for (Index i = 0; i < h.size(); ++i) {
    const double y = h.data[i];
    squares += y * y;
    row.least = std::min(row.least, y);
    row.largest = std::max(row.largest, y);
    zeros += y == 0;
    flat += std::abs(y) > 0.99;
  }
  const double count = static_cast<double>(h.size());
  row.rms = std::sqrt(squares / count);
  row.zero_fraction = static_cast<double>(zeros) / count;
  row.flat_fraction = static_cast<double>(flat) / count;
  const std::vector<double> outputs(h.data, h.data + h.size());
  const bool is_bounded = row.least >= -1 && row.largest <= 1;
  const Histogram histogram = !s.bin_range.empty() ? count_numbers(outputs, kBins, s.bin_range[0], s.bin_range[1])
                              : is_bounded         ? count_numbers(outputs, kBins, row.least < 0 ? -1 : 0, 1)
                                                   : count_numbers(outputs, kBins);
  row.edges = histogram.edges;
  row.counts = histogram.counts;
  return row;
}

}  // namespace

double scale_of(const std::string& name, Index units) {
  const double n = static_cast<double>(units);
  if (name == "0.01") return 0.01;
  if (name == "xavier") return 1 / std::sqrt(n);
  if (name == "he") return std::sqrt(2 / n);
  if (name == "1") return 1;
  throw OptionError("unknown initialisation '" + name + "'" + did_you_mean(name, {"0.01", "xavier", "he", "1"}));
}

std::string_view verdict_of(const std::vector<DepthRow>& rows) {
  constexpr double kTimes = 10, kFlat = 0.3;  // so many times more or less; the share of outputs beyond 0.99
  const DepthRow &first = rows.front(), &last = rows.back();
  const double forward = last.rms / first.rms, back = first.gradient_deviation / last.gradient_deviation;
  if (!(forward <= kTimes)) return "explodes";
  if (forward < 1 / kTimes) return "vanishes";
  if (last.flat_fraction > kFlat && last.largest <= 1) return "saturates";
  if (!(back <= kTimes)) return "explodes";
  return back < 1 / kTimes ? "gradient" : "lives";
}

std::vector<DepthRow> depth_experiment(const DepthSettings& s, RandomStream& stream) {
  const Layer activation = Layer::read(s.activation);
  std::vector<Matrix> weights, outputs;
  std::vector<DepthRow> rows;
  outputs.emplace_back(s.samples, s.units);
  draw(outputs.back().view, 1, stream);
  rows.push_back(row_of(0, outputs.back().view, s));
  LayerRig<double> rig(activation, {{s.units}}, s.samples);
  for (Index l = 1; l <= s.layers; ++l) {
    weights.emplace_back(s.units, s.units);
    draw(weights.back().view, s.scale, stream);
    kernels::matmul<double>(outputs.back().view, weights.back().view, rig.x());  // (1)
    rig.forward();
    outputs.emplace_back(s.samples, s.units);
    std::copy_n(rig.y().data, rig.y().size(), outputs.back().view.data);
    rows.push_back(row_of(l, outputs.back().view, s));
  }
  Matrix gradient(s.samples, s.units);
  draw(gradient.view, 1, stream);
  for (Index l = s.layers; l >= 0; --l) {
    DepthRow& row = rows[static_cast<std::size_t>(l)];
    row.gradient_deviation = deviation_of(gradient.view, mean_of(gradient.view));
    const Histogram histogram = count_numbers({gradient.view.data, gradient.view.data + gradient.view.size()}, kBins,
                                              -kGradientReach, kGradientReach);
    row.gradient_edges = histogram.edges;
    row.gradient_counts = histogram.counts;
    if (l == 0) break;
    const auto k = static_cast<std::size_t>(l - 1);
    kernels::matmul<double>(outputs[k].view, weights[k].view, rig.x());
    rig.forward();
    std::copy_n(gradient.view.data, gradient.view.size(), rig.dy().data);
    rig.backward();
    kernels::matmul_nt<double>(rig.dx(), weights[k].view, gradient.view);  // (2)
  }
  return rows;
}

}  // namespace isinglass
