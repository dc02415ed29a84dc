#include "isinglass/explain/derivation_parts.h"

#include <fmt/format.h>

#include <cmath>

#include "isinglass/explain/notation.h"

namespace isinglass {

std::string title_of(const Derivation& d) {
  Derivation alone;  // the title names the sample itself
  alone.moment = d.moment;
  alone.target = d.target;
  alone.is_book = d.is_book;
  std::string title = fmt::format("{} at epoch {}", Notation(alone, Notation::kText).quantity(), d.moment->epoch());
  if (d.row)
    title += fmt::format(", sample {}", d.moment->sample(*d.row));
  else if (d.moment->rows() > 1)
    title += fmt::format(", mean over {} samples", d.moment->rows());
  if (d.is_book) title += ", in the book's signs (P = -L)";
  return title;
}

std::string loss_in_words(const Derivation& d) {
  const std::string kind(d.moment->loss_function().kind());
  return loss_table().find(kind).summary + " (" + kind + ")";
}

bool has_readable_form(const Derivation& d, const NestedForm& form) {
  constexpr std::size_t kMost = 150;
  return d.is_complete && !d.paths.empty() && form.factor_count() <= kMost;
}

std::vector<std::size_t> factors_in_order(const Derivation& d) {
  std::vector<std::size_t> order;
  std::vector<bool> listed(d.factors.size(), false);
  for (const Derivation::Path& path : d.paths)
    for (const std::size_t f : path.factors) {
      if (!listed[f]) order.push_back(f);
      listed[f] = true;
    }
  return order;
}

bool is_constant(const std::string& formula, const std::string& numbers) {
  return formula == numbers && formula.find(' ') == std::string::npos;
}

std::string largest_change(const Derivation& d) {
  std::string text;
  double most = 10;
  for (std::size_t i = 0; i + 1 < d.depth.size(); ++i) {
    const double ratio = d.depth[i + 1].norm / d.depth[i].norm, change = std::max(ratio, 1 / ratio);
    if (!(change > most)) continue;
    most = change;
    text = fmt::format("from {} to {} it {} to {:.3g} of what it was", d.depth[i].layer, d.depth[i + 1].layer,
                       ratio < 1 ? "falls" : "grows", ratio);
  }
  return text;
}

std::vector<Place> places_of(const Derivation& d, const Derivation::Path& path) {
  std::vector<Place> places{{}};
  for (const std::size_t f : path.factors) places.push_back(d.factors[f].from);
  return places;
}

}  // namespace isinglass
