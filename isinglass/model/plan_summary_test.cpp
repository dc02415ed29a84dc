#include "isinglass/model/plan_summary.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "isinglass/io/toml.h"
#include "isinglass/kernels/narrow_matmul.h"
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

// "dense (read in place)"; as the kernels say for a product of m by n with sums of k.
std::string dense(kernels::Transposed which, Index m, Index n, Index k,
                  kernels::Products how = kernels::Products::kFloat) {
  return "dense (" + std::string(kernels::matmul_method(how, which, m, n, k, sizeof(float))) + ")";
}
using enum kernels::Transposed;

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
  EXPECT_EQ(texts(stages), (std::vector<std::string>{
                               "forward layer1 " + dense(kNone, 4, 5, 3) + " tanh, layer2 " + dense(kNone, 4, 2, 5) +
                                   "; loss; backward layer2 " + dense(kSecond, 4, 5, 2) + ", layer1 tanh",
                               "gradient of layer2 " + dense(kFirst, 5, 2, 4) + ", layer1 " + dense(kFirst, 3, 5, 4)}));
  EXPECT_EQ(stages[0].rows, 4);
  EXPECT_EQ(stages[0].operations, (3 * 5 + 5) + 2 * (5 * 2 + 2));
}

TEST(PlanSummary, ALayerThatCouplesTheBatchStandsAlone) {
  const Rig rig("layers = [{ kind = \"dense\", units = 5 }, { kind = \"batch_norm\" }, { kind = \"relu\" }]", {3},
                {.max_batch = 4});
  EXPECT_EQ(texts(rig.plan.stages()), (std::vector<std::string>{"forward layer1 " + dense(kNone, 4, 5, 3),
                                                                "forward layer2 batch_norm", "forward layer3 relu"}));
}

TEST(PlanSummary, ARectifierMayBePartOfAProduct) {
  const Rig rig("layers = [{ kind = \"dense\", units = 5, activation = \"relu\" }, { kind = \"dense\", units = 2 }]",
                {3}, {.max_batch = 4, .loss = Loss::read("half_squared"), .training = true, .lean = true});
  EXPECT_EQ(rig.plan.stages()[0].what, "forward layer1 " + dense(kNone, 4, 5, 3) + " relu (in the product), layer2 " +
                                           dense(kNone, 4, 2, 5) + "; loss; backward layer2 " +
                                           dense(kSecond, 4, 5, 2) + ", layer1 relu (in the product)");
}

TEST(PlanSummary, ThreadsShareTheRowsOfALargeBatch) {
  const Rig rig("layers = [{ kind = \"dense\", units = 512, activation = \"relu\" }]", {512}, {.max_batch = 64}, 2);
  const auto stages = rig.plan.stages();
  ASSERT_FALSE(stages.empty());
  EXPECT_EQ(stages[0].rows, 32);
}

// Each product as it will be: of the rows of a thread, the slices of a task, the kernel as it lies.
TEST(PlanSummary, NamesTheWayOfEveryProductOfADenseLayer) {
  const char* const toml =
      "layers = [{ kind = \"dense\", units = 512 }, { kind = \"dense\", units = 700, transposed = true }]";
  for (const Index threads : {1, 2})
    for (const kernels::Products how : {kernels::Products::kFloat, kernels::Products::kBf16}) {
      const Rig rig(toml, {600},
                    {.max_batch = 1000, .loss = Loss::read("half_squared"), .training = true, .products = how},
                    threads);
      const Index rows = 1000 / threads;
      const std::vector<std::string> found = texts(rig.plan.stages());
      const auto has = [&](const std::string& text) {
        return std::ranges::any_of(found, [&](const std::string& stage) { return stage.ends_with(text); });
      };
      EXPECT_TRUE(has("forward layer1 " + dense(kNone, rows, 512, 600, how)));
      EXPECT_TRUE(has("forward layer2 " + dense(kSecond, rows, 700, 512, how)) ||
                  has("forward layer2 " + dense(kSecond, rows, 700, 512, how) + "; loss"));
      EXPECT_TRUE(has("backward layer2 " + dense(kNone, rows, 512, 700, how)));
      EXPECT_TRUE(has("gradient of layer2 " + dense(kFirst, 700 / threads, 512, 1000, how) + ", layer1 " +
                      dense(kFirst, 600 / threads, 512, 1000, how)));
    }
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
