// isinglass/figure/decision_boundary.h - what a network says over a plane of two inputs, with the samples on it.
#pragma once
#include <string>
#include <vector>

#include "isinglass/figure/chart.h"
#include "isinglass/figure/colour_bar.h"

namespace isinglass {

struct DecisionBoundary {
  std::string title, x_label, y_label;
  double x_low = 0, x_high = 1, y_low = 0, y_high = 1;
  // The outputs at the centres of rows x cols equal cells over the plane, row by row, row 0 at y_low.
  Index rows = 0, cols = 0;
  std::vector<double> values;
  // One output: its colours, and the line where it crosses `level` (NaN: no line). With class names, `values` are class
  // numbers from 0, areas take the colours of the classes and the line runs between them.
  double level = 0.5;
  ColourScale colours = {.map = ColourMap::kDiverging, .low = 0, .high = 1, .label = "output", .paleness = 0.25};
  std::vector<std::string> classes = {};
  std::vector<double> margins =
      {};                           // of classes, by how much each leads the next: the line is smooth where it is known
  std::vector<Series> points = {};  // the samples, a series for each class
  std::vector<double> contours = {};  // of one output: thin lines where it crosses these levels, too
  std::vector<Series> paths = {};     // lines over the plane, such as the way of a descent
  ChartLook look = {.width = 600, .height = 480};
};

// The centres of the cells, to be fed to the network: cell (row, col) is {x[col], y[row]}.
struct CellCentres {
  std::vector<double> x, y;
};
CellCentres cell_centres(const DecisionBoundary& plane);
// Samples to feed it, row by row: `middle` with inputs x and y at the centres of the cells.
std::vector<double> samples_at(const CellCentres& centres, const std::vector<double>& middle, std::size_t x,
                               std::size_t y);

// The series "decision boundary" has columns "rows", "cols" and "values"; each series of points is there too. Throws
// InputError when sizes do not fit.
Scene draw(const DecisionBoundary& boundary);

}  // namespace isinglass
