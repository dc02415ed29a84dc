// cli/lab_population.cpp - `lab pbt`: the two moves of population based training on a problem of two numbers.
#include <fmt/format.h>

#include <cmath>
#include <memory>

#include "cli/lab.h"
#include "cli/output.h"
#include "isinglass/figure/raster.h"
#include "isinglass/lab/toy_population.h"

namespace isinglass {
namespace {

struct Arguments {
  std::string output;
  Index seeds = 50, seed = 1;
  bool json = false;
};

struct Row {
  std::string method;
  double mean = 0, deviation = 0;
};

Row row_of(const std::string& method, const Arguments& a) {
  Row row{.method = method};
  std::vector<double> best;
  for (Index s = 0; s < a.seeds; ++s)
    best.push_back(run_toy_population(method, static_cast<std::uint64_t>(a.seed + s)).best);
  for (const double q : best) row.mean += q / static_cast<double>(best.size());
  for (const double q : best) row.deviation += (q - row.mean) * (q - row.mean);
  row.deviation = best.size() < 2 ? 0 : std::sqrt(row.deviation / static_cast<double>(best.size() - 1));
  return row;
}

int show(const Arguments& a) {
  if (!a.output.empty()) check_figure_path(a.output);
  std::vector<std::vector<std::string>> table{{"method", "mean best Q", "deviation"}};
  Value::Array rows;
  for (const std::string& method : kToyMethods) {
    const Row row = row_of(method, a);
    table.push_back({method, fmt::format("{:.4f}", row.mean), fmt::format("{:.4f}", row.deviation)});
    Value document = Value::Table{};
    document.set("method", method);
    document.set("mean", row.mean);
    document.set("deviation", row.deviation);
    rows.push_back(std::move(document));
  }
  if (!a.output.empty()) {
    write_figure(toy_population_figure(static_cast<std::uint64_t>(a.seed)), a.output);
    say("figure in " + a.output);
  }
  if (a.json) {
    Value document = Value::Table{};
    document.set("rows", std::move(rows));
    print_json(document);
  } else {
    print(
        aligned(table, "lr") +
        fmt::format("Of two workers, 200 steps, {} seeds; 1.2 is the most that Q can be. Each worker sees half of the "
                    "problem; taking over\nthe other's numbers (exploit) brings the halves together, moving its own "
                    "weights h (explore) helps a little, both help most.\n",
                    a.seeds));
  }
  return 0;
}

}  // namespace

Command population_topic() {
  const auto a = std::make_shared<Arguments>();
  return {.name = "pbt",
          .summary = "Population based training on a problem of two numbers: copying, exploring, both, neither.",
          .example = "isinglass lab pbt -o pbt.svg",
          .arguments = {{"--seeds", "N", "how many runs", &a->seeds, false, between(1, 100000)},
                        {"--seed", "N", "of the first run, which the figure shows", &a->seed, false,
                         between(0, 4294967295.0)},
                        {"--output,-o", "FILE", "also as a figure, .svg or .png", &a->output},
                        {"--json", "", "one JSON document on standard output", &a->json}},
          .run = [a] { return show(*a); }};
}

}  // namespace isinglass
