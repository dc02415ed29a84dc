// isinglass/explain/write_derivation.h - a derivation to read: as text, LaTeX, JSON or a page of HTML.
//
// All four hold the definition of the loss, the derivative in nested form with the symbol over each number, the formula
// of each factor, the paths with their products, their sum, and beside it the gradient of back-propagation and a finite
// difference. Where there are too many paths to list: what passes through each layer, the largest paths, the rest.
#pragma once
#include <string>

#include "isinglass/base/value.h"
#include "isinglass/explain/derivation.h"

namespace isinglass {

std::string to_text(const Derivation& derivation);
std::string to_latex(const Derivation& derivation);  // to be put into a document that uses amsmath
std::string to_html(const Derivation& derivation);   // a page of its own, without scripts
// { quantity, epoch, sample, recorded, sum_of_paths, finite_difference, paths: [{ factors: [{ symbol, value, formula }],
//   product }], back_propagation, convention, loss, path_count, complete, rest, samples: [{ sample, weight, derivative }], layers: [{ layer, units, total, largest: [{ quantity,
//   sample, from_loss, to_quantity, contribution }], rest }], depth: [{ layer, gradient_norm }] }; null for what is not
// finite. What no store has recorded is back-propagation's.
Value to_json(const Derivation& derivation);

}  // namespace isinglass
