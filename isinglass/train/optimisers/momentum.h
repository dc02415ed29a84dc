// isinglass/train/optimisers/momentum.h - gradient descent with momentum (the heavy ball).
//     v <- mu v + g       (1)
//     w <- w - eta v      (2)
// The rate stands outside of v, so that a change of rate acts on the whole velocity at once.
// Source: Polyak, USSR Comput. Math. Math. Phys. 4 (1964), doi:10.1016/0041-5553(64)90137-5; spec
// N11.
#pragma once
#include "isinglass/train/optimiser.h"

namespace isinglass {

struct Momentum {
  static constexpr std::string_view kName = "momentum";
  static constexpr std::string_view kSummary = "gradient descent with momentum (heavy ball)";
  static constexpr std::array<std::string_view, 1> kState{"momentum"};

  double learning_rate = 0.01;
  double momentum = 0.9;
  static void options(auto& v) {
    v("learning_rate", &Momentum::learning_rate, "step size eta", positive_finite());
    v("momentum", &Momentum::momentum, "share mu of the velocity that is kept", from_up_to(0, 1));
  }

  template <class T>
  bool update(const Update<T>& u) const {
    const T eta = static_cast<T>(u.learning_rate), mu = static_cast<T>(momentum);
    return update_each(u, [=](T& w, T g, T& velocity) {
      velocity = mu * velocity + g;  // (1)
      w -= eta * velocity;           // (2)
    });
  }
};
ISINGLASS_ENTERS(optimiser, Momentum)

}  // namespace isinglass
