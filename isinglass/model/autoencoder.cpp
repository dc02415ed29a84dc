#include "isinglass/model/autoencoder.h"

#include "isinglass/nn/dense.h"
#include "isinglass/nn/flatten.h"

namespace isinglass {
namespace {

// A layer of the encoder and the shape that it is given.
struct Step {
  const LayerSpec* spec;
  Shape in;
  std::string name;  // in the network

  bool is_disturbance() const { return spec->layer.random().has_value(); }
  bool has_mirror() const { return !spec->layer.mirror(in, false).is_null(); }
  bool has_kernel() const {
    for (const ParamSpec& param : spec->layer.params({in}))
      if (param.role == ParamSpec::kKernel) return true;
    return false;
  }
};

std::vector<Step> steps_of(const Chain& encoder, const Shape& input, std::size_t first) {
  std::vector<Step> steps;
  Shape shape = input;
  for (const LayerSpec& spec : encoder) {
    const std::string name = "layer" + std::to_string(first + steps.size());
    const std::string where = name + " (" + std::string(spec.layer.kind()) + "): ";
    steps.push_back({&spec, shape, name});
    if (spec.layer.is_composite())
      throw OptionError(where + "an autoencoder cannot mirror branches; write encoder and decoder as layers");
    try {
      shape = spec.layer.output_shape({shape});
    } catch (const ShapeError& error) {
      throw ShapeError(where + error.what());
    }
    if (!steps.back().is_disturbance() && !steps.back().has_mirror() && shape != steps.back().in)
      throw OptionError(where + "it turns " + to_string(steps.back().in) + " into " + to_string(shape) +
                        " and has no mirror image; write encoder and decoder as layers");
  }
  return steps;
}

// The mirrored layers, in the order of the decoder.
Chain decoder_of(const std::vector<Step>& steps, const Autoencoder& options) {
  Chain decoder, followers;                // followers: what came after a layer, still in the encoder's order
  std::optional<std::size_t> last_kernel;  // the decoder's latest layer with a kernel, which still lacks its activation
  const auto emit_followers = [&](bool is_code) {
    if (!is_code) decoder.insert(decoder.end(), followers.begin(), followers.end());
    followers.clear();
  };
  bool is_code = true;  // what follows the innermost layer belongs to the code, not to the decoder
  for (std::size_t k = steps.size(); k-- > 0;) {
    const Step& step = steps[k];
    if (step.is_disturbance()) continue;
    if (!step.has_mirror()) {
      followers.insert(followers.begin(), *step.spec);
      continue;
    }
    emit_followers(is_code);
    is_code = false;
    LayerSpec mirror{.layer = Layer::read(step.spec->layer.mirror(step.in, options.tied))};
    if (step.has_kernel()) {
      if (last_kernel) decoder[*last_kernel].activation = step.spec->activation;
      mirror.kernel_initialiser = step.spec->kernel_initialiser;
      mirror.bias_initialiser = step.spec->bias_initialiser;
      if (options.tied) mirror.tied_to = step.name;
      last_kernel = decoder.size();
    }
    decoder.push_back(std::move(mirror));
  }
  emit_followers(is_code);
  if (!last_kernel) throw OptionError("[model] autoencoder: the encoder has no layer that learns");
  decoder[*last_kernel].activation = options.output_activation;
  return decoder;
}

Chain dense_encoder(const Autoencoder& options, const Shape& input) {
  if (options.widths.size() < 2)
    throw OptionError("[model] autoencoder: widths needs at least the input and the code, such as [3, 2, 1]");
  if (options.widths[0] != size_of(input))
    throw ShapeError("[model] autoencoder: widths begin with " + std::to_string(options.widths[0]) +
                     " inputs, but a sample of the data is " + to_string(input));
  Chain chain;
  if (input.size() != 1) chain.push_back({.layer = Flatten{}});
  for (std::size_t k = 1; k < options.widths.size(); ++k)
    chain.push_back({.layer = Dense{.units = options.widths[k]},
                     .activation = k + 1 < options.widths.size()
                                       ? options.activation
                                       : options.code_activation.value_or(options.activation)});
  return chain;
}

}  // namespace

Autoencoder Autoencoder::read(const Value& value) {
  Autoencoder out;
  read_options(value, out, "[model] autoencoder");
  if (out.encoder.empty() == out.widths.empty())
    throw OptionError("[model] autoencoder takes either 'encoder' or 'widths'");
  return out;
}

Autoencoder::Layers Autoencoder::layers(const Shape& input) const {
  Layers out;
  if (noise) {
    if (!noise->random())
      throw OptionError("[model] autoencoder: noise must be a layer that draws random numbers, got " +
                        std::string(noise->kind()));
    out.chain.push_back({.layer = *noise});
  }
  const Chain inner = encoder.empty() ? dense_encoder(*this, input) : encoder;
  const std::vector<Step> steps = steps_of(inner, input, out.chain.size() + 1);
  out.chain.insert(out.chain.end(), inner.begin(), inner.end());
  out.encoder = out.chain.size();
  out.chain.back().activity_l1 += code_l1;
  const Chain decoder = decoder_of(steps, *this);
  out.chain.insert(out.chain.end(), decoder.begin(), decoder.end());
  return out;
}

}  // namespace isinglass
