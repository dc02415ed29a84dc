// isinglass/data/generators/slope_profiles.h - noisy lines of three values, with their slope for
// inspection.
//
//   (1) m ~ U(-2, 2)
//   (2) z_j = (x_j - 2) m + N(0, noise),   x = 1, 2, 3
//   (3) label = x.z / x.x, the slope of the line through the origin that fits z best
// Row E5 of the specification; with rng "numpy", seed 14 and 12 samples the material's training
// data, with seed 20 its test data. The autoencoder is trained with target = "inputs" and never
// sees the label.
#pragma once
#include "isinglass/data/generator.h"

namespace isinglass {

struct SlopeProfiles : GeneratorSettings {
  static constexpr std::string_view kName = "slope_profiles";
  static constexpr std::string_view kSummary = "noisy lines of three values with their slope";
  double noise = 0.1;
  SlopeProfiles() : GeneratorSettings{.samples = 12, .seed = 14, .rng = "numpy"} {}

  static void options(auto& v) {
    GeneratorSettings::options(v, static_cast<SlopeProfiles*>(nullptr));
    v("noise", &SlopeProfiles::noise, "standard deviation from the line", between(0, 1e6));
  }

  RawData operator()() const {
    const std::unique_ptr<RandomStream> random = stream();
    std::vector<double> profiles, labels;
    for (Index i = 0; i < samples; ++i) {
      const double m = -2.0 + 4.0 * random->uniform();  // (1)
      double xz = 0;
      for (int x = 1; x <= 3; ++x) {
        const double z = (x - 2.0) * m + noise * random->normal();  // (2)
        profiles.push_back(z);
        xz += x * z;
      }
      labels.push_back(xz / 14.0);  // (3), x.x = 14
    }
    return made_data("slope_profiles", profiles, 3, "slope", std::move(labels), false);
  }
};

}  // namespace isinglass
