#include "isinglass/lab/pooling_shift.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "isinglass/base/error.h"
#include "isinglass/model/plan.h"
#include "isinglass/nn/layers.h"

namespace isinglass {
namespace {

struct Variant {
  std::string name;
  std::optional<Layer> pooling;
};

std::vector<Variant> variants() {
  return {{"none", std::nullopt},
          {"max 2 x 2", MaxPool2d{.pool_size = 2}},
          {"average 2 x 2", AveragePool2d{.pool_size = 2}},
          {"max 4 x 4", MaxPool2d{.pool_size = 4}},
          {"average 4 x 4", AveragePool2d{.pool_size = 4}},
          {"max 3 x 3, stride 1", MaxPool2d{.pool_size = 3, .stride = 1}},
          {"max 3 x 3, stride 2", MaxPool2d{.pool_size = 3, .stride = 2}},
          {"every second, no pooling", MaxPool2d{.pool_size = 1, .stride = 2}},
          {"max 8 x 8", MaxPool2d{.pool_size = 8}},
          {"average 8 x 8", AveragePool2d{.pool_size = 8}}};
}

// (1) for all images at once, a plane for each.
std::vector<Plane> outputs_of(const Variant& variant, const Plane& kernel, const std::vector<Plane>& images) {
  const auto samples = static_cast<Index>(images.size());
  Architecture architecture;
  architecture.layers.push_back(
      {Conv2d{.kernels = 1, .kernel_size = Sizes(kernel.rows, kernel.cols), .use_bias = false}, Relu{}});
  if (variant.pooling) architecture.layers.push_back({*variant.pooling});
  const Shape input{1, images[0].rows, images[0].cols};
  const Graph graph = Graph::build(architecture, input);
  Parameters<double> parameters(graph);
  std::ranges::copy(kernel.values, parameters[0].data);
  ThreadPool pool(1);
  Plan<double> plan(graph, parameters, pool, {.max_batch = samples});
  for (Index n = 0; n < samples; ++n)
    std::ranges::copy(images[static_cast<std::size_t>(n)].values, plan.input().row(n).begin());
  plan.forward(samples, Mode::kInference, {});
  const Shape& shape = graph.value_shape(graph.output_value());
  std::vector<Plane> outputs;
  for (Index n = 0; n < samples; ++n) {
    const auto row = plan.output().row(n);
    outputs.emplace_back(shape[1], shape[2], std::vector<double>(row.begin(), row.end()));
  }
  return outputs;
}

double norm_of_difference(const std::vector<double>& a, const std::vector<double>& b) {
  double squares = 0;
  for (std::size_t i = 0; i < a.size(); ++i) squares += (a[i] - b[i]) * (a[i] - b[i]);
  return std::sqrt(squares);
}

double distance_from_mean(const Plane& plane) {
  const double middle = mean(plane);
  double squares = 0;
  for (const double value : plane.values) squares += (value - middle) * (value - middle);
  return std::sqrt(squares);
}

PoolingRow row_of(const Variant& variant, const Plane& kernel, const std::vector<Plane>& images) {
  PoolingRow row{.name = variant.name, .outputs = outputs_of(variant, kernel, images)};
  const Plane& at_rest = row.outputs[0];
  row.rows = at_rest.rows;
  row.cols = at_rest.cols;
  const double lit = std::ranges::max(at_rest.values) / 10;
  const double spread = distance_from_mean(at_rest);
  for (const Plane& moved : row.outputs) {
    row.distance.push_back(spread > 0 ? norm_of_difference(moved.values, at_rest.values) / (std::sqrt(2.0) * spread)
                                      : NAN);  // (2)
    Index changed = 0, all = 0;
    for (std::size_t j = 0; j < moved.values.size(); ++j) {
      const double before = at_rest.values[j];
      if (before <= lit) continue;
      ++all;
      changed += std::abs(moved.values[j] - before) > before / 4;  // (3)
    }
    row.changed.push_back(all > 0 ? static_cast<double>(changed) / static_cast<double>(all) : NAN);
  }
  return row;
}

}  // namespace

PoolingExperiment pooling_experiment(const Plane& image, const Plane& kernel, Index shifts) {
  constexpr Index kSmallest = 16;  // two windows of the largest pooling
  const Index width = image.cols - shifts;
  if (width < kSmallest + kernel.cols - 1 || image.rows < kSmallest + kernel.rows - 1)
    throw InputError("the image is " + std::to_string(image.cols) + " x " + std::to_string(image.rows) +
                     " pixels; for shifts of up to " + std::to_string(shifts) + " it needs at least " +
                     std::to_string(kSmallest + kernel.cols - 1 + shifts) + " x " +
                     std::to_string(kSmallest + kernel.rows - 1));
  PoolingExperiment experiment;
  for (Index s = 0; s <= shifts; ++s) {
    Plane shifted(image.rows, width, {});
    for (Index r = 0; r < image.rows; ++r)
      for (Index c = 0; c < width; ++c) shifted.values.push_back(image(r, c + shifts - s));
    experiment.images.push_back(std::move(shifted));
  }
  for (const Variant& variant : variants()) experiment.rows.push_back(row_of(variant, kernel, experiment.images));
  if (std::isnan(experiment.rows[0].distance[0]))
    throw InputError("what the kernel makes of the image is the same everywhere; take another image or kernel");
  return experiment;
}

Plane demonstration_image() {
  constexpr Index kRows = 48, kCols = 72;
  // How much of a pixel a stroke of width 5 covers whose middle is so far away.
  const auto ink = [](double distance) { return std::clamp(3 - distance, 0.0, 1.0); };
  Plane image(kRows, kCols, {});
  for (Index r = 0; r < kRows; ++r)
    for (Index c = 0; c < kCols; ++c) {
      const double x = static_cast<double>(c), y = static_cast<double>(r);
      const double ring = std::abs(std::hypot(x - 26, y - 25) - 13);
      const double along = std::clamp(((x - 46) * 12 + (y - 40) * -30) / (12 * 12 + 30 * 30), 0.0, 1.0);
      const double bar = std::hypot(x - 46 - 12 * along, y - 40 + 30 * along);
      const double dot = std::hypot(x - 62, y - 36);
      image.values.push_back(std::max({ink(ring), ink(bar), ink(dot)}));
    }
  return image;
}

Plane grey_plane(const Array& image) {
  constexpr Index kMostPixels = 256;
  const Index rows = image.shape[0], cols = image.shape[1], channels = image.shape.size() == 3 ? image.shape[2] : 1;
  const Index block = (std::max(rows, cols) + kMostPixels - 1) / kMostPixels;
  const auto* bytes = image.data<unsigned char>();
  Plane plane(rows / block, cols / block, {});
  for (Index r = 0; r < plane.rows; ++r)
    for (Index c = 0; c < plane.cols; ++c) {
      double sum = 0;
      for (Index i = 0; i < block; ++i)
        for (Index j = 0; j < block * channels; ++j) sum += bytes[((r * block + i) * cols + c * block) * channels + j];
      plane.values.push_back(sum / (255.0 * static_cast<double>(block * block * channels)));
    }
  return plane;
}

}  // namespace isinglass
