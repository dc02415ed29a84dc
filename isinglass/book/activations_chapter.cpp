// isinglass/book/activations_chapter.cpp - what activation functions look like, and what can be said about them.
#include <algorithm>
#include <cmath>

#include "isinglass/book/activation_curves.h"
#include "isinglass/book/chapter.h"
#include "isinglass/figure/number_label.h"
#include "isinglass/figure/panels.h"
#include "isinglass/lab/activation_table.h"
#include "isinglass/nn/layer.h"

namespace isinglass {
namespace {

Scene in_two_columns(const std::vector<ActivationPanel>& rows, const std::string& title) {
  std::vector<Scene> panels;
  for (const ActivationPanel& row : rows) {
    panels.push_back(draw_function(row));
    panels.push_back(draw_derivative(row));
  }
  return arrange(panels, 2, title);
}

// From -3 to 3 by tenths, then where functions saturate, exponentials overflow and differences cancel.
std::vector<double> places() {
  std::vector<double> x;
  for (int i = -30; i <= 30; ++i) x.push_back(i / 10.0);
  for (const double size :
       {1e-16, 1e-9, 1e-5, 5.0, 10.0, 20.0, 36.0, 37.0, 40.0, 100.0, 360.0, 709.0, 710.0, 745.0, 750.0})
    for (const double sign : {-1.0, 1.0}) x.push_back(sign * size);
  return x;
}

// PReLU learns its slope; here it has the one that it starts with.
std::vector<std::string> names() {
  std::vector<std::string> all = pointwise_activations();
  all.emplace_back("prelu");
  std::ranges::sort(all);
  return all;
}

Value numbers() {
  const auto list = [](const std::vector<double>& numbers) {
    return Value(Value::Array(numbers.begin(), numbers.end()));
  };
  Value document = Value::Table{}, functions = Value::Table{};
  document.set("x", list(places()));
  for (const std::string& name : names()) {
    const ActivationCurve curve = curve_of(Layer::read(name), places());
    Value function = Value::Table{};
    function.set("value", list(curve.y));
    function.set("derivative", list(curve.slope));
    functions.set(name, std::move(function));
  }
  document.set("functions", std::move(functions));
  return document;
}

BookTable properties() {
  const auto yes = [](bool is_so) { return std::string(is_so ? "yes" : "no"); };
  // At the end of the grid what goes to 0 is not quite there.
  const auto bound = [](double number) { return number_label(std::abs(number) < 1e-12 ? 0 : number); };
  BookTable table{.title = "Properties, found by computing each function on a fine grid over [\u221240, 40]",
                  .header = {"function", "lower bound", "upper bound", "non-linear", "monotonic",
                             "differentiable everywhere", "monotonic slope", "like x near 0", "largest slope"}};
  for (const std::string& name : names()) {
    const ActivationProperties p = properties_of(name);
    table.rows.push_back({name, p.bounded_below ? bound(p.least) : "\u2212\u221e",
                          p.bounded_above ? bound(p.largest) : "\u221e", yes(!p.is_linear), yes(p.is_monotonic),
                          yes(p.is_differentiable), yes(p.has_monotonic_slope), yes(p.is_near_identity),
                          number_label(p.largest_slope)});
  }
  return table;
}

}  // namespace

Chapter activations_chapter(BookRuns& runs) {
  runs.say("activation functions");
  return {
      .introduction =
          "A node adds up its weighted inputs, and an activation function bends the sum. Without the bend, any number "
          "of layers is worth one. Each curve below is computed by the layer that networks train with; its derivative "
          "is what back-propagation multiplies by.",
      .figures =
          {{.name = "activations-sigmoid-tanh-relu",
            .caption = "Sigmoid lies between 0 and 1 and its slope is at most 0.25, at x = 0; tanh lies between "
                       "\u22121 and 1 with a slope of up to 1; ReLU is 0 on the left and x on the right. Dashed: "
                       "bounds that are approached and never reached. All derivatives are drawn against x, the input.",
            .scene = in_two_columns({{"Sigmoid", "sigmoid", {0, 1}}, {"Tanh", "tanh", {-1, 1}}, {"ReLU", "relu", {}}},
                                    "Three activations and their derivatives")},
           {.name = "activations-step-linear",
            .caption = "The step has slope 0 everywhere, so nothing can be learned through it; the linear function "
                       "has slope 1 everywhere and bends nothing.",
            .scene = in_two_columns({{"Binary step", "binary_step", {}}, {"Linear", "linear", {}}},
                                    "Two activations that do not help to learn")}},
      .tables = {properties()},
      .numbers = {{"activations", numbers()}}};
}

}  // namespace isinglass
