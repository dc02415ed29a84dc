// isinglass/lab/universal_figure.h - the fits of growing networks, and their errors against their parameters.
#pragma once
#include "isinglass/figure/scene.h"
#include "isinglass/lab/universal.h"

namespace isinglass {

Scene universal_figure(const UniversalExperiment& experiment, const std::string& formula);

}  // namespace isinglass
