// isinglass/figure/run_metrics.h - how good the network of a run was, epoch by epoch and layer by layer.
#pragma once
#include <string>

#include "isinglass/figure/heat_map.h"
#include "isinglass/figure/run_curves.h"

namespace isinglass {

// Metrics such as accuracy or rmse against epochs: those that the run recorded of validation data; without these, of
// all data at some forty epochs, computed anew.
Scene draw_metrics(RunReader& run, const CurveOptions& options = {});

// Which classes the network takes for which, counted over a part of the data (run_network.h). Throws InputError unless
// it tells classes apart.
HeatMap confusion_of(RunReader& run, Index epoch, const std::string& part = "");

// Weights and biases against epochs, each of them where they are few enough (run_curves.h); else the norm of each
// layer's, and how much a step changes it.
Scene draw_parameters(RunReader& run, const CurveOptions& options = {});

// A statistic of each layer against epochs, as the run recorded it: "gradient_norm", "weight_norm" or "update_ratio";
// the series are "layer1.gradient_norm", ... Throws OptionError for another name, InputError when nothing was recorded.
Chart layer_chart(RunReader& run, const std::string& statistic);

}  // namespace isinglass
