// cli/lab_universal.cpp - `lab universal`: a function of one's own, by wider and by deeper networks.
#include <fmt/format.h>

#include <cmath>
#include <functional>
#include <memory>

#include "cli/lab.h"
#include "cli/lab_report.h"
#include "cli/output.h"
#include "isinglass/base/error.h"
#include "isinglass/base/options.h"
#include "isinglass/lab/universal_figure.h"

namespace isinglass {
namespace {

struct UniversalArguments {
  std::string function = "sin(2 pi x) + 0.5 sin(7 pi x)", from = "-1", to = "1", activation = "tanh", output;
  Index epochs = 3000, starts = 3, seed = 1;
  bool json = false;
};

Value fits_document(const std::vector<UniversalFit>& fits) {
  Value::Array rows;
  for (const UniversalFit& fit : fits) {
    Value entry = Value::Table{};
    entry.set("width", fit.width);
    entry.set("depth", fit.depth);
    entry.set("parameters", fit.parameters);
    entry.set("rms_error", fit.rms);
    entry.set("largest_error", fit.largest);
    rows.push_back(std::move(entry));
  }
  return rows;
}

int show_universal(const UniversalArguments& a) {
  check_output(a.output);
  const Formula function = Formula::read(a.function, "--function");
  UniversalSettings settings{.low = read_number(a.from, "--from"),
                             .high = read_number(a.to, "--to"),
                             .activation = a.activation,
                             .epochs = a.epochs,
                             .starts = a.starts,
                             .seed = a.seed};
  if (!(settings.low < settings.high))
    throw OptionError(
        fmt::format("--from {} --to {}: expected an interval, from a number to a larger one", a.from, a.to));
  UniversalExperiment experiment;
  {
    LabProgress progress("training");
    experiment = universal_experiment(function, settings, std::ref(progress));
  }
  if (!a.output.empty()) deliver_figure(universal_figure(experiment, a.function), a.output);
  if (a.json) {
    Value document = Value::Table{};
    document.set("function", a.function);
    document.set("from", settings.low);
    document.set("to", settings.high);
    document.set("activation", a.activation);
    document.set("by_width", fits_document(experiment.by_width));
    document.set("by_depth", fits_document(experiment.by_depth));
    print_json(document);
    return 0;
  }
  LabTable table{{"", "units", "hidden layers", "parameters", "rms error", "largest error"}};
  const auto add = [&](const char* name, const std::vector<UniversalFit>& fits) {
    for (std::size_t k = 0; k < fits.size(); ++k)
      table.push_back({k == 0 ? name : "", std::to_string(fits[k].width), std::to_string(fits[k].depth),
                       std::to_string(fits[k].parameters), short_number(fits[k].rms), short_number(fits[k].largest)});
  };
  add("wider", experiment.by_width);
  add("deeper", experiment.by_depth);
  print(aligned(table, "lr"));
  print(fmt::format("f(x) = {} from {} to {}, {} units, {} points, {} epochs, the best of {} start{}.\n", a.function,
                    a.from, a.to, a.activation, settings.points, grouped(a.epochs), a.starts,
                    a.starts == 1 ? "" : "s"));
  return 0;
}

}  // namespace

Command universal_topic() {
  const auto a = std::make_shared<UniversalArguments>();
  return {
      .name = "universal",
      .summary = "A function of one's own, fitted by wider and wider and by deeper and deeper networks.",
      .example = "isinglass lab universal --function 'sin(3x) + step(x)' --from -2 --to 2 -o fits.svg",
      .arguments = {{"--function", "FORMULA",
                     "of x, with + - * / ^, pi, e and abs, acos, asin, atan, cos, cosh, exp, floor, log, relu, round, "
                     "sign, sin, sinh, sqrt, step, tan, tanh",
                     &a->function},
                    {"--from", "X", "where the interval begins", &a->from},
                    {"--to", "X", "where it ends", &a->to},
                    {"--activation", "NAME", "of the hidden layers", &a->activation},
                    {"--epochs", "N", "of training", &a->epochs, false, between(1, 100000)},
                    {"--starts", "N", "of each network, the best counts", &a->starts, false, between(1, 100)},
                    {"--seed", "N", "of the first start", &a->seed, false, between(0, 4294967295.0)},
                    figure_option(&a->output),
                    json_flag(&a->json)},
      .run = [a] { return show_universal(*a); }};
}

}  // namespace isinglass
