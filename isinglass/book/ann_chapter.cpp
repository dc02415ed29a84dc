// isinglass/book/ann_chapter.cpp - three inputs, two sigmoid nodes, one linear output, learned from one sample.
#include "isinglass/book/arithmetic.h"
#include "isinglass/book/chapter.h"
#include "isinglass/book/convergence.h"
#include "isinglass/book/run_numbers.h"
#include "isinglass/figure/number_label.h"
#include "isinglass/figure/panels.h"
#include "isinglass/lab/collapse.h"

namespace isinglass {
namespace {

const std::vector<Index> kEpochs = {0, 1, 2, 9, 99, 399, 500, 998, 999};

Scene convergence(RunReader& run) {
  Chart predictions = predictions_chart(run);
  predictions.series[0].name = "output";
  return arrange({draw(convergence_chart(std::move(predictions), "Prediction", "output O_{6}", 0, 0.4)),
                  draw(convergence_chart(weights_chart(run), "Weights", "weight", -0.5, 0.75)),
                  draw(convergence_chart(biases_chart(run), "Biases", "bias", -0.5, 0.75))},
                 3, "The 3-2-1 network learns one sample");
}

// The same numbers without the sigmoids: the network as it starts is then one linear formula.
AffineMap without_activations(RunReader& run) {
  Architecture architecture = run.experiment().model;
  architecture.activation = Layer::read("linear");
  const Graph graph = Graph::build(architecture, run.graph().input);
  Parameters<double> parameters(graph);
  copy_parameters(run, 0, parameters);
  return collapse(graph, parameters);
}

BookTable collapse_table(const AffineMap& map) {
  BookTable table{
      .title = "Without the sigmoids, the network at epoch 0 is b_{0} + B_{1} I_{1} + B_{2} I_{2} + B_{3} I_{3}",
      .header = {"number", "value"}};
  table.rows.push_back({"b_{0}", number_label(map.intercept[0], 6)});
  for (std::size_t i = 0; i < map.slopes.size(); ++i)
    table.rows.push_back({"B_{" + std::to_string(i + 1) + "}", number_label(map.slopes[i], 6)});
  return table;
}

}  // namespace

Chapter ann_chapter(BookRuns& runs) {
  RunReader& run = runs.run("ann-3-2-1");
  runs.say("the 3-2-1 network: figures and numbers");
  const AffineMap map = without_activations(run);
  Value document = numbers_of(run, kEpochs), collapsed = Value::Table{};
  collapsed.set("intercept", map.intercept[0]);
  collapsed.set("slopes", Value::Array(map.slopes.begin(), map.slopes.end()));
  document.set("without activations at epoch 0", std::move(collapsed));
  const auto at = [&](const std::string& quantity, Index epoch, int digits) {
    return number_label(number_of(run, quantity, epoch, 0), digits);
  };
  return {
      .introduction =
          "Eleven numbers learn to answer 0.3 to the inputs 0.5, 0.2 and 0.7. The network is small enough to follow "
          "every sum and every factor of the chain rule by hand. Derivatives are dL/d of a number with L = "
          "\u00bd(O_{6} \u2212 y)^{2}: they point uphill, and an update subtracts 0.2 times the gradient.",
      .figures = {{.name = "ann-network",
                   .caption = "The network before its second update (epoch 1): it answers " + at("O6", 1, 3) +
                              " instead of 0.3, so dL/dO_{6} = " + at("dL/dO6", 1, 3) +
                              ", and every derivative to the left of it has this factor.",
                   .scene = draw_titled(network_of(run, 1, 0, {.colours = EdgeColours::kByNode}),
                                        "The 3-2-1 network before its second update, forward and back")},
                  {.name = "ann-convergence",
                   .caption = "The output goes from " + at("O6", 0, 3) + " to " + at("O6", 99, 5) +
                              " within 100 epochs; most of the change is in the output layer, \u03bb_{4,6}, "
                              "\u03bb_{5,6} and b_{6}. Dashed: the target. Dotted: epoch 400. The third panel has the "
                              "true biases.",
                   .scene = convergence(run)}},
      .tables = {number_table(
                     run, "Key numbers, before the update of the epoch",
                     {"w(1,4)", "w(2,4)", "w(3,4)",     "w(1,5)",     "w(2,5)",     "w(3,5)",     "w(4,6)", "w(5,6)",
                      "b(4)",   "b(5)",   "b(6)",       "H4",         "H5",         "O6",         "loss",   "dL/dO6",
                      "dL/dH4", "dL/dH5", "dL/din(H4)", "dL/din(H5)", "dL/dw(1,4)", "dL/dw(4,6)", "dL/dI1"},
                     {0, 1, 9, 99, 999}),
                 collapse_table(map), parameter_table(), decay_table()},
      .numbers = {{"ann-3-2-1", std::move(document)}}};
}

}  // namespace isinglass
