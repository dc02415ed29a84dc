// isinglass/model/plan_loss.h - whether a loss fits a network.
#pragma once
#include "isinglass/model/graph.h"
#include "isinglass/nn/loss.h"

namespace isinglass {

// Throws OptionError when the loss and the output do not fit or, with `training`, a layer cannot be trained.
void check_loss(const Graph& graph, const Loss& loss, bool training);

}  // namespace isinglass
