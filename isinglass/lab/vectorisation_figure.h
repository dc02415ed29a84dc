// isinglass/lab/vectorisation_figure.h - the time of a sample in a loop and in a batch.
#pragma once
#include <string>
#include <vector>

#include "isinglass/figure/scene.h"
#include "isinglass/lab/vectorisation.h"

namespace isinglass {

Scene vectorisation_figure(const std::vector<VectorisationRow>& rows, const std::string& network);

}  // namespace isinglass
