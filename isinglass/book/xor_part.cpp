// isinglass/book/xor_part.cpp - exclusive or, learned one random sample at a time.
#include "isinglass/book/convergence.h"
#include "isinglass/book/notes_parts.h"
#include "isinglass/book/run_numbers.h"
#include "isinglass/figure/decision_boundary.h"
#include "isinglass/figure/number_label.h"
#include "isinglass/figure/panels.h"
#include "isinglass/figure/run_network.h"

namespace isinglass {
namespace {

Scene boundary(RunReader& run) {
  DecisionBoundary plane{.title = "What it answers between the four samples",
                         .x_label = "x_{1}",
                         .y_label = "x_{2}",
                         .x_low = -0.5,
                         .x_high = 1.5,
                         .y_low = -0.5,
                         .y_high = 1.5,
                         .rows = 80,
                         .cols = 80,
                         .look = {.width = 520, .height = 420}};
  std::vector<double> inputs;
  const CellCentres centres = cell_centres(plane);
  for (const double y : centres.y)
    for (const double x : centres.x) inputs.insert(inputs.end(), {x, y});
  plane.values = RunNetwork(run, run.epochs()).outputs(inputs);
  plane.points = {{.name = "0",
                   .key = "samples of 0",
                   .x = {0, 1},
                   .y = {0, 1},
                   .line = Line::kNone,
                   .marker = Marker::kCircle,
                   .colour = kInk},
                  {.name = "1",
                   .key = "samples of 1",
                   .x = {0, 1},
                   .y = {1, 0},
                   .line = Line::kNone,
                   .marker = Marker::kTriangle,
                   .colour = kInk}};
  return draw(plane);
}

BookTable answers(RunReader& standard, RunReader& column) {
  BookTable table{.title = "Answers after 10,000 steps",
                  .header = {"x_{1}, x_{2}", "wanted", "2-2-1, nine parameters", "2-3-1 as coded, twelve weights"}};
  const char* inputs[] = {"0, 0", "0, 1", "1, 0", "1, 1"};
  for (Index n = 0; n < 4; ++n)
    table.rows.push_back({inputs[n], n == 1 || n == 2 ? "1" : "0",
                          number_label(number_of(standard, "layer2.out[0]", standard.epochs(), n), 6),
                          number_label(number_of(column, "layer2.out[0]", column.epochs(), n), 6)});
  return table;
}

}  // namespace

Chapter xor_part(BookRuns& runs) {
  RunReader& standard = runs.run("xor");
  RunReader& column = runs.run("xor-bias-column");
  runs.say("exclusive or: figures and numbers");
  const std::vector<Index> epochs = {0, 1, 10, 100, 1000};
  return {
      .figures = {{.name = "notes-xor",
                   .caption = "Two hidden tanh nodes learn exclusive or in 10,000 steps of one random sample each: "
                              "each draws a line, and the output answers 1 between the two (dark line: 0.5).",
                   .scene = arrange({draw_titled(network_of(standard, standard.epochs(), 1, {.has_derivatives = false}),
                                                 "The trained network, asked for 0, 1"),
                                     boundary(standard)},
                                    2, "Exclusive or, learned")}},
      .tables = {answers(standard, column)},
      .numbers = {{"xor", numbers_of(standard, epochs)}, {"xor-bias-column", numbers_of(column, epochs)}}};
}

}  // namespace isinglass
