#include "isinglass/book/arithmetic.h"

#include "isinglass/figure/heat_map.h"
#include "isinglass/figure/number_label.h"
#include "isinglass/figure/panels.h"
#include "isinglass/lab/convolve.h"
#include "isinglass/model/graph.h"
#include "isinglass/nn/layer_rig.h"
#include "isinglass/nn/layers.h"
#include "isinglass/train/schedules.h"

namespace isinglass {
namespace {

constexpr double kRate = 0.2, kDecay = 0.01;

Plane image() {
  Plane numbers(4, 4, {});
  for (int i = 1; i <= 16; ++i) numbers.values.push_back(i);
  return numbers;
}

// A kernel that takes the mean of n x n numbers.
Plane mean_kernel(Index n) {
  const auto count = static_cast<std::size_t>(n * n);
  return {n, n, std::vector<double>(count, 1.0 / static_cast<double>(count))};
}

Plane max_pooled(const Plane& x) {
  LayerRig<double> rig(Layer::read("max_pool2d"), {{1, x.rows, x.cols}}, 1);
  std::ranges::copy(x.values, rig.x().row(0).begin());
  rig.forward();
  return {x.rows / 2, x.cols / 2, {rig.y().row(0).begin(), rig.y().row(0).end()}};
}

Scene panel(const std::string& title, const Plane& plane) {
  HeatMap map{.title = title, .rows = plane.rows, .cols = plane.cols, .values = plane.values};
  map.colours = {.low = 0, .high = 16, .paleness = 0.35};
  map.cell = 46;
  return draw(map);
}

}  // namespace

BookTable parameter_table() {
  BookTable table{.title = "Parameters of fully connected networks",
                  .header = {"nodes of the layers", "weights", "biases", "in all"}};
  for (const std::vector<Index>& widths :
       {std::vector<Index>{3, 2, 1}, std::vector<Index>{10, 20, 3}, std::vector<Index>{10, 8, 6, 4, 2, 1}}) {
    const Graph graph = Graph::build({.widths = widths}, {widths[0]});
    Index biases = 0;
    for (const GraphParameter& p : graph.parameters) biases += p.spec.role == ParamSpec::kBias ? p.size() : 0;
    std::string nodes;
    for (const Index width : widths) nodes += (nodes.empty() ? "" : "-") + std::to_string(width);
    const Index all = graph.parameter_count();
    table.rows.push_back({nodes, std::to_string(all - biases), std::to_string(biases), std::to_string(all)});
  }
  return table;
}

BookTable decay_table() {
  BookTable table{.title = "A learning rate of 0.2 with a decay of 0.01",
                  .header = {"epoch", "as printed, which compounds", "usual, \u03b7_{0}/(1 + decay \u00b7 l)"}};
  const Schedule printed = CompoundingDecay{.decay = kDecay}, usual = TimeDecay{.decay = kDecay};
  for (const Index epoch : {0, 1, 2, 3, 5, 10, 100})
    table.rows.push_back({std::to_string(epoch), number_label(printed.rate(kRate, epoch, 1000, {}), 6),
                          number_label(usual.rate(kRate, epoch, 1000, {}), 6)});
  return table;
}

BookTable map_size_table() {
  BookTable table{.title = "Sizes of feature maps: (n + 2 pad \u2212 kernel)/stride, rounded down, + 1",
                  .header = {"n", "kernel", "pad on each side", "stride", "map"}};
  struct Row {
    Index n, kernel, pad, stride;
  };
  for (const Row& row : {Row{4, 2, 0, 1}, Row{4, 2, 0, 2}, Row{4, 3, 0, 1}, Row{4, 3, 1, 1}, Row{5, 3, 0, 1},
                         Row{5, 3, 1, 2}, Row{28, 5, 0, 1}, Row{28, 5, 2, 1}, Row{13, 2, 0, 2}}) {
    Value window = Value::Table{};
    window.set("kind", "average_pool1d");
    window.set("pool_size", row.kernel);
    window.set("stride", row.stride);
    window.set("pad", row.pad);
    const Shape map = Layer::read(window).output_shape({{1, row.n}});
    table.rows.push_back({std::to_string(row.n), std::to_string(row.kernel), std::to_string(row.pad),
                          std::to_string(row.stride), std::to_string(map.back())});
  }
  return table;
}

BookFigure convolution_figure() {
  const Plane x = image();
  const auto padded = Border{.padding = PaddingName{"zero"}};
  return {.name = "cnn-convolution",
          .caption =
              "A kernel slides over an image and leaves a weighted mean at each position. Without padding the map "
              "is smaller by the kernel less 1; stride 2 takes every other position; zeros outside pull the "
              "edges down, the corner to 14/9 = 1.56 (the material's figure has 3.5).",
          .scene = arrange({panel("image", x), panel("mean of 2 \u00d7 2", cross_correlate(x, mean_kernel(2))),
                            panel("mean of 2 \u00d7 2, stride 2", cross_correlate(x, mean_kernel(2), {}, 2)),
                            panel("mean of 3 \u00d7 3", cross_correlate(x, mean_kernel(3))),
                            panel("mean of 3 \u00d7 3, zeros outside", cross_correlate(x, mean_kernel(3), padded)),
                            panel("largest of 2 \u00d7 2, stride 2", max_pooled(x))},
                           3, "One image of 4 \u00d7 4 under kernels, stride, padding and pooling")};
}

}  // namespace isinglass
