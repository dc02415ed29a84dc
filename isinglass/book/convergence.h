// isinglass/book/convergence.h - charts of the numbers of a run against its epochs, and its diagram, as the chapters
// have them.
#pragma once
#include <string>
#include <vector>

#include "isinglass/figure/run_curves.h"
#include "isinglass/figure/run_diagram.h"

namespace isinglass {

// A chart over x = epoch + 1 with bounds for y, a line at 0 where it is in sight, and one at epoch 400, by which
// little changes any more.
Chart convergence_chart(Chart chart, const std::string& title, const std::string& y_label, double low, double high);
Chart convergence_chart(RunReader& run, const std::vector<std::string>& quantities, const std::string& title,
                        const std::string& y_label, double low, double high);

// The diagram under another title.
Scene draw_titled(RunDiagram diagram, const std::string& title);

}  // namespace isinglass
