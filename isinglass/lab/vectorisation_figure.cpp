#include "isinglass/lab/vectorisation_figure.h"

#include "isinglass/figure/chart.h"
#include "isinglass/figure/panels.h"

namespace isinglass {
namespace {

Series times(const std::vector<VectorisationRow>& rows, const std::string& name, double VectorisationRow::*seconds,
             const Colour& colour, Line line) {
  Series series{.name = name, .line = line, .marker = Marker::kCircle, .colour = colour};
  for (const VectorisationRow& row : rows) {
    series.x.push_back(static_cast<double>(row.samples));
    series.y.push_back(1e6 * row.*seconds);
  }
  return series;
}

Series gain(const std::vector<VectorisationRow>& rows, const std::string& name, double VectorisationRow::*loop,
            double VectorisationRow::*batch, const Colour& colour, Line line) {
  Series series{.name = name, .line = line, .marker = Marker::kCircle, .colour = colour};
  for (const VectorisationRow& row : rows) {
    series.x.push_back(static_cast<double>(row.samples));
    series.y.push_back(row.*loop / (row.*batch));
  }
  return series;
}

}  // namespace

Scene vectorisation_figure(const std::vector<VectorisationRow>& rows, const std::string& network) {
  Chart time{.title = "Time of a sample",
             .x_label = "samples",
             .y_label = "microseconds",
             .x = {.kind = Axis::kLog},
             .y = {.kind = Axis::kLog},
             .x_is_tight = false};
  time.series = {times(rows, "loop, forward", &VectorisationRow::loop_forward, kPositive, Line::kSolid),
                 times(rows, "batch, forward", &VectorisationRow::batch_forward, kNegative, Line::kSolid),
                 times(rows, "loop, with gradients", &VectorisationRow::loop_step, kPositive, Line::kDashed),
                 times(rows, "batch, with gradients", &VectorisationRow::batch_step, kNegative, Line::kDashed)};
  time.look = {.width = 680, .height = 400};
  Chart ratio{.title = "How many times as fast the batch is",
              .x_label = "samples",
              .y_label = "loop / batch",
              .x = {.kind = Axis::kLog},
              .y = {.low = 0},
              .x_is_tight = false};
  ratio.series = {gain(rows, "forward", &VectorisationRow::loop_forward, &VectorisationRow::batch_forward,
                       series_colour(0), Line::kSolid),
                  gain(rows, "with gradients", &VectorisationRow::loop_step, &VectorisationRow::batch_step,
                       series_colour(1), Line::kDashed)};
  ratio.references = {{.at = 1}};
  ratio.look = {.width = 640, .height = 400};
  return arrange({draw(time), draw(ratio)}, 2,
                 "A loop over samples and a batch, " + network + " network on one thread");
}

}  // namespace isinglass
