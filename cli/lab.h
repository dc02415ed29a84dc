// cli/lab.h - the topics of `isinglass lab`.
#pragma once
#include "cli/commands.h"

namespace isinglass {

struct ConvolutionArguments {
  std::string input, kernel, padding, padding_value, weights, output;
  Index stride = 1, window = 0, seed = 1;  // window 0: not given
  bool is_signal = false, is_true = false, lists = false, json = false;
};

Command activations_topic();
Command initialization_topic();
Command convolution_topic();
Command collapse_topic();
Command symmetry_topic();
Command population_topic();
Command logic_topic();
Command pooling_topic();
Command universal_topic();
Command learning_rate_topic();
Command vectorisation_topic();
int convolve_signal(const ConvolutionArguments& a);  // lab convolution --signal

}  // namespace isinglass
