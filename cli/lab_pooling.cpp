// cli/lab_pooling.cpp - `lab pooling`: what pooling makes of a small shift.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "cli/lab.h"
#include "cli/lab_report.h"
#include "cli/output.h"
#include "isinglass/base/error.h"
#include "isinglass/base/options.h"
#include "isinglass/io/file.h"
#include "isinglass/io/image.h"
#include "isinglass/lab/kernel_gallery.h"
#include "isinglass/lab/pooling_figure.h"

namespace isinglass {
namespace {

struct PoolingArguments {
  std::string input, kernel = "sobel_x", output;
  Index shifts = 8, shown = 1;
  bool json = false;
};

std::string percent(double share) {
  return std::isnan(share) ? "-" : fmt::format("{:.0f} %", 100 * share);
}

Value numbers_or_null(const std::vector<double>& numbers) {
  Value::Array all;
  for (const double number : numbers) all.push_back(std::isnan(number) ? Value() : Value(number));
  return all;
}

void print_table(const PoolingExperiment& experiment, const PoolingArguments& a) {
  std::vector<std::size_t> columns;  // the shifts that are shown: 1, 2, 4, .. and the last
  for (Index s = 1; s < a.shifts; s *= 2) columns.push_back(static_cast<std::size_t>(s));
  columns.push_back(static_cast<std::size_t>(a.shifts));
  LabTable table{{"pooling", "outputs"}};
  for (const char* what : {"moved", "changed"})
    for (const std::size_t s : columns) table[0].push_back(fmt::format("{} by {}", what, s));
  for (const PoolingRow& row : experiment.rows) {
    std::vector<std::string>& cells =
        table.emplace_back(std::vector<std::string>{row.name, fmt::format("{} x {}", row.rows, row.cols)});
    for (const std::size_t s : columns)
      cells.push_back(std::isnan(row.distance[s]) ? "-" : fmt::format("{:.3f}", row.distance[s]));
    for (const std::size_t s : columns) cells.push_back(percent(row.changed[s]));
  }
  print(aligned(table, "lr"));
  print(fmt::format(
      "{}, kernel {}, rectified, then pooled. Moved: how far the outputs are from those of the image at "
      "rest, 1 for\nimages that have nothing to do with each other; changed: of the outputs that were above "
      "a tenth of the largest, those\nthat differ by more than a quarter. A shift smaller than a window "
      "mostly stays within it: its summary hardly notices.\n",
      a.input.empty() ? "A drawing" : a.input, a.kernel));
}

Value document_of(const PoolingExperiment& experiment, const PoolingArguments& a) {
  Value document = Value::Table{};
  document.set("kernel", a.kernel);
  document.set("shifts", a.shifts);
  Value::Array rows;
  for (const PoolingRow& row : experiment.rows) {
    Value entry = Value::Table{};
    entry.set("pooling", row.name);
    entry.set("output_shape", OptionType<Shape>::write({row.rows, row.cols}));
    entry.set("distance", numbers_or_null(row.distance));
    entry.set("changed", numbers_or_null(row.changed));
    rows.push_back(std::move(entry));
  }
  document.set("rows", std::move(rows));
  return document;
}

int show_pooling(const PoolingArguments& a) {
  check_output(a.output);
  const Plane kernel = read_kernel(a.kernel, 2, "--kernel");
  const Plane image = a.input.empty() ? demonstration_image() : grey_plane(parse_image(read_file(a.input), a.input));
  PoolingExperiment experiment;
  try {
    experiment = pooling_experiment(image, kernel, a.shifts);
  } catch (const InputError& error) {
    throw InputError((a.input.empty() ? "the drawing" : a.input) + std::string(": ") + error.what());
  }
  if (!a.output.empty()) deliver_figure(pooling_figure(experiment, std::min(a.shown, a.shifts)), a.output);
  if (a.json)
    print_json(document_of(experiment, a));
  else
    print_table(experiment, a);
  return 0;
}

}  // namespace

Command pooling_topic() {
  const auto a = std::make_shared<PoolingArguments>();
  return {.name = "pooling",
          .summary = "How far outputs move when an image is shifted, with and without pooling.",
          .example = "isinglass lab pooling -o pooling.svg",
          .arguments = {{"IMAGE", "", "a PNG, PGM or PPM file, seen in grey; without it a drawing", &a->input},
                        {"--kernel", "NAME|NUMBERS", "of the convolution before the pooling; lab convolution --list",
                         &a->kernel},
                        {"--shifts", "N", "how many pixels to the right, at most", &a->shifts, false, between(1, 64)},
                        {"--shown", "N", "the shift that the figure shows", &a->shown, false, between(1, 64)},
                        figure_option(&a->output),
                        json_flag(&a->json)},
          .run = [a] { return show_pooling(*a); }};
}

}  // namespace isinglass
