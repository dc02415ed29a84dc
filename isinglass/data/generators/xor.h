// isinglass/data/generators/xor.h - the four corners of the unit square, class 1 where they differ.
//
// Sample i is corner (0,0), (0,1), (1,0) or (1,1), in turn, each coordinate moved by U(-noise,
// noise).
#pragma once
#include "isinglass/data/generator.h"

namespace isinglass {

struct Xor : GeneratorSettings {
  static constexpr std::string_view kName = "xor";
  static constexpr std::string_view kSummary = "corners of a square, class 1 where they differ";
  double noise = 0;
  Xor() : GeneratorSettings{.samples = 4} {}

  static void options(auto& v) {
    GeneratorSettings::options(v, static_cast<Xor*>(nullptr));
    v("noise", &Xor::noise, "largest deviation of a coordinate", between(0, 1e6));
  }

  RawData operator()() const {
    const std::unique_ptr<RandomStream> random = stream();
    std::vector<double> points, labels;
    for (Index i = 0; i < samples; ++i) {
      const Index a = i / 2 % 2, b = i % 2;
      for (const Index coordinate : {a, b})
        points.push_back(static_cast<double>(coordinate) + noise * (2 * random->uniform() - 1));
      labels.push_back(static_cast<double>(a ^ b));
    }
    return made_data("xor", points, 2, "class", std::move(labels), true);
  }
};

}  // namespace isinglass
