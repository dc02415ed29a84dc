// isinglass/explain/nested_form.h - paths with what they have in common taken out of the sum.
//
//     abc + abd            is   a b (c + d)
//     acx + bcx + dx       is   ((a + b) c + d) x
#pragma once
#include <vector>

#include "isinglass/explain/derivation.h"

namespace isinglass {

// The product of the factors before, the sum of the terms (of one term, when there are none: 1), the factors after.
struct NestedForm {
  std::vector<std::size_t> before, after;  // indices into Derivation::factors
  std::vector<NestedForm> terms;

  std::size_t factor_count() const;
};

// Of the paths that are listed: whichever is shorter of taking out what comes first or what comes last.
NestedForm nested_form(const Derivation& derivation);

}  // namespace isinglass
