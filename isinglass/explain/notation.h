// isinglass/explain/notation.h - how a derivation writes its symbols, formulas and numbers: as text, LaTeX, MathML or HTML.
//
//                a node   pre-activation   weight       of sample 3   a derivative
//     text       H4       in(H4)           w(1,4)       H4@3          dL/dw(1,4)
//     LaTeX      H_{4}    H_{4}^{in}       \lambda_{1,4}   H_{4}^{(3)}   \frac{\partial L}{\partial \lambda_{1,4}}
//     MathML and plain HTML as LaTeX
//
// A sample is named only where several stand side by side. In the book's signs L is P.
#pragma once
#include <string>

#include "isinglass/explain/derivation.h"

namespace isinglass {

class Notation {
 public:
  enum Style { kText, kLatex, kMathMl, kHtml };
  // The derivation outlives the notation.
  Notation(const Derivation& derivation, Style style) : derivation_(derivation), style_(style) {}

  std::string loss() const;
  std::string quantity() const;  // what is explained: "dL/dw(1,4)", as it was asked for
  std::string place(const Place& place) const;
  std::string symbol(const Derivation::Factor& factor) const;
  std::string target(Index row, Index element) const;  // of the output

  // The formula of a local derivative, with symbols, and with numbers in their place. Not in MathML.
  std::string formula(const Derivation::Factor& factor) const;
  std::string numbers(const Derivation::Factor& factor) const;
  // Six digits; a power of ten as one writes it.
  std::string number(double x) const;

 private:
  std::string styled(const std::string& name, Index row, bool has_row) const;
  std::string derivative(const std::string& of, const std::string& by) const;
  // What a quantity of the formula is: its name, or its number.
  std::string name_in(const Derivation::Factor& factor, const Quantity& q) const;
  double value_in(const Derivation::Factor& factor, const Quantity& q) const;
  Place place_in(const Derivation::Factor& factor, const Quantity& q) const;
  std::string finish(std::string formula, bool is_negated) const;

  const Derivation& derivation_;
  Style style_;
};

// Of text in HTML.
std::string escape_html(const std::string& text);

}  // namespace isinglass
