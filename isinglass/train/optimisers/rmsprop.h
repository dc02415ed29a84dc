// isinglass/train/optimisers/rmsprop.h - a rate for each parameter from the running mean of its
// squared gradients.
//     v <- rho v + (1 - rho) g^2            (1)
//     w <- w - eta g / (sqrt(v) + epsilon)  (2)
// v starts at zero and is not corrected for it: the first steps are larger than later ones.
// Source: Tieleman & Hinton, Neural Networks for Machine Learning, lecture 6.5 (2012), as described
// by Graves, doi:10.48550/arXiv.1308.0850 (without his centring); spec N11.
#pragma once
#include <cmath>

#include "isinglass/train/optimiser.h"

namespace isinglass {

struct Rmsprop {
  static constexpr std::string_view kName = "rmsprop";
  static constexpr std::string_view kSummary = "rates from the running mean of squared gradients";
  static constexpr std::array<std::string_view, 1> kState{"squared_gradients"};

  double learning_rate = 0.01;
  double rho = 0.99;
  double epsilon = 1e-8;
  static void options(auto& v) {
    v("learning_rate", &Rmsprop::learning_rate, "step size eta", positive_finite());
    v("rho", &Rmsprop::rho, "share of the running mean that is kept", from_up_to(0, 1));
    v("epsilon", &Rmsprop::epsilon, "keeps the divisor from zero", positive_finite());
  }

  template <class T>
  bool update(const Update<T>& u) const {
    const T eta = static_cast<T>(u.learning_rate), eps = static_cast<T>(epsilon);
    const T kept = static_cast<T>(rho), added = static_cast<T>(1 - rho);
    return update_each(u, [=](T& w, T g, T& mean) {
      mean = kept * mean + added * g * g;      // (1)
      w -= eta * g / (std::sqrt(mean) + eps);  // (2)
    });
  }
};
ISINGLASS_ENTERS(optimiser, Rmsprop)

}  // namespace isinglass
