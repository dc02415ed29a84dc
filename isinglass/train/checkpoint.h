// isinglass/train/checkpoint.h - a training run at one moment, in a file, so that it can go on to the same bits.
//
// Safetensors: "parameters.NAME", "optimiser.STATE.NAME" and "best.NAME" for every parameter NAME of the graph,
// "order" (I64, the samples' order when stopped within an epoch), and in the metadata the progress, the position of
// NumPy's stream and the experiment, which must be the same when the run goes on, but for its number of epochs and for
// changes that are still to come.
#pragma once
#include <string>
#include <string_view>

#include "isinglass/train/experiment.h"
#include "isinglass/train/trainer.h"

namespace isinglass {

constexpr const char* kCheckpointFile = "checkpoint.safetensors";  // in the directory of a run

// The same in memory. `name` heads the messages.
template <class T>
std::string checkpoint_bytes(const Experiment& experiment, Trainer<T>& trainer);
template <class T>
void restore_checkpoint(std::string_view bytes, const std::string& name, const Experiment& experiment,
                        Trainer<T>& trainer);

// Writes the file atomically. Throws FileError.
template <class T>
void save_checkpoint(const std::string& path, const Experiment& experiment, Trainer<T>& trainer);

// Throws FormatError when the file is damaged, OptionError when it is of another experiment.
template <class T>
void load_checkpoint(const std::string& path, const Experiment& experiment, Trainer<T>& trainer);

// How far the run had come. Throws FileError, FormatError.
Progress checkpoint_progress(const std::string& path);

}  // namespace isinglass
