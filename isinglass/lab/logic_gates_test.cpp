// Logic functions by hand, against the sigmoid to 50 digits; exclusive or, learned.
#include "isinglass/lab/logic_gates.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "isinglass/lab/xor_experiment.h"

namespace isinglass {
namespace {

const LogicNetwork& named(const std::string& name) {
  const auto found = std::ranges::find(logic_networks(), name, &LogicNetwork::name);
  EXPECT_NE(found, logic_networks().end()) << name;
  return *found;
}

// To 4 ulp; behind hidden nodes also to what the rounding of a sum of numbers up to 30 does to a sigmoid of it.
void expect_close(double got, double wanted, const std::string& what, double largest_sum = 0) {
  EXPECT_NEAR(got, wanted, (4 + largest_sum) * std::numeric_limits<double>::epsilon() * wanted) << what;
}

constexpr double kG10 = 0.9999546021312976, kGm10 = 4.5397868702434395e-05, kGm30 = 9.357622968839299e-14,
                 kG30 = 0.9999999999999064, kGm50 = 1.9287498479639178e-22;
constexpr double kXorNo = 4.5439104876545724e-05, kXorYes = 0.9999545196214948;

TEST(LogicGates, AnswerAsTheSigmoidSays) {
  const std::vector<std::pair<const char*, std::vector<double>>> wanted = {
      {"not", {kG10, kGm10}},
      {"and", {kGm30, kGm10, kGm10, kG10}},
      {"or", {kGm10, kG10, kG10, kG30}},
      {"nand", {kG30, kG10, kG10, kGm10}},
      {"nor", {kG10, kGm10, kGm10, kGm30}},
      {"nor as printed", {kGm10, kGm30, kGm30, kGm50}},
      {"xnor", {0.9999545608951235, 4.5480378505112356e-05, 4.5480378505112356e-05, 0.9999545608951235}},
      {"xnor with the printed nor",
       {4.5439104876715795e-05, 4.5439104876715795e-05, 4.5439104876715795e-05, 0.9999545608951234}},
      {"xor", {kXorNo, kXorYes, kXorYes, kXorNo}},
      {"xor by negation", {kXorNo, kXorYes, kXorYes, kXorNo}}};
  EXPECT_EQ(wanted.size(), logic_networks().size());
  for (const auto& [name, outputs] : wanted) {
    const std::vector<LogicRow> rows = truth_table(named(name));
    ASSERT_EQ(rows.size(), outputs.size()) << name;
    for (std::size_t n = 0; n < rows.size(); ++n)
      expect_close(rows[n].output, outputs[n], name, named(name).hidden.empty() ? 0 : 30);
  }
}

TEST(LogicGates, HiddenNodesAnswerAsTheGatesTheyAre) {
  const std::vector<LogicRow> rows = truth_table(named("xor"));
  const std::vector<std::vector<double>> wanted = {{kGm10, kG30}, {kG10, kG10}, {kG10, kG10}, {kG30, kGm10}};
  for (std::size_t n = 0; n < 4; ++n)
    for (std::size_t k = 0; k < 2; ++k) expect_close(rows[n].hidden[k], wanted[n][k], "xor");
  EXPECT_EQ(rows[2].inputs, (std::vector<double>{1, 0}));
}

TEST(LogicGates, AreRightUnlessMisprinted) {
  for (const LogicNetwork& logic : logic_networks()) {
    EXPECT_EQ(is_right(logic), logic.misprint_of.empty()) << logic.name;
    if (!logic.misprint_of.empty()) {
      EXPECT_EQ(logic.wanted, named(logic.misprint_of).wanted);
    }
  }
  for (const LogicRow& row : truth_table(named("nor as printed"))) EXPECT_LT(row.output, 0.5);
  EXPECT_EQ(named("nor").formula, "g(10 \u2212 20x_{1} \u2212 20x_{2})");
}

TEST(LogicGates, AnswerBetweenTheCorners) {
  const std::vector<double> outputs = logic_outputs(named("or"), {0.25, 0.25, 0.5, 0});
  EXPECT_EQ(outputs, (std::vector<double>{0.5, 0.5}));
}

// A script with these seeds of NumPy's generator finds 20, 20 and 18 of 20.
TEST(XorExperiment, LearnsAsOftenAsTheScriptDoes) {
  const std::vector<XorResult> results = xor_experiment({.seeds = 20});
  const auto learned = [&](const char* name) { return std::ranges::find(results, name, &XorResult::name)->learned; };
  EXPECT_EQ(learned("as coded"), 20);
  EXPECT_EQ(learned("column of ones"), 20);
  EXPECT_EQ(learned("biases"), 18);
  EXPECT_EQ(results[1].parameters, 12);
  EXPECT_EQ(results[0].parameters, 9);
  EXPECT_EQ(results[0].worst.size(), 20u);
  EXPECT_EQ(results[0].plane_learned.size(), static_cast<std::size_t>(kXorCells * kXorCells));
  EXPECT_EQ(results[0].plane_stuck.size(), static_cast<std::size_t>(kXorCells * kXorCells));
  EXPECT_TRUE(results[1].plane_stuck.empty());
}

}  // namespace
}  // namespace isinglass
