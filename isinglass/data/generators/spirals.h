// isinglass/data/generators/spirals.h - intertwined spirals, one for each class.
//
// Samples go round the classes c = 0 .. k-1; the radius r grows evenly from 0 to 1 within each:
//   (r cos a, r sin a) with a = 2 pi (turns r + c / k), plus N(0, noise)
#pragma once
#include <cmath>
#include <numbers>

#include "isinglass/data/generator.h"

namespace isinglass {

struct Spirals : GeneratorSettings {
  static constexpr std::string_view kName = "spirals";
  static constexpr std::string_view kSummary = "intertwined spirals, one for each class";
  Index classes = 2;
  double turns = 1, noise = 0.02;

  static void options(auto& v) {
    GeneratorSettings::options(v, static_cast<Spirals*>(nullptr));
    v("classes", &Spirals::classes, "number of spirals", between(2, 100));
    v("turns", &Spirals::turns, "full turns of each spiral", between(0, 100));
    v("noise", &Spirals::noise, "standard deviation of a coordinate", between(0, 1e6));
  }

  RawData operator()() const {
    const std::unique_ptr<RandomStream> random = stream();
    std::vector<double> points, labels;
    const auto steps = static_cast<double>(std::max<Index>(1, (samples - 1) / classes));
    for (Index i = 0; i < samples; ++i) {
      const auto c = static_cast<double>(i % classes);
      const double r = static_cast<double>(i / classes) / steps;
      const double angle = 2 * std::numbers::pi * (turns * r + c / static_cast<double>(classes));
      points.push_back(r * std::cos(angle) + noise * random->normal());
      points.push_back(r * std::sin(angle) + noise * random->normal());
      labels.push_back(c);
    }
    return made_data("spirals", points, 2, "class", std::move(labels), true);
  }
};

}  // namespace isinglass
