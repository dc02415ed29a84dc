// isinglass/data/generators/blobs.h - round clouds of points, one for each class.
//
// Centers ~ U(-10, 10) in each coordinate; samples go round the classes, center + N(0, deviation).
#pragma once
#include "isinglass/data/generator.h"

namespace isinglass {

struct Blobs : GeneratorSettings {
  static constexpr std::string_view kName = "blobs";
  static constexpr std::string_view kSummary = "round clouds of points, one for each class";
  Index classes = 3, features = 2;
  double deviation = 1;

  static void options(auto& v) {
    GeneratorSettings::options(v, static_cast<Blobs*>(nullptr));
    v("classes", &Blobs::classes, "number of clouds", between(2, 100));
    v("features", &Blobs::features, "coordinates of a point", between(1, 1000));
    v("deviation", &Blobs::deviation, "standard deviation of a coordinate", between(0, 1e6));
  }

  RawData operator()() const {
    const std::unique_ptr<RandomStream> random = stream();
    std::vector<double> centers(static_cast<std::size_t>(classes * features)), points, labels;
    for (double& coordinate : centers) coordinate = 20 * random->uniform() - 10;
    for (Index i = 0; i < samples; ++i) {
      const Index c = i % classes;
      for (Index f = 0; f < features; ++f)
        points.push_back(centers[static_cast<std::size_t>(c * features + f)] + deviation * random->normal());
      labels.push_back(static_cast<double>(c));
    }
    return made_data("blobs", points, features, "class", std::move(labels), true);
  }
};

}  // namespace isinglass
