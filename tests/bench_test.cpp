// Every workload runs: two steps, never timed. What they compute is compared with others by bench/compare_test.py.
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "isinglass/base/error.h"
#include "isinglass/bench/measure.h"
#include "isinglass/data/catalogue.h"
#include "isinglass/io/json.h"
#include "tests/command.h"

namespace isinglass {
namespace {

using testing_command::Outcome;
using testing_command::Workplace;

bool needs_mnist(const Workload& w) {
  return std::string(w.experiment).find("mnist") != std::string::npos;
}

void expect_measured(const Workload& w, Index threads) {
  const Problem problem = load_problem(w);
  const Measurement m = measure(problem, {.threads = threads, .seconds = 0, .steps = 2});
  EXPECT_EQ(m.runs, 1) << w.name;
  EXPECT_GT(m.seconds, 0) << w.name;
  EXPECT_TRUE(std::isfinite(m.metric)) << w.name;
  EXPECT_GT(problem.flop(), 0) << w.name;
  EXPECT_GT(problem.bytes(), 0) << w.name;
}

TEST(Bench, NamesAreUniqueAndTheOthersTheyReferToExist) {
  std::set<std::string> names;
  for (const Workload& w : workloads()) {
    EXPECT_TRUE(names.insert(w.name).second) << w.name;
    const std::string beside = w.beside.empty() ? "" : find_workload(w.beside).beside;
    EXPECT_EQ(beside, "") << w.name;
  }
}

TEST(Bench, EveryWorkloadOnMadeDataRuns) {
  for (const Workload& w : workloads())
    if (!needs_mnist(w) && w.data != Workload::kNoise) expect_measured(w, 2);
}

TEST(SlowBench, EveryOtherWorkloadRuns) {
  expect_measured(find_workload("wide"), 2);
  try {
    locate_dataset("mnist");
  } catch (const InputError&) {
    GTEST_SKIP() << "mnist has not been fetched";
  }
  for (const Workload& w : workloads())
    if (needs_mnist(w)) expect_measured(w, 2);
}

// A metric does not depend on the number of threads.
TEST(Bench, MetricsAreTheSameOnTwoThreads) {
  for (const char* name : {"profiles", "tabular", "population", "predict-tabular-256"}) {
    const Problem problem = load_problem(find_workload(name));
    const auto metric = [&](Index threads) {
      return measure(problem, {.threads = threads, .seconds = 0, .steps = 3}).metric;
    };
    EXPECT_EQ(metric(1), metric(2)) << name;
  }
}

// 30-64-32-1, batch 64, biases as one more input: 2 x 64 x (31 x 64 x 2 + 65 x 32 x 3 + 33 x 3) operations.
TEST(Bench, CountsTheProductsOfAStep) {
  EXPECT_EQ(load_problem(find_workload("tabular")).flop(), 1319296);
  EXPECT_EQ(load_problem(find_workload("predict-tabular-1")).flop(), 2 * (31 * 64 + 65 * 32 + 33));
}

TEST(Bench, CommandPrintsALineOfJsonForEach) {
  const Workplace place;
  const Outcome run = place.run({"bench", "--workloads", "ann,tabular", "--steps", "2", "--seconds", "0", "--json"});
  ASSERT_EQ(run.status, 0) << run.err;
  const std::size_t end = run.out.find('\n');
  const Value first = parse_json(run.out.substr(0, end), "first"),
              second = parse_json(run.out.substr(end + 1), "second");
  EXPECT_EQ(*first.find("workload")->as_string(), "ann");
  EXPECT_EQ(*second.find("workload")->as_string(), "tabular");
  for (const char* key : {"seconds", "metric", "flop_rate", "limit_seconds", "fraction_of_limit"})
    EXPECT_NE(first.find(key)->as_real(), nullptr) << key;
}

TEST(Bench, CommandTellsWhatIsWrong) {
  const Workplace place;
  const auto fails = [&](std::vector<std::string> words, const std::string& message) {
    words.insert(words.begin(), "bench");
    const Outcome run = place.run(words);
    EXPECT_EQ(run.status, 2) << run.err;
    EXPECT_NE(run.err.find(message), std::string::npos) << run.err;
  };
  fails({"--workloads", "tabulr"}, "there is no workload 'tabulr'; did you mean 'tabular'?");
  fails({"--workloads", "ann,"}, "there is no workload ''");
  fails({"--seconds", "soon"}, "--seconds: expected a number between 0 and 1000000, found \"soon\"");
  fails({"--workloads", "mnist-mlp"}, "mnist");
}

TEST(Bench, ExportWritesWhatOthersNeed) {
  const Workplace place;
  ASSERT_EQ(place.run({"bench", "--workloads", "tabular", "--export", "problems"}).status, 0);
  for (const char* name : {"tabular.json", "tabular-layer1.kernel.npy", "tabular-layer3.bias.npy",
                           "tabular-train-x.npy", "tabular-train-y.npy", "tabular-test-x.npy", "tabular-test-y.npy"})
    EXPECT_TRUE(place.has(std::string("problems/") + name)) << name;
  const Value document = parse_json(place.read("problems/tabular.json"), "tabular.json");
  EXPECT_EQ(*document.find("batch")->as_integer(), 64);
  EXPECT_EQ(document.find("nodes")->as_array()->size(), 6u);
}

TEST(Bench, ListAndProbe) {
  const Workplace place;
  const Outcome list = place.run({"bench", "--list"});
  EXPECT_NE(list.out.find("conv-autoencoder"), std::string::npos);
  const Outcome probe = place.run({"bench", "--probe", "--json"});
  ASSERT_EQ(probe.status, 0) << probe.err;
  EXPECT_GT(*parse_json(probe.out, "probe").find("float_flop_rate")->as_real(), 0);
  EXPECT_NE(place.run({"bench", "--probe", "--threads", "2"}).out.find("GB/s where the others have read"),
            std::string::npos);
}

}  // namespace
}  // namespace isinglass
