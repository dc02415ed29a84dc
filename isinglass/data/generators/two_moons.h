// isinglass/data/generators/two_moons.h - two interleaving half circles.
//
// Samples alternate between the classes; t runs evenly over [0, pi] within each:
//   class 0: (cos t, sin t)      class 1: (1 - cos t, 1/2 - sin t)      plus N(0, noise)
#pragma once
#include <cmath>
#include <numbers>

#include "isinglass/data/generator.h"

namespace isinglass {

struct TwoMoons : GeneratorSettings {
  static constexpr std::string_view kName = "two_moons";
  static constexpr std::string_view kSummary = "two interleaving half circles";
  double noise = 0.1;

  static void options(auto& v) {
    GeneratorSettings::options(v, static_cast<TwoMoons*>(nullptr));
    v("noise", &TwoMoons::noise, "standard deviation of a coordinate", between(0, 1e6));
  }

  RawData operator()() const {
    const std::unique_ptr<RandomStream> random = stream();
    std::vector<double> points, labels;
    const auto steps = static_cast<double>(std::max<Index>(1, (samples - 1) / 2));
    for (Index i = 0; i < samples; ++i) {
      const bool is_second = i % 2 == 1;
      const double t = std::numbers::pi * static_cast<double>(i / 2) / steps;
      const double x = is_second ? 1 - std::cos(t) : std::cos(t);
      const double y = is_second ? 0.5 - std::sin(t) : std::sin(t);
      points.push_back(x + noise * random->normal());
      points.push_back(y + noise * random->normal());
      labels.push_back(is_second ? 1 : 0);
    }
    return made_data("two_moons", points, 2, "class", std::move(labels), true);
  }
};

}  // namespace isinglass
