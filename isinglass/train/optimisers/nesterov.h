// isinglass/train/optimisers/nesterov.h - momentum that looks one step ahead.
//     v <- mu v + g               (1)
//     w <- w - eta (g + mu v)     (2)
// w is the point looked ahead to, where the gradient is taken; in that variable Nesterov's method
// needs no second evaluation.
// Source: Nesterov, Soviet Math. Dokl. 27 (1983) 372-376; in this form Bengio,
// Boulanger-Lewandowski & Pascanu, ICASSP (2013), doi:10.1109/ICASSP.2013.6639349; spec N11.
#pragma once
#include "isinglass/train/optimiser.h"

namespace isinglass {

struct Nesterov {
  static constexpr std::string_view kName = "nesterov";
  static constexpr std::string_view kSummary = "gradient descent with Nesterov's momentum";
  static constexpr std::array<std::string_view, 1> kState{"momentum"};

  double learning_rate = 0.01;
  double momentum = 0.9;
  static void options(auto& v) {
    v("learning_rate", &Nesterov::learning_rate, "step size eta", positive_finite());
    v("momentum", &Nesterov::momentum, "share mu of the velocity that is kept", from_up_to(0, 1));
  }

  template <class T>
  bool update(const Update<T>& u) const {
    const T eta = static_cast<T>(u.learning_rate), mu = static_cast<T>(momentum);
    return update_each(u, [=](T& w, T g, T& velocity) {
      velocity = mu * velocity + g;    // (1)
      w -= eta * (g + mu * velocity);  // (2)
    });
  }
};
ISINGLASS_ENTERS(optimiser, Nesterov)

}  // namespace isinglass
