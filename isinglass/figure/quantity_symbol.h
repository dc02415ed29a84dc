// isinglass/figure/quantity_symbol.h - how figures write the names of the numbers of a network.
//
//     name (model/quantity_name.h)   H4      in(H4)       w(1,4)        k(6)      b(5)   dL/dw(1,4)
//     symbol, with marks             H_{4}   H_{4_{in}}   lambda_{1,4}  lambda_{6}  b_{5}  dL/dlambda_{1,4}
//
// in Greek letters and round d. Marks are those of text_metrics.h. The book writes P for the loss and gives derivatives
// the other sign.
#pragma once
#include <string>

namespace isinglass {

enum class SignConvention { kStandard, kBook };

// "validation.loss" is "validation loss"; what has no symbol keeps its name.
std::string symbol_of(const std::string& name, SignConvention signs = SignConvention::kStandard);

// The name under which a figure's file keeps the number: the same, but "dP/dw(1,4)" for one in the book's sign.
std::string series_key(const std::string& name, SignConvention signs = SignConvention::kStandard);

// The number as that convention has it.
double signed_value(const std::string& name, double value, SignConvention signs);

// Throws OptionError for another word than "standard" or "book".
SignConvention read_sign_convention(const std::string& word);

}  // namespace isinglass
