#include "isinglass/model/plan_summary.h"

#include <gtest/gtest.h>

#include "isinglass/io/toml.h"
#include "isinglass/model/plan.h"

namespace isinglass {
namespace {

struct Rig {
  explicit Rig(const std::string& toml, const Shape& input, const PlanOptions& options, Index threads = 1)
      : graph([&] {
          Architecture architecture;
          read_options(parse_toml(toml, "model.toml"), architecture, "[model]");
          return Graph::build(architecture, input);
        }()),
        parameters(graph),
        pool(threads),
        plan(graph, parameters, pool, options) {}
  Graph graph;
  Parameters<float> parameters;
  ThreadPool pool;
  Plan<float> plan;
};

std::vector<std::string> texts(const std::vector<PlanStage>& stages) {
  std::vector<std::string> texts;
  for (const PlanStage& stage : stages) texts.push_back(stage.what);
  return texts;
}

constexpr const char* kTwoLayers =
    "layers = [{ kind = \"dense\", units = 5, activation = \"tanh\" }, { kind = \"dense\", units = 2 }]";

TEST(PlanSummary, ListsThePassesInTheirOrder) {
  const Rig rig(kTwoLayers, {3}, {.max_batch = 4, .loss = Loss::read("half_squared"), .training = true});
  const auto stages = rig.plan.stages();
  EXPECT_EQ(texts(stages), (std::vector<std::string>{"forward layer1 dense tanh, layer2 dense; loss; "
                                                     "backward layer2 dense, layer1 tanh",
                                                     "gradient of layer2 dense, layer1 dense"}));
  EXPECT_EQ(stages[0].rows, 4);
  EXPECT_EQ(stages[0].operations, (3 * 5 + 5) + 2 * (5 * 2 + 2));
}

TEST(PlanSummary, ALayerThatCouplesTheBatchStandsAlone) {
  const Rig rig("layers = [{ kind = \"dense\", units = 5 }, { kind = \"batch_norm\" }, { kind = \"relu\" }]", {3},
                {.max_batch = 4});
  EXPECT_EQ(texts(rig.plan.stages()),
            (std::vector<std::string>{"forward layer1 dense", "forward layer2 batch_norm", "forward layer3 relu"}));
}

TEST(PlanSummary, ThreadsShareTheRowsOfALargeBatch) {
  const Rig rig("layers = [{ kind = \"dense\", units = 512, activation = \"relu\" }]", {512}, {.max_batch = 64}, 2);
  const auto stages = rig.plan.stages();
  ASSERT_FALSE(stages.empty());
  EXPECT_EQ(stages[0].rows, 32);
}

TEST(PlanSummary, MemoryGrowsWithTheBatchAndWithTraining) {
  const Loss loss = Loss::read("half_squared");
  const auto bytes = [&](Index batch, bool training) {
    return total_bytes(Rig(kTwoLayers, {3}, {.max_batch = batch, .loss = loss, .training = training}).plan.memory());
  };
  EXPECT_GT(bytes(8, false), bytes(4, false));
  EXPECT_GT(bytes(8, true), bytes(8, false));
  // Values (3, 5, 5, 2), their gradients but the input's, targets (2), weight, scale, and the loss as a double.
  const Index row = (3 + 5 + 5 + 2) + (5 + 5 + 2) + 2 + 1 + 1 + 2;
  EXPECT_EQ(bytes(64, true), 64 * row * static_cast<Index>(sizeof(float)));
}

}  // namespace
}  // namespace isinglass
