#include "isinglass/figure/run_weights.h"

#include <algorithm>
#include <cmath>

#include "isinglass/base/error.h"
#include "isinglass/figure/heat_map.h"
#include "isinglass/figure/histogram.h"
#include "isinglass/figure/image_grid.h"
#include "isinglass/figure/panels.h"
#include "isinglass/figure/run_curves.h"
#include "isinglass/figure/run_network.h"
#include "isinglass/model/node_numbers.h"

namespace isinglass {
namespace {

constexpr Index kMostImages = 64, kMostNumbers = Index{1} << 22, kBins = 40;

// A layer and its kernel.
struct Kernel {
  const GraphLayer* layer = nullptr;
  const GraphParameter* parameter = nullptr;
  std::vector<double> numbers;  // as kept
  std::string title;

  const Shape& shape() const { return parameter->spec.shape; }
};

const GraphParameter* kernel_parameter(const Graph& graph, const GraphLayer& layer) {
  for (std::size_t k = layer.pre_node; k <= layer.out_node; ++k)
    for (const std::size_t p : graph.nodes[k].parameters)
      if (graph.parameters[p].spec.role == ParamSpec::kKernel) return &graph.parameters[p];
  return nullptr;
}

Kernel kernel_of_layer(RunReader& run, const std::string& name) {
  const Graph& graph = run.graph();
  std::vector<std::string> known;
  for (const GraphLayer& layer : graph.layers)
    if (kernel_parameter(graph, layer) != nullptr) known.push_back(layer.name);
  if (known.empty()) throw InputError(run.directory() + ": no layer of the network has a kernel");
  const std::string wanted = name.empty() ? known[0] : name;
  for (const GraphLayer& layer : graph.layers) {
    if (layer.name != wanted) continue;
    if (const GraphParameter* p = kernel_parameter(graph, layer)) return {&layer, p, {}, ""};
    throw OptionError(run.directory() + ": " + wanted + " (" + layer.kind + ") has no kernel" +
                      did_you_mean(wanted, known));
  }
  throw OptionError(run.directory() + ": there is no layer '" + wanted + "'" + did_you_mean(wanted, known));
}

ColourScale red_and_blue(const std::vector<double>& numbers) {
  double largest = 0;
  for (const double w : numbers)
    if (std::isfinite(w)) largest = std::max(largest, std::abs(w));
  if (largest == 0) largest = 1;
  return {.map = ColourMap::kDiverging, .low = -largest, .high = largest, .label = "weight"};
}

ImageGrid grid_of(const Kernel& kernel, double side) {
  return {.title = kernel.title, .columns = 8, .colours = red_and_blue(kernel.numbers), .has_bar = true, .side = side};
}

// (C, k_h, k_w, O): an image for each channel of each kernel.
Scene convolution_images(const Kernel& kernel) {
  const Shape& s = kernel.shape();
  const Index channels = s[0], rows = s[1], cols = s[2], kernels = s[3];
  ImageGrid grid = grid_of(kernel, 56);
  for (Index o = 0; o < kernels; ++o)
    for (Index c = 0; c < channels && static_cast<Index>(grid.images.size()) < kMostImages; ++c) {
      GridImage image{
          .rows = rows, .cols = cols, .caption = std::to_string(o) + (channels > 1 ? "," + std::to_string(c) : "")};
      for (Index i = 0; i < rows * cols; ++i)
        image.values.push_back(kernel.numbers[static_cast<std::size_t>((c * rows * cols + i) * kernels + o)]);
      grid.images.push_back(std::move(image));
    }
  if (static_cast<Index>(grid.images.size()) < kernels * channels)
    grid.title += ": the first " + std::to_string(grid.images.size()) + " of " + std::to_string(kernels * channels);
  return draw(grid);
}

// What each of the first units of a dense layer looks for in an image.
Scene unit_images(const Kernel& kernel, Index rows, Index cols) {
  constexpr Index kMostUnits = 32;
  const Index n_in = rows * cols, units = kernel.parameter->size() / n_in;
  ImageGrid grid = grid_of(kernel, 64);
  for (Index j = 0; j < std::min(units, kMostUnits); ++j) {
    GridImage image{.rows = rows, .cols = cols, .caption = std::to_string(j)};
    for (Index i = 0; i < n_in; ++i) image.values.push_back(kernel.numbers[static_cast<std::size_t>(i * units + j)]);
    grid.images.push_back(std::move(image));
  }
  if (units > kMostUnits) grid.title += ": the first 32 of " + std::to_string(units) + " units";
  return draw(grid);
}

Scene matrix(RunReader& run, const Kernel& kernel) {
  const GraphParameter& p = *kernel.parameter;
  HeatMap map{.title = kernel.title,
              .x_label = "to",
              .y_label = "from",
              .rows = p.rows,
              .cols = p.cols,
              .values = kernel.numbers,
              .colours = red_and_blue(kernel.numbers)};
  const Graph& graph = run.graph();
  if (!is_dense(graph, *kernel.layer) || kernel.shape().size() != 2) {
    map.x_label = "kernel";
    map.y_label = "weight";
    return draw(map);
  }
  const ValueId source = numbered_value(graph, graph.nodes[kernel.layer->pre_node].inputs[0]);
  const bool is_turned = is_transposed(graph, *kernel.layer);
  std::vector<std::string> from, to;
  for (Index i = 0; i < kernel.layer->in[0][0]; ++i) from.push_back(node_name(graph, source, i));
  for (Index j = 0; j < kernel.layer->out[0]; ++j) to.push_back(node_name(graph, kernel.layer->out_node + 1, j));
  map.row_names = is_turned ? to : from;
  map.col_names = is_turned ? from : to;
  if (is_turned) std::swap(map.x_label, map.y_label);
  return draw(map);
}

Scene histogram_of(const Kernel& kernel, Index epoch) {
  const auto count = static_cast<Index>(kernel.numbers.size());
  const auto bins = static_cast<Index>(2 * std::sqrt(static_cast<double>(count)));
  Histogram histogram = count_numbers(kernel.numbers, std::clamp<Index>(bins, 4, kBins));
  histogram.title = std::to_string(count) + " weights at epoch " + std::to_string(epoch);
  histogram.x_label = "weight";
  histogram.look = {.width = 420, .height = 300};
  return draw(histogram);
}

}  // namespace

Index image_side(Index pixels) {
  constexpr Index kSmallest = 8;
  const auto side = static_cast<Index>(std::lround(std::sqrt(static_cast<double>(pixels))));
  return side >= kSmallest && side * side == pixels ? side : 0;
}

Scene draw_weights(RunReader& run, Index epoch, const std::string& layer) {
  Kernel kernel = kernel_of_layer(run, layer);
  if (kernel.parameter->size() > kMostNumbers)
    throw InputError(run.directory() + ": " + kernel.parameter->name + " has " +
                     std::to_string(kernel.parameter->size()) + " numbers; a figure shows at most " +
                     std::to_string(kMostNumbers));
  const RunNetwork network(run, epoch);
  const auto which = static_cast<std::size_t>(kernel.parameter - run.graph().parameters.data());
  for (Index i = 0; i < kernel.parameter->size(); ++i) kernel.numbers.push_back(network.parameter(which, i));
  kernel.title = run_name(run) + ", " + kernel.layer->name + " (" + kernel.layer->kind + ")";
  const Graph& graph = run.graph();
  const Shape& shape = kernel.shape();
  const bool sees_inputs = numbered_value(graph, graph.nodes[kernel.layer->pre_node].inputs[0]) == 0;
  const bool is_plain = is_dense(graph, *kernel.layer) && !is_transposed(graph, *kernel.layer);
  const Index side = sees_inputs && is_plain ? image_side(size_of(graph.input)) : 0;
  const Scene main = shape.size() == 4 && shape[1] * shape[2] > 1 ? convolution_images(kernel)
                     : side > 0                                   ? unit_images(kernel, side, side)
                                                                  : matrix(run, kernel);
  return arrange({main, histogram_of(kernel, epoch)}, 2);
}

}  // namespace isinglass
