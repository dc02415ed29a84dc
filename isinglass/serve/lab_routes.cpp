#include "isinglass/serve/lab_routes.h"

#include <algorithm>
#include <cmath>

#include "isinglass/base/error.h"
#include "isinglass/io/image.h"
#include "isinglass/io/json.h"
#include "isinglass/lab/depth_experiment.h"
#include "isinglass/lab/function_gallery.h"
#include "isinglass/lab/picture.h"
#include "isinglass/lab/symmetry.h"
#include "isinglass/serve/convolution_document.h"
#include "isinglass/serve/request.h"

namespace isinglass {
namespace {

constexpr std::size_t kMostCurves = 14, kMostSettings = 8, kCurvePoints = 481;

Value functions_document() {
  const std::vector<std::string> pointwise = pointwise_activations();
  Value::Array functions;
  for (const GalleryFunction& function : function_gallery()) {
    Value row = Value::Table{}, properties = Value::Table{};
    row.set("name", function.name);
    row.set("formula", function.formula);
    row.set("derivative", function.derivative);
    Value::Array sliders;
    for (const FunctionSlider& slider : function.sliders) {
      Value out = Value::Table{};
      out.set("name", slider.name);
      out.set("symbol", slider.symbol);
      out.set("low", slider.low);
      out.set("high", slider.high);
      out.set("start", slider.start);
      sliders.push_back(std::move(out));
    }
    row.set("sliders", std::move(sliders));
    if (std::ranges::find(pointwise, function.name) != pointwise.end()) {
      const ActivationProperties p = properties_of(std::string(function.name));
      properties.set("linear", p.is_linear);
      properties.set("bounded_below", p.bounded_below);
      properties.set("bounded_above", p.bounded_above);
      properties.set("least", p.least);
      properties.set("largest", p.largest);
      properties.set("monotonic", p.is_monotonic);
      properties.set("differentiable", p.is_differentiable);
      properties.set("near_identity", p.is_near_identity);
      properties.set("largest_slope", p.largest_slope);
      row.set("properties", std::move(properties));
    }
    functions.push_back(std::move(row));
  }
  Value out = Value::Table{};
  out.set("functions", std::move(functions));
  return out;
}

Value curve_document(const GalleryFunction& function, const std::vector<double>& settings, const std::vector<double>& x,
                     double at) {
  const ActivationCurve curve = curve_of(function, settings, x), point = curve_of(function, settings, {at});
  Value out = Value::Table{}, here = Value::Table{};
  out.set("name", function.name);
  out.set("y", numbers_document(curve.y));
  out.set("slope", numbers_document(curve.slope));
  Value::Array bands;
  for (const Band& band : saturated_bands(curve)) bands.push_back(Value::Array{band.from, band.to});
  out.set("bands", std::move(bands));
  here.set("x", at);
  here.set("y", point.y[0]);
  here.set("slope", point.slope[0]);
  out.set("at", std::move(here));
  return out;
}

Value curves_document(const Value& body) {
  const double low = real_in(body, "low", -3), high = real_in(body, "high", 3), at = real_in(body, "at", 1);
  if (!(low < high) || std::abs(low) > 1e3 || std::abs(high) > 1e3)
    throw InputError("low, high: expected low < high, both between -1000 and 1000");
  std::vector<double> x;
  for (std::size_t i = 0; i < kCurvePoints; ++i)
    x.push_back(low + (high - low) * static_cast<double>(i) / static_cast<double>(kCurvePoints - 1));
  const Value* wanted = body.find("functions");
  if (wanted == nullptr || wanted->as_array() == nullptr || wanted->as_array()->size() > kMostCurves)
    throw InputError("functions: expected a list of at most " + std::to_string(kMostCurves));
  Value::Array curves;
  for (const Value& one : *wanted->as_array()) {
    const GalleryFunction& function = find_function(text_in(one, "name"));
    std::vector<double> settings = reals_in(one, "settings", kMostSettings);
    if (settings.empty())
      for (const FunctionSlider& slider : function.sliders) settings.push_back(slider.start);
    curves.push_back(curve_document(function, settings, x, at));
  }
  Value out = Value::Table{};
  out.set("x", numbers_document(x));
  out.set("curves", std::move(curves));
  return out;
}

Index bounded_count(const HttpRequest& request, const char* key, Index otherwise, Index low, Index high) {
  const Index count = count_in(request, key).value_or(otherwise);
  if (count < low || count > high)
    throw InputError(std::string(key) + ": expected " + std::to_string(low) + " to " + std::to_string(high) + ", got " +
                     std::to_string(count));
  return count;
}

Value depth_row(const DepthRow& row) {
  Value out = Value::Table{};
  out.set("layer", row.layer);
  out.set("mean", row.mean);
  out.set("deviation", row.deviation);
  out.set("zeros", row.zero_fraction);
  out.set("flat", row.flat_fraction);
  out.set("gradient_deviation", row.gradient_deviation);
  out.set("edges", numbers_document(row.edges));
  out.set("counts", numbers_document(row.counts));
  out.set("gradient_edges", numbers_document(row.gradient_edges));
  out.set("gradient_counts", numbers_document(row.gradient_counts));
  return out;
}

// Each start of the weights; with "gain" (in hundredths) also weights of deviation gain/sqrt(units).
Value initialisation_document(const HttpRequest& request) {
  const auto named = request.query.find("activation");
  DepthSettings settings{.activation = named == request.query.end() ? "tanh" : named->second,
                         .layers = bounded_count(request, "layers", 10, 1, 20),
                         .units = bounded_count(request, "units", 100, 2, 256),
                         .samples = bounded_count(request, "samples", 200, 2, 500)};
  const std::vector<std::string> activations = pointwise_activations();
  if (std::ranges::find(activations, settings.activation) == activations.end())
    throw InputError("activation: there is no '" + settings.activation + "'" +
                     did_you_mean(settings.activation, activations));
  const auto seed = static_cast<std::uint32_t>(bounded_count(request, "seed", 13, 0, 4294967295));
  std::vector<std::pair<std::string, double>> starts;
  for (const char* name : {"0.01", "xavier", "he", "1"}) starts.emplace_back(name, scale_of(name, settings.units));
  if (const auto gain = count_in(request, "gain"))
    starts.emplace_back("own", static_cast<double>(bounded_count(request, "gain", *gain, 0, 1000)) / 100 *
                                   scale_of("xavier", settings.units));
  Value::Array list;
  for (const auto& [name, scale] : starts) {
    settings.scale = scale;
    Value start = Value::Table{};
    start.set("name", name);
    start.set("scale", scale);
    const std::vector<DepthRow> found = depth_experiment(settings, *numpy_stream(seed));
    Value::Array rows;
    for (const DepthRow& row : found) rows.push_back(depth_row(row));
    start.set("verdict", verdict_of(found));
    start.set("rows", std::move(rows));
    list.push_back(std::move(start));
  }
  Value out = Value::Table{}, names = Value::Array(activations.begin(), activations.end());
  out.set("activation", settings.activation);
  out.set("activations", std::move(names));
  out.set("starts", std::move(list));
  return out;
}

Value symmetry_document(const HttpRequest& request) {
  const Index epochs = bounded_count(request, "epochs", 3000, 1, 10000);
  const Index seed = bounded_count(request, "seed", 1, 0, 4294967295);
  Value::Array starts;
  for (const char* name : {"zeros", "equal", "random"}) {
    Value::Array rows;
    for (const SymmetryRow& row : symmetry_experiment(name, epochs, seed, true)) {
      Value out = Value::Table{};
      out.set("epoch", row.epoch);
      out.set("loss", row.loss);
      out.set("first", numbers_document(row.first));
      out.set("second", numbers_document(row.second));
      out.set("difference", row.difference);
      rows.push_back(std::move(out));
    }
    Value start = Value::Table{};
    start.set("name", name);
    start.set("rows", std::move(rows));
    starts.push_back(std::move(start));
  }
  Value out = Value::Table{};
  out.set("starts", std::move(starts));
  return out;
}

}  // namespace

std::vector<HttpRoute> lab_routes() {
  const auto of_body = [](Value (*answer)(const Value&)) {
    return [answer](const HttpRequest& request) { return json(answer(parse_json(request.body, "body"))); };
  };
  return {
      {"GET", "/api/functions", [](const HttpRequest&) { return json(functions_document()); }},
      {"POST", "/api/functions/curves", of_body(curves_document)},
      {"GET", "/api/initialisation", [](const HttpRequest& request) { return json(initialisation_document(request)); }},
      {"GET", "/api/symmetry", [](const HttpRequest& request) { return json(symmetry_document(request)); }},
      {"GET", "/api/convolution", [](const HttpRequest&) { return json(convolution_choices()); }},
      {"POST", "/api/convolution", of_body(convolution_document)},
      {"POST", "/api/picture",
       [](const HttpRequest& request) {
         constexpr Index kLongest = 48;
         return json(plane_document(grey_picture(parse_image(request.body, "picture"), kLongest)));
       }},
  };
}

}  // namespace isinglass
