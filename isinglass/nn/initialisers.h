// isinglass/nn/initialisers.h - every initialiser there is.
//
// With n = fan_in and m = fan_out, the connections into and out of a unit:
//
//     zeros            0                        constant        value
//     normal           N(0, sigma^2)            uniform         U(low, high)
//     xavier           U(-1/sqrt(n), 1/sqrt(n))                              (1)  spec N6
//     glorot_uniform   U(-b, b), b = sqrt(6/(n+m))                           (2)  Glorot & Bengio, AISTATS 2010
//     glorot_normal    N(0, 2/(n+m))                                         (3)  the same
//     he_uniform       U(-b, b), b = sqrt(6/n)                               (4)  He et al., ICCV 2015
//     he_normal        N(0, 2/n)                                             (5)  the same; spec S5
//     lecun_normal     N(0, 1/n)                                             (6)  LeCun et al., "Efficient BackProp", 1998
//
// A uniform draw is low + (high - low) u with u in [0, 1), a normal one sigma times a standard normal.
#pragma once
#include <cmath>

#include "isinglass/nn/initialiser.h"

namespace isinglass {

namespace detail {
inline double uniform(RandomStream& stream, double low, double high) {
  return low + (high - low) * stream.uniform();
}
}  // namespace detail

struct Zeros {
  static constexpr std::string_view kName = "zeros", kSummary = "0";
  static void options(auto&) {}
  double draw(RandomStream&, Index, Index) const { return 0; }
};

struct Constant {
  static constexpr std::string_view kName = "constant", kSummary = "the same value everywhere";
  double value = 0;
  static void options(auto& v) { v("value", &Constant::value, "the value"); }
  double draw(RandomStream&, Index, Index) const { return value; }
};

struct Normal {
  static constexpr std::string_view kName = "normal", kSummary = "normal with mean 0 and deviation sigma";
  double sigma = 0.01;
  static void options(auto& v) { v("sigma", &Normal::sigma, "standard deviation", at_least(0)); }
  double draw(RandomStream& stream, Index, Index) const { return sigma * stream.normal(); }
};

struct Uniform {
  static constexpr std::string_view kName = "uniform", kSummary = "uniform between low and high";
  double low = -0.25, high = 0.25;
  static void options(auto& v) {
    v("low", &Uniform::low, "lower bound");
    v("high", &Uniform::high, "upper bound");
  }
  double draw(RandomStream& stream, Index, Index) const { return detail::uniform(stream, low, high); }
};

struct Xavier {
  static constexpr std::string_view kName = "xavier", kSummary = "uniform within 1/sqrt(fan_in)";
  static void options(auto&) {}
  double draw(RandomStream& stream, Index fan_in, Index) const {
    const double bound = 1.0 / std::sqrt(static_cast<double>(fan_in));
    return detail::uniform(stream, -bound, bound);  // (1)
  }
};

struct GlorotUniform {
  static constexpr std::string_view kName = "glorot_uniform", kSummary = "uniform within sqrt(6/(fan_in + fan_out))";
  static void options(auto&) {}
  double draw(RandomStream& stream, Index fan_in, Index fan_out) const {
    const double bound = std::sqrt(6.0 / static_cast<double>(fan_in + fan_out));
    return detail::uniform(stream, -bound, bound);  // (2)
  }
};

struct GlorotNormal {
  static constexpr std::string_view kName = "glorot_normal", kSummary = "normal, variance 2/(fan_in + fan_out)";
  static void options(auto&) {}
  double draw(RandomStream& stream, Index fan_in, Index fan_out) const {
    return std::sqrt(2.0 / static_cast<double>(fan_in + fan_out)) * stream.normal();  // (3)
  }
};

struct HeUniform {
  static constexpr std::string_view kName = "he_uniform", kSummary = "uniform within sqrt(6/fan_in), for ReLU";
  static void options(auto&) {}
  double draw(RandomStream& stream, Index fan_in, Index) const {
    const double bound = std::sqrt(6.0 / static_cast<double>(fan_in));
    return detail::uniform(stream, -bound, bound);  // (4)
  }
};

struct HeNormal {
  static constexpr std::string_view kName = "he_normal", kSummary = "normal, variance 2/fan_in, for ReLU";
  static void options(auto&) {}
  double draw(RandomStream& stream, Index fan_in, Index) const {
    return std::sqrt(2.0 / static_cast<double>(fan_in)) * stream.normal();  // (5)
  }
};

struct LecunNormal {
  static constexpr std::string_view kName = "lecun_normal", kSummary = "normal, variance 1/fan_in, for SELU and tanh";
  static void options(auto&) {}
  double draw(RandomStream& stream, Index fan_in, Index) const {
    return std::sqrt(1.0 / static_cast<double>(fan_in)) * stream.normal();  // (6)
  }
};

}  // namespace isinglass
