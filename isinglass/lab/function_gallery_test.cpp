#include "isinglass/lab/function_gallery.h"

#include <gtest/gtest.h>

#include <cmath>

#include "isinglass/base/error.h"

namespace isinglass {
namespace {

std::vector<double> starts_of(const GalleryFunction& function) {
  std::vector<double> starts;
  for (const FunctionSlider& slider : function.sliders) starts.push_back(slider.start);
  return starts;
}

double value(const char* name, const std::vector<double>& settings, double x) {
  return curve_of(find_function(name), settings, {x}).y[0];
}

TEST(FunctionGallery, HasFourteenWhoseSlopeIsThatOfTheCurve) {
  EXPECT_EQ(function_gallery().size(), 14u);
  const std::vector<double> x{-2.3, -0.7, 0.4, 1.9};
  constexpr double kStep = 1e-6;
  for (const GalleryFunction& function : function_gallery()) {
    const ActivationCurve curve = curve_of(function, starts_of(function), x);
    for (std::size_t i = 0; i < x.size(); ++i) {
      const ActivationCurve near = curve_of(function, starts_of(function), {x[i] - kStep, x[i] + kStep});
      EXPECT_NEAR(curve.slope[i], (near.y[1] - near.y[0]) / (2 * kStep), 1e-8) << function.name << " at " << x[i];
    }
  }
}

TEST(FunctionGallery, SettingsMoveTheCurve) {
  EXPECT_EQ(value("leaky_relu", {0.3}, -2), -0.6);
  EXPECT_EQ(value("prelu", {-0.5}, -2), 1);
  EXPECT_EQ(value("rrelu", {0.2, 0.4}, -1), -0.30000000000000004);
  EXPECT_NEAR(value("elu", {2}, -1), 2 * (std::exp(-1) - 1), 1e-15);
  EXPECT_NEAR(value("swish", {3}, 0.5), 0.5 / (1 + std::exp(-1.5)), 1e-15);
  EXPECT_NEAR(value("softmax", {1, -1}, 0), 1 / (1 + std::exp(1) + std::exp(-1)), 1e-15);
  EXPECT_EQ(value("maxout", {-1, 0, 1, 0, 0, 0.5}, -3), 3);
  EXPECT_EQ(value("maxout", {-1, 0, 1, 0, 0, 0.5}, 0.1), 0.5);
}

TEST(FunctionGallery, FindsWhereACurveHardlyAnswers) {
  const GalleryFunction& relu = find_function("relu");
  const std::vector<Band> bands = saturated_bands(curve_of(relu, {}, {-2, -1, 0, 1, 2}));
  ASSERT_EQ(bands.size(), 1u);
  EXPECT_EQ(bands[0].from, -2);
  EXPECT_EQ(bands[0].to, 0);
  std::vector<double> x;
  for (int i = -100; i <= 100; ++i) x.push_back(0.1 * i);
  EXPECT_EQ(saturated_bands(curve_of(find_function("tanh"), {}, x)).size(), 2u);
  EXPECT_TRUE(saturated_bands(curve_of(find_function("linear"), {}, x)).empty());
}

TEST(FunctionGallery, RefusesWhatItDoesNotKnow) {
  EXPECT_THROW(find_function("sigmoyd"), OptionError);
  EXPECT_THROW(curve_of(find_function("elu"), {}, {0.0}), OptionError);
}

}  // namespace
}  // namespace isinglass
