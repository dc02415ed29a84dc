// isinglass/book/convergence.h - how the numbers of a run change with its epochs, in the charts of the chapters.
#pragma once
#include <string>
#include <vector>

#include "isinglass/figure/run_curves.h"

namespace isinglass {

// The book trains for a thousand epochs and marks one by which little changes any more.
constexpr double kLastEpoch = 1000, kSettledEpoch = 400;

// A chart over x = epoch + 1 with bounds for y, a line at 0 where it is in sight, and one at kSettledEpoch.
Chart convergence_chart(Chart chart, const std::string& title, const std::string& y_label, double low, double high);
Chart convergence_chart(RunReader& run, const std::vector<std::string>& quantities, const std::string& title,
                        const std::string& y_label, double low, double high);

}  // namespace isinglass
