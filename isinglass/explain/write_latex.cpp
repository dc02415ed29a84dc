#include <fmt/format.h>

#include <cmath>

#include "isinglass/base/value.h"
#include "isinglass/explain/derivation_parts.h"
#include "isinglass/explain/notation.h"
#include "isinglass/explain/write_derivation.h"

namespace isinglass {
namespace {

class LatexWriter {
 public:
  explicit LatexWriter(const Derivation& derivation) : d_(derivation), notation_(derivation, Notation::kLatex) {}

  std::string write() const {
    std::string text = "% " + title_of(d_) + "\n% To be put into a document that uses amsmath.\n";
    text += fmt::format("% {} = {}{}\n\\begin{{align*}}\n", notation_.loss(), d_.is_book ? "-" : "", loss_in_words(d_));
    text += line(notation_.loss(), exact(d_.loss));
    const NestedForm form = nested_form(d_);
    if (has_readable_form(d_, form))
      text += line(notation_.quantity(), nested(form) + " = " + notation_.number(d_.sum_of_paths));
    for (const std::size_t f : factors_in_order(d_)) text += factor(d_.factors[f]);
    text += layers() + paths();
    text += line(d_.path_count == 1 ? "\\text{path}" : fmt::format("\\text{{sum of {:g} paths}}", d_.path_count),
                 exact(d_.sum_of_paths));
    if (!std::isnan(d_.gradient)) text += line("\\text{back-propagation}", exact(d_.gradient));
    text += line("\\text{finite difference}", exact(d_.finite_difference));
    text.erase(text.size() - 4, 3);  // the last line has no " \\" at its end
    return text + "\\end{align*}\n";
  }

 private:
  static std::string line(const std::string& left, const std::string& right) {
    return left + " &= " + right + " \\\\\n";
  }
  static std::string exact(double x) { return number_text(x); }

  std::string signed_number(double x, bool is_first) const {
    return x < 0 && !is_first ? "\\left(" + notation_.number(x) + "\\right)" : notation_.number(x);
  }
  // Terms of a sum stand under each other.
  std::string nested(const NestedForm& form) const {
    std::string text;
    const auto times = [&](const std::string& next) { text += (text.empty() ? "" : " \\cdot ") + next; };
    const auto factors = [&](const std::vector<std::size_t>& all) {
      for (const std::size_t f : all)
        times("\\overbrace{" + signed_number(d_.factors[f].value(), text.empty()) + "}^{" +
              notation_.symbol(d_.factors[f]) + "}");
    };
    factors(form.before);
    if (!form.terms.empty()) {
      std::string sum;
      for (const NestedForm& term : form.terms) sum += (sum.empty() ? "&" : " \\\\ &+ ") + nested(term);
      times("\\left(\\begin{aligned}" + sum + "\\end{aligned}\\right)");
    }
    factors(form.after);
    return text.empty() ? "1" : text;
  }

  std::string factor(const Derivation::Factor& f) const {
    const std::string formula = notation_.formula(f), numbers = notation_.numbers(f),
                      value = notation_.number(f.value());
    std::string right = is_constant(formula, numbers) ? "" : formula + " = ";
    if (numbers.find(' ') != std::string::npos && numbers != formula) right += numbers + " = ";
    return line(notation_.symbol(f), right + value);
  }

  std::string layers() const {
    if (d_.is_complete) return "";
    std::string text;
    for (const Derivation::Layer& layer : d_.layers) {
      std::string sum;
      for (const Derivation::Unit& unit : layer.largest)
        sum += (sum.empty() ? "" : " + ") + signed_number(unit.contribution(), sum.empty());
      const Index others = layer.units - static_cast<Index>(layer.largest.size());
      if (others > 0)
        sum += fmt::format(" + \\underbrace{{{}}}_{{\\text{{{} others}}}}", signed_number(layer.rest, false), others);
      const Graph& graph = d_.moment->graph();
      const std::string name = graph.layers[graph.nodes[layer.value - 1].layer_index].name;
      text +=
          line(notation_.quantity(), fmt::format("\\sum_{{u \\in \\text{{{}}}}} \\frac{{\\partial {}}}{{\\partial u}} "
                                                 "\\frac{{\\partial u}}{{\\partial {}}} = {} = {}",
                                                 name, notation_.loss(), notation_.place(d_.target_place), sum,
                                                 notation_.number(layer.total)));
    }
    return text;
  }

  std::string paths() const {
    std::string text;
    for (const Derivation::Path& path : d_.paths) {
      std::string way, product;
      for (const Place& place : places_of(d_, path))
        way += (way.empty() ? "" : " \\leftarrow ") + notation_.place(place);
      for (const std::size_t f : path.factors)
        product += (product.empty() ? "" : " \\cdot ") + signed_number(d_.factors[f].value(), product.empty());
      text += line(way, product + " = " + notation_.number(path.product));
    }
    if (!d_.is_complete) text += line("\\text{all other paths}", notation_.number(d_.rest));
    return text;
  }

  const Derivation& d_;
  Notation notation_;
};

}  // namespace

std::string to_latex(const Derivation& derivation) {
  return LatexWriter(derivation).write();
}

}  // namespace isinglass
