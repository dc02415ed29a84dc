#include "isinglass/data/roles.h"

#include <gtest/gtest.h>

#include <functional>

#include "isinglass/base/error.h"
#include "isinglass/io/toml.h"

namespace isinglass {
namespace {

const char* const kCars =
    "name,mpg,weight,origin,cylinders\n"
    "a,18,3500,USA,8\n"
    "b,NA,2000,Japan,4\n"
    "c,24,?,Japan,4\n";

RawData cars() {
  return raw_from_csv(parse_csv(kCars, "cars.csv"), "cars.csv");
}

DataOptions options_of(const std::string& text) {
  DataOptions options;
  read_options(parse_toml(text, "e.toml"), options, "[data]");
  return options;
}

Roles roles(const RawData& raw, const std::string& text) {
  return roles_of(raw, options_of(text));
}

std::string message(const std::function<void()>& f) {
  try {
    f();
  } catch (const Error& e) {
    return e.what();
  }
  return "no error";
}

RawData array(bool integers, const std::string& name = "target") {
  RawData raw = raw_from_arrays({DType::kU8, {2, 3}, std::vector<std::byte>(6)}, nullptr, "a.npy");
  raw.columns.push_back({.name = name, .is_label = integers, .is_target = true, .numbers = {0, 1}});
  return raw;
}

TEST(RolesTest, FeaturesAreAllOtherColumns) {
  const Roles r = roles(cars(), "target = \"mpg\"\nignore = [\"name\"]");
  EXPECT_EQ(r.features, (std::vector<std::string>{"weight", "origin", "cylinders"}));
  EXPECT_EQ(r.targets, std::vector<std::string>{"mpg"});
  EXPECT_EQ(r.task, Task::kRegression);
}

TEST(RolesTest, FeaturesMayBeChosenInOrder) {
  const Roles r = roles(cars(), "target = \"mpg\"\nfeatures = [\"origin\", \"weight\"]");
  EXPECT_EQ(r.features, (std::vector<std::string>{"origin", "weight"}));
}

TEST(RolesTest, AWeightIsNoFeature) {
  const Roles r = roles(cars(), "target = \"mpg\"\nweight_column = \"cylinders\"\nignore = [\"name\"]");
  EXPECT_EQ(r.features, (std::vector<std::string>{"weight", "origin"}));
  EXPECT_EQ(r.weights, "cylinders");
}

TEST(RolesTest, TextsLabelsAndCategoricalColumnsAreClasses) {
  EXPECT_EQ(roles(cars(), "target = \"origin\"").task, Task::kClassification);
  EXPECT_EQ(roles(cars(), "target = \"cylinders\"").task, Task::kRegression);
  EXPECT_EQ(roles(cars(), "target = \"cylinders\"\ncategorical = [\"cylinders\"]").task, Task::kClassification);
  EXPECT_EQ(roles(cars(), "target = \"cylinders\"\ntask = \"classification\"").task, Task::kClassification);
  EXPECT_EQ(roles(array(true), "").task, Task::kClassification);
  EXPECT_EQ(roles(array(true), "task = \"regression\"").task, Task::kRegression);
  EXPECT_EQ(roles(array(false), "").task, Task::kRegression);
}

TEST(RolesTest, AnAutoencoderHasNoTargetColumns) {
  const Roles r = roles(array(false, "slope"), "target = \"inputs\"");
  EXPECT_EQ(r.task, Task::kReconstruction);
  EXPECT_TRUE(r.targets.empty());
}

TEST(RolesTest, UnknownColumnsAreRefusedWithNearNames) {
  EXPECT_EQ(message([] { roles(cars(), "target = \"mgp\""); }),
            "cars.csv: target names \"mgp\", which is no column; did you mean 'mpg'?");
  for (const char* text :
       {"features = [\"x\"]", "ignore = [\"x\"]", "categorical = [\"x\"]", "ordered = { x = [\"a\", \"b\"] }",
        "weight_column = \"x\"", "features = [\"weight\", \"weight\"]", "features = [\"mpg\"]",
        "features = [\"weight\"]\nignore = [\"weight\"]", "ordered = 3",
        "ignore = [\"name\", \"weight\", \"origin\", \"cylinders\"]"})
    EXPECT_THROW(roles(cars(), std::string("target = \"mpg\"\n") + text), OptionError) << text;
}

TEST(RolesTest, ATargetIsNeeded) {
  EXPECT_EQ(message([] { roles(cars(), ""); }),
            "cars.csv: [data] needs the setting 'target', the column to predict; known: name, mpg, "
            "weight, "
            "origin, cylinders");
  const RawData inputs = raw_from_arrays({DType::kU8, {2, 3}, std::vector<std::byte>(6)}, nullptr, "a.npy");
  EXPECT_EQ(message([&] { roles(inputs, ""); }),
            "a.npy: [data] needs the setting 'target', as there are no targets; \"inputs\" makes "
            "an autoencoder");
}

TEST(RolesTest, ImpossibleTasksAreRefused) {
  EXPECT_THROW(roles(cars(), "target = [\"mpg\", \"weight\"]\ntask = \"classification\""), OptionError);
  EXPECT_THROW(roles(cars(), "target = \"inputs\"\ntask = \"regression\""), OptionError);
  EXPECT_THROW(roles(array(true), "features = [\"target\"]"), OptionError);
}

TEST(UsableRowsTest, ThePolicyDecides) {
  const RawData raw = cars();
  const Roles r = roles(raw, "target = \"mpg\"");
  EXPECT_EQ(usable_rows(raw, r, "refuse"), (std::vector<Index>{0, 1, 2}));
  EXPECT_EQ(usable_rows(raw, r, "drop"), (std::vector<Index>{0}));
  EXPECT_EQ(usable_rows(raw, r, "mean"), (std::vector<Index>{0, 2})) << "a target is never filled in";
}

TEST(UsableRowsTest, SamplesWithNanAreDropped) {
  Array inputs{DType::kF32, {2, 2}, std::vector<std::byte>(16)};
  const float nan = std::numeric_limits<float>::quiet_NaN();
  std::memcpy(inputs.bytes.data() + 12, &nan, 4);
  const RawData raw = raw_from_arrays(inputs, nullptr, "a.npy");
  EXPECT_EQ(usable_rows(raw, {}, "drop"), std::vector<Index>{0});
  EXPECT_EQ(usable_rows(raw, {}, "mean"), (std::vector<Index>{0, 1}));
}

TEST(ClassesTest, RowsAreNumberedByClass) {
  const RawData raw = cars();
  const std::vector<Index> rows{0, 1, 2};
  EXPECT_EQ(classes_of(raw, roles(raw, "target = \"origin\""), rows), (std::vector<Index>{1, 0, 0}));
  EXPECT_THROW(classes_of(raw, roles(raw, "target = \"mpg\""), rows), OptionError);
}

}  // namespace
}  // namespace isinglass
