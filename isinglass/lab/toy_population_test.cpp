// The numbers of figure 2 of the paper, and its pictures.
#include "isinglass/lab/toy_population.h"

#include <gtest/gtest.h>

#include <cmath>

#include "isinglass/base/error.h"
#include "isinglass/figure/figure_rig.h"

namespace isinglass {
namespace {

double mean_best(const std::string& method) {
  double sum = 0;
  for (std::uint64_t seed = 1; seed <= 50; ++seed) sum += run_toy_population(method, seed).best;
  return sum / 50;
}

TEST(ToyPopulation, BothMovesTogetherComeFurthest) {
  const double both = mean_best("pbt"), exploit = mean_best("exploit"), explore = mean_best("explore");
  EXPECT_GE(both, 1.17);
  EXPECT_LE(both, 1.2);
  EXPECT_GE(exploit, 1.15);
  EXPECT_GT(both, exploit);
  EXPECT_GE(explore, 0.90);
  EXPECT_LE(explore, 1.05);
}

TEST(ToyPopulation, AGridSeesHalfOfTheProblem) {
  const double left = 0.9 * std::pow(0.98, 200), expected = 1.2 - 0.81 - left * left;
  EXPECT_NEAR(run_toy_population("grid", 1).best, expected, 1e-12);
  EXPECT_NEAR(expected, 0.39, 0.005);
}

TEST(ToyPopulation, TiesAreBrokenByTheNumberOfTheWorker) {
  const ToyRun run = run_toy_population("exploit", 1);
  EXPECT_EQ(run.workers[1].copies.front(), 10) << "both are equally far at the first look; worker 0 counts as better";
  EXPECT_TRUE(run.workers[0].copies.front() > 10);
}

TEST(ToyPopulation, ItsFigureIsSound) {
  expect_sound(toy_population_figure(1));
  EXPECT_THROW(run_toy_population("explor", 1), OptionError);
}

}  // namespace
}  // namespace isinglass
