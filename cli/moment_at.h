// cli/moment_at.h - a network at one step of a run, or of a run that an experiment file describes.
#pragma once
#include <optional>
#include <string>

#include "isinglass/explain/moment_of_step.h"

namespace isinglass {

struct RunMoment {
  SampleMoment of;
  std::optional<double> recorded;  // the quantity, where the run's store has it
};

// The epoch of an option --epoch: a number up to `last`, or "last"; "" is `otherwise`. Throws OptionError.
Index read_epoch(const std::string& text, Index otherwise, Index last);

// `run` is the directory of a run or an experiment file; of the latter the epochs before are trained anew. `epoch` is a
// number or "last"; "" means the last of a run, the initial state of an experiment. `quantity` is parsed for the
// network, made a derivative, and left in `address`; without `sample` the batch is the epoch's first, and a node's
// sample is 0. Throws InputError and what reading a run throws.
RunMoment moment_at(const std::string& run, const std::string& epoch, std::optional<Index> sample,
                    const std::string& quantity, Address& address);

}  // namespace isinglass
