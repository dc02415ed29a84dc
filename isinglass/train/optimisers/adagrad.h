// isinglass/train/optimisers/adagrad.h - a rate for each parameter from the sum of its squared
// gradients.
//     s <- s + g^2                          (1)
//     w <- w - eta g / (sqrt(s) + epsilon)  (2)
// s only grows, so the steps only shrink: good for sparse features, slow in long runs.
// Source: Duchi, Hazan & Singer, J. Mach. Learn. Res. 12 (2011) 2121-2159, section 1.1 (diagonal
// form); spec N11.
#pragma once
#include <cmath>

#include "isinglass/train/optimiser.h"

namespace isinglass {

struct Adagrad {
  static constexpr std::string_view kName = "adagrad";
  static constexpr std::string_view kSummary = "rates from the sum of all squared gradients";
  static constexpr std::array<std::string_view, 1> kState{"squared_gradients"};

  double learning_rate = 0.01;
  double epsilon = 1e-10;
  static void options(auto& v) {
    v("learning_rate", &Adagrad::learning_rate, "step size eta", positive_finite());
    v("epsilon", &Adagrad::epsilon, "keeps the divisor from zero", positive_finite());
  }

  template <class T>
  bool update(const Update<T>& u) const {
    const T eta = static_cast<T>(u.learning_rate), eps = static_cast<T>(epsilon);
    return update_each(u, [=](T& w, T g, T& sum) {
      sum += g * g;                           // (1)
      w -= eta * g / (std::sqrt(sum) + eps);  // (2)
    });
  }
};
ISINGLASS_ENTERS(optimiser, Adagrad)

}  // namespace isinglass
