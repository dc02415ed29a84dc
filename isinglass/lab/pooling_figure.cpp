#include "isinglass/lab/pooling_figure.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "isinglass/figure/chart.h"
#include "isinglass/figure/image_grid.h"
#include "isinglass/figure/panels.h"

namespace isinglass {
namespace {

// Before, after and the size of the difference, all in parts of the largest number before.
void add_row(ImageGrid& grid, const std::string& name, const Plane& before, const Plane& after) {
  const double largest = std::ranges::max(before.values), unit = largest > 0 ? largest : 1;
  Plane difference = before;
  for (std::size_t i = 0; i < difference.values.size(); ++i)
    difference.values[i] = std::abs(after.values[i] - before.values[i]);
  grid.row_names.push_back(name);
  for (const Plane* plane : {&before, &after, static_cast<const Plane*>(&difference)}) {
    GridImage image{.rows = plane->rows, .cols = plane->cols, .values = plane->values};
    for (double& value : image.values) value /= unit;
    grid.images.push_back(std::move(image));
  }
}

// Poolings of one size have one colour; averages are dashed.
Colour colour_of(const PoolingRow& row) {
  if (row.name == "none") return kInk;
  for (std::size_t k = 0; const char* size : {"2 x 2", "4 x 4", "8 x 8", "stride 1", "stride 2"}) {
    if (row.name.ends_with(size)) return series_colour(k);
    ++k;
  }
  return rgb(0x8a8a8a);
}

Scene curves(const PoolingExperiment& experiment, const std::string& title, const std::string& y_label,
             std::vector<double> PoolingRow::*column) {
  Chart chart{.title = title, .x_label = "shift in pixels", .y_label = y_label};
  chart.y = {.low = 0};
  for (const PoolingRow& row : experiment.rows) {
    Series series{.name = row.name,
                  .key = title + ": " + row.name,
                  .y = row.*column,
                  .line = row.name.starts_with("average") ? Line::kDashed : Line::kSolid,
                  .marker = Marker::kCircle,
                  .colour = colour_of(row)};
    series.x.resize(series.y.size());
    std::iota(series.x.begin(), series.x.end(), 0.0);
    chart.series.push_back(std::move(series));
  }
  chart.look = {.width = 700, .height = 400};
  return draw(chart);
}

}  // namespace

Scene pooling_figure(const PoolingExperiment& experiment, Index shown) {
  const auto s = static_cast<std::size_t>(shown);
  ImageGrid grid{
      .title = "at rest, shifted by " + std::to_string(shown) + (shown == 1 ? " pixel" : " pixels") + ", difference",
      .columns = 3};
  grid.side = 150;
  add_row(grid, "image", experiment.images[0], experiment.images[s]);
  for (const PoolingRow& row : experiment.rows) add_row(grid, row.name, row.outputs[0], row.outputs[s]);
  const Scene charts = arrange({curves(experiment, "How far the outputs move",
                                       "distance (1: as unlike as two other images)", &PoolingRow::distance),
                                curves(experiment, "How many outputs change",
                                       "share that changes by more than a quarter", &PoolingRow::changed)},
                               1);
  return arrange({draw(grid), charts}, 2);
}

}  // namespace isinglass
