#include "isinglass/model/architecture.h"

#include "isinglass/nn/dense.h"

namespace isinglass {

Chain Architecture::chain() const {
  if (!layers.empty() && !widths.empty()) throw OptionError("[model] takes 'layers' or 'widths', not both");
  if (widths.empty()) {
    if (layers.empty()) throw OptionError("[model] needs 'layers' or 'widths'");
    return layers;
  }
  if (widths.size() < 2) throw OptionError("[model] widths needs at least the input and the output, such as [3, 2, 1]");
  Chain chain;
  for (std::size_t k = 1; k < widths.size(); ++k)
    chain.push_back({.layer = Dense{.units = widths[k], .use_bias = use_bias},
                     .activation = k + 1 < widths.size() ? activation : output_activation});
  return chain;
}

}  // namespace isinglass
