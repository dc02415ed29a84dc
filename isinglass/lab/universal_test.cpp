#include "isinglass/lab/universal.h"

#include <gtest/gtest.h>

#include <cmath>

#include "isinglass/base/error.h"

namespace isinglass {
namespace {

UniversalSettings quick() {
  return {.widths = {1, 8}, .depths = {2}, .deep_width = 4, .points = 33, .epochs = 400, .starts = 2};
}

TEST(Universal, MoreUnitsComeNearer) {
  const UniversalExperiment experiment = universal_experiment(Formula::read("sin(4x)", "f"), quick());
  ASSERT_EQ(experiment.by_width.size(), 2u);
  ASSERT_EQ(experiment.by_depth.size(), 1u);
  EXPECT_EQ(experiment.by_width[0].parameters, 4);
  EXPECT_EQ(experiment.by_width[1].parameters, 3 * 8 + 1);
  EXPECT_EQ(experiment.by_depth[0].parameters, 8 + 20 + 5);
  EXPECT_GT(experiment.by_width[0].rms, 0.2);
  EXPECT_LT(experiment.by_width[1].rms, 0.05);
  EXPECT_LT(experiment.by_depth[0].rms, 0.2);
  EXPECT_GE(experiment.by_width[1].largest, experiment.by_width[1].rms);
}

TEST(Universal, MeasuresTheErrorOfWhatItShows) {
  const UniversalExperiment experiment = universal_experiment(Formula::read("x^2", "f"), quick());
  ASSERT_EQ(experiment.x.size(), 8u * 32 + 1);
  EXPECT_EQ(experiment.x.front(), -1);
  EXPECT_EQ(experiment.x.back(), 1);
  const UniversalFit& fit = experiment.by_width[1];
  double squares = 0;
  for (std::size_t i = 0; i < experiment.x.size(); ++i) {
    EXPECT_EQ(experiment.y[i], experiment.x[i] * experiment.x[i]);
    squares += (fit.fitted[i] - experiment.y[i]) * (fit.fitted[i] - experiment.y[i]);
  }
  EXPECT_NEAR(fit.rms, std::sqrt(squares / 257), 1e-12);
}

TEST(Universal, IsTheSameAgain) {
  const Formula function = Formula::read("abs(x)", "f");
  EXPECT_EQ(universal_experiment(function, quick()).by_depth[0].fitted,
            universal_experiment(function, quick()).by_depth[0].fitted);
}

TEST(Universal, RefusesWhatCannotBeFitted) {
  EXPECT_THROW(universal_experiment(Formula::read("1/x", "f"), quick()), InputError);
  EXPECT_THROW(universal_experiment(Formula::read("log(x)", "f"), quick()), InputError);
  EXPECT_THROW(universal_experiment(Formula::read("2 + 0x", "f"), quick()), InputError);
  UniversalSettings settings = quick();
  settings.activation = "tanhh";
  EXPECT_THROW(universal_experiment(Formula::read("x", "f"), settings), OptionError);
}

}  // namespace
}  // namespace isinglass
