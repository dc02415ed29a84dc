// isinglass/figure/run_codes.h - what the autoencoder of a run makes of samples: its code, and what comes back of it.
//
// Samples are those of a part of the data (run_network.h). All throw InputError for a run of another network.
#pragma once
#include <string>

#include "isinglass/figure/chart.h"
#include "isinglass/record/run_reader.h"

namespace isinglass {

// Inputs beside outputs: images in two rows (16 samples), else curves over the inputs (12 samples). With `sample` from
// that one on.
Scene draw_reconstructions(RunReader& run, Index epoch, const std::string& part = "", Index sample = 0);

// The code of every sample (at most 1000): one number against the sample, or the first two against each other.
Chart latent_chart(RunReader& run, Index epoch, const std::string& part = "");

}  // namespace isinglass
