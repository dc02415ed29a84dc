#include "isinglass/explain/notation.h"

#include <fmt/format.h>

namespace isinglass {
namespace {

using Factor = Derivation::Factor;

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
    text.replace(at, what.size(), with);
  return text;
}

// A name of the grammar taken apart: "in(H4)" is H, 4, "in".
struct Parts {
  std::string letter, below, above;
};
Parts parts_of(const std::string& name) {
  const auto inside = [&](std::size_t begin) { return name.substr(begin, name.size() - begin - 1); };
  if (name.starts_with("layer")) return {.letter = name};
  if (name.starts_with("in(")) {
    Parts parts = parts_of(inside(3));
    parts.above = "in";
    return parts;
  }
  if (name.size() > 2 && name[1] == '(') return {name.substr(0, 1), inside(2), ""};
  return {name.substr(0, 1), name.substr(1), ""};
}

std::string in_latex(const Parts& parts) {
  std::string text = parts.letter == "w" ? "\\lambda" : parts.letter;
  if (text.starts_with("layer")) text = "\\mathrm{" + replaced(text, "_", "\\_") + "}";
  if (!parts.below.empty()) text += parts.below == "conv" ? "_{\\mathrm{conv}}" : "_{" + parts.below + "}";
  return parts.above.empty() ? text : text + "^{\\mathrm{" + parts.above + "}}";
}

std::string in_html(const Parts& parts) {
  std::string text = parts.letter.starts_with("layer") ? parts.letter : "<i>" + parts.letter + "</i>";
  if (!parts.below.empty()) text += "<sub>" + parts.below + "</sub>";
  return parts.above.empty() ? text : text + "<sup>" + parts.above + "</sup>";
}

std::string in_math_ml(const Parts& parts) {
  const std::string letter =
      parts.letter.starts_with("layer") ? "<mtext>" + parts.letter + "</mtext>" : "<mi>" + parts.letter + "</mi>";
  const std::string below = "<mtext>" + parts.below + "</mtext>", above = "<mtext>" + parts.above + "</mtext>";
  if (parts.below.empty()) return parts.above.empty() ? letter : "<msup>" + letter + above + "</msup>";
  return parts.above.empty() ? "<msub>" + letter + below + "</msub>"
                             : "<msubsup>" + letter + below + above + "</msubsup>";
}

}  // namespace

std::string escape_html(const std::string& text) {
  return replaced(replaced(replaced(text, "&", "&amp;"), "<", "&lt;"), ">", "&gt;");
}

std::string Notation::number(double x) const {
  const std::string text = fmt::format("{:.6g}", x);
  const std::size_t e = text.find('e');
  if (style_ == kText) return text;
  if (e == std::string::npos) return style_ == kMathMl ? "<mn>" + text + "</mn>" : text;
  const std::string head = text.substr(0, e);
  const int power = std::stoi(text.substr(e + 1));
  if (style_ == kLatex) return fmt::format("{}\\cdot 10^{{{}}}", head, power);
  if (style_ == kHtml) return fmt::format("{}&#183;10<sup>{}</sup>", head, power);
  return fmt::format("<mrow><mn>{}</mn><mo>&#183;</mo><msup><mn>10</mn><mn>{}</mn></msup></mrow>", head, power);
}

std::string Notation::styled(const std::string& name, Index row, bool has_row) const {
  const std::string sample = has_row ? std::to_string(derivation_.moment->sample(row)) : "";
  if (style_ == kText) return has_row ? name + "@" + sample : name;
  Parts parts = parts_of(name);
  if (has_row) parts.above += (parts.above.empty() ? "(" : ",(") + sample + ")";
  if (style_ == kLatex) return in_latex(parts);
  if (parts.letter == "w") parts.letter = "&#955;";
  return style_ == kHtml ? in_html(parts) : in_math_ml(parts);
}

std::string Notation::loss() const {
  const std::string letter = derivation_.is_book ? "P" : "L";
  return style_ == kMathMl ? "<mi>" + letter + "</mi>" : letter;
}

std::string Notation::place(const Place& place) const {
  const Graph& graph = derivation_.moment->graph();
  const std::string letter = derivation_.is_book ? "P" : "L";
  switch (place.kind) {
    case Place::kLoss:
      return loss();
    case Place::kSampleLoss:
      if (!derivation_.row && derivation_.moment->rows() > 1) return styled(letter, place.row, true);
      return derivation_.moment->weight(place.row) == 1 ? loss() : styled(derivation_.is_book ? "p" : "l", 0, false);
    case Place::kParameter:
      return styled(name_of({.kind = Address::kParameter, .which = place.which, .element = place.element}, graph), 0,
                    false);
    case Place::kValue:
      break;
  }
  Address address{.kind = Address::kInput, .which = place.which, .element = place.element};
  if (place.which > 0) {
    const GraphLayer& layer = graph.layers[graph.nodes[place.which - 1].layer_index];
    address.kind = layer.out_node + 1 == place.which ? Address::kOutput : Address::kPreActivation;
  }
  return styled(name_of(address, graph), place.row, derivation_.has_several_samples);
}

std::string Notation::derivative(const std::string& of, const std::string& by) const {
  if (style_ == kText) return "d" + of + "/d" + by;
  if (style_ == kLatex) return "\\frac{\\partial " + of + "}{\\partial " + by + "}";
  if (style_ == kHtml) return "&#8706;" + of + "/&#8706;" + by;
  const auto part = [](const std::string& x) { return "<mrow><mo>&#8706;</mo>" + x + "</mrow>"; };
  return "<mfrac>" + part(of) + part(by) + "</mfrac>";
}

std::string Notation::quantity() const {
  Address plain = derivation_.target;
  plain.is_derivative = false;
  const bool has_row = plain.is_value() && derivation_.has_several_samples;
  return derivative(loss(), styled(name_of(plain, derivation_.moment->graph()), derivation_.row.value_or(0), has_row));
}

std::string Notation::symbol(const Factor& factor) const {
  return derivative(place(factor.of), place(factor.from));
}

std::string Notation::target(Index row, Index element) const {
  const bool is_single = derivation_.moment->target().cols == 1;
  return styled("y" + (is_single ? "" : std::to_string(element + 1)), row, derivation_.has_several_samples);
}

Place Notation::place_in(const Factor& factor, const Quantity& q) const {
  const Graph& graph = derivation_.moment->graph();
  const auto value = [&](ValueId v, Index row) {
    return Place{Place::kValue, before_rearranging(graph, v, derivation_.target_place), row, q.index};
  };
  if (factor.of.kind == Place::kSampleLoss)
    return value(q.kind == Quantity::kOutput ? graph.output_value() : derivation_.moment->loss_value(), factor.of.row);
  const GraphNode& node = graph.nodes[factor.of.which - 1];
  const auto which = static_cast<std::size_t>(q.which);
  if (q.kind == Quantity::kParameter)
    return {.kind = Place::kParameter, .which = node.parameters[which], .element = q.index};
  return value(q.kind == Quantity::kOutput ? factor.of.which : node.inputs[which], q.row);
}

static bool is_target(const Factor& factor, const Quantity& q) {
  return factor.of.kind == Place::kSampleLoss && q.kind == Quantity::kInput && q.which == 1;
}

std::string Notation::name_in(const Factor& factor, const Quantity& q) const {
  return is_target(factor, q) ? target(factor.of.row, q.index) : place(place_in(factor, q));
}

double Notation::value_in(const Factor& factor, const Quantity& q) const {
  const Moment& moment = *derivation_.moment;
  if (is_target(factor, q)) return moment.target()(factor.of.row, q.index);
  const Place place = place_in(factor, q);
  return place.kind == Place::kParameter ? moment.parameters()[place.which].data[place.element]
                                         : moment.value(place.which)(place.row, place.element);
}

std::string Notation::finish(std::string formula, bool is_negated) const {
  if (is_negated) formula = "-(" + formula + ")";
  if (style_ == kLatex) return replaced(formula, " * ", " \\cdot ");
  if (style_ == kHtml) return replaced(replaced(formula, " * ", " &#183; "), " - ", " &#8722; ");
  return formula;
}

std::string Notation::formula(const Factor& factor) const {
  return finish(factor.derivative.text([&](const Quantity& q) { return name_in(factor, q); }), factor.is_negated);
}

std::string Notation::numbers(const Factor& factor) const {
  const auto text = [&](const Quantity& q) {
    const double x = value_in(factor, q);
    return x < 0 ? "(" + number(x) + ")" : number(x);
  };
  return finish(factor.derivative.text(text), factor.is_negated);
}

}  // namespace isinglass
