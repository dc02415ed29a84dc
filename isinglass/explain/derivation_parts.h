// isinglass/explain/derivation_parts.h - what all written forms of a derivation say, whatever their notation.
#pragma once
#include <string>
#include <vector>

#include "isinglass/explain/derivation.h"
#include "isinglass/explain/nested_form.h"

namespace isinglass {

// "dL/dw(1,4) at epoch 1, sample 0"; of a batch "... , mean over 10 samples".
std::string title_of(const Derivation& derivation);
// The loss in words: "1/2 sum (p - y)^2 (half_squared)".
std::string loss_in_words(const Derivation& derivation);

// The nested form, when it is short enough to be read.
bool has_readable_form(const Derivation& derivation, const NestedForm& form);

// Factors in the order in which the paths need them.
std::vector<std::size_t> factors_in_order(const Derivation& derivation);

// Whether a formula says nothing that its value does not say.
bool is_constant(const std::string& formula, const std::string& numbers);

// Where along the depth the norm of the gradient changes most: "from layer3 to layer2 it falls to 0.02"; "" when it
// nowhere changes more than tenfold.
std::string largest_change(const Derivation& derivation);

// Places from the loss to the number.
std::vector<Place> places_of(const Derivation& derivation, const Derivation::Path& path);

}  // namespace isinglass
