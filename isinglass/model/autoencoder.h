// isinglass/model/autoencoder.h - an autoencoder from its encoder alone: the decoder is the encoder mirrored.
//
//     encoder   x = f(z)        z (I nodes) -> L nodes -> code x (M nodes)
//     decoder   zhat = g(x)     code -> R nodes -> zhat (O nodes), of the shape of z
//
// Layer by layer from the code to the input, the decoder has what leads back to the input of the encoder's layer
// (Layer::mirror): dense to dense, convolution to transposed convolution, pooling to upsampling, flatten to reshape.
// After each comes what followed the encoder's layer before: its activation, batch normalisation and the like; the
// last has the output activation. Dropout and noise have no mirror. Source: spec E1, E8; Hinton & Salakhutdinov,
// Science 313 (2006).
#pragma once
#include <optional>
#include <vector>

#include "isinglass/nn/layer.h"

namespace isinglass {

struct Autoencoder {
  static constexpr std::string_view kTypeName = "table";
  std::vector<LayerSpec> encoder = {};
  std::vector<Index> widths = {};
  Layer activation = Layer::read("relu"), output_activation = Layer::read("linear");
  std::optional<Layer> code_activation;
  std::optional<Layer> noise;
  double code_l1 = 0;
  bool tied = false;

  static void options(auto& v) {
    v("encoder", &Autoencoder::encoder, "the layers from the input to the code; the decoder is their mirror image");
    v("widths", &Autoencoder::widths,
      "in place of encoder: a fully connected one, nodes of the input, of each hidden layer and of the code",
      at_least(1));
    v("activation", &Autoencoder::activation, "with widths: activation of the hidden layers, L and R");
    v("code_activation", &Autoencoder::code_activation, "with widths: activation of the code; default: as activation");
    v("output_activation", &Autoencoder::output_activation, "activation of the output: sigmoid for numbers in [0, 1]");
    v("noise", &Autoencoder::noise,
      "denoising: a layer that disturbs the input in training, such as { kind = \"gaussian_noise\", deviation = 0.3 } "
      "or "
      "{ kind = \"dropout\" }");
    v("code_l1", &Autoencoder::code_l1, "sparse: adds code_l1 sum |code| of each sample to the training loss",
      at_least(0));
    v("tied", &Autoencoder::tied, "the decoder shares the encoder's kernels, transposed");
  }
  static Autoencoder read(const Value& value);
  Value write() const { return write_options(*this); }

  // The whole network for samples of shape `input`, and how many of its layers are the encoder's (with the noise).
  // Throws OptionError or ShapeError that names the layer which cannot be mirrored.
  struct Layers {
    Chain chain;
    std::size_t encoder = 0;
  };
  Layers layers(const Shape& input) const;
};

}  // namespace isinglass
