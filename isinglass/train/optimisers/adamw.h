// isinglass/train/optimisers/adamw.h - Adam with weight decay outside of the moments.
//     w <- w - eta lambda w               (1)   not scaled by the moments, unlike the penalty l2
//     m <- beta1 m + (1 - beta1) g        (2)
//     v <- beta2 v + (1 - beta2) g^2      (3)
//     m^ = m / (1 - beta1^t)              (4)
//     v^ = v / (1 - beta2^t)              (5)   t = 1 for the first update
//     w <- w - eta m^ / (sqrt(v^) + epsilon)    (6)
// g is taken before (1), and (1) acts on every parameter, biases too.
// Source: Loshchilov & Hutter, ICLR (2019), doi:10.48550/arXiv.1711.05101, algorithm 2; with lambda
// multiplied by the rate of the step, as PyTorch has it; spec N11.
#pragma once
#include <cmath>

#include "isinglass/train/optimiser.h"

namespace isinglass {

struct Adamw {
  static constexpr std::string_view kName = "adamw";
  static constexpr std::string_view kSummary = "Adam with decoupled weight decay";
  static constexpr std::array<std::string_view, 2> kState{"first_moment", "second_moment"};

  double learning_rate = 0.001;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;
  double weight_decay = 0.01;
  static void options(auto& v) {
    v("learning_rate", &Adamw::learning_rate, "step size eta", positive_finite());
    v("beta1", &Adamw::beta1, "share of the mean gradient that is kept", from_up_to(0, 1));
    v("beta2", &Adamw::beta2, "share of the mean squared gradient that is kept", from_up_to(0, 1));
    v("epsilon", &Adamw::epsilon, "keeps the divisor from zero", positive_finite());
    v("weight_decay", &Adamw::weight_decay, "lambda: a step shrinks a parameter by eta lambda of itself",
      non_negative_finite());
  }

  template <class T>
  bool update(const Update<T>& u) const {
    const double t = static_cast<double>(u.step);
    const T shrink = static_cast<T>(1 - u.learning_rate * weight_decay);
    const T rate = static_cast<T>(u.learning_rate / (1 - std::pow(beta1, t)));   // eta and (4)
    const T correction = static_cast<T>(1 / std::sqrt(1 - std::pow(beta2, t)));  // (5)
    const T kept1 = static_cast<T>(beta1), added1 = static_cast<T>(1 - beta1);
    const T kept2 = static_cast<T>(beta2), added2 = static_cast<T>(1 - beta2);
    const T eps = static_cast<T>(epsilon);
    return update_each(u, [=](T& w, T g, T& first, T& second) {
      first = kept1 * first + added1 * g;                                      // (2)
      second = kept2 * second + added2 * g * g;                                // (3)
      w = shrink * w - rate * first / (std::sqrt(second) * correction + eps);  // (1), (6)
    });
  }
};
ISINGLASS_ENTERS(optimiser, Adamw)

}  // namespace isinglass
