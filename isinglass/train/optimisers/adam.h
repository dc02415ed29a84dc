// isinglass/train/optimisers/adam.h - momentum and a rate for each parameter, both corrected for
// their start at zero.
//     m <- beta1 m + (1 - beta1) g        (1)
//     v <- beta2 v + (1 - beta2) g^2      (2)
//     m^ = m / (1 - beta1^t)              (3)
//     v^ = v / (1 - beta2^t)              (4)   t = 1 for the first update
//     w <- w - eta m^ / (sqrt(v^) + epsilon)    (5)
// Source: Kingma & Ba, ICLR (2015), doi:10.48550/arXiv.1412.6980, algorithm 1; spec N11.
#pragma once
#include <cmath>

#include "isinglass/train/optimiser.h"

namespace isinglass {

struct Adam {
  static constexpr std::string_view kName = "adam";
  static constexpr std::string_view kSummary = "adaptive moments: momentum and a rate for each parameter";
  static constexpr std::array<std::string_view, 2> kState{"first_moment", "second_moment"};

  double learning_rate = 0.001;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;
  static void options(auto& v) {
    v("learning_rate", &Adam::learning_rate, "step size eta", positive_finite());
    v("beta1", &Adam::beta1, "share of the mean gradient that is kept", from_up_to(0, 1));
    v("beta2", &Adam::beta2, "share of the mean squared gradient that is kept", from_up_to(0, 1));
    v("epsilon", &Adam::epsilon, "keeps the divisor from zero", positive_finite());
  }

  template <class T>
  bool update(const Update<T>& u) const {
    const double t = static_cast<double>(u.step);
    const T rate = static_cast<T>(u.learning_rate / (1 - std::pow(beta1, t)));   // eta and (3)
    const T correction = static_cast<T>(1 / std::sqrt(1 - std::pow(beta2, t)));  // (4)
    const T kept1 = static_cast<T>(beta1), added1 = static_cast<T>(1 - beta1);
    const T kept2 = static_cast<T>(beta2), added2 = static_cast<T>(1 - beta2);
    const T eps = static_cast<T>(epsilon);
    return update_each(u, [=](T& w, T g, T& first, T& second) {
      first = kept1 * first + added1 * g;                          // (1)
      second = kept2 * second + added2 * g * g;                    // (2)
      w -= rate * first / (std::sqrt(second) * correction + eps);  // (5)
    });
  }
};
ISINGLASS_ENTERS(optimiser, Adam)

}  // namespace isinglass
