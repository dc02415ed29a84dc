// isinglass/nn/gaussian_noise.h - disturbs every element in training, none at inference.
//
//     training:   y[n,j] = x[n,j] + deviation g[n,j],  g ~ N(0, 1)       (1)
//     inference:  y = x                                                  (2)
//     dx = dy                                                            (3)
//
// g is a function of (seed, layer, step, n, j), by Box and Muller's transform of one draw of 64 bits:
//
//     g = sqrt(-2 log u) cos(2 pi v),  u in (0, 1] and v in [0, 1) with 32 bits each    (4)
//
// At the input of an autoencoder it makes a denoising one. Source: Vincent et al., ICML 2008.
#pragma once
#include <cmath>
#include <numbers>

#include "isinglass/nn/linear.h"

namespace isinglass {

struct GaussianNoise {
  static constexpr std::string_view kName = "gaussian_noise",
                                    kSummary = "adds normal noise in training, nothing at inference";
  static constexpr Purpose kRandom = Purpose::kNoise;
  double deviation = 0.1;

  static void options(auto& v) {
    v("deviation", &GaussianNoise::deviation, "standard deviation of the noise", at_least(0));
  }
  Shape output_shape(const Shape& in) const { return in; }

  template <class T>
  void forward(const Forward<T>& f) const {
    for (Index n = 0; n < f.y.rows; ++n) {
      std::copy_n(f.x[0].row(n).data(), f.y.cols, f.y.row(n).data());  // (2)
      if (f.mode == Mode::kInference) continue;
      std::array<std::uint64_t, 256> bits;
      for (Index j = 0; j < f.y.cols;) {
        const auto run = static_cast<std::size_t>(std::min<Index>(f.y.cols - j, static_cast<Index>(bits.size())));
        f.random.fill_bits(f.draw_index(n, j), std::span(bits).first(run));
        for (std::size_t i = 0; i < run; ++i, ++j) f.y(n, j) += static_cast<T>(deviation * normal(bits[i]));  // (1)
      }
    }
  }
  template <class T>
  void backward(const Backward<T>& b) const {
    for (Index n = 0; n < b.dy.rows; ++n) std::copy_n(b.dy.row(n).data(), b.dy.cols, b.dx[0].row(n).data());  // (3)
  }
  void partials(const Forward<double>&, Index n, Index j, const PartialSink& sink) const {
    sink({{.kind = Quantity::kInput, .index = j, .row = n}, 1.0});
  }
  static std::vector<Sample<GaussianNoise>> samples() {
    return {{{.deviation = 0.5}, {{5}}}, {{}, {{2, 3}}}, {{}, {{301}}}};
  }

 private:
  static double normal(std::uint64_t bits) {
    const double u = (static_cast<double>(bits >> 32) + 1) * 0x1p-32;
    const double v = static_cast<double>(bits & 0xffffffffu) * 0x1p-32;
    return std::sqrt(-2 * std::log(u)) * std::cos(2 * std::numbers::pi * v);  // (4)
  }
};

ISINGLASS_LAYER(GaussianNoise)

}  // namespace isinglass
