// isinglass/train/optimisers/sgd.h - gradient descent.
//     w <- w - eta g      (1)
// Batch, mini-batch or one sample at a time is the choice of the batch, not of this rule.
// Source: Robbins & Monro, Ann. Math. Statist. 22 (1951), doi:10.1214/aoms/1177729586; spec N9,
// N10.
#pragma once
#include "isinglass/train/optimiser.h"

namespace isinglass {

struct Sgd {
  static constexpr std::string_view kName = "sgd";
  static constexpr std::string_view kSummary = "gradient descent";
  static constexpr std::array<std::string_view, 0> kState{};

  double learning_rate = 0.01;
  static void options(auto& v) { v("learning_rate", &Sgd::learning_rate, "step size eta", positive_finite()); }

  template <class T>
  bool update(const Update<T>& u) const {
    const T eta = static_cast<T>(u.learning_rate);
    return update_each(u, [=](T& w, T g) { w -= eta * g; });  // (1)
  }
};
ISINGLASS_ENTERS(optimiser, Sgd)

}  // namespace isinglass
