// isinglass/train/checkpoint.h - a training run at one moment, in a file, so that it can go on to the same bits.
//
// Safetensors: "parameters.NAME", "optimiser.STATE.NAME" and "best.NAME" for every parameter NAME of the graph,
// "order" (I64, the samples' order when stopped within an epoch), and in the metadata the progress, the position of
// NumPy's stream and the experiment, which must be the same when the run goes on, but for its number of epochs.
#pragma once
#include <string>

#include "isinglass/train/experiment.h"
#include "isinglass/train/trainer.h"

namespace isinglass {

// Writes the file atomically. Throws FileError.
template <class T>
void save_checkpoint(const std::string& path, const Experiment& experiment, Trainer<T>& trainer);

// Throws FormatError when the file is damaged, OptionError when it is of another experiment.
template <class T>
void load_checkpoint(const std::string& path, const Experiment& experiment, Trainer<T>& trainer);

}  // namespace isinglass
