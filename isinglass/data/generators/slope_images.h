// isinglass/data/generators/slope_images.h - one-dimensional images of five values, labelled by
// their slope.
//
//   (1) m ~ U(-2, 2)
//   (2) z_j = (x_j - 3) m + U(-noise, noise),   x = 1, 2, 3, 4, 5
//   (3) label = x.z / x.x, the slope of the line through the origin that fits z best
// Row C14 of the specification; with rng "numpy" and seed 14 the material's own ten images.
#pragma once
#include "isinglass/data/generator.h"

namespace isinglass {

struct SlopeImages : GeneratorSettings {
  static constexpr std::string_view kName = "slope_images";
  static constexpr std::string_view kSummary = "1D images of five values labelled by their slope";
  double noise = 0.3;
  SlopeImages() : GeneratorSettings{.samples = 10, .seed = 14, .rng = "numpy"} {}

  static void options(auto& v) {
    GeneratorSettings::options(v, static_cast<SlopeImages*>(nullptr));
    v("noise", &SlopeImages::noise, "largest deviation from the line", between(0, 1e6));
  }

  RawData operator()() const {
    const std::unique_ptr<RandomStream> random = stream();
    std::vector<double> images, labels;
    for (Index i = 0; i < samples; ++i) {
      const double m = -2.0 + 4.0 * random->uniform();  // (1)
      double xz = 0;
      for (int x = 1; x <= 5; ++x) {
        const double z = (x - 3.0) * m + (-noise + 2 * noise * random->uniform());  // (2)
        images.push_back(z);
        xz += x * z;
      }
      labels.push_back(xz / 55.0);  // (3), x.x = 55
    }
    return made_data("slope_images", images, 5, "slope", std::move(labels), false);
  }
};

}  // namespace isinglass
