// cli/check.cpp - back-propagation against finite differences, for an experiment's own network and data.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <numeric>

#include "cli/commands.h"
#include "cli/experiment_file.h"
#include "cli/output.h"
#include "isinglass/model/gradient_check.h"
#include "isinglass/train/evaluate.h"

namespace isinglass {
namespace {

constexpr double kLargestError = 1e-6;  // central differences in double are good to about 1e-9

struct Arguments {
  std::string experiment;
  std::vector<std::string> overrides;
  Index most = 200;
  bool json = false;
};

bool holds(const GradientCheckRow& row) {
  return row.largest_error <= kLargestError;
}  // false for NaN

std::vector<GradientCheckRow> check_experiment(const ExperimentFile& file, Index most) {
  constexpr Index kSamples = 32;
  const Dataset data = file.load().train;
  const Experiment& e = file.experiment;
  const Graph graph = Graph::build(e.model, data.input_shape());
  if (!data.has_targets()) throw OptionError("[data] names no target, so there is no loss to derive");
  check_fit(graph, data);
  Parameters<double> parameters(graph);
  parameters.initialise(e.random());
  ThreadPool pool(1);
  const Index batch = e.train.batch_size == 0 ? kSamples : e.train.batch_size;
  const Index rows = std::min({data.size(), kSamples, batch});
  const Loss loss = resolve_loss(e.train, graph, data.is_classification());
  Plan<double> plan(graph, parameters, pool, {.max_batch = rows, .loss = loss, .training = true});
  std::vector<Index> samples(static_cast<std::size_t>(rows));
  std::iota(samples.begin(), samples.end(), Index{0});
  data.gather<double>(samples, plan.input(), plan.target(), plan.weights());
  return check_gradients(plan, parameters, rows, static_cast<std::uint64_t>(e.seed), most);
}

Value to_document(const std::vector<GradientCheckRow>& table, double largest) {
  Value::Array parameters;
  for (const GradientCheckRow& row : table) {
    Value p = Value::Table{};
    p.set("name", row.name);
    p.set("checked", row.checked);
    p.set("size", row.size);
    p.set("largest_error", row.largest_error);
    p.set("worst", row.worst);
    p.set("gradient", row.worst_gradient);
    p.set("difference", row.worst_difference);
    parameters.push_back(std::move(p));
  }
  Value document = Value::Table{};
  document.set("parameters", std::move(parameters));
  document.set("largest_error", largest);
  document.set("holds", std::ranges::all_of(table, holds));
  return document;
}

std::string to_text(const std::vector<GradientCheckRow>& table) {
  std::vector<std::vector<std::string>> rows{
      {"parameter", "checked", "of", "largest error", "at", "back-propagation", "finite difference"}};
  for (const GradientCheckRow& row : table)
    rows.push_back({row.name, grouped(row.checked), grouped(row.size), fmt::format("{:.2g}", row.largest_error),
                    row.worst, fmt::format("{:.12g}", row.worst_gradient),
                    fmt::format("{:.12g}", row.worst_difference)});
  return aligned(rows, "lrrrlr");
}

int check(const Arguments& a) {
  const std::vector<GradientCheckRow> table = check_experiment(open_experiment(a.experiment, a.overrides), a.most);
  if (table.empty()) throw InputError(a.experiment + ": the network has no parameters to check");
  double largest = 0;
  Index checked = 0;
  for (const GradientCheckRow& row : table) {
    if (!(row.largest_error <= largest)) largest = row.largest_error;
    checked += row.checked;
  }
  if (a.json)
    print_json(to_document(table, largest));
  else
    print(to_text(table));
  const auto wrong = std::ranges::find_if_not(table, holds);
  if (wrong != table.end())
    throw NumericError(
        fmt::format("{}: the gradient of {} is {}, but a finite difference gives {}; their error {:.2g} "
                    "is beyond {:g}; is the loss smooth there?",
                    a.experiment, wrong->worst, wrong->worst_gradient, wrong->worst_difference, wrong->largest_error,
                    kLargestError));
  if (!a.json) print(fmt::format("all {} checked gradients agree (largest error {:.2g})\n", grouped(checked), largest));
  return 0;
}

}  // namespace

Command check_command() {
  const auto a = std::make_shared<Arguments>();
  return {.name = "check",
          .summary = "Checks the gradient of an experiment's network on its own data against finite differences.",
          .example = "isinglass check examples/ann-3-2-1.toml",
          .arguments = {{"EXPERIMENT", "", "an experiment file", &a->experiment, true},
                        {"--most", "N", "numbers to check of each parameter, spread evenly", &a->most, false,
                         between(1, 1e9)},
                        {"--set", "KEY=VALUE", "changes a setting: --set seed=2; may be repeated", &a->overrides},
                        {"--json", "", "one JSON document on standard output", &a->json}},
          .run = [a] { return check(*a); }};
}

}  // namespace isinglass
