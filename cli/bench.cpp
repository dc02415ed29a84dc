// cli/bench.cpp - how fast this machine trains, as a fraction of what it could do at most.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "cli/commands.h"
#include "cli/output.h"
#include "isinglass/base/error.h"
#include "isinglass/bench/measure.h"
#include "isinglass/io/text.h"
#include "isinglass/kernels/instruction_set.h"
#include "isinglass/kernels/machine_probe.h"

namespace isinglass {
namespace {

// What takes a few seconds in all and needs nothing that has to be fetched.
constexpr const char* kSmallSelection = "ann,profiles,xor,tabular,population,wide-output,predict-tabular-1,wide";

struct Arguments {
  std::string names = kSmallSelection, seconds = "1", directory;
  bool json = false, list = false, probe = false;
  Index threads = 1, steps = 0;
};

std::vector<Workload> chosen(const std::string& names) {
  if (names == "all") return workloads();
  std::vector<Workload> found;
  for (std::size_t begin = 0; begin <= names.size();) {
    const std::size_t end = std::min(names.find(',', begin), names.size());
    found.push_back(find_workload(names.substr(begin, end - begin)));
    begin = end + 1;
  }
  return found;
}

double seconds_of(const Arguments& a) {
  const std::optional<double> seconds = parse_real(a.seconds);
  if (!seconds || !(*seconds >= 0 && *seconds <= 1e6))
    throw OptionError("--seconds: expected a number between 0 and 1000000, found " + in_quotes(a.seconds));
  return *seconds;
}

// The rates of the machine, measured where they are first asked for.
class Machine {
 public:
  explicit Machine(Index threads) : pool_(threads) {}

  Index threads() const { return pool_.threads(); }
  double flop_rate(bool is_double) {
    std::optional<double>& rate = is_double ? double_ : float_;
    if (!rate)
      rate = is_double ? kernels::multiply_add_rate<double>(pool_, kSeconds)
                       : kernels::multiply_add_rate<float>(pool_, kSeconds);
    return *rate;
  }
  // The least time for the arithmetic and the memory of a step.
  double limit(const Problem& problem) {
    const double arithmetic = problem.flop() / flop_rate(problem.experiment.is_double());
    return std::max(arithmetic, problem.bytes() / kernels::read_rate(pool_, problem.bytes(), kSeconds));
  }
  Value document() {
    Value document = Value::Table{};
    document.set("threads", pool_.threads());
    document.set("instruction_set", kernels::instruction_set());
    document.set("bf16_unit", kernels::name_of(kernels::bf16_unit()));
    document.set("float_flop_rate", flop_rate(false));
    document.set("double_flop_rate", flop_rate(true));
    document.set("cache_rate", kernels::read_rate(pool_, 1e6, kSeconds));
    document.set("memory_rate", kernels::read_rate(pool_, kBeyondCaches, kSeconds));
    if (threads() > 1) document.set("shared_write_rate", kernels::shared_write_rate(pool_, kShared, kSeconds));
    return document;
  }

 private:
  static constexpr double kSeconds = 0.02, kBeyondCaches = 1e8, kShared = 5e5;
  ThreadPool pool_;
  std::optional<double> float_, double_;
};

Value document_of(const Problem& problem, const Measurement& m, double limit, Index threads) {
  Value document = Value::Table{};
  document.set("workload", problem.workload.name);
  document.set("threads", threads);
  document.set("seconds", m.seconds);
  document.set("steps", m.steps);
  document.set("runs", m.runs);
  document.set("metric", m.metric);
  document.set("flop", problem.flop());
  document.set("flop_rate", problem.flop() / m.seconds);
  document.set("limit_seconds", limit);
  document.set("fraction_of_limit", limit / m.seconds);
  document.set("instruction_set", kernels::instruction_set());
  document.set("version", ISINGLASS_VERSION);
  return document;
}

std::string percent(double fraction) {
  return fmt::format("{:.{}f} %", 100 * fraction, fraction < 0.1 ? 1 : 0);
}

int list_workloads(const Arguments& a) {
  std::vector<std::vector<std::string>> rows{{"workload", "what", "steps"}};
  for (const Workload& w : workloads()) {
    rows.push_back({w.name, w.summary, w.steps > 0 ? grouped(w.steps) : ""});
    if (!a.json) continue;
    Value document = Value::Table{};
    document.set("workload", w.name);
    document.set("summary", w.summary);
    document.set("kind", name_of(w.kind));
    document.set("beside", w.beside);
    document.set("recording", w.recording);
    document.set("tolerance", w.tolerance);
    print_json(document);
  }
  if (!a.json) print(aligned(rows, "llr"));
  return 0;
}

int probe_machine(const Arguments& a) {
  Machine machine(a.threads);
  const Value document = machine.document();
  if (a.json) {
    print_json(document);
    return 0;
  }
  const auto giga = [&](const char* name) { return *document.find(name)->as_real() / 1e9; };
  const bool is_alone = machine.threads() == 1;
  const std::string shared =
      is_alone ? "" : fmt::format("; writes {:.1f} GB/s where the others have read", giga("shared_write_rate"));
  print(fmt::format(
      "{} thread{}, {}, bf16 by {}: {:.0f} GFLOP/s in float, {:.0f} in double; reads {:.0f} GB/s of a megabyte, "
      "{:.0f} of a hundred{}\n",
      machine.threads(), is_alone ? "" : "s", kernels::instruction_set(), kernels::name_of(kernels::bf16_unit()),
      giga("float_flop_rate"), giga("double_flop_rate"), giga("cache_rate"), giga("memory_rate"), shared));
  return 0;
}

int export_workloads(const Arguments& a) {
  for (const Workload& w : chosen(a.names)) {
    export_problem(load_problem(w), a.directory);
    say(w.name + " is in " + a.directory);
  }
  return 0;
}

int bench(const Arguments& a) {
  if (a.list) return list_workloads(a);
  if (a.probe) return probe_machine(a);
  if (!a.directory.empty()) return export_workloads(a);
  const double seconds = seconds_of(a);
  Machine machine(a.threads);
  std::vector<std::vector<std::string>> rows{{"workload", "us a step", "GFLOP/s", "of the limit", "metric", "what"}};
  for (const Workload& w : chosen(a.names)) {
    const Problem problem = load_problem(w);
    const double limit = machine.limit(problem);
    const Measurement m = measure(problem, {.threads = machine.threads(), .seconds = seconds, .steps = a.steps});
    if (a.json) print_json(document_of(problem, m, limit, machine.threads()));
    rows.push_back({w.name, fmt::format("{:.4g}", 1e6 * m.seconds),
                    fmt::format("{:.3g}", problem.flop() / m.seconds / 1e9), percent(limit / m.seconds),
                    fmt::format("{:.5g}", m.metric), w.summary});
  }
  if (!a.json) {
    print(aligned(rows, "lrrrrl"));
    say("the limit: the multiply-adds of the products and the bytes of parameters and inputs, at the rates that this "
        "machine was just measured at; isinglass bench --probe shows them");
  }
  return 0;
}

}  // namespace

Command bench_command() {
  const auto a = std::make_shared<Arguments>();
  return {.name = "bench",
          .summary = "How fast this machine trains, as a fraction of what it could do at most.",
          .example = "isinglass bench --workloads ann,tabular",
          .arguments = {{"--workloads", "NAMES", "names with commas between them, or all; default: a small selection",
                         &a->names},
                        {"--list", "", "lists the workloads", &a->list},
                        {"--probe", "", "measures the machine alone", &a->probe},
                        {"--threads", "N", "threads, 1 by default; 0 = one for each processor", &a->threads, false,
                         between(0, 1024)},
                        {"--seconds", "N", "to spend on a workload at least, 1 by default; 0 = one run", &a->seconds},
                        {"--steps", "N", "of a run, in place of the workload's own", &a->steps, false, between(0, 1e9)},
                        {"--export", "DIR",
                         "measures nothing: writes networks, initial parameters and data for other programs",
                         &a->directory},
                        {"--json", "", "one JSON document a workload on standard output", &a->json}},
          .run = [a] { return bench(*a); }};
}

}  // namespace isinglass
