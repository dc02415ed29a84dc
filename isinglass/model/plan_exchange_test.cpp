#include "isinglass/model/plan_exchange.h"

#include <gtest/gtest.h>

#include <cstring>

#include "isinglass/base/communicator_rig.h"
#include "isinglass/io/toml.h"
#include "isinglass/model/plan.h"

namespace isinglass {
namespace {

struct Case {
  const char *name, *model, *loss;
  Shape input;
};
void PrintTo(const Case& c, std::ostream* os) {
  *os << c.name;
}

// What three training steps leave: losses, gradients, states of layers, and the values when somebody looks at them.
struct Trace {
  std::vector<double> losses;
  std::vector<float> numbers;
  bool operator==(const Trace& other) const {
    return losses == other.losses && numbers.size() == other.numbers.size() &&
           std::memcmp(numbers.data(), other.numbers.data(), numbers.size() * sizeof(float)) == 0;
  }
};

struct Onlooker : Observer<float> {
  void after_backward(const Plan<float>& plan, std::size_t layer) override {
    const GraphLayer& l = plan.graph().layers[layer];
    for (const ValueId v : {l.pre_node + 1, l.out_node + 1}) {
      for (Index n = 0; n < plan.rows(); ++n) std::ranges::copy(plan.value(v).row(n), std::back_inserter(*numbers));
      const View<const float> gradient = plan.value_gradient(v);
      for (Index n = 0; gradient.data != nullptr && n < plan.rows(); ++n)
        std::ranges::copy(gradient.row(n), std::back_inserter(*numbers));
    }
  }
  std::vector<float>* numbers = nullptr;
};

Trace train(const Case& c, Communicator* ranks, Index threads, bool is_watched) {
  constexpr Index kRows = 67;
  Architecture architecture;
  read_options(parse_toml(c.model, "model.toml"), architecture, "[model]");
  const Graph graph = Graph::build(architecture, c.input);
  Parameters<float> parameters(graph);
  parameters.initialise({.seed = 5});
  ThreadPool pool(threads);
  Plan<float> plan(graph, parameters, pool,
                   {.max_batch = kRows, .loss = Loss::read(c.loss), .training = true, .lean = true, .ranks = ranks});
  Trace trace;
  Onlooker onlooker;
  onlooker.numbers = &trace.numbers;
  if (is_watched && (ranks == nullptr || ranks->is_first())) plan.set_observer(&onlooker);
  const auto stream = counter_stream({9, Purpose::kData, 0, 0});
  for (std::uint64_t step = 0; step < 3; ++step) {
    const Index rows = step == 2 ? 41 : kRows;
    for (Index n = 0; n < rows; ++n) {
      for (float& x : plan.input().row(n)) x = static_cast<float>(stream->normal());
      for (float& y : plan.target().row(n)) y = 0;
      plan.target()(n, n % plan.target().cols) = 1;
    }
    trace.losses.push_back(plan.train(rows, {.seed = 3, .step = step}));
    const auto flat = plan.gradients().flat();
    trace.numbers.insert(trace.numbers.end(), flat.begin(), flat.end());
    for (std::size_t i = 0; i < flat.size(); ++i) parameters.flat()[i] -= 0.01f * flat[i];
    trace.numbers.insert(trace.numbers.end(), parameters.flat().begin(), parameters.flat().end());
  }
  return trace;
}

class PlanOfRanks : public testing::TestWithParam<Case> {};
INSTANTIATE_TEST_SUITE_P(
    , PlanOfRanks,
    testing::Values(
        Case{"Dense",
             "widths = [200, 151, 67, 10]\nactivation = \"relu\"\noutput_activation = \"softmax\"",
             "categorical_cross_entropy",
             {200}},
        Case{"Convolution",
             "layers = [{ kind = \"conv2d\", kernels = 17, kernel_size = [3, 3], activation = \"relu\" }, { kind = "
             "\"max_pool2d\", pool_size = [2, 2] }, { kind = \"conv2d\", kernels = 9, kernel_size = [5, 5], activation "
             "= "
             "\"tanh\" }, { kind = \"flatten\" }, { kind = \"dropout\", rate = 0.4 }, { kind = \"dense\", units = 10, "
             "activation = \"softmax\" }]",
             "categorical_cross_entropy",
             {1, 16, 16}},
        Case{"BatchNorm",
             "layers = [{ kind = \"dense\", units = 130 }, { kind = \"batch_norm\" }, { kind = \"relu\" }, { kind = "
             "\"dense\", units = 90 }, { kind = \"batch_norm\" }, { kind = \"sigmoid\" }, { kind = \"dense\", units = "
             "10 }]",
             "mean_squared",
             {300}},
        Case{"Branches",
             "layers = [{ kind = \"residual\", layers = [{ kind = \"dense\", units = 160, activation = \"swish\" }, { "
             "kind = \"dense\", units = 200 }], activation = \"prelu\" }, { kind = \"parallel\", branches = [[{ kind = "
             "\"dense\", units = 40 }], [{ kind = \"tanh\" }]] }, { kind = \"dense\", units = 10 }]",
             "mean_squared",
             {200}}),
    [](const auto& test) { return test.param.name; });

TEST_P(PlanOfRanks, HasTheBitsOfOneProcess) {
  for (const bool is_watched : {false, true}) {
    const Trace alone = train(GetParam(), nullptr, 1, is_watched);
    for (const Index size : {2, 3, 5})
      for (const Index threads : {1, 2})
        ThreadRanks::run(size, [&](Communicator& ranks) {
          const Trace own = train(GetParam(), &ranks, threads, is_watched);
          EXPECT_EQ(own.losses, alone.losses) << size << " ranks";
          if (!is_watched || ranks.is_first()) {
            EXPECT_TRUE(own == alone) << size << " ranks, " << threads << " threads, watched " << is_watched;
          }
        });
  }
}

}  // namespace
}  // namespace isinglass
