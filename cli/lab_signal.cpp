// cli/lab_signal.cpp - `lab convolution --signal`: one-dimensional convolution as weighted local averaging, on all
// samples of a signal and on few of them; or a kernel on a signal.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cli/lab.h"
#include "cli/lab_kernel.h"
#include "cli/output.h"
#include "cli/text_plot.h"
#include "isinglass/base/error.h"
#include "isinglass/figure/raster.h"
#include "isinglass/io/csv.h"
#include "isinglass/io/file.h"
#include "isinglass/io/text.h"
#include "isinglass/lab/lab_figures.h"
#include "isinglass/lab/local_average.h"

namespace isinglass {
namespace {

constexpr Index kDemonstrationPlaces = 60;

// The signal and what was made of it, all at the same places.
struct Columns {
  std::vector<std::string> names;  // "x", "signal", ...
  std::vector<std::vector<double>> values;

  void add(std::string name, std::vector<double> column) {
    names.push_back(std::move(name));
    values.push_back(std::move(column));
  }
  std::size_t rows() const { return values[0].size(); }
};

Signal open_signal(const ConvolutionArguments& a) {
  constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 26;
  if (a.input.empty()) return demonstration_signal(kDemonstrationPlaces, static_cast<std::uint64_t>(a.seed));
  return parse_signal(read_file(a.input, kMostBytes), a.input);
}

Weighting read_weighting(const std::string& name) {
  if (name.empty() || name == "uniform") return Weighting::kUniform;
  if (name == "distance") return Weighting::kDistance;
  throw OptionError("--weights: there is no weighting " + in_quotes(name) +
                    did_you_mean(name, {"uniform", "distance"}));
}

std::string table_text(const Columns& columns) {
  constexpr std::size_t kRows = 100;
  std::vector<std::vector<std::string>> rows{columns.names};
  for (std::size_t i = 0; i < std::min(columns.rows(), kRows); ++i) {
    std::vector<std::string>& row = rows.emplace_back();
    for (const std::vector<double>& column : columns.values)
      row.push_back(std::isnan(column[i]) ? "-" : fmt::format("{:.5g}", column[i]));
  }
  std::string text = aligned(rows, "r");
  if (columns.rows() > kRows) text += fmt::format("of {} rows; -o FILE.csv writes all\n", columns.rows());
  return text;
}

std::string plots_text(const Columns& columns) {
  double low = INFINITY, high = -INFINITY;
  for (std::size_t c = 1; c < columns.values.size(); ++c)
    for (const double value : columns.values[c])
      if (!std::isnan(value)) low = std::min(low, value), high = std::max(high, value);
  std::string text;
  for (std::size_t c = 1; c < columns.values.size(); ++c)
    text += columns.names[c] + "\n" + text_plot(columns.values[c], low, high);
  return text;
}

std::string csv_text(const Columns& columns) {
  std::vector<std::vector<std::string>> rows(columns.rows());
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (const std::vector<double>& column : columns.values)
      rows[i].push_back(std::isnan(column[i]) ? "" : number_text(column[i]));
  return write_csv(columns.names, rows);
}

void add_columns(Value& document, const Columns& columns) {
  for (std::size_t c = 0; c < columns.names.size(); ++c) {
    Value::Array values;
    for (const double value : columns.values[c]) {
      values.emplace_back();
      if (!std::isnan(value)) values.back() = value;
    }
    document.set(columns.names[c], std::move(values));
  }
}

// What a figure of it shows.
struct Drawing {
  Plane kernel;
  std::vector<SignalPanel> panels;
};

int finish(const ConvolutionArguments& a, const Columns& columns, const Drawing& drawing, const std::string& heading,
           Value document) {
  const bool is_table = a.output.ends_with(".csv");
  if (is_table)
    write_file(a.output, csv_text(columns));
  else if (!a.output.empty())
    write_figure(signal_figure(drawing.kernel, drawing.panels), a.output);
  if (a.json) {
    add_columns(document, columns);
    if (!a.output.empty()) document.set("output", a.output);
    print_json(document);
    return 0;
  }
  print(heading + "\n" + table_text(columns) + "\n" + plots_text(columns));
  if (!a.output.empty())
    say(is_table ? fmt::format("{} rows in {}", columns.rows(), a.output) : "figure in " + a.output);
  return 0;
}

int average(const ConvolutionArguments& a, const Signal& signal) {
  constexpr Index kUsualWindow = 7;
  const Index window = a.window == 0 ? kUsualWindow : a.window;
  if (window % 2 == 0) throw OptionError(fmt::format("--window: expected an odd number of samples, found {}", window));
  const Weighting weighting = read_weighting(a.weights);
  const Signal sparse = thinned(signal, static_cast<std::uint64_t>(a.seed));
  Columns columns;
  columns.add("x", signal.x);
  columns.add("signal", signal.y);
  columns.add("average", local_averages(signal, window, weighting));
  columns.add("sparse", sparse.y);
  columns.add("sparse_average", local_averages(sparse, window, weighting));
  const Index empty = std::ranges::count_if(columns.values[4], [](double y) { return std::isnan(y); });
  const Plane weights = window_weights(window, weighting);
  const char* name = weighting == Weighting::kUniform ? "uniform" : "distance";
  const std::string heading = fmt::format(
      "local averages over a window of {} samples, {} weights; on evenly spaced samples the convolution with\n{}"
      "average: from all {} samples; sparse_average: from {} of them (seed {}); {} of {} windows hold none of these\n",
      window, name, kernel_text(weights), signal.samples(), sparse.samples(), a.seed, empty, signal.size());
  Value document = Value::Table{};
  document.set("window", window);
  document.set("weights", name);
  document.set("kernel", kernel_document(weights));
  document.set("seed", a.seed);
  document.set("samples", signal.samples());
  document.set("sparse_samples", sparse.samples());
  document.set("empty_windows", empty);
  const Drawing drawing{
      weights,
      {{"from all samples", signal, columns.values[2]}, {"from a third of the samples", sparse, columns.values[4]}}};
  return finish(a, columns, drawing, heading, std::move(document));
}

int apply_kernel(const ConvolutionArguments& a, const Signal& signal) {
  if (a.window != 0 || !a.weights.empty())
    throw OptionError("--kernel gives the weights itself; leave out --window and --weights");
  if (signal.samples() < signal.size())
    throw InputError(
        fmt::format("{}: {} of {} values are missing, and a kernel needs all; without --kernel, local "
                    "averages need no more than some",
                    a.input, signal.size() - signal.samples(), signal.size()));
  const ChosenKernel chosen = choose_kernel(a, 1);
  const Plane result = apply(chosen, Plane(signal.y), 1);
  if (result.cols != signal.size())
    throw OptionError(fmt::format("--padding {} leaves {} of {} values; take nearest, reflect, zero or constant",
                                  chosen.border.padding.name, result.cols, signal.size()));
  if (!std::ranges::all_of(result.values, [](double value) { return std::isfinite(value); }))
    throw NumericError("the result is not finite; take a kernel with smaller numbers");
  Columns columns;
  columns.add("x", signal.x);
  columns.add("signal", signal.y);
  columns.add("result", result.values);
  const std::string heading = fmt::format("{}mean before {:.6g}, after {:.6g}; {}\n", chosen.text(),
                                          mean(Plane(signal.y)), mean(result), effect_on_mean(chosen.kernel));
  Value document = chosen.document();
  document.set("mean_before", mean(Plane(signal.y)));
  document.set("mean_after", mean(result));
  const Drawing drawing{chosen.kernel, {{"before and after", signal, result.values}}};
  return finish(a, columns, drawing, heading, std::move(document));
}

}  // namespace

int convolve_signal(const ConvolutionArguments& a) {
  if (a.stride != 1) throw OptionError("--stride is for images; a signal keeps all its places");
  const bool is_known = a.output.ends_with(".csv") || a.output.ends_with(".svg") || a.output.ends_with(".png");
  if (!a.output.empty() && !is_known)
    throw InputError("-o: expected a name that ends in .csv, .svg or .png for a signal, found " + in_quotes(a.output));
  if (is_same_file(a.input, a.output))
    throw InputError("-o: " + a.output + " is the input itself; choose another name");
  if (a.kernel.empty() && (a.is_true || !a.padding.empty() || !a.padding_value.empty()))
    throw OptionError(
        "--true, --padding and --padding-value belong to --kernel; a local average has no kernel to flip or pad");
  const Signal signal = open_signal(a);
  return a.kernel.empty() ? average(a, signal) : apply_kernel(a, signal);
}

}  // namespace isinglass
