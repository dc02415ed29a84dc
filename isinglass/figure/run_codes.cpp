#include "isinglass/figure/run_codes.h"

#include <algorithm>

#include "isinglass/base/error.h"
#include "isinglass/figure/image_grid.h"
#include "isinglass/figure/panels.h"
#include "isinglass/figure/run_curves.h"
#include "isinglass/figure/run_network.h"
#include "isinglass/figure/run_weights.h"
#include "isinglass/model/node_numbers.h"

namespace isinglass {
namespace {

constexpr Index kImages = 8, kImageRows = 2, kCharts = 12, kChartColumns = 4, kMostCodes = 1000;

void check(const RunReader& run) {
  if (!run.graph().is_autoencoder())
    throw InputError(run.directory() +
                     ": the network is no autoencoder ([model] autoencoder = ...), so it has no code " +
                     "and nothing comes back; take the kind predictions");
}

std::string title_of(const RunReader& run, Index epoch, const SamplesOfRun& part) {
  return run_name(run) + ", epoch " + std::to_string(epoch) + ": " + part.name + " data";
}

// Samples and their reconstructions, row by row.
struct Pairs {
  std::vector<Index> samples;
  std::vector<double> inputs, outputs;
  std::size_t width = 0;

  std::vector<double> row(const std::vector<double>& of, std::size_t i) const {
    const auto begin = of.begin() + static_cast<std::ptrdiff_t>(i * width);
    return {begin, begin + static_cast<std::ptrdiff_t>(width)};
  }
};

Pairs pairs_of(RunReader& run, Index epoch, const SamplesOfRun& part, Index first, Index count) {
  if (first < 0 || first >= part.data->size())
    throw InputError(run.directory() + ": there is no " + part.name + " sample " + std::to_string(first) +
                     "; they are 0 to " + std::to_string(part.data->size() - 1));
  Pairs pairs{.width = static_cast<std::size_t>(part.data->inputs())};
  for (Index i = first; i < std::min(first + count, part.data->size()); ++i) pairs.samples.push_back(i);
  const RunNetwork network(run, epoch);
  pairs.inputs = network.values(0, *part.data, pairs.samples);
  pairs.outputs = network.values(network.graph().output_value(), *part.data, pairs.samples);
  return pairs;
}

Scene image_pairs(const Pairs& pairs, const Shape& shape, const std::string& title) {
  ImageGrid grid{.title = title, .columns = std::min<Index>(kImages, static_cast<Index>(pairs.samples.size()))};
  const auto columns = static_cast<std::size_t>(grid.columns);
  for (std::size_t begin = 0; begin < pairs.samples.size(); begin += columns)
    for (const auto* of : {&pairs.inputs, &pairs.outputs}) {
      grid.row_names.emplace_back(of == &pairs.inputs ? "input" : "output");
      for (std::size_t i = begin; i < begin + columns; ++i) {
        GridImage image{.channels = shape[0], .rows = shape[1], .cols = shape[2], .values = {}, .caption = ""};
        // A row that is not full ends in blanks, so that the next begins below the first.
        image.values = i < pairs.samples.size() ? pairs.row(*of, i)
                                                : std::vector<double>(static_cast<std::size_t>(size_of(shape)), 1);
        if (i < pairs.samples.size() && of == &pairs.inputs) image.caption = std::to_string(pairs.samples[i]);
        grid.images.push_back(std::move(image));
      }
    }
  return draw(grid);
}

Scene chart_pairs(const Pairs& pairs, const std::string& title) {
  std::vector<double> x;
  for (std::size_t i = 1; i <= pairs.width; ++i) x.push_back(static_cast<double>(i));
  DataRange range;
  range.include(pairs.inputs, Axis::kLinear);
  range.include(pairs.outputs, Axis::kLinear);
  const AxisRange shared = axis_range({}, range, false, "value");
  std::vector<Scene> panels;
  for (std::size_t i = 0; i < pairs.samples.size(); ++i) {
    const std::string sample = std::to_string(pairs.samples[i]);
    Chart chart{.title = "sample " + sample, .x_label = "input", .y_label = "value"};
    chart.y = {.low = shared.low, .high = shared.high};
    for (std::size_t k = 1; k <= pairs.width && pairs.width <= 12; ++k)
      chart.x.ticks.push_back({static_cast<double>(k), "I_{" + std::to_string(k) + "}"});
    chart.series = {{.name = i == 0 ? "input" : "", .key = "input@" + sample, .x = x, .y = pairs.row(pairs.inputs, i)},
                    {.name = i == 0 ? "output" : "",
                     .key = "output@" + sample,
                     .x = x,
                     .y = pairs.row(pairs.outputs, i),
                     .line = Line::kDashed}};
    for (std::size_t k = 0; k < 2; ++k) {
      chart.series[k].colour = series_colour(k);
      if (pairs.width <= 40) chart.series[k].marker = k == 0 ? Marker::kCircle : Marker::kDiamond;
    }
    chart.look = {.width = 300, .height = 240};
    chart.x_is_tight = false;
    panels.push_back(draw(chart));
  }
  return arrange(panels, kChartColumns, title);
}

}  // namespace

Scene draw_reconstructions(RunReader& run, Index epoch, const std::string& part_name, Index sample) {
  check(run);
  const SamplesOfRun part = part_of(run, part_name);
  const Shape& input = run.graph().input;
  const bool is_image = (input.size() == 3 && (input[0] == 1 || input[0] == 3) && input[1] > 1) ||
                        (input.size() == 2 && input[0] > 1 && input[1] > 1);
  const Index side = input.size() == 1 ? image_side(input[0]) : 0;
  const std::string title = title_of(run, epoch, part);
  if (!is_image && side == 0) return chart_pairs(pairs_of(run, epoch, part, sample, kCharts), title);
  const Pairs pairs = pairs_of(run, epoch, part, sample, kImages * kImageRows);
  const Shape shape = side > 0 ? Shape{1, side, side} : input.size() == 2 ? Shape{1, input[0], input[1]} : input;
  return image_pairs(pairs, shape, title);
}

Chart latent_chart(RunReader& run, Index epoch, const std::string& part_name) {
  check(run);
  const SamplesOfRun part = part_of(run, part_name);
  const Graph& graph = run.graph();
  const RunNetwork network(run, epoch);
  const std::vector<Index> samples = spread_samples(part.data->size(), kMostCodes);
  const std::vector<double> codes = network.values(graph.code_value(), *part.data, samples);
  const auto width = static_cast<std::size_t>(size_of(graph.value_shape(graph.code_value())));
  const auto symbol = [&](Index element) {
    const std::string name = node_name(graph, graph.code_value(), element);
    return name.empty() ? "code " + std::to_string(element + 1) : symbol_of(name);
  };
  Chart chart{.title = title_of(run, epoch, part), .x_label = "sample", .y_label = symbol(0), .x_is_tight = false};
  Series series{.name = "", .key = "code", .line = Line::kNone, .marker = Marker::kCircle};
  for (std::size_t i = 0; i < samples.size(); ++i) {
    series.x.push_back(width == 1 ? static_cast<double>(samples[i]) : codes[i * width]);
    series.y.push_back(codes[i * width + (width == 1 ? 0 : 1)]);
    if (samples.size() <= 60 && width > 1) series.point_names.push_back(std::to_string(samples[i]));
  }
  if (width > 1) {
    chart.x_label = symbol(0);
    chart.y_label = symbol(1);
    if (width > 2) chart.title += ", 2 of " + std::to_string(width) + " numbers of the code";
  }
  chart.series.push_back(std::move(series));
  return chart;
}

}  // namespace isinglass
