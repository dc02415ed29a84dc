#include "isinglass/figure/run_activations.h"

#include <algorithm>

#include "isinglass/base/error.h"
#include "isinglass/figure/histogram.h"
#include "isinglass/figure/image_grid.h"
#include "isinglass/figure/panels.h"
#include "isinglass/figure/run_curves.h"
#include "isinglass/figure/run_network.h"

namespace isinglass {
namespace {

constexpr Index kMostSamples = 500, kBins = 40, kMostMaps = 16, kMapColumns = 8;
constexpr double kMostNumbers = 1 << 21;  // of a layer, over all samples
constexpr std::size_t kMostLayers = 24;

std::string layer_title(const GraphLayer& layer) {
  const bool is_pair = !layer.activation.empty() && layer.activation != layer.kind;
  return layer.name + ": " + layer.kind + (is_pair ? ", " + layer.activation : "");
}

// (C, H, W) or (H, W); nothing else is an image.
struct ImageShape {
  Index channels = 0, rows = 0, cols = 0;
  bool is_image() const { return rows > 1 && cols > 1; }
};
ImageShape image_shape(const Shape& shape) {
  if (shape.size() == 3) return {shape[0], shape[1], shape[2]};
  if (shape.size() == 2) return {1, shape[0], shape[1]};
  return {};
}

Scene maps_of(const std::string& title, const ImageShape& shape, const std::vector<double>& values, ColourMap colours) {
  ImageGrid grid{.title = title, .columns = kMapColumns, .colours = {.map = colours}, .has_bar = true};
  const Index pixels = shape.rows * shape.cols;
  for (Index c = 0; c < std::min(shape.channels, kMostMaps); ++c)
    grid.images.push_back({.rows = shape.rows,
                           .cols = shape.cols,
                           .values = {values.begin() + c * pixels, values.begin() + (c + 1) * pixels},
                           .caption = shape.channels > 1 ? std::to_string(c) : ""});
  if (shape.channels > kMostMaps) grid.title += ", the first " + std::to_string(kMostMaps);
  return draw(grid);
}

}  // namespace

Scene draw_activations(RunReader& run, Index epoch) {
  const Graph& graph = run.graph();
  const RunNetwork network(run, epoch);
  std::vector<Scene> panels;
  for (const GraphLayer& layer : graph.layers) {
    const bool only_rearranges = !layer.has_nodes && layer.parameters == 0 && layer.activation.empty();
    if (only_rearranges || panels.size() == kMostLayers) continue;
    const auto most = static_cast<Index>(kMostNumbers / static_cast<double>(size_of(layer.out)));
    const std::vector<Index> samples =
        spread_samples(run.data().train.size(), std::clamp<Index>(most, 1, kMostSamples));
    Histogram histogram = count_numbers(network.values(layer.out_node + 1, run.data().train, samples), kBins);
    histogram.title = layer_title(layer);
    histogram.x_label = "output";
    histogram.look = {.width = 380, .height = 270};
    panels.push_back(draw(histogram));
  }
  const auto columns = static_cast<Index>(std::min<std::size_t>(panels.size(), 3));
  return arrange(panels, std::max<Index>(columns, 1),
                 "Outputs of " + run_name(run) + " at epoch " + std::to_string(epoch));
}

Scene draw_feature_maps(RunReader& run, Index epoch, Index sample) {
  const Graph& graph = run.graph();
  if (sample < 0 || sample >= run.data().train.size())
    throw InputError(run.directory() + ": there is no sample " + std::to_string(sample) +
                     "; the training samples are 0 to " + std::to_string(run.data().train.size() - 1));
  const RunNetwork network(run, epoch);
  const std::vector<Index> samples{sample};
  std::vector<Scene> panels;
  bool has_maps = false;
  if (const ImageShape shape = image_shape(graph.input); shape.is_image())
    panels.push_back(maps_of("input", shape, network.values(0, run.data().train, samples), ColourMap::kGrey));
  for (const GraphLayer& layer : graph.layers) {
    const ImageShape shape = image_shape(layer.out);
    const bool is_repeated = !layer.has_nodes && layer.activation.empty();
    if (!shape.is_image() || is_repeated || panels.size() == kMostLayers) continue;
    panels.push_back(maps_of(layer_title(layer) + ", " + to_string(layer.out), shape,
                             network.values(layer.out_node + 1, run.data().train, samples), ColourMap::kInferno));
    has_maps = true;
  }
  if (!has_maps)
    throw InputError(run.directory() +
                     ": no layer of the network makes images, so that a sample has no feature maps; " +
                     "leave out --sample for histograms of the layers' outputs");
  return arrange(panels, 1, run_name(run) + ", epoch " + std::to_string(epoch) + ", sample " + std::to_string(sample));
}

}  // namespace isinglass
