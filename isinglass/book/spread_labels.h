// isinglass/book/spread_labels.h - labels in a row, each as near to its place as the others allow.
#pragma once
#include <vector>

namespace isinglass {

// Positions at least `gap` apart within [low, high], in the order of `wanted`, with the least sum of squared distances
// from it. Where there is no room for all, they are evenly spread over the range.
std::vector<double> spread_labels(const std::vector<double>& wanted, double gap, double low, double high);

}  // namespace isinglass
