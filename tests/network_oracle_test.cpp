// Small networks against PyTorch: every optimiser, loss and activation that both have, step by
// step.
//
// tests/golden/networks.json, made by tools/make_network_golden.py, holds the experiments and
// PyTorch's numbers.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "isinglass/data/load.h"
#include "isinglass/train/experiment.h"
#include "isinglass/train/trainer.h"
#include "tests/golden.h"

namespace isinglass {
namespace {

struct NetworkCase {
  std::string name;
  Value golden;  // { experiment, initial, losses, final, outputs }
};
void PrintTo(const NetworkCase& c, std::ostream* out) {
  *out << c.name;
}

std::vector<NetworkCase> network_cases() {
  std::vector<NetworkCase> cases;
  const Value file = read_golden("networks.json");
  for (const Value& c : *file.find("cases")->as_array()) cases.push_back({*c.find("name")->as_string(), c});
  return cases;
}

class NetworkOracle : public testing::TestWithParam<NetworkCase> {};
INSTANTIATE_TEST_SUITE_P(, NetworkOracle, testing::ValuesIn(network_cases()),
                         [](const testing::TestParamInfo<NetworkCase>& c) { return c.param.name; });

// An error of `tolerance` is allowed in numbers up to 1, beyond that relative to them.
template <class T>
void expect_close(std::span<const T> got, const Value& expected, double tolerance, const std::string& what) {
  const std::vector<double> want = numbers(expected);
  ASSERT_EQ(got.size(), want.size()) << what;
  for (std::size_t i = 0; i < want.size(); ++i)
    EXPECT_NEAR(static_cast<double>(got[i]), want[i], tolerance * std::max(1.0, std::abs(want[i]))) << what << " " << i;
}

// Trains the network of a case in numbers of type T.
template <class T>
void replay(const Value& golden, double tolerance) {
  const Experiment experiment = Experiment::read(*golden.find("experiment"));
  const LoadedData data = load_data(experiment.data, "", *counter_stream({}));
  const Graph graph = Graph::build(experiment.model, data.train.input_shape());
  const Loss loss = resolve_loss(experiment.train, graph, data.train.is_classification());
  ThreadPool pool(1);
  Trainer<T> trainer({.graph = graph,
                      .options = experiment.train,
                      .loss = loss,
                      .random = experiment.random(),
                      .preprocessor = data.preprocessor,
                      .pool = pool,
                      .train = data.train});

  const Value &initial = *golden.find("initial"), &final = *golden.find("final");
  ASSERT_EQ(initial.as_table()->size(), graph.parameters.size());
  for (std::size_t k = 0; k < graph.parameters.size(); ++k) {
    const Value* given = initial.find(graph.parameters[k].name);
    ASSERT_NE(given, nullptr) << graph.parameters[k].name;
    const View<T> w = trainer.parameters()[k];
    const std::vector<double> start = numbers(*given);
    ASSERT_EQ(static_cast<Index>(start.size()), w.size()) << graph.parameters[k].name;
    std::transform(start.begin(), start.end(), w.data, [](double x) { return static_cast<T>(x); });
  }

  std::vector<double> losses;
  trainer.run({.on_batch = [&](const BatchReport& report) { losses.push_back(report.loss); }});
  expect_close<double>(losses, *golden.find("losses"), tolerance, "loss of step");
  for (std::size_t k = 0; k < graph.parameters.size(); ++k) {
    const std::string& name = graph.parameters[k].name;
    const View<T> w = trainer.parameters()[k];
    expect_close<T>({w.data, static_cast<std::size_t>(w.size())}, *final.find(name), tolerance, name);
  }
  Evaluator<T> evaluator(graph, trainer.parameters(), pool, loss, data.preprocessor);
  expect_close<double>(evaluator.predict(data.train), *golden.find("outputs"), tolerance, "output");
}

TEST_P(NetworkOracle, DoubleAgrees) {
  replay<double>(GetParam().golden, 1e-10);
}
TEST_P(NetworkOracle, FloatAgrees) {
  replay<float>(GetParam().golden, 1e-4);
}

}  // namespace
}  // namespace isinglass
