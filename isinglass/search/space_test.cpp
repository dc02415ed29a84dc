// Ranges, good and bad: what is wrong is told with file, line and a suggestion.
#include "isinglass/search/space.h"

#include "isinglass/search/search_rig.h"

namespace isinglass {
namespace {

std::string refusal(const std::string& search, const std::string& space) {
  try {
    search_plan(search, space);
  } catch (const OptionError& error) {
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << error.what();
    EXPECT_TRUE(std::string(error.what()).starts_with("s.toml:")) << error.what();
    return error.what();
  }
  return "nothing was refused";
}
std::string refusal_of(const std::string& space) {
  return refusal("method = \"random\"\n", space);
}

#define EXPECT_HAS(whole, part) EXPECT_NE((whole).find(part), std::string::npos) << (whole)

TEST(Space, BadRangesAreRefusedWithFileLineAndSuggestion) {
  const std::string rate = "\"train.optimiser.learning_rate\" = ";
  EXPECT_HAS(refusal_of(rate + "{ uniform = [1, 1] }"), "the range is empty");
  EXPECT_HAS(refusal_of(rate + "{ uniform = [0.5, 0.1] }"), "s.toml:16:47: ");
  EXPECT_HAS(refusal_of(rate + "{ log_uniform = [0, 0.1] }"), "begins above 0");
  EXPECT_HAS(refusal_of(rate + "{ log_unifrom = [0.1, 1] }"), "did you mean 'log_uniform'");
  EXPECT_HAS(refusal_of(rate + "{ uniform = [0.1] }"), "a range [low, high]");
  EXPECT_HAS(refusal_of(rate + "{ uniform = [0.1, \"a\"] }"), "expected a number");
  EXPECT_HAS(refusal_of(rate + "{ choice = [] }"), "one choice or more");
  EXPECT_HAS(refusal_of(rate + "{ uniform = [0.1, 1], choice = [1] }"), "one range is enough");
  EXPECT_HAS(refusal_of(rate + "0.1"), "expected a range");
  EXPECT_HAS(refusal_of("\"train.epochs\" = { integer = [1.5, 3] }"), "expected an integer");
}

TEST(Space, EveryValueHasToBeOneOfTheExperiment) {
  EXPECT_HAS(refusal_of("\"train.optimiser.momentun\" = { uniform = [0, 0.9] }"), "did you mean 'momentum'");
  EXPECT_HAS(refusal_of("\"trian.l2\" = { uniform = [0, 0.9] }"), "did you mean 'train'");
  EXPECT_HAS(refusal_of("\"train.optimiser.momentum\" = { uniform = [0, 2] }"), "expected a number in [0, 1)");
  EXPECT_HAS(refusal_of("\"train.batch_size\" = { choice = [16, \"large\"] }"), "expected an integer, got the string");
  EXPECT_HAS(refusal_of("\"model.layers.1.activation\" = { choice = [\"tanh\", \"sofmax\"] }"),
             "did you mean 'softmax'");
  EXPECT_HAS(refusal_of("\"model.layers.7.rate\" = { uniform = [0, 0.5] }"), "counted from 1");
}

TEST(Space, WhatCannotChangeWhileTrainingIsRefusedForPopulations) {
  const std::string units = "\"model.layers.1.units\" = { integer = [4, 16] }";
  EXPECT_HAS(refusal(kPbt, units), "cannot change while a network trains");
  EXPECT_EQ(refusal_of(units), "nothing was refused");
  EXPECT_HAS(refusal(kPbt, "\"train.batch_size\" = { choice = [16, 32] }"), "cannot change");
  EXPECT_EQ(refusal(kPbt, kSpace), "nothing was refused");
}

TEST(Space, TheSectionIsReadStrictly) {
  const std::string space = "\"train.l2\" = { uniform = [0, 0.1] }";
  EXPECT_HAS(refusal("method = \"pbd\"\n", space), "unknown value 'pbd'");
  EXPECT_HAS(refusal("memebers = 3\n", space), "did you mean 'members'");
  EXPECT_HAS(refusal("score = \"validation.acuracy\"\n", space), "did you mean 'validation.accuracy'");
  EXPECT_HAS(refusal("fraction = 0.7\n", space), "in (0, 0.5]");
}

TEST(Space, KeysMayBeTables) {
  const SearchPlan plan = search_plan("method = \"random\"\n", "train.optimiser.momentum = { uniform = [0, 0.9] }\n");
  ASSERT_EQ(plan.space.size(), 1u);
  EXPECT_EQ(plan.space[0].key, "train.optimiser.momentum");
}

TEST(Space, AGridHasAllCombinations) {
  const SearchPlan plan = search_plan("method = \"grid\"\n",
                                      "\"train.l2\" = { choice = [0, 0.1] }\n"
                                      "\"train.optimiser.learning_rate\" = { log_uniform = [0.001, 0.1], points = 3 }\n"
                                      "\"train.batch_size\" = { integer = [1, 2], points = 9 }\n");
  ASSERT_EQ(plan.members(), 12);
  EXPECT_EQ(plan.first_values(0), (Values{0, 0.001, 1}));
  EXPECT_EQ(plan.first_values(11), (Values{0.1, 0.1, 2}));
  EXPECT_NEAR(*plan.first_values(2)[1].as_real(), 0.01, 1e-12);
}

TEST(Space, NamesAreAsShortAsTheyCanBe) {
  EXPECT_EQ(short_names(search_plan().space), (std::vector<std::string>{"learning_rate", "momentum", "rate", "l2"}));
  const SearchPlan plan = search_plan("method = \"random\"\n",
                                      "\"model.layers.1.units\" = { integer = [2, 4] }\n"
                                      "\"model.layers.2.rate\" = { uniform = [0, 0.5] }\n");
  EXPECT_EQ(short_names(plan.space)[0], "units");
}

}  // namespace
}  // namespace isinglass
