// cli/lab.cpp - single ideas to try out, on built-in examples or a user's own files.
#include "cli/lab.h"

namespace isinglass {

Command lab_command() {
  return {.name = "lab",
          .summary = "Single ideas to try out, such as a kernel on your own image.",
          .example = "isinglass lab convolution photo.png --kernel sobel_x -o edges.png",
          .topics = {activations_topic(), initialization_topic(), convolution_topic(), collapse_topic(),
                     symmetry_topic(), logic_topic(), pooling_topic(), universal_topic(), learning_rate_topic(),
                     vectorisation_topic(), population_topic()}};
}

}  // namespace isinglass
