#include "isinglass/model/architecture.h"

#include "isinglass/nn/dense.h"

namespace isinglass {

Autoencoder::Layers Architecture::written_out(const Shape& input_shape) const {
  const int given = (layers.empty() ? 0 : 1) + (widths.empty() ? 0 : 1) + (autoencoder ? 1 : 0);
  if (given > 1) throw OptionError("[model] takes 'layers', 'widths' or 'autoencoder': one of them, not both");
  if (given == 0) throw OptionError("[model] needs 'layers', 'widths' or 'autoencoder'");
  if (autoencoder) return autoencoder->layers(input_shape);
  if (!layers.empty()) return {.chain = layers};
  if (widths.size() < 2) throw OptionError("[model] widths needs at least the input and the output, such as [3, 2, 1]");
  Chain chain;
  for (std::size_t k = 1; k < widths.size(); ++k)
    chain.push_back({.layer = Dense{.units = widths[k], .use_bias = use_bias},
                     .activation = k + 1 < widths.size() ? activation : output_activation});
  return {.chain = std::move(chain)};
}

}  // namespace isinglass
