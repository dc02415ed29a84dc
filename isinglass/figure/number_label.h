// isinglass/figure/number_label.h - numbers as a reader of a figure likes them, with marks of text_metrics.h.
#pragma once
#include <string>

namespace isinglass {

// With `decimals` digits behind the point and a true minus sign; never "-0.0".
std::string fixed_label(double number, int decimals);

// With `digits` (1 to 17) significant digits and no zeros at the end: "0.321", "\u22122.77\u00d710^{\u22123}". Powers
// of ten appear below 0.001 and from 10^digits, but from 10000 at the earliest.
std::string number_label(double number, int digits = 3);

// 10^n.
std::string power_label(int exponent);

}  // namespace isinglass
