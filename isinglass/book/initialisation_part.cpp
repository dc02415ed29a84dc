// isinglass/book/initialisation_part.cpp - ten layers of 500 units, fed with normal numbers.
#include "isinglass/book/notes_parts.h"
#include "isinglass/figure/chart.h"
#include "isinglass/figure/histogram.h"
#include "isinglass/figure/number_label.h"
#include "isinglass/figure/panels.h"
#include "isinglass/lab/depth_experiment.h"

namespace isinglass {
namespace {

constexpr std::uint32_t kSeed = 13;  // of NumPy's generator, anew for each case
constexpr Index kUnits = 500;

struct DepthCase {
  std::string activation, scale, title;
  bool is_drawn = true;  // as histograms
  double low = -1, high = 1;
  std::vector<DepthRow> rows = {};
  std::string name() const { return activation + " " + scale; }
};

std::vector<DepthCase> computed_cases() {
  std::vector<DepthCase> cases = {{"tanh", "0.01", "tanh, 0.01"},
                                  {"tanh", "xavier", "tanh, Xavier"},
                                  {"tanh", "he", "tanh, He"},
                                  {"tanh", "1", "tanh, 1", false},
                                  {"relu", "0.01", "ReLU, 0.01", true, 0, 2},
                                  {"relu", "xavier", "ReLU, Xavier", true, 0, 2},
                                  {"relu", "he", "ReLU, He", true, 0, 2},
                                  {"relu", "1", "ReLU, 1", false, 0, 2}};
  for (DepthCase& c : cases) {
    const auto stream = numpy_stream(kSeed);
    c.rows = depth_experiment(
        {.activation = c.activation, .scale = scale_of(c.scale, kUnits), .units = kUnits, .bin_range = {c.low, c.high}},
        *stream);
  }
  return cases;
}

// A row for each case, a column for each layer. The height of the bars is cut where a heap at one number would flatten
// all others.
Scene histograms(const std::vector<DepthCase>& cases) {
  std::vector<Scene> panels;
  for (const DepthCase& c : cases) {
    if (!c.is_drawn) continue;
    const bool is_tanh = c.activation == "tanh";
    for (std::size_t l = 1; l < c.rows.size(); ++l) {
      const DepthRow& row = c.rows[l];
      Histogram histogram{.title = c.title + ", layer " + std::to_string(l), .edges = row.edges, .counts = row.counts};
      histogram.x_label = "std " + number_label(row.deviation, 2);
      histogram.x = {
          .low = c.low, .high = c.high, .ticks = {{c.low, is_tanh ? "\u22121" : "0"}, {c.high, is_tanh ? "1" : "2"}}};
      histogram.y = {.low = 0, .high = 56000};
      histogram.colour = series_colour(is_tanh ? 0 : 1);
      histogram.look = {.width = 130, .height = 120, .text_size = 9, .has_y_numbers = false};
      panels.push_back(draw(histogram));
    }
  }
  return arrange(panels, 10, "Outputs of ten layers, by the size of their first weights");
}

Scene by_layer(const std::vector<DepthCase>& cases, const std::string& activation, bool is_gradient) {
  Chart chart{.title = std::string(activation == "relu" ? "ReLU" : "tanh") +
                       (is_gradient ? ": derivatives, going back" : ": outputs, going forward"),
              .x_label = "layer",
              .y_label = "deviation",
              .x = {.low = 0, .high = 10},
              .y = {.kind = Axis::kLog, .low = 1e-9, .high = 1e4},
              .look = {.width = 520, .height = 340}};
  for (const DepthCase& c : cases) {
    if (c.activation != activation) continue;
    Series series{.name = c.scale == "xavier" ? "Xavier"
                          : c.scale == "he"   ? "He"
                                              : c.scale,
                  .key = c.name() + (is_gradient ? " gradient" : " output"),
                  .marker = Marker::kCircle};
    for (const DepthRow& row : c.rows) {
      series.x.push_back(static_cast<double>(row.layer));
      series.y.push_back(is_gradient ? row.gradient_deviation : row.deviation);
    }
    chart.series.push_back(std::move(series));
  }
  return draw(chart);
}

Value numbers(const std::vector<DepthCase>& cases) {
  Value document = Value::Table{};
  for (const DepthCase& c : cases) {
    Value::Array layers;
    for (const DepthRow& row : c.rows) {
      Value layer = Value::Table{};
      layer.set("layer", row.layer);
      layer.set("mean", row.mean);
      layer.set("deviation", row.deviation);
      layer.set("rms", row.rms);
      layer.set("least", row.least);
      layer.set("largest", row.largest);
      layer.set("zero_fraction", row.zero_fraction);
      layer.set("beyond_0.99", row.flat_fraction);
      layer.set("gradient_deviation", row.gradient_deviation);
      layers.push_back(std::move(layer));
    }
    document.set(c.name(), std::move(layers));
  }
  return document;
}

BookTable deviations(const std::vector<DepthCase>& cases) {
  BookTable table{.title = "Deviation of the outputs of a layer, and of the derivatives that come back to the inputs",
                  .header = {"activation, weights", "layer 1", "layer 5", "layer 10", "derivatives at the inputs"}};
  for (const DepthCase& c : cases) {
    table.rows.push_back({c.title});
    for (const std::size_t l : {1, 5, 10}) table.rows.back().push_back(number_label(c.rows[l].deviation, 4));
    table.rows.back().push_back(number_label(c.rows[0].gradient_deviation, 4));
  }
  return table;
}

}  // namespace

Chapter initialisation_part(BookRuns& runs) {
  runs.say("ten layers of 500 units, eight ways to begin");
  const std::vector<DepthCase> cases = computed_cases();
  const auto last = [&](std::size_t which) { return number_label(cases[which].rows[10].deviation, 2); };
  return {
      .figures = {{.name = "notes-initialization",
                   .caption = "1000 normal inputs go through ten layers of 500 units; each panel is a histogram of a "
                              "layer's outputs on the same axis as its row (bars that are too high are cut). With "
                              "weights of deviation 0.01 all signals die; Xavier's suit tanh (" +
                              last(1) + " after ten layers) and He's suit ReLU (" + last(6) +
                              ", where Xavier's leave " + last(5) + ").",
                   .scene = histograms(cases)},
                  {.name = "notes-initialization-depth",
                   .caption = "The same in numbers, forward and back. A start is good when both directions keep "
                              "their size from layer to layer. Weights of deviation 1 saturate tanh and blow "
                              "up ReLU, beyond the panel, to 10^{12}.",
                   .scene = arrange({by_layer(cases, "tanh", false), by_layer(cases, "tanh", true),
                                     by_layer(cases, "relu", false), by_layer(cases, "relu", true)},
                                    2, "What reaches the end of a deep network, and what comes back")}},
      .tables = {deviations(cases)},
      .numbers = {{"initialization", numbers(cases)}}};
}

}  // namespace isinglass
