// isinglass/serve/run_figure.h - figures of a run as the command line draws them.
#pragma once
#include <string>

#include "isinglass/base/shape.h"

namespace isinglass {

// The bytes of a file: `kind` "network", "loss" or "weights", `format` "svg" or "png". Throws InputError for other names,
// and what the figures throw.
std::string run_figure(const std::string& directory, const std::string& kind, const std::string& format, Index epoch,
                       Index sample);

}  // namespace isinglass
