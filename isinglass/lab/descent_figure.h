// isinglass/lab/descent_figure.h - learning rates, batches and local minima as pictures.
#pragma once
#include "isinglass/figure/scene.h"
#include "isinglass/lab/descent.h"

namespace isinglass {

// The loss curves alone, as of an experiment of one's own.
Scene loss_curve_figure(const std::vector<LossCurve>& curves, const std::string& title);

// All three experiments.
Scene descent_figure(const std::vector<LossCurve>& curves, const Landscape& landscape, const EscapeExperiment& escapes);

}  // namespace isinglass
