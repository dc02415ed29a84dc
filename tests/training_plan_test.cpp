// `isinglass describe --plan`: how a training would run, and the memory that it would take.
#include <gtest/gtest.h>

#include <regex>

#include "isinglass/io/json.h"
#include "tests/command.h"

namespace isinglass {
namespace {

using testing_command::Outcome;
using testing_command::Workplace;

constexpr const char* kBlobs = R"(
[data]
generator = { kind = "blobs", samples = 150, seed = 4 }
[model]
layers = [{ kind = "dense", units = 40, activation = "tanh" }, { kind = "dense", units = 3, activation = "softmax" }]
[train]
batch_size = 16
)";

TEST(TrainingPlan, NamesStagesThreadsAndMemory) {
  const Workplace place;
  place.write("blobs.toml", kBlobs);
  const Outcome text = place.run({"describe", "blobs.toml", "--plan", "--threads", "1"});
  EXPECT_EQ(text.status, 0) << text.err;
  EXPECT_NE(text.out.find("A step: 16 samples, float, 1 thread"), std::string::npos) << text.out;
  EXPECT_TRUE(std::regex_search(text.out, std::regex("forward layer1 dense \\([^)]+\\) tanh, layer2 dense \\([^)]+\\) "
                                                     "softmax; loss; backward layer2 dense \\([^)]+\\), layer1 tanh")))
      << text.out;
  EXPECT_NE(text.out.find("total"), std::string::npos);

  const Value plan = parse_json(place.run({"describe", "blobs.toml", "--plan", "--json"}).out, "plan");
  EXPECT_EQ(*plan.find("batch_size"), Value(Index{16}));
  EXPECT_EQ(*plan.find("tier"), Value("layers"));
  Index sum = 0;
  for (const Value& use : *plan.find("memory")->as_array()) sum += *use.find("bytes")->as_integer();
  EXPECT_EQ(*plan.find("bytes"), Value(sum));
}

TEST(TrainingPlan, SaysWhereANetworkIsTiny) {
  const Workplace place;
  place.write("tiny.toml", R"(
precision = "double"
[data]
inputs = [[0, 0], [0, 1], [1, 0], [1, 1]]
targets = [[0], [1], [1], [0]]
[model]
widths = [2, 2, 1]
activation = "sigmoid"
[train]
loss = "half_squared"
)");
  const Outcome text = place.run({"describe", "tiny.toml", "--plan"});
  EXPECT_EQ(text.status, 0) << text.err;
  EXPECT_NE(text.out.find("Tier: tiny, all layers in one function"), std::string::npos) << text.out;
  EXPECT_NE(text.out.find("forward, loss, backward, gradient of layer1, layer2"), std::string::npos) << text.out;
}

TEST(TrainingPlan, IsOfAnExperimentWithItsData) {
  const Workplace place;
  place.write("blobs.toml", kBlobs);
  place.write("missing.toml", "[data]\ntrain = \"nowhere.csv\"\n[model]\nwidths = [2, 1]\n");
  ASSERT_EQ(place.run({"train", "blobs.toml", "--set", "train.epochs=1", "--quiet"}).status, 0);
  const Outcome of_model = place.run({"describe", "runs/blobs", "--plan"});
  EXPECT_EQ(of_model.status, 2);
  EXPECT_NE(of_model.err.find("--plan is about the training of an experiment file"), std::string::npos) << of_model.err;
  EXPECT_EQ(place.run({"describe", "missing.toml", "--plan"}).status, 2);
}

}  // namespace
}  // namespace isinglass
