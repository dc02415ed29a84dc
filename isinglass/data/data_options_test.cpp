#include "isinglass/data/data_options.h"

#include <gtest/gtest.h>

#include "isinglass/base/error.h"
#include "isinglass/io/toml.h"

namespace isinglass {
namespace {

DataOptions read(const std::string& text) {
  DataOptions options;
  read_options(parse_toml(text, "e.toml"), options, "[data]");
  return options;
}

TEST(DataOptionsTest, AFileAPairOrATableNamesAPart) {
  const DataOptions options = read(
      "train = \"a.csv\"\n"
      "validation = [\"x.npy\", \"y.npy\"]\n"
      "test = { generator = { kind = \"xor\" } }\n"
      "target = [\"u\", \"v\"]");
  EXPECT_EQ(options.train.files.names, std::vector<std::string>{"a.csv"});
  EXPECT_EQ(options.validation.files.names, (std::vector<std::string>{"x.npy", "y.npy"}));
  EXPECT_NE(options.test.generator.find("kind"), nullptr);
  EXPECT_EQ(options.target.names, (std::vector<std::string>{"u", "v"}));
}

TEST(DataOptionsTest, WritingAndReadingGivesTheSameOptions) {
  const DataOptions options = read(
      "inputs = [[1]]\ntargets = [[2]]\ntest = [\"a\", \"b\"]\ntarget = \"inputs\"\nscale = "
      "\"unit\"\n"
      "ordered = { size = [\"S\", \"M\"] }\nclass_weights = \"balanced\"\ninput_shape = [1, 1]");
  const Value written = write_options(options);
  DataOptions again;
  read_options(parse_toml(write_toml(written), "again.toml"), again, "[data]");
  EXPECT_EQ(write_options(again), written);
  EXPECT_TRUE(again.is_autoencoder());
}

TEST(DataOptionsTest, TheTrainingPartIsNamedOnce) {
  EXPECT_EQ(read("train = \"a.csv\"").training_part().files.names.size(), 1u);
  EXPECT_FALSE(read("inputs = [[1]]\ntargets = [[1]]").training_part().targets.is_null());
  EXPECT_THROW(read("target = \"a\"").training_part(), OptionError);
  EXPECT_THROW(read("train = \"a.csv\"\ninputs = [[1]]").training_part(), OptionError);
  EXPECT_THROW(read("targets = [[1]]\ntrain = \"a.csv\"").training_part(), OptionError);
}

TEST(DataOptionsTest, WrongSettingsAreRefused) {
  for (const char* text :
       {"tarain = \"a\"", "train = 3", "train = [1, 2]", "train = { file = \"a\" }", "scale = \"sym\"",
        "missing = \"ignore\"", "validation_fraction = 1", "validation_fraction = -0.1", "test_fraction = nan",
        "limit = -1", "input_shape = [0]", "stratify = 1", "features = \"a\"", "task = \"cluster\"", "target = 3"})
    EXPECT_THROW(read(text), OptionError) << text;
}

TEST(DataOptionsTest, EverySettingHasHelp) {
  for (const OptionInfo& info : describe_options<DataOptions>()) EXPECT_GT(info.help.size(), 10u) << info.name;
}

}  // namespace
}  // namespace isinglass
