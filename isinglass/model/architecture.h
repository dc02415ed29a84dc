// isinglass/model/architecture.h - what a network looks like, before it has numbers: the [model] section.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "isinglass/model/autoencoder.h"

namespace isinglass {

// One of `layers`, one after the other, the widths of a fully connected network (spec N1), or an autoencoder (E1).
struct Architecture {
  std::vector<Index> input = {};  // shape of one sample; empty: taken from the data
  std::vector<Index> widths = {};
  Layer activation = Layer::read("relu"), output_activation = Layer::read("linear");
  bool use_bias = true;
  std::vector<LayerSpec> layers = {};
  std::optional<Autoencoder> autoencoder = {};
  Initialiser kernel_initialiser = Initialiser::read("glorot_uniform");
  Initialiser bias_initialiser = Initialiser::read("zeros");
  std::string initial_order = "by_row";

  static void options(auto& v) {
    v("input", &Architecture::input, "shape of one sample, such as [28, 28]; taken from the data when absent",
      at_least(1));
    v("widths", &Architecture::widths,
      "a fully connected network: nodes of the input, of each hidden layer and of the output", at_least(1));
    v("activation", &Architecture::activation, "with widths: activation of the hidden layers");
    v("output_activation", &Architecture::output_activation, "with widths: activation of the output layer");
    v("use_bias", &Architecture::use_bias, "with widths: learn biases");
    v("layers", &Architecture::layers,
      "the layers, first to last, each a table with kind, its settings and activation");
    v("autoencoder", &Architecture::autoencoder,
      "an autoencoder from its encoder alone: { encoder = [...] } or { widths = [784, 128, 32] }");
    v("kernel_initialiser", &Architecture::kernel_initialiser, "start of kernels where a layer names no other");
    v("bias_initialiser", &Architecture::bias_initialiser, "start of biases where a layer names no other");
    v("initial_order", &Architecture::initial_order,
      "order of the initial draws, which matters with rng = \"numpy\": by_row (for each layer its bias, then its "
      "kernel "
      "row by row) or by_unit (all kernels unit by unit, then all biases)",
      one_of({"by_row", "by_unit"}));
  }

  // The layers for samples of shape `input`, written out from `widths` or `autoencoder` where those are given; of an
  // autoencoder also how many belong to the encoder. Throws OptionError when there are none.
  Autoencoder::Layers written_out(const Shape& input) const;
};

}  // namespace isinglass
