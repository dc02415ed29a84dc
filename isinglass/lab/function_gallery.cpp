#include "isinglass/lab/function_gallery.h"

#include <algorithm>
#include <cmath>

#include "isinglass/base/error.h"
#include "isinglass/nn/layer_rig.h"

namespace isinglass {
namespace {

constexpr double kSaturated = 0.05;  // of the largest slope

// One sample for each x, with the numbers that stand still beside it; the first output against the first input.
ActivationCurve curve_over_first(LayerRig<double>& rig, const std::vector<double>& others,
                                 const std::vector<double>& x) {
  rig.mode = Mode::kInference;
  for (std::size_t n = 0; n < x.size(); ++n) {
    const auto row = static_cast<Index>(n);
    rig.x()(row, 0) = x[n];
    for (std::size_t i = 0; i < others.size(); ++i) rig.x()(row, static_cast<Index>(i + 1)) = others[i];
    for (Index j = 0; j < rig.dy().cols; ++j) rig.dy()(row, j) = j == 0 ? 1 : 0;
  }
  rig.forward();
  rig.backward();
  ActivationCurve curve{.x = x};
  for (Index n = 0; n < rig.rows(); ++n) {
    curve.y.push_back(rig.y()(n, 0));
    curve.slope.push_back(rig.dx()(n, 0));
  }
  return curve;
}

// Pieces w x + b, as (w1, b1, w2, b2, ..).
ActivationCurve maxout_curve(const std::vector<double>& lines, const std::vector<double>& x) {
  Value settings = Value::Table{};
  settings.set("kind", "maxout");
  settings.set("units", Index{1});
  settings.set("pieces", static_cast<Index>(lines.size() / 2));
  LayerRig<double> rig(Layer::read(settings), {{1}}, static_cast<Index>(x.size()));
  for (std::size_t p = 0; p < lines.size() / 2; ++p) {
    rig.param(0).data[p] = lines[2 * p];
    rig.param(1).data[p] = lines[2 * p + 1];
  }
  return curve_over_first(rig, {}, x);
}

Layer layer_of(const GalleryFunction& function, const std::vector<double>& settings) {
  Value value = Value::Table{};
  value.set("kind", function.name);
  const bool is_learned = function.name == "prelu" || function.name == "softmax";
  for (std::size_t k = 0; k < settings.size() && !is_learned; ++k) value.set(function.sliders[k].name, settings[k]);
  return Layer::read(value);
}

}  // namespace

const std::vector<GalleryFunction>& function_gallery() {
  static const std::vector<GalleryFunction> gallery{
      {"sigmoid", R"(\frac{1}{1+e^{-x}})", R"(f(x)\,\bigl(1-f(x)\bigr))"},
      {"tanh", R"(\frac{e^{x}-e^{-x}}{e^{x}+e^{-x}})", R"(1-f(x)^2)"},
      {"relu", R"(\max(0,x))", R"(\begin{cases}1&x>0\\0&x\le 0\end{cases})"},
      {"linear", "x", "1"},
      {"binary_step", R"(\begin{cases}1&x>0\\0&x\le 0\end{cases})", "0"},
      {"leaky_relu",
       R"(\begin{cases}x&x>0\\ \alpha x&x\le 0\end{cases})",
       R"(\begin{cases}1&x>0\\ \alpha&x\le 0\end{cases})",
       {{"negative_slope", R"(\alpha)", 0, 1, 0.01}}},
      {"softmax",
       R"(\frac{e^{x}}{e^{x}+e^{x_2}+e^{x_3}})",
       R"(f(x)\,\bigl(1-f(x)\bigr))",
       {{"x2", "x_2", -3, 3, 0}, {"x3", "x_3", -3, 3, 0}}},
      {"softplus", R"(\ln\bigl(1+e^{x}\bigr))", R"(\frac{1}{1+e^{-x}})"},
      {"prelu",
       R"(\begin{cases}x&x>0\\ a\,x&x\le 0\end{cases})",
       R"(\begin{cases}1&x>0\\ a&x\le 0\end{cases})",
       {{"negative_slope", "a", -0.5, 1, 0.25}}},
      {"rrelu",
       R"(\begin{cases}x&x>0\\ \tfrac{l+u}{2}\,x&x\le 0\end{cases})",
       R"(\begin{cases}1&x>0\\ \tfrac{l+u}{2}&x\le 0\end{cases})",
       {{"lower", "l", 0, 1, 0.125}, {"upper", "u", 0, 1, 0.3333333333333333}}},
      {"elu",
       R"(\begin{cases}x&x>0\\ \alpha\,(e^{x}-1)&x\le 0\end{cases})",
       R"(\begin{cases}1&x>0\\ f(x)+\alpha&x\le 0\end{cases})",
       {{"alpha", R"(\alpha)", 0.1, 3, 1}}},
      {"selu", R"(\lambda\begin{cases}x&x>0\\ \alpha\,(e^{x}-1)&x\le 0\end{cases})",
       R"(\begin{cases}\lambda&x>0\\ f(x)+\lambda\alpha&x\le 0\end{cases})"},
      {"maxout",
       R"(\max(w_1x+b_1,\;w_2x+b_2,\;w_3x+b_3))",
       R"(w_{\text{winner}})",
       {{"w1", "w_1", -2, 2, -1},
        {"b1", "b_1", -2, 2, -1},
        {"w2", "w_2", -2, 2, 0.2},
        {"b2", "b_2", -2, 2, 0},
        {"w3", "w_3", -2, 2, 1.5},
        {"b3", "b_3", -2, 2, -1.5}}},
      {"swish",
       R"(\frac{x}{1+e^{-\beta x}})",
       R"(s+\beta f(x)\,(1-s),\;s=\tfrac{1}{1+e^{-\beta x}})",
       {{"beta", R"(\beta)", 0, 5, 1}}},
  };
  return gallery;
}

const GalleryFunction& find_function(const std::string& name) {
  std::vector<std::string> names;
  for (const GalleryFunction& function : function_gallery()) {
    if (function.name == name) return function;
    names.emplace_back(function.name);
  }
  throw OptionError("there is no function '" + name + "'" + did_you_mean(name, names));
}

ActivationCurve curve_of(const GalleryFunction& function, const std::vector<double>& settings,
                         const std::vector<double>& x) {
  if (settings.size() != function.sliders.size())
    throw OptionError("function " + std::string(function.name) + ": expected " +
                      std::to_string(function.sliders.size()) + " settings, got " + std::to_string(settings.size()));
  if (function.name == "maxout") return maxout_curve(settings, x);
  const auto rows = static_cast<Index>(x.size());
  const auto width = static_cast<Index>(function.name == "softmax" ? 1 + settings.size() : 1);
  LayerRig<double> rig(layer_of(function, settings), {{width}}, rows);
  if (function.name == "prelu") rig.param(0).data[0] = settings[0];
  return curve_over_first(rig, function.name == "softmax" ? settings : std::vector<double>{}, x);
}

std::vector<Band> saturated_bands(const ActivationCurve& curve) {
  double largest = 0;
  for (const double slope : curve.slope) largest = std::max(largest, std::abs(slope));
  std::vector<Band> bands;
  bool is_inside = false;
  for (std::size_t i = 0; i < curve.x.size(); ++i) {
    const bool is_flat = std::abs(curve.slope[i]) <= kSaturated * largest;
    if (is_flat && !is_inside) bands.push_back({curve.x[i], curve.x[i]});
    if (is_flat) bands.back().to = curve.x[i];
    is_inside = is_flat;
  }
  return bands;
}

}  // namespace isinglass
