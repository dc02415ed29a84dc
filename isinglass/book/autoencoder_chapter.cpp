// isinglass/book/autoencoder_chapter.cpp - three numbers through one node and back, learned from twelve noisy lines.
#include "isinglass/book/chapter.h"
#include "isinglass/book/convergence.h"
#include "isinglass/book/profile_figure.h"
#include "isinglass/book/run_numbers.h"
#include "isinglass/figure/network_diagram.h"
#include "isinglass/figure/number_label.h"
#include "isinglass/figure/panels.h"

namespace isinglass {
namespace {

const std::vector<Index> kEpochs = {0, 1, 9, 99, 999, 4999, 9999};
constexpr Index kLines = 12, kLastEpoch = 9999, kFirstOutput = 9;
const std::vector<double> kPlaces = {1, 2, 3};

// The lines of the training or of the test data, with what the trained network makes of them.
struct Lines {
  std::vector<std::vector<double>> inputs, outputs;
  std::vector<double> slopes;  // of the line through the origin that fits best, x.z / x.x
  Index first_name = 1;        // numbers are counted on through both sets
};

Lines lines_of(RunReader& run, bool are_test) {
  const auto number = [&](const std::string& quantity, Index sample) {
    return are_test ? test_number_of(run, quantity, sample) : number_of(run, quantity, kLastEpoch, sample);
  };
  Lines lines{.first_name = are_test ? kLines + 1 : 1};
  for (Index n = 0; n < kLines; ++n) {
    std::vector<double> z, out;
    double xz = 0;
    for (Index i = 0; i < 3; ++i) {
      z.push_back(number("I" + std::to_string(i + 1), n));
      out.push_back(number("O" + std::to_string(kFirstOutput + i), n));
      xz += kPlaces[static_cast<std::size_t>(i)] * z.back();
    }
    lines.inputs.push_back(std::move(z));
    lines.outputs.push_back(std::move(out));
    lines.slopes.push_back(xz / 14);
  }
  return lines;
}

Scene data_figure(const Lines& lines, const std::string& title) {
  Profiles profiles{.title = title, .samples = lines.inputs, .labels = lines.slopes, .label_name = "slope"};
  for (Index n = 0; n < kLines; ++n) profiles.names.push_back(std::to_string(lines.first_name + n));
  return draw_down(profiles, {.low = -1.5, .high = 1.5});
}

double mean_square(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return sum / static_cast<double>(a.size());
}

Scene reconstruction(const std::vector<double>& input, const std::vector<double>& output, Index name) {
  const std::string number = std::to_string(name);
  Chart chart{
      .title = number + ": error " + number_label(mean_square(input, output), 2),
      .x_label = "z",
      .x = {.low = -1.5, .high = 1.5, .ticks = {{-1, "\u22121"}, {0, "0"}, {1, "1"}}, .minor = {-1.5, -0.5, 0.5, 1.5}},
      .y = {.low = 0.8, .high = 3.2, .is_reversed = true, .ticks = {{1, "I_{1}"}, {2, "I_{2}"}, {3, "I_{3}"}}},
      .look = {.width = 270, .height = 220}};
  chart.series.push_back({.name = "", .key = "data " + number, .x = input, .y = kPlaces, .marker = Marker::kCircle});
  chart.series.push_back({.name = "",
                          .key = "reconstruction " + number,
                          .x = output,
                          .y = kPlaces,
                          .line = Line::kDashed,
                          .marker = Marker::kSquare,
                          .colour = series_colour(1)});
  return draw(chart);
}

Scene reconstructions(const Lines& lines, const std::string& title) {
  std::vector<Scene> panels;
  for (std::size_t n = 0; n < lines.inputs.size(); ++n)
    panels.push_back(reconstruction(lines.inputs[n], lines.outputs[n], lines.first_name + static_cast<Index>(n)));
  return arrange(panels, 4, title);
}

Scene loss_figure(RunReader& run) {
  Series loss = curve(run, "loss");
  for (double& epoch : loss.x) epoch -= 1;  // a linear axis has a place for epoch 0
  loss.name.clear();
  return draw(Chart{.title = "Loss of the autoencoder",
                    .x_label = "epoch",
                    .y_label = "mean squared error",
                    .x = {.low = 0, .high = 10000},
                    .y = {.low = 0, .high = 0.7},
                    .series = {loss}});
}

struct Latent {
  std::vector<double> slopes, least_squares, codes;
  FittedLine fit;
};

Latent latent_of(RunReader& run, const Lines& lines) {
  Latent latent{.slopes = lines.slopes};
  for (Index n = 0; n < kLines; ++n) {
    latent.codes.push_back(number_of(run, "M6", kLastEpoch, n));
    latent.least_squares.push_back(fit_line(kPlaces, lines.inputs[static_cast<std::size_t>(n)]).slope);
  }
  latent.fit = fit_line(latent.slopes, latent.codes);
  return latent;
}

Scene latent_figure(const Latent& latent) {
  Chart chart{.title = "The middle node against the slope",
              .x_label = "slope of the line through the origin",
              .y_label = "output of M_{6}",
              .x = {.low = -0.25, .high = 0.25},
              .y = {.low = 0.1, .high = 0.9},
              .look = {.width = 640, .height = 460}};
  Series points{
      .name = "", .key = "M6", .x = latent.slopes, .y = latent.codes, .line = Line::kNone, .marker = Marker::kCircle};
  points.point_colours = colours_by_label(latent.slopes);
  for (Index n = 1; n <= kLines; ++n) points.point_names.push_back(std::to_string(n));
  Series line = latent.fit.series(*chart.x.low, *chart.x.high, "");
  line.key = "fit";
  line.colour = series_colour(1);
  chart.series = {line, points};
  return draw(chart);
}

Value numbers(RunReader& run, const Latent& latent, const Lines& training) {
  Value document = numbers_of(run, kEpochs), fit = Value::Table{};
  fit.set("slope", latent.fit.slope);
  fit.set("intercept", latent.fit.intercept);
  fit.set("r_squared", latent.fit.r_squared);
  fit.set("slopes of the samples", Value::Array(training.slopes.begin(), training.slopes.end()));
  document.set("line through M6 at epoch 9999", std::move(fit));
  return document;
}

BookTable lines_table(const Lines& training, const Lines& test) {
  BookTable table{.title = "Data and reconstructions: training lines at epoch 9999, test lines after training",
                  .header = {"line", "I_{1}", "I_{2}", "I_{3}", "slope", "O_{9}", "O_{10}", "O_{11}"}};
  for (const Lines* lines : {&training, &test})
    for (std::size_t n = 0; n < lines->inputs.size(); ++n) {
      table.rows.push_back({std::to_string(lines->first_name + static_cast<Index>(n))});
      const auto add = [&](double number) { table.rows.back().push_back(number_label(number, 5)); };
      for (const double z : lines->inputs[n]) add(z);
      add(lines->slopes[n]);
      for (const double z : lines->outputs[n]) add(z);
    }
  return table;
}

double mean_error(const Lines& lines) {
  double sum = 0;
  for (std::size_t n = 0; n < lines.inputs.size(); ++n) sum += mean_square(lines.inputs[n], lines.outputs[n]);
  return sum / static_cast<double>(lines.inputs.size());
}

std::vector<BookFigure> figures(RunReader& run, const Lines& training, const Lines& test, const Latent& latent) {
  return {
      {.name = "autoencoder-network",
       .caption = "The encoder L_{4}, L_{5}, M_{6} and the decoder R_{7}, R_{8} to O_{11} with line 1 in them after "
                  "10,000 epochs; 16 weights and 8 biases.",
       .scene =
           draw_titled(network_of(run, run.epochs(), 0, {.has_derivatives = false, .colours = EdgeColours::kByNode}),
                       "The trained autoencoder with line 1 in it")},
      {.name = "autoencoder-data",
       .caption = "Twelve training lines: (x \u2212 2) times a slope drawn between \u22122 and 2, with normal noise "
                  "of deviation 0.1. Below: the slope of the line through the origin, for inspection alone.",
       .scene = data_figure(training, "Training data: twelve lines of three values")},
      {.name = "autoencoder-loss",
       .caption =
           "For some 4,500 epochs hardly anything happens: every line gets nearly the same answer, the mean. Then the "
           "middle node finds the slope, and the loss goes from " +
           number_label(number_of(run, "loss", 4999)) + " at epoch 4999 to " +
           number_label(number_of(run, "loss", kLastEpoch)) + " at epoch 9999.",
       .scene = loss_figure(run)},
      {.name = "autoencoder-latent",
       .caption = "The network never saw a slope, and yet its middle node has it: M_{6} = " +
                  number_label(latent.fit.intercept, 4) + " \u2212 " + number_label(-latent.fit.slope, 4) +
                  " m with R^{2} = " + number_label(latent.fit.r_squared) +
                  "; against the slope of least squares, R^{2} = " +
                  number_label(fit_line(latent.least_squares, latent.codes).r_squared) + ".",
       .scene = latent_figure(latent)},
      {.name = "autoencoder-training-reconstructions",
       .caption = "Training lines and what comes out, at epoch 9999; mean squared error " +
                  number_label(mean_error(training)) + ". The noise is lost, the slope is kept.",
       .scene = reconstructions(training, "Training lines (blue, solid) and reconstructions (orange, dashed)")},
      {.name = "autoencoder-test-data",
       .caption = "Twelve lines of the same kind that the network has not seen.",
       .scene = data_figure(test, "Test data: twelve new lines")},
      {.name = "autoencoder-test-reconstructions",
       .caption = "Test lines and what comes out after training; mean squared error " + number_label(mean_error(test)) +
                  ": somewhat more than in training, and of the same order as the noise.",
       .scene = reconstructions(test, "Test lines (blue, solid) and reconstructions (orange, dashed)")}};
}

}  // namespace

Chapter autoencoder_chapter(BookRuns& runs) {
  RunReader& run = runs.run("autoencoder-3-2-1-2-3");
  runs.say("the autoencoder: figures and numbers");
  const Lines training = lines_of(run, false), test = lines_of(run, true);
  const Latent latent = latent_of(run, training);
  return {
      .introduction =
          "Three numbers go through a bottleneck of one node and come out again; the target is the input itself. The "
          "lines differ in their slope and in a little noise, and so the best that one number can carry is the slope. "
          "The loss is the mean of three squared differences, averaged over the twelve lines.",
      .figures = figures(run, training, test, latent),
      .tables = {number_table(
                     run, "Key numbers, before the update of the epoch; nodes are those of line 1",
                     {"loss",    "w(1,4)", "w(3,5)",     "w(4,6)",     "w(5,6)",     "w(6,7)",    "w(6,8)", "w(7,9)",
                      "w(8,11)", "b(4)",   "b(6)",       "b(9)",       "L4",         "L5",        "M6",     "R7",
                      "R8",      "O9",     "dL/dw(1,4)", "dL/dw(4,6)", "dL/dw(6,7)", "dL/dw(7,9)"},
                     {0, 99, 999, 4999, 9999, 10000}),
                 lines_table(training, test)},
      .numbers = {{"autoencoder-3-2-1-2-3", numbers(run, latent, training)}}};
}

}  // namespace isinglass
