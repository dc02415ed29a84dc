// isinglass/lab/lab_figures.h - the ideas of the lab as pictures.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "isinglass/figure/scene.h"
#include "isinglass/lab/collapse.h"
#include "isinglass/lab/convolve.h"
#include "isinglass/lab/depth_experiment.h"
#include "isinglass/lab/local_average.h"
#include "isinglass/lab/symmetry.h"

namespace isinglass {

// Every activation from -3 to 3 with its derivative.
Scene activation_figure();

// A row of histograms for each start of the weights (its name and what the experiment found), a column for each layer.
Scene depth_figure(const std::vector<std::pair<std::string, std::vector<DepthRow>>>& starts, const std::string& title);

// The weights into two hidden units against epochs, a panel for each start.
Scene symmetry_figure(const std::vector<std::pair<std::string, std::vector<SymmetryRow>>>& starts);

// A linear network, the affine map that it is, and the predictions of both against each other. Of a network
// with more than 200 weights the map is drawn as a matrix, alone.
Scene collapse_figure(const Graph& graph, const Parameters<double>& parameters, const AffineMap& map,
                      const std::vector<double>& of_network, const std::vector<double>& of_map);

// A kernel, and signals before and after it: one panel for each.
struct SignalPanel {
  std::string title;
  Signal before;
  std::vector<double> after;  // NaN where there is none
};
Scene signal_figure(const Plane& kernel, const std::vector<SignalPanel>& panels);

// An image, a kernel and what it makes of the image: planes of numbers from 0 to 255, one or three.
Scene image_figure(const std::vector<Plane>& image, const Plane& kernel, const std::vector<Plane>& result,
                   const std::string& kernel_name);

}  // namespace isinglass
