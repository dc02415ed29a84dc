#include "isinglass/figure/chart.h"

#include <cmath>
#include <limits>

#include "isinglass/base/error.h"
#include "isinglass/figure/figure_rig.h"
#include "isinglass/figure/series_data.h"

namespace isinglass {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

Chart convergence() {
  Chart chart{.title = "Weights", .x_label = "epoch", .y_label = "weight", .x = {.kind = Axis::kLog}};
  for (int k = 0; k < 9; ++k) {
    Series series{.name = "\u03bb_{" + std::to_string(k) + ",4}", .key = "w(" + std::to_string(k) + ",4)"};
    for (int epoch = 1; epoch <= 3000; ++epoch) {
      series.x.push_back(epoch);
      series.y.push_back(0.1 * k + std::sin(k) * std::exp(-epoch / 100.0) / 3);
    }
    chart.series.push_back(std::move(series));
  }
  chart.references.push_back({.at = 0.3, .name = "target"});
  return chart;
}

TEST(Chart, TheNumbersOfARunAreReadBackFromTheFile) {
  const Chart chart = convergence();
  const Scene scene = draw(chart);
  expect_sound(scene);
  const auto read = read_series(to_svg(scene), "f.svg");
  for (const Series& series : chart.series) {
    EXPECT_EQ(series_named(read, series.key).column("x"), series.x);
    EXPECT_EQ(series_named(read, series.key).column("y"), series.y);
  }
  EXPECT_EQ(series_named(read, "target").column("y"), std::vector<double>{0.3});
  EXPECT_LT(to_svg(scene).size(), 2000000u) << "long lines are thinned, their numbers are not";
}

TEST(Chart, AnyNumbersMakeASoundFigure) {
  const double inf = std::numeric_limits<double>::infinity();
  const std::vector<std::vector<double>> tries = {{},
                                                  {4},
                                                  {5, 5, 5},
                                                  {kNan, kNan},
                                                  {1, kNan, 2},
                                                  {inf, -inf, 1},
                                                  {1e300, -1e300},
                                                  {1e308, -1e308},
                                                  {5e-324, 0},
                                                  {1.0000001, 1.0000002},
                                                  {1234567, 2345678},
                                                  {1.2e-5, 3e-5},
                                                  {0, -1, 10},
                                                  {1e-30, 1e30}};
  for (const std::vector<double>& x : tries)
    for (const std::vector<double>& y : tries)
      for (const Axis::Kind kind : {Axis::kLinear, Axis::kLog}) {
        Series series{.name = "s", .x = x, .y = y, .marker = Marker::kDiamond};
        series.x.resize(std::min(x.size(), y.size()));
        series.y.resize(series.x.size());
        const Chart chart{.title = "t",
                          .x_label = "x",
                          .y_label = "y",
                          .x = {.kind = kind},
                          .y = {.kind = kind},
                          .series = {series},
                          .look = {.width = 420, .height = 280}};
        SCOPED_TRACE(testing::PrintToString(series.x) + testing::PrintToString(series.y));
        expect_sound(draw(chart));
      }
}

TEST(Chart, ALineBreaksWhereNumbersAreMissing) {
  const Scene scene = draw(Chart{.series = {{.x = {0, 1, 2, 3, 4}, .y = {0, 1, kNan, 1, 0}}}});
  std::size_t lines = 0;
  for (const Element& element : scene.elements)
    if (const auto* group = std::get_if<Group>(&element))
      for (const Element& inner : group->elements)
        if (const auto* clipped = std::get_if<Group>(&inner)) lines += clipped->elements.size();
  EXPECT_EQ(lines, 2u);
}

TEST(Chart, LongLegendsAndNamesAreCut) {
  Chart chart{.title = std::string(300, 'W'), .x_label = std::string(300, 'x'), .y_label = std::string(300, 'y')};
  for (int i = 0; i < 200; ++i)
    chart.series.push_back({.name = "series number " + std::to_string(i), .x = {0, 1}, .y = {0, i * 1.0}});
  const Scene scene = draw(chart);
  expect_sound(scene);
  EXPECT_NE(to_svg(scene).find("more"), std::string::npos);
}

TEST(Chart, NamesOfPointsDoNotCoverOneAnother) {
  Series points{.name = "samples", .line = Line::kNone, .marker = Marker::kCircle};
  for (int i = 0; i < 40; ++i) {
    points.x.push_back(std::sin(i * 1.7));
    points.y.push_back(std::cos(i * 2.9) / 3);
    points.point_names.push_back("sample " + std::to_string(i));
  }
  const FittedLine fit = fit_line(points.x, points.y);
  expect_sound(draw(Chart{.title = "t", .series = {points, fit.series(-1, 1, "fit")}, .x_is_tight = false}));
}

TEST(Chart, NamesOfPlacesAndEqualUnits) {
  const Axis nodes{
      .low = 0.8, .high = 3.4, .is_reversed = true, .ticks = {{1, "I_{1}"}, {2, "I_{2}"}, {3, "I_{3}"}, {3.01, "Y"}}};
  const Chart chart{.title = "t", .y = nodes, .series = {{.name = "a", .x = {0, 1, 2}, .y = {1, 2, 3}}}};
  expect_sound(draw(chart));
  Chart square{
      .x = {.low = -3, .high = 3}, .y = {.low = -3, .high = 3}, .series = chart.series, .has_equal_units = true};
  const Scene scene = draw(square);
  expect_sound(scene);
  EXPECT_LT(scene.width, square.look.width);
}

TEST(Chart, SeriesThatDoNotPairAreRefused) {
  EXPECT_THROW(draw(Chart{.series = {{.name = "a", .x = {1, 2}, .y = {1}}}}), InputError);
  EXPECT_THROW(draw(Chart{.series = {{.name = "a", .x = {1}, .y = {1}, .point_names = {"p", "q"}}}}), InputError);
}

TEST(FittedLine, IsThatOfLeastSquares) {
  const FittedLine fit = fit_line({1, 2, 3, kNan, 4}, {6, 5, 7, 1, 10});
  EXPECT_NEAR(fit.slope, 1.4, 1e-14);
  EXPECT_NEAR(fit.intercept, 3.5, 1e-14);
  EXPECT_NEAR(fit.r_squared, 0.7, 1e-14);
  const FittedLine far = fit_line({1e9 + 1, 1e9 + 2, 1e9 + 3, 1e9 + 4}, {6, 5, 7, 10});
  EXPECT_NEAR(far.slope, 1.4, 1e-7) << "a large offset takes no digits";
  EXPECT_THROW(fit_line({1, 1}, {2, 3}), InputError);
}

}  // namespace
}  // namespace isinglass
