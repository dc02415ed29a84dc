// isinglass/book/activation_curves.h - activation functions and their derivatives as small charts.
#pragma once
#include <string>

#include "isinglass/figure/scene.h"

namespace isinglass {

struct ActivationPanel {
  std::string title, activation;    // the name in the layer table
  std::vector<double> bounds = {};  // which the function approaches, or has
};

// The function, or its derivative, at 1000 evenly spaced x in [-3, 3]. The series is named "ACTIVATION" or
// "ACTIVATION'".
Scene draw_function(const ActivationPanel& panel);
Scene draw_derivative(const ActivationPanel& panel);

}  // namespace isinglass
