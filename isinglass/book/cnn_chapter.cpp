// isinglass/book/cnn_chapter.cpp - one kernel of three over five pixels, learned from one image and from ten.
#include <algorithm>
#include <functional>
#include <numeric>

#include "isinglass/book/arithmetic.h"
#include "isinglass/book/chapter.h"
#include "isinglass/book/convergence.h"
#include "isinglass/book/profile_figure.h"
#include "isinglass/book/run_numbers.h"
#include "isinglass/figure/number_label.h"
#include "isinglass/figure/panels.h"

namespace isinglass {
namespace {

const std::vector<Index> kEpochs = {0, 1, 2, 9, 99, 399, 500, 998, 999};
const std::vector<std::string> kKernel = {"k(6)", "k(7)", "k(8)", "b(conv)"};
const std::vector<std::string> kDense = {"w(9,12)", "w(10,12)", "w(11,12)", "b(12)"};
constexpr Index kPixels = 5, kTaps = 3, kPositions = 3, kFirstMap = 9;

Scene three_panels(RunReader& run, Chart predictions, const std::string& title) {
  return arrange({draw(predictions), draw(convergence_chart(run, kKernel, "Kernel", "weight, bias", -0.8, 0.8)),
                  draw(convergence_chart(run, kDense, "Dense layer", "weight, bias", -0.8, 0.8))},
                 3, title);
}

// The images and labels that a run learns from.
struct Images {
  std::vector<std::vector<double>> pixels;
  std::vector<double> labels;
};
Images images_of(RunReader& run) {
  const StepMoment moment = run.moment(0);
  Images images{.labels = moment.targets};
  for (auto pixel = moment.inputs.begin(); pixel != moment.inputs.end(); pixel += kPixels)
    images.pixels.emplace_back(pixel, pixel + kPixels);
  return images;
}

Scene one_prediction(RunReader& run) {
  Chart predictions = predictions_chart(run);
  predictions.series[0].name = "output";
  return three_panels(run, convergence_chart(std::move(predictions), "Prediction", "output O_{12}", 0, 0.9),
                      "The convolutional network learns one image");
}

// Curves and legend from the largest label to the smallest, as the curves end.
Scene ten_predictions(RunReader& run, const std::vector<double>& labels) {
  Chart chart = convergence_chart(predictions_chart(run), "Predictions", "output O_{12}", -0.2, 0.9);
  const std::vector<Colour> colours = colours_by_label(labels);
  std::vector<Series> targets(chart.series.begin() + static_cast<Index>(labels.size()), chart.series.end()), outputs;
  std::vector<std::size_t> order(labels.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, std::greater<>(), [&](std::size_t i) { return labels[i]; });
  for (const std::size_t i : order) {
    chart.series[i].name = "image " + std::to_string(i + 1);
    chart.series[i].colour = targets[i].colour = colours[i];
    outputs.push_back(chart.series[i]);
  }
  chart.series = std::move(targets);
  chart.series.insert(chart.series.end(), outputs.begin(), outputs.end());
  return three_panels(run, std::move(chart), "The convolutional network learns the slopes of ten images");
}

// What each use of a kernel weight adds to its derivative: dL/din(C) times the pixel below, at every position.
Value kernel_partials(RunReader& run, Index epoch) {
  Value::Array positions;
  for (Index p = 0; p < kPositions; ++p) {
    std::vector<double> row;
    for (Index k = 0; k < kTaps; ++k)
      row.push_back(number_of(run, "dL/din(C" + std::to_string(kFirstMap + p) + ")", epoch, 0) *
                    number_of(run, "I" + std::to_string(p + k + 1), epoch, 0));
    positions.emplace_back(Value::Array(row.begin(), row.end()));
  }
  return positions;
}

Value single_numbers(RunReader& run) {
  Value document = numbers_of(run, kEpochs);
  Value::Table partials;
  for (const Index epoch : kEpochs) partials.emplace_back(std::to_string(epoch), kernel_partials(run, epoch));
  document.set("uses of k(6), k(7), k(8) at each position", std::move(partials));
  return document;
}

BookTable labels_table(const Images& images) {
  BookTable table{.title =
                      "The ten images: the label is the slope of the line through the origin, x\u00b7z / x\u00b7x; "
                      "a fitted line with an intercept has another slope",
                  .header = {"image", "label", "slope of least squares"}};
  for (std::size_t n = 0; n < images.labels.size(); ++n)
    table.rows.push_back({std::to_string(n + 1), number_label(images.labels[n], 6),
                          number_label(fit_line({1, 2, 3, 4, 5}, images.pixels[n]).slope, 6)});
  return table;
}

std::vector<std::string> parameters_and(const std::vector<std::string>& others) {
  std::vector<std::string> all = kKernel;
  all.insert(all.end(), kDense.begin(), kDense.end());
  all.insert(all.end(), others.begin(), others.end());
  return all;
}

}  // namespace

Chapter cnn_chapter(BookRuns& runs) {
  RunReader& single = runs.run("cnn-single");
  RunReader& batch = runs.run("cnn-batch");
  runs.say("the convolutional networks: figures and numbers");
  const Images images = images_of(batch);
  const auto at = [](RunReader& run, const std::string& quantity, Index epoch) {
    return number_label(number_of(run, quantity, epoch), 3);
  };
  return {
      .introduction =
          "One kernel of three weights slides over five pixels; its three positions give a feature map of sigmoid "
          "nodes, and a dense layer makes one number of them. As all positions share the kernel, the derivative of a "
          "kernel weight is a sum over the positions. Eight parameters in all.",
      .figures =
          {{.name = "cnn-network",
            .caption =
                "The network with its only image at epoch 0. Each kernel weight meets three pixels; C_{9}, C_{10} "
                "and C_{11} add up three products each. The target is 0.1.",
            .scene = draw_titled(network_of(single, 0, 0, {.has_derivatives = false, .colours = EdgeColours::kByNode}),
                                 "A kernel of three on five pixels, a dense layer behind it")},
           {.name = "cnn-single-convergence",
            .caption = "One image: the output falls from " + at(single, "O12", 0) +
                       " to the target 0.1 (dashed) in "
                       "about 20 epochs, mostly by the weights and the bias of the dense layer. Dotted: epoch 400.",
            .scene = one_prediction(single)},
           {.name = "cnn-data",
            .caption =
                "Ten images: a slope m, drawn between \u22122 and 2, times (x \u2212 3), with noise of up to 0.3. "
                "Colours go from dark to light with the label.",
            .scene = draw_across({.title = "Ten images of five pixels and their labels",
                                  .samples = images.pixels,
                                  .labels = images.labels,
                                  .label_name = "label"},
                                 {.low = -4.5, .high = 4.5})},
           {.name = "cnn-batch-convergence",
            .caption = "All ten images at once: the loss falls from " + at(batch, "loss", 0) + " to " +
                       at(batch, "loss", 999) +
                       ". Each output goes to its own label (dashed, in the same colour); the "
                       "kernel only starts to move when the mean is learned, after some ten epochs.",
            .scene = ten_predictions(batch, images.labels)},
           convolution_figure()},
      .tables = {number_table(single, "One image: key numbers, before the update of the epoch",
                              parameters_and({"C9", "C10", "C11", "O12", "loss", "dL/dk(6)", "dL/dk(7)", "dL/dk(8)",
                                              "dL/db(conv)", "dL/dw(9,12)", "dL/db(12)"}),
                              {0, 1, 9, 99, 999}),
                 number_table(batch, "Ten images: key numbers; gradients are means over the images",
                              parameters_and({"loss", "dL/dk(6)", "dL/dk(7)", "dL/dk(8)", "dL/db(12)"}),
                              {0, 1, 99, 999}),
                 labels_table(images), map_size_table()},
      .numbers = {{"cnn-single", single_numbers(single)}, {"cnn-batch", numbers_of(batch, kEpochs)}}};
}

}  // namespace isinglass
