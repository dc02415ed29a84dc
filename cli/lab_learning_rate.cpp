// cli/lab_learning_rate.cpp - `lab learning-rate`: rates, batches and the noise that leaves a local minimum.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>

#include "cli/experiment_file.h"
#include "cli/lab.h"
#include "cli/lab_report.h"
#include "cli/output.h"
#include "isinglass/base/error.h"
#include "isinglass/lab/descent_figure.h"

namespace isinglass {
namespace {

struct RateArguments {
  std::string experiment, rates, output;
  std::vector<std::string> overrides;
  Index seeds = 100, seed = 1;
  bool json = false;
};

using Rates = std::vector<std::pair<std::string, double>>;

Rates rates_of(const RateArguments& a) {
  if (a.rates.empty() && a.experiment.empty()) return demonstration_rates();
  constexpr std::size_t kMost = 6;
  Rates rates;
  for (const double rate : a.rates.empty() ? std::vector{0.001, 0.01, 0.1} : read_numbers(a.rates, "--rates")) {
    if (!(rate > 0)) throw OptionError(fmt::format("--rates: expected numbers above 0, found {}", rate));
    rates.emplace_back("", rate);
  }
  if (rates.size() > kMost)
    throw OptionError(fmt::format("--rates: expected at most {} numbers, found {}", kMost, rates.size()));
  return rates;
}

std::string name_of(const LossCurve& curve) {
  return !curve.name.empty() ? curve.name : "as asked";
}

std::string curve_text(const std::vector<LossCurve>& curves) {
  LabTable table{{"rate", "", "first loss", "middle loss", "last loss", "epochs", ""}};
  for (const LossCurve& curve : curves) {
    const std::vector<double>& losses = curve.losses;
    const auto at = [&](std::size_t i) { return losses.empty() ? NAN : losses[i]; };
    table.push_back(
        {name_of(curve),
         curve.decays ? fmt::format("{} to {:.3g}", curve.rate, curve.rate / 10) : fmt::format("{}", curve.rate),
         short_number(at(0)), short_number(at(losses.size() / 2)), short_number(at(losses.size() - 1)),
         std::to_string(losses.size()), curve.failure.empty() ? "" : "diverges"});
  }
  return aligned(table, "lrrrrrl");
}

std::string path_text(const Landscape& land) {
  LabTable table{{"descent", "batch", "updates", "loss above the least", "updates that raise it"}};
  for (const DescentPath& path : land.paths) {
    Index rises = 0;
    for (std::size_t i = 1; i < path.losses.size(); ++i) rises += path.losses[i] > path.losses[i - 1];
    table.push_back(
        {path.name, std::to_string(path.batch_size), std::to_string(path.losses.size() - 1),
         short_number(path.losses.back() - land.least),
         fmt::format("{:.0f} %", 100.0 * static_cast<double>(rises) / static_cast<double>(path.losses.size() - 1))});
  }
  return aligned(table, "lr");
}

std::string escape_text(const EscapeExperiment& e) {
  LabTable table{{"rate", "batch 4 (all)", "batch 2", "batch 1"}};
  for (std::size_t k = 0; k < e.runs.size(); k += 3) {
    std::vector<std::string>& row = table.emplace_back(std::vector<std::string>{short_number(e.runs[k].rate)});
    for (std::size_t i = k; i < k + 3; ++i) row.push_back(fmt::format("{} of {}", e.runs[i].escaped, e.seeds));
  }
  return aligned(table, "r");
}

Value curves_document(const std::vector<LossCurve>& curves) {
  Value::Array all;
  for (const LossCurve& curve : curves) {
    Value entry = Value::Table{};
    if (!curve.name.empty()) entry.set("name", curve.name);
    entry.set("learning_rate", curve.rate);
    entry.set("decays", curve.decays);
    entry.set("losses", OptionType<std::vector<double>>::write(curve.losses));
    if (!curve.failure.empty()) entry.set("failure", curve.failure);
    all.push_back(std::move(entry));
  }
  return all;
}

void add_paths(Value& document, const Landscape& land) {
  Value::Array paths;
  for (const DescentPath& path : land.paths) {
    Value entry = Value::Table{};
    entry.set("name", path.name);
    entry.set("batch_size", path.batch_size);
    entry.set("w", OptionType<std::vector<double>>::write(path.w));
    entry.set("b", OptionType<std::vector<double>>::write(path.b));
    entry.set("losses", OptionType<std::vector<double>>::write(path.losses));
    paths.push_back(std::move(entry));
  }
  document.set("paths", std::move(paths));
  document.set("least_loss", land.least);
}

void add_escapes(Value& document, const EscapeExperiment& e) {
  Value::Array runs;
  for (const Escape& run : e.runs) {
    Value entry = Value::Table{};
    entry.set("learning_rate", run.rate);
    entry.set("batch_size", run.batch_size);
    entry.set("escaped", run.escaped);
    runs.push_back(std::move(entry));
  }
  document.set("escapes", std::move(runs));
  document.set("seeds", e.seeds);
}

// The curves alone.
int show_experiment(const RateArguments& a, const Rates& rates) {
  const ExperimentFile file = open_experiment(a.experiment, a.overrides);
  const LoadedData data = file.load();
  std::vector<LossCurve> curves;
  {
    LabProgress progress("training");
    curves = loss_curves(file.experiment, data, rates, std::ref(progress));
  }
  if (!a.output.empty()) deliver_figure(loss_curve_figure(curves, a.experiment), a.output);
  if (a.json) {
    Value document = Value::Table{};
    document.set("curves", curves_document(curves));
    print_json(document);
    return 0;
  }
  print(curve_text(curves));
  return 0;
}

int show_demonstration(const RateArguments& a, const Rates& rates) {
  constexpr double kPathRate = 0.25;
  constexpr Index kPathEpochs = 40;
  const Experiment experiment = demonstration_experiment();
  const LoadedData data = load_data(experiment.data, ".", *experiment.split_stream());
  std::vector<LossCurve> curves;
  Landscape land;
  EscapeExperiment escapes;
  {
    LabProgress progress("training");
    curves = loss_curves(experiment, data, rates, std::ref(progress));
    land = descent_paths(kPathRate, kPathEpochs, a.seed);
    escapes = escape_experiment(a.seeds);
  }
  if (!a.output.empty()) deliver_figure(descent_figure(curves, land, escapes), a.output);
  if (a.json) {
    Value document = Value::Table{};
    document.set("curves", curves_document(curves));
    add_paths(document, land);
    add_escapes(document, escapes);
    print_json(document);
    return 0;
  }
  print("Losses of a 2-16-16-2 network on two moons, mini-batches of 20\n" + curve_text(curves));
  print(fmt::format("\nA neuron y = w x + b on 24 samples, rate {}, {} epochs from one start\n{}", kPathRate,
                    kPathEpochs, path_text(land)));
  print(
      fmt::format("\nA neuron y = tanh(w x) that starts beside a local minimum: how often it leaves it in {} epochs\n{}"
                  "All samples together never lead out; the noise of single samples does, where the rate is large "
                  "enough.\n",
                  escapes.epochs, escape_text(escapes)));
  return 0;
}

int show_rates(const RateArguments& a) {
  check_output(a.output);
  const Rates rates = rates_of(a);
  if (a.experiment.empty() && !a.overrides.empty())
    throw OptionError("--set changes an experiment; name its file: lab learning-rate EXPERIMENT.toml --set ...");
  return a.experiment.empty() ? show_demonstration(a, rates) : show_experiment(a, rates);
}

}  // namespace

Command learning_rate_topic() {
  const auto a = std::make_shared<RateArguments>();
  return {.name = "learning-rate",
          .summary = "A small, a good, a large and a decaying learning rate; batches and noise.",
          .example = "isinglass lab learning-rate -o rates.svg",
          .arguments = {{"EXPERIMENT", "", "loss curves of this experiment; without it three built-in demonstrations",
                         &a->experiment},
                        {"--rates", "LIST", "up to six rates between commas; the last one decays, too", &a->rates},
                        {"--set", "KEY=VALUE", "overrides a setting of EXPERIMENT", &a->overrides},
                        {"--seeds", "N", "how often descent starts beside the local minimum", &a->seeds, false,
                         between(1, 1000)},
                        {"--seed", "N", "of the ways over the loss surface", &a->seed, false, between(0, 4294967295.0)},
                        figure_option(&a->output),
                        json_flag(&a->json)},
          .run = [a] { return show_rates(*a); }};
}

}  // namespace isinglass
