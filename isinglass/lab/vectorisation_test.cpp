#include "isinglass/lab/vectorisation.h"

#include <gtest/gtest.h>

namespace isinglass {
namespace {

TEST(Vectorisation, LoopAndBatchGiveTheSameNumbers) {
  for (const bool is_double : {false, true}) {
    const std::vector<VectorisationRow> rows =
        vectorisation_experiment({.widths = {20, 30, 5}, .samples = 37, .is_double = is_double});
    ASSERT_EQ(rows.size(), 3u);
    EXPECT_EQ(rows[0].samples, 1);
    EXPECT_EQ(rows[1].samples, 10);
    EXPECT_EQ(rows[2].samples, 37);
    for (const VectorisationRow& row : rows) {
      EXPECT_LE(row.output_difference, is_double ? 1e-15 : 1e-6) << row.samples;
      EXPECT_LE(row.gradient_difference, is_double ? 1e-14 : 1e-5) << row.samples;
      EXPECT_GT(row.loop_forward, 0);
      EXPECT_GT(row.batch_step, 0);
    }
    EXPECT_EQ(rows[0].output_difference, 0) << "a batch of one is the loop";
  }
}

TEST(Vectorisation, OneSampleIsOneRow) {
  double done = 0;
  EXPECT_EQ(vectorisation_experiment({.widths = {3, 2}, .samples = 1}, [&](double part) { done = part; }).size(), 1u);
  EXPECT_EQ(done, 1);
}

}  // namespace
}  // namespace isinglass
