#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "isinglass/explain/checks.h"

namespace isinglass {
namespace {

bool is_rectifier(const std::string& activation) {
  return activation == "relu";
}

// The state to judge layers by: where the run came to, else where it began.
const std::vector<LayerHealth>& latest(const Checkup& c) {
  return c.at_end.empty() ? c.at_start : c.at_end;
}
Index latest_epoch(const Checkup& c) {
  return c.end ? c.epochs : 0;
}

// Gradient for each weight, by layers that have any.
struct Flow {
  const LayerHealth* layer;
  double rms;
};
std::vector<Flow> flow(const std::vector<LayerHealth>& layers) {
  std::vector<Flow> out;
  for (const LayerHealth& layer : layers)
    if (layer.has_parameters) out.push_back({&layer, layer.gradient_norm / std::sqrt(layer.weights)});
  return out;
}

std::string flow_text(const std::vector<Flow>& flow) {
  std::string text;
  for (const Flow& f : flow) text += (text.empty() ? "" : ", ") + fmt::format("{} {:.2g}", f.layer->name, f.rms);
  return text;
}

}  // namespace

// Spec S4: equal columns of a kernel, with equal weights behind them, get equal gradients forever.
void check_symmetry(const Checkup& c, Findings& out) {
  for (const GraphLayer& layer : c.graph.layers) {
    const GraphNode& node = c.graph.nodes[layer.pre_node];
    if (node.parameters.empty() || &layer == &c.graph.layers.back()) continue;
    const GraphParameter& p = c.graph.parameters[node.parameters[0]];
    if (p.spec.role != ParamSpec::kKernel || p.cols < 2) continue;
    const View<const double> w = std::as_const(c.start->parameters)[node.parameters[0]];
    Index alike = 0;
    for (Index j = 1; j < w.cols; ++j) {
      bool is_same = true;
      for (Index i = 0; i < w.rows && is_same; ++i) is_same = w(i, j) == w(i, 0);
      alike += is_same;
    }
    if (alike + 1 < w.cols) continue;
    out.push_back(
        {.kind = "symmetric_units",
         .layer = layer.name,
         .quantity = p.name + "[0,0]",
         .evidence = fmt::format("all {} units of {} start with the same weights, {:.4g} and so on", w.cols, layer.name,
                                 w(0, 0)),
         .why = "Units that are alike get the same gradient and stay alike: the layer is worth a single unit.",
         .cure = "Start kernels at random: kernel_initialiser = \"glorot_uniform\" or \"he_uniform\"."});
    return;
  }
}

void check_dead(const Checkup& c, Findings& out) {
  constexpr double kMany = 0.5;
  for (const LayerHealth& h : latest(c)) {
    if (!is_rectifier(h.activation) || h.dead < kMany || h.units < 3) continue;
    out.push_back({.kind = "dead_units",
                   .layer = h.name,
                   .quantity = h.name + ".out[0]",
                   .epoch = latest_epoch(c),
                   .evidence = fmt::format("{:.0f} of {} units of {} are 0 for every sample",
                                           h.dead * static_cast<double>(h.units), h.units, h.name),
                   .why =
                       "A rectified unit whose pre-activation is negative for every sample has derivative 0: it never "
                       "learns again. Too large a step, or strongly negative biases, put it there.",
                   .cure = "Take a smaller learning rate, kernel_initialiser = \"he_uniform\" with biases at 0, or "
                           "activation = \"leaky_relu\" or \"elu\"."});
    return;
  }
}

void check_saturation(const Checkup& c, Findings& out) {
  constexpr double kMuch = 0.5;
  for (std::size_t k = 0; k + 1 < c.graph.layers.size(); ++k) {
    const LayerHealth& h = c.at_start[k];
    if (h.saturated < kMuch) continue;
    out.push_back(
        {.kind = "saturation",
         .layer = h.name,
         .quantity = h.name + ".out[0]",
         .evidence = fmt::format("{:.0f} % of the outputs of {} lie in the outer 1 % of {}'s range at the start",
                                 100 * h.saturated, h.name, h.activation),
         .why = "There the slope of the activation is almost 0, and with it every gradient through the layer.",
         .cure = "Take smaller initial weights (kernel_initialiser = \"glorot_uniform\") and scaled inputs."});
    return;
  }
}

void check_vanishing(const Checkup& c, Findings& out) {
  constexpr double kFaint = 1e-3;
  const std::vector<Flow> f = flow(c.at_start);
  if (f.size() < 3 || !(f.front().rms < kFaint * f.back().rms)) return;
  out.push_back({.kind = "vanishing_gradients",
                 .layer = f.front().layer->name,
                 .quantity = "dL/d" + f.front().layer->name + ".kernel[0,0]",
                 .evidence = "the gradient of a weight is, by layer: " + flow_text(f),
                 .why =
                     "Each layer multiplies the gradient by its weights and slopes; factors below 1 add up to nothing "
                     "over many layers, so that the first ones do not learn.",
                 .cure = "Take relu or another unsaturated activation with \"he_uniform\", batch_norm layers, residual "
                         "layers, or fewer layers."});
}

void check_exploding(const Checkup& c, Findings& out) {
  constexpr double kLoud = 1e3;
  const std::vector<Flow> f = flow(c.at_start);
  if (f.size() < 3) return;
  const bool grows = f.front().rms > kLoud * f.back().rms;
  const auto loudest = std::ranges::max_element(f, {}, &Flow::rms);
  if (!grows && !(loudest->rms > 1e3 && loudest->layer->gradient_norm > 1e4 * (loudest->layer->weight_norm + 1e-12)))
    return;
  out.push_back(
      {.kind = "exploding_gradients",
       .layer = loudest->layer->name,
       .quantity = "dL/d" + loudest->layer->name + ".kernel[0,0]",
       .evidence = "the gradient of a weight is, by layer: " + flow_text(f),
       .why = "Each layer multiplies the gradient by its weights; factors above 1 grow without bound over many "
              "layers, and a step throws the weights far away.",
       .cure = "Take a smaller initialisation (\"he_uniform\", \"glorot_uniform\"), clip_norm = 1 in [train], or "
               "batch_norm layers."});
}

void check_collapsed_weights(const Checkup& c, Findings& out) {
  constexpr double kGone = 0.02;
  if (c.experiment.train.l1 == 0 && c.experiment.train.l2 == 0) return;
  for (std::size_t k = 0; k < c.at_end.size(); ++k) {
    const LayerHealth &then = c.at_start[k], &now = c.at_end[k];
    if (!now.has_parameters || !(now.weight_norm < kGone * then.weight_norm)) continue;
    out.push_back(
        {.kind = "collapsed_weights",
         .layer = now.name,
         .quantity = now.name + ".kernel[0,0]",
         .epoch = c.epochs,
         .evidence = fmt::format("|W| of {} fell from {:.3g} to {:.3g}, with l1 = {:.3g} and l2 = {:.3g}", now.name,
                                 then.weight_norm, now.weight_norm, c.experiment.train.l1, c.experiment.train.l2),
         .why = "The penalty pulls the weights to 0 more strongly than the loss pulls them away.",
         .cure = "Make l1 and l2 ten times smaller."});
    return;
  }
}

}  // namespace isinglass
