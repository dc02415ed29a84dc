#include "isinglass/model/gradient_check.h"

#include <algorithm>
#include <cmath>

namespace isinglass {

std::vector<GradientCheckRow> check_gradients(Plan<double>& plan, Parameters<double>& parameters, Index rows,
                                              std::uint64_t seed, Index most) {
  const RandomKey key{.seed = seed};
  plan.train(rows, key);
  const Graph& graph = plan.graph();
  const Parameters<double> gradients = [&] {
    Parameters<double> copy(graph);
    std::ranges::copy(plan.gradients().flat(), copy.flat().begin());
    return copy;
  }();
  std::vector<GradientCheckRow> table;
  for (std::size_t k = 0; k < graph.parameters.size(); ++k) {
    const GraphParameter& p = graph.parameters[k];
    if (p.spec.role == ParamSpec::kState) continue;
    GradientCheckRow row{.name = p.name, .checked = std::min(most, p.size()), .size = p.size()};
    for (Index c = 0; c < row.checked; ++c) {
      const Index at = c * p.size() / row.checked;
      double& w = parameters[k].data[at];
      const double w0 = w, h = 1e-5 * std::max(1.0, std::abs(w0));
      w = w0 + h;
      const double above = plan.train(rows, key);
      w = w0 - h;
      const double below = plan.train(rows, key);
      w = w0;
      const double gradient = gradients[k].data[at], difference = (above - below) / (2 * h);
      const double error = std::abs(gradient - difference) / std::max({1.0, std::abs(gradient), std::abs(difference)});
      if (row.worst.empty() || !(error <= row.largest_error)) {
        row.largest_error = error;
        row.worst =
            p.name + "[" + (p.rows > 1 ? std::to_string(at / p.cols) + "," : "") + std::to_string(at % p.cols) + "]";
        row.worst_gradient = gradient;
        row.worst_difference = difference;
      }
    }
    table.push_back(std::move(row));
  }
  plan.train(rows, key);
  return table;
}

}  // namespace isinglass
