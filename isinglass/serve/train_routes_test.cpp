#include "isinglass/serve/train_routes.h"

#include <cmath>

#include "isinglass/io/file.h"
#include "isinglass/record/run_store.h"
#include "isinglass/serve/studio_rig.h"

namespace isinglass {
namespace {

using testing_serve::at;
using testing_serve::number;
using testing_serve::text;

const std::string kBlobs = R"(seed = 3
[data]
generator = { kind = "blobs", samples = 120, classes = 3, deviation = 3.0 }
scale = "standard"
validation_fraction = 0.25
test_fraction = 0.25
[model]
layers = [
  { kind = "dense", units = 5, activation = "relu" },
  { kind = "dense", units = 4, activation = "sigmoid" },
  { kind = "dense", units = 3, activation = "softmax" },
]
[train]
optimiser = { kind = "adam", learning_rate = 0.02 }
epochs = 8
batch_size = 10
)";

class TrainRoutes : public testing_serve::StudioRig {};

TEST_F(TrainRoutes, TheConfusionIsThatOfTheRunsSummary) {
  const std::string id = trained(kBlobs);
  const Value summary = parse_json(read_file(directory_ + "/" + id + "/summary.json"), "summary");
  for (const char* part : {"train", "validation", "test"}) {
    const Value found = got("/api/runs/" + id + "/confusion?part=" + part);
    const std::string of = std::string("metrics.") + part;
    for (const char* key : {".loss", ".accuracy", ".confusion", ".classes"})
      EXPECT_EQ(text(found, key + 1), text(summary, of + key)) << part << key;
  }
  EXPECT_EQ(text(got("/api/runs/" + id + "/confusion"), "part"), "test");
  EXPECT_NE(get_refused("/api/runs/" + id + "/confusion?part=tset").find("did you mean 'test'"), std::string::npos);
}

TEST_F(TrainRoutes, CellsHoldTheSamplesThatTheMatrixCounts) {
  const std::string id = trained(kBlobs), one = "/api/runs/" + id;
  const Value found = got(one + "/confusion?part=train");
  for (int actual = 0; actual < 3; ++actual)
    for (int predicted = 0; predicted < 3; ++predicted) {
      const std::string place = std::to_string(actual) + "." + std::to_string(predicted);
      const Value cell = got(one + "/confusion/cell?part=train&actual=" + std::to_string(actual) +
                             "&predicted=" + std::to_string(predicted));
      EXPECT_EQ(number(cell, "count"), number(found, "confusion." + place)) << place;
      for (const Value& sample : *at(cell, "samples").as_array()) EXPECT_GE(number(sample, "certainty"), 1.0 / 3);
    }
}

TEST_F(TrainRoutes, AnEarlierStepIsJudgedByItsOwnParameters) {
  const std::string id = trained(kBlobs), one = "/api/runs/" + id;
  const Value start = got(one + "/confusion?part=validation&step=0"), end = got(one + "/confusion?part=validation");
  EXPECT_EQ(number(start, "step"), 0);
  EXPECT_EQ(text(end, "step"), "null");
  EXPECT_GT(number(start, "loss"), number(end, "loss"));
}

TEST_F(TrainRoutes, UnitsAreThoseOfTheStore) {
  const std::string id = trained(kBlobs);
  const Value found = got("/api/runs/" + id + "/units?step=13");
  RunStore store(directory_ + "/" + id + "/run.db");
  const Index step = static_cast<Index>(number(found, "step"));
  EXPECT_EQ(step, 12);  // of six batches an epoch, the first has statistics
  Index layers = 0;
  for (const LayerStatistic& s : store.layer_statistics()) {
    if (s.step != step) continue;
    const std::string row = "layers." + std::to_string(s.layer - 1);
    EXPECT_EQ(number(found, row + ".mean"), s.mean);
    EXPECT_EQ(number(found, row + ".gradient_norm"), s.gradient_norm);
    EXPECT_EQ(number(found, row + ".update_ratio"), s.update_ratio);
    EXPECT_EQ(std::isnan(s.dead), text(found, row + ".dead") == "null");
    // What leads into one unit leads into no other.
    double gradients = 0, weights = 0, changes = 0;
    for (std::size_t u = 0; u < at(found, row + ".units").as_array()->size(); ++u) {
      const std::string unit = row + ".units." + std::to_string(u);
      const double weight = number(found, unit + ".weight_norm");
      gradients += std::pow(number(found, unit + ".gradient_norm"), 2);
      weights += std::pow(weight, 2);
      changes += std::pow(number(found, unit + ".update_ratio") * weight, 2);
    }
    EXPECT_NEAR(std::sqrt(gradients), s.gradient_norm, 1e-6 * s.gradient_norm);
    EXPECT_NEAR(std::sqrt(weights), s.weight_norm, 1e-6 * s.weight_norm);
    EXPECT_NEAR(std::sqrt(changes / weights), s.update_ratio, 1e-6 * s.update_ratio);
    ++layers;
  }
  EXPECT_EQ(layers, 3);
  EXPECT_EQ(at(found, "layers.0.units").as_array()->size(), 5u);
  EXPECT_EQ(text(found, "layers.0.units.0.name"), "H3");
}

TEST_F(TrainRoutes, ARunOfNoEpochsCanBeLookedAt) {
  std::string toml = kBlobs;
  toml.replace(toml.find("epochs = 8"), 10, "epochs = 0");
  const std::string id = trained(toml), one = "/api/runs/" + id;
  EXPECT_EQ(text(got(one + "/units?step=0"), "step"), "null");
  EXPECT_EQ(number(got(one + "/confusion?part=test"), "samples"), 30);
  EXPECT_EQ(text(got(one + "/curves"), "loss"), "[\"NaN\"]");  // the state alone
}

TEST_F(TrainRoutes, AmountsHaveNoConfusionButErrors) {
  const std::string id =
      trained("[data]\ngenerator = { kind = \"slope_profiles\" }\n[model]\nwidths = [3, 2, 1]\n[train]\nepochs = 2\n");
  const Value found = got("/api/runs/" + id + "/confusion");
  EXPECT_EQ(text(found, "part"), "train");
  EXPECT_FALSE(std::isnan(number(found, "rmse")));
  EXPECT_EQ(text(found, "confusion"), "null");
  EXPECT_NE(get_refused("/api/runs/" + id + "/confusion/cell?actual=0&predicted=0").find("amounts"), std::string::npos);
}

TEST_F(TrainRoutes, AReportBringsTheExperimentBack) {
  const std::string id = trained(kBlobs);
  const Value report = got("/api/runs/" + id + "/report");
  EXPECT_EQ(text(report, "summary.outcome"), "done");
  EXPECT_EQ(number(report, "settings.train.epochs"), 8);
  Value body = Value::Table{};
  body.set("toml", text(report, "toml"));
  const Value draft = posted("/api/experiment", write_json(body));
  EXPECT_EQ(text(draft, "problem"), "null");
  EXPECT_EQ(text(draft, "experiment.model.layers.0"), "{\"kind\":\"dense\",\"units\":5,\"activation\":\"relu\"}");
  EXPECT_EQ(text(draft, "experiment.train"),
            "{\"epochs\":8,\"batch_size\":10,\"optimiser\":{\"kind\":\"adam\",\"learning_rate\":0.02}}");
}

}  // namespace
}  // namespace isinglass
