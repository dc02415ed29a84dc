// cli/lab_logic.cpp - `lab logic`: gates with weights by hand, and exclusive or learned from many starts.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>

#include "cli/lab.h"
#include "cli/lab_report.h"
#include "cli/output.h"
#include "isinglass/figure/text_metrics.h"
#include "isinglass/lab/logic_figures.h"

namespace isinglass {
namespace {

struct LogicArguments {
  std::string output;
  Index seeds = 100, steps = 10000;
  bool json = false;
};

std::string joined(const std::vector<double>& numbers) {
  return fmt::format("{}", fmt::join(numbers, ", "));
}

std::string gate_text() {
  LabTable table{{"function", "network", "x", "hidden", "output", "wanted", "right"}};
  for (const LogicNetwork& logic : logic_networks()) {
    bool is_first = true;
    for (const LogicRow& row : truth_table(logic)) {
      std::string hidden;
      for (const double a : row.hidden) hidden += (hidden.empty() ? "" : ", ") + fmt::format("{:.3g}", a);
      table.push_back({is_first ? logic.name : "", is_first ? plain_text(logic.formula) : "", joined(row.inputs),
                       hidden, fmt::format("{:.10g}", row.output), short_number(row.wanted), yes(row.is_right())});
      is_first = false;
    }
  }
  return aligned(table, "llllrrl");
}

std::string xor_text(const std::vector<XorResult>& results) {
  LabTable table{{"variant", "network", "parameters", "rate", "learned", "median error", ""}};
  for (const XorResult& r : results) {
    std::vector<double> sorted = r.worst;
    std::ranges::sort(sorted);
    table.push_back({r.name, r.network, std::to_string(r.parameters), short_number(r.learning_rate),
                     fmt::format("{} of {}", r.learned, r.worst.size()), short_number(sorted[sorted.size() / 2]),
                     r.summary});
  }
  return aligned(table, "llrrrrl");
}

Value gate_document(const LogicNetwork& logic) {
  Value document = Value::Table{};
  document.set("name", logic.name);
  document.set("formula", plain_text(logic.formula));
  document.set("is_right", is_right(logic));
  Value::Array rows;
  for (const LogicRow& row : truth_table(logic)) {
    Value entry = Value::Table{};
    entry.set("inputs", OptionType<std::vector<double>>::write(row.inputs));
    entry.set("hidden", OptionType<std::vector<double>>::write(row.hidden));
    entry.set("output", row.output);
    entry.set("wanted", row.wanted);
    rows.push_back(std::move(entry));
  }
  document.set("rows", std::move(rows));
  return document;
}

Value xor_document(const XorResult& r) {
  Value document = Value::Table{};
  document.set("name", r.name);
  document.set("network", r.network);
  document.set("parameters", r.parameters);
  document.set("learning_rate", r.learning_rate);
  document.set("learned", r.learned);
  Value::Array worst;
  for (const double error : r.worst) worst.emplace_back(std::isfinite(error) ? Value(error) : Value());
  document.set("worst_errors", std::move(worst));
  return document;
}

int show_logic(const LogicArguments& a) {
  check_output(a.output);
  const XorSettings settings{.seeds = a.seeds, .steps = a.steps};
  std::vector<XorResult> results;
  {
    LabProgress progress("exclusive or");
    results = xor_experiment(settings, std::ref(progress));
  }
  if (!a.output.empty()) deliver_figure(logic_figure(results, settings.tolerance), a.output);
  if (a.json) {
    Value document = Value::Table{};
    Value::Array gates, variants;
    for (const LogicNetwork& logic : logic_networks()) gates.push_back(gate_document(logic));
    for (const XorResult& result : results) variants.push_back(xor_document(result));
    document.set("gates", std::move(gates));
    document.set("xor", std::move(variants));
    document.set("steps", a.steps);
    print_json(document);
    return 0;
  }
  print(gate_text());
  print(
      "g is the sigmoid; an output above 0.5 counts as 1. \"As printed\": NOR with the bias -10 of the source material "
      "is 0 for every\ninput, and makes AND of XNOR; the bias 10 is right.\n\n");
  print(
      fmt::format("Exclusive or, learned from {} starts, {} steps of one random sample each; learned: all four answers "
                  "within {} of\nwhat they should be.\n",
                  a.seeds, grouped(a.steps), settings.tolerance));
  print(xor_text(results));
  return 0;
}

}  // namespace

Command logic_topic() {
  const auto a = std::make_shared<LogicArguments>();
  return {.name = "logic",
          .summary = "AND, OR, NOT and what is made of them with weights by hand; exclusive or learned.",
          .example = "isinglass lab logic -o logic.svg",
          .arguments = {{"--seeds", "N", "starts of each variant: 0 to N - 1", &a->seeds, false, between(1, 10000)},
                        {"--steps", "N", "of one sample each; rounded down to whole fours", &a->steps, false,
                         between(4, 1000000)},
                        figure_option(&a->output),
                        json_flag(&a->json)},
          .run = [a] { return show_logic(*a); }};
}

}  // namespace isinglass
