// cli/lab_vectorisation.cpp - `lab vectorisation`: a loop over samples against a batch.
#include <fmt/format.h>

#include <cmath>
#include <functional>
#include <memory>

#include "cli/lab.h"
#include "cli/lab_report.h"
#include "cli/output.h"
#include "isinglass/base/error.h"
#include "isinglass/lab/vectorisation_figure.h"

namespace isinglass {
namespace {

struct VectorisationArguments {
  std::string widths = "784,128,10", precision = "double", output;
  Index samples = 1000, seed = 1;
  bool json = false;
};

std::vector<Index> widths_of(const VectorisationArguments& a) {
  constexpr double kWidest = 4096;
  constexpr std::size_t kMost = 8;
  std::vector<Index> widths;
  for (const double width : read_numbers(a.widths, "--widths")) {
    if (!(width >= 1 && width <= kWidest) || std::floor(width) != width)
      throw OptionError(fmt::format("--widths: expected whole numbers from 1 to {}, found {}", kWidest, width));
    widths.push_back(static_cast<Index>(width));
  }
  if (widths.size() < 2 || widths.size() > kMost)
    throw OptionError(
        fmt::format("--widths: expected 2 to {} numbers, such as 784,128,10; found {}", kMost, widths.size()));
  return widths;
}

std::string microseconds(double seconds) {
  return fmt::format("{:.3g}", 1e6 * seconds);
}
std::string times(double ratio) {
  return fmt::format("{:.1f} x", ratio);
}

void print_table(const std::vector<VectorisationRow>& rows, const VectorisationArguments& a) {
  LabTable table{{"samples", "loop us", "batch us", "faster", "with gradients: loop us", "batch us", "faster",
                  "output differs by", "gradient by"}};
  for (const VectorisationRow& row : rows)
    table.push_back({std::to_string(row.samples), microseconds(row.loop_forward), microseconds(row.batch_forward),
                     times(row.loop_forward / row.batch_forward), microseconds(row.loop_step),
                     microseconds(row.batch_step), times(row.loop_step / row.batch_step),
                     fmt::format("{:.2g}", row.output_difference), fmt::format("{:.2g}", row.gradient_difference)});
  print(aligned(table, "r"));
  print(fmt::format(
      "Microseconds a sample through a {} network of sigmoids in numbers of type {}, on one thread, best of "
      "several runs in turn.\nThe numbers are the same up to rounding; gradients in parts of the largest. The "
      "loop\nadds up the gradients of its samples, the batch has them in one product.\n",
      a.widths, a.precision));
}

Value document_of(const std::vector<VectorisationRow>& rows) {
  Value::Array all;
  for (const VectorisationRow& row : rows) {
    Value entry = Value::Table{};
    entry.set("samples", row.samples);
    entry.set("loop_forward_seconds", row.loop_forward);
    entry.set("batch_forward_seconds", row.batch_forward);
    entry.set("loop_step_seconds", row.loop_step);
    entry.set("batch_step_seconds", row.batch_step);
    entry.set("output_difference", row.output_difference);
    entry.set("gradient_difference", row.gradient_difference);
    all.push_back(std::move(entry));
  }
  Value document = Value::Table{};
  document.set("rows", std::move(all));
  return document;
}

int show_vectorisation(const VectorisationArguments& a) {
  check_output(a.output);
  if (a.precision != "float" && a.precision != "double")
    throw OptionError("--precision: expected float or double, found " + a.precision +
                      did_you_mean(a.precision, {"float", "double"}));
  const VectorisationSettings settings{
      .widths = widths_of(a), .samples = a.samples, .is_double = a.precision == "double", .seed = a.seed};
  std::vector<VectorisationRow> rows;
  {
    LabProgress progress("measuring");
    rows = vectorisation_experiment(settings, std::ref(progress));
  }
  if (!a.output.empty())
    deliver_figure(vectorisation_figure(rows, fmt::format("{}", fmt::join(settings.widths, "-"))), a.output);
  if (a.json)
    print_json(document_of(rows));
  else
    print_table(rows, a);
  return 0;
}

}  // namespace

Command vectorisation_topic() {
  const auto a = std::make_shared<VectorisationArguments>();
  return {.name = "vectorisation",
          .summary = "A loop over samples and a batch: the same numbers, and how much faster the batch is.",
          .example = "isinglass lab vectorisation --widths 64,64,10",
          .arguments = {{"--widths", "LIST", "nodes of the layers between commas", &a->widths},
                        {"--samples", "N", "at most", &a->samples, false, between(1, 10000)},
                        {"--precision", "NAME", "float or double", &a->precision},
                        {"--seed", "N", "of weights and samples", &a->seed, false, between(0, 4294967295.0)},
                        figure_option(&a->output),
                        json_flag(&a->json)},
          .run = [a] { return show_vectorisation(*a); }};
}

}  // namespace isinglass
