#include "isinglass/figure/run_curves.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>

#include "isinglass/base/error.h"
#include "isinglass/figure/text_metrics.h"
#include "isinglass/model/node_numbers.h"

namespace isinglass {
namespace {

constexpr Index kFewEpochs = 20;    // that stand on a linear axis
constexpr double kWideRange = 30;   // of a loss that stands on a log axis
constexpr std::size_t kDozen = 12;  // curves of predictions
constexpr const char* kParts[] = {"train", "validation", "test"};

double place_of(Index epoch) {
  return static_cast<double>(epoch + 1);
}

// Of a metric that is known once, the point must be seen.
void mark_single_points(std::vector<Series>& series) {
  for (Series& s : series)
    if (s.x.size() == 1) {
      s.line = Line::kNone;
      s.marker = Marker::kDiamond;
    }
}

bool is_wide(const std::vector<Series>& series) {
  double low = INFINITY, high = 0;
  for (const Series& s : series)
    for (const double y : s.y) {
      if (!(y > 0)) return false;
      low = std::min(low, y);
      high = std::max(high, y);
    }
  return high > kWideRange * low;
}

// The parameters that are biases, or those that are not; what is not trained is neither.
std::vector<Address> trained(const Graph& graph, bool are_biases) {
  std::vector<Address> found;
  for (const Address& address : all_quantities(graph))
    if (address.kind == Address::kParameter &&
        (graph.parameters[address.which].spec.role == ParamSpec::kBias) == are_biases)
      found.push_back(address);
  return found;
}

// One hue for each node of the smaller side of a layer, as the diagrams have them; light to dark over its weights.
std::vector<Colour> colours_of(const std::vector<Address>& addresses, const Graph& graph) {
  struct Member {
    std::size_t family = 0, place = 0;
  };
  std::vector<Member> members;
  std::map<std::pair<std::size_t, Index>, std::size_t> families;
  std::map<std::size_t, std::size_t> sizes;
  for (const Address& address : addresses) {
    const GraphParameter& p = graph.parameters[address.which];
    const bool is_matrix = p.spec.role == ParamSpec::kKernel && p.spec.shape.size() == 2;
    const Index owner = !is_matrix ? 0 : p.rows < p.cols ? address.element / p.cols : address.element % p.cols;
    const std::size_t family = families.try_emplace({address.which, owner}, families.size()).first->second;
    members.push_back({family, sizes[family]++});
  }
  std::vector<Colour> colours;
  for (const Member& member : members)
    colours.push_back(family_colour(member.family, member.place, sizes[member.family]));
  return colours;
}

Chart parameter_chart(RunReader& run, bool are_biases, const CurveOptions& options) {
  const std::string what = are_biases ? "biases" : "weights";
  const std::vector<Address> addresses = trained(run.graph(), are_biases);
  if (addresses.empty()) throw InputError(run.directory() + ": the network has no " + what);
  if (static_cast<Index>(addresses.size()) > kMostParameterCurves)
    throw InputError(run.directory() + ": the network has " + std::to_string(addresses.size()) + " " + what +
                     ", and at most " + std::to_string(kMostParameterCurves) +
                     " can be told apart as curves; name some with --quantity, or take the kind weights");
  std::vector<CurveRequest> requests;
  for (const Address& address : addresses) requests.push_back({name_of(address, run.graph())});
  std::vector<Series> series = curves(run, requests, options);
  const std::vector<Colour> colours = colours_of(addresses, run.graph());
  for (std::size_t i = 0; i < series.size(); ++i)
    if (!are_biases)
      series[i].colour = colours[i];
    else if (series.size() > kPaletteSize)
      series[i].colour = ordered_colour(i, series.size());
  return epoch_chart(run, (are_biases ? "Biases of " : "Weights of ") + run_name(run), are_biases ? "bias" : "weight",
                     std::move(series));
}

// A sample and an output of it.
struct Prediction {
  Index sample, output;
  double target;
};

std::vector<Prediction> predictions_of(const Dataset& data, const std::vector<Index>& samples) {
  const Index n_out = data.outputs();
  const auto count = static_cast<Index>(samples.size());
  std::vector<double> x(static_cast<std::size_t>(count * data.inputs())), y(static_cast<std::size_t>(count * n_out)),
      weights;
  data.gather<double>(samples, {x.data(), count, data.inputs()}, {y.data(), count, n_out}, weights);
  std::vector<Prediction> found;
  for (std::size_t s = 0; s < samples.size(); ++s)
    for (Index j = 0; j < n_out; ++j) {
      const double target = y[s * static_cast<std::size_t>(n_out) + static_cast<std::size_t>(j)];
      if (data.target_kind() != TargetKind::kOneHot || target == 1) found.push_back({samples[s], j, target});
    }
  return found;
}

// As many samples as a dozen curves have room for, evenly spread.
std::vector<Index> some_samples(const Dataset& data) {
  const Index curves_each = data.target_kind() == TargetKind::kOneHot ? 1 : std::max<Index>(data.outputs(), 1);
  const Index most = std::max<Index>(static_cast<Index>(kDozen) / curves_each, 1), count = std::min(most, data.size());
  std::vector<Index> samples;
  for (Index i = 0; i < count; ++i) samples.push_back(i * data.size() / count);
  return samples;
}

}  // namespace

std::string run_name(const RunReader& run) {
  const std::filesystem::path path = std::filesystem::path(run.directory()).lexically_normal();
  return path.has_filename() ? path.filename().string() : path.parent_path().filename().string();
}

std::vector<Series> curves(RunReader& run, const std::vector<CurveRequest>& requests, const CurveOptions& options) {
  std::vector<Series> series;
  std::vector<Address> addresses;
  for (const CurveRequest& request : requests) {
    addresses.push_back(parse_quantity(request.quantity, run.graph()));
    const std::string sample = request.sample ? std::to_string(*request.sample) : "";
    series.push_back(
        {.name = symbol_of(request.quantity, options.signs) + (sample.empty() ? "" : "^{(" + sample + ")}"),
         .key = series_key(request.quantity, options.signs) + (sample.empty() ? "" : "@" + sample)});
  }
  for (Index epoch = 0; epoch <= run.epochs(); ++epoch) {
    options.on_epoch(epoch);
    for (std::size_t i = 0; i < requests.size(); ++i) {
      if (!run.has_metric(addresses[i], epoch)) continue;
      const double value = run.number(addresses[i], epoch, requests[i].sample).value;
      series[i].x.push_back(place_of(epoch));
      series[i].y.push_back(signed_value(requests[i].quantity, value, options.signs));
    }
  }
  for (std::size_t i = 0; i < requests.size(); ++i)
    if (series[i].x.empty()) run.number(addresses[i], run.epochs(), requests[i].sample);  // which says what is missing
  return series;
}

Series curve(RunReader& run, const std::string& quantity, std::optional<Index> sample, const CurveOptions& options) {
  return curves(run, {{quantity, sample}}, options).front();
}

Chart epoch_chart(const RunReader& run, const std::string& title, const std::string& y_label,
                  std::vector<Series> series) {
  mark_single_points(series);
  Chart chart{.title = title, .x_label = "epoch + 1", .y_label = y_label, .series = std::move(series)};
  chart.x.kind = run.epochs() > kFewEpochs ? Axis::kLog : Axis::kLinear;
  if (chart.x.kind == Axis::kLinear)
    for (Index epoch = 0; epoch <= std::max<Index>(run.epochs(), 1); epoch += std::max<Index>(1, run.epochs() / 10))
      chart.x.ticks.push_back({place_of(epoch), std::to_string(epoch + 1)});
  chart.x.low = place_of(0);
  chart.x.high = place_of(std::max<Index>(run.epochs(), 1));
  return chart;
}

Chart loss_chart(RunReader& run, const CurveOptions& options) {
  std::vector<CurveRequest> requests;
  const auto is_known = [&](const std::string& name) {
    const Address address = parse_quantity(name, run.graph());
    for (Index epoch = run.epochs(); epoch >= 0; --epoch)
      if (run.has_metric(address, epoch)) return true;
    return false;
  };
  const bool has_mean = run.batches() > 1 && is_known("train.loss");
  requests.push_back({has_mean ? "train.loss" : "loss"});
  for (const char* part : {"validation", "test"})
    if (is_known(std::string(part) + ".loss")) requests.push_back({std::string(part) + ".loss"});
  std::vector<Series> series = curves(run, requests, options);
  series[0].name = has_mean ? "training loss, as the epoch went" : "training loss";
  Chart chart =
      epoch_chart(run, "Loss of " + run_name(run), std::string(run.loss().kind()) + " loss", std::move(series));
  std::ranges::replace(chart.y_label, '_', ' ');
  if (is_wide(chart.series)) chart.y.kind = Axis::kLog;
  return chart;
}

std::vector<std::string> known_metrics(RunReader& run) {
  std::vector<std::string> known;
  for (const char* name : {"accuracy", "rmse", "r2", "mae", "macro_f1", "macro_precision", "macro_recall"})
    if (run.has_metric({.kind = Address::kScalar, .scalar = std::string("validation.") + name}, run.epochs()))
      known.emplace_back(name);
  return known;
}

Chart metric_chart(RunReader& run, const std::string& metric, const CurveOptions& options) {
  std::vector<CurveRequest> requests;
  for (const char* part : kParts) {
    const std::string name = std::string(part) + "." + metric;
    if (run.has_metric(parse_quantity(name, run.graph()), run.epochs())) requests.push_back({name});
  }
  std::vector<Series> series = curves(run, requests, options);
  if (std::ranges::none_of(series, [](const Series& s) { return s.x.size() > 1; }))
    throw InputError(run.directory() + ": '" + metric +
                     "' is not known of two epochs; it is recorded where there are validation data: set "
                     "validation_fraction in [data] and train again, or take the kind loss");
  for (std::size_t i = 0; i < series.size(); ++i)
    if (series[i].x.size() == 1) series[i].name += " at the end";
  std::string label = metric;
  std::ranges::replace(label, '_', ' ');
  return epoch_chart(run,
                     std::string(1, static_cast<char>(label[0] & ~0x20)) + label.substr(1) + " of " + run_name(run),
                     label, std::move(series));
}

Chart weights_chart(RunReader& run, const CurveOptions& options) {
  return parameter_chart(run, false, options);
}

Chart biases_chart(RunReader& run, const CurveOptions& options) {
  return parameter_chart(run, true, options);
}

Chart predictions_chart(RunReader& run, std::vector<Index> samples, const CurveOptions& options) {
  const Dataset& data = run.data().train;
  for (const Index sample : samples)
    if (sample < 0 || sample >= data.size())
      throw InputError(run.directory() + ": there is no sample " + std::to_string(sample) +
                       "; the training samples are 0 to " + std::to_string(data.size() - 1));
  if (samples.empty()) samples = some_samples(data);
  const std::vector<Prediction> predictions = predictions_of(data, samples);
  std::vector<CurveRequest> requests;
  for (const Prediction& p : predictions)
    requests.push_back(
        {name_of({.kind = Address::kOutput, .which = run.graph().output_value(), .element = p.output}, run.graph()),
         p.sample});
  std::vector<Series> series = curves(run, requests, options);
  const bool are_classes = data.is_classification();
  const std::size_t count = series.size();
  for (std::size_t i = 0; i < count; ++i) {
    series[i].colour = count > kPaletteSize ? ordered_colour(i, count) : series_colour(i);
    const std::string key = "target(" + requests[i].quantity + ")@" + std::to_string(predictions[i].sample);
    // One for all, or each in the colour of its sample.
    Series target{.name = i == 0 && (count == 1 || are_classes) ? "target" : "",
                  .key = key,
                  .x = {place_of(0), place_of(std::max<Index>(run.epochs(), 1))},
                  .y = {predictions[i].target, predictions[i].target},
                  .line = Line::kDashed,
                  .colour = count == 1 || are_classes ? kInk : *series[i].colour,
                  .width = 1.4};
    series.push_back(std::move(target));
  }
  const bool is_one_hot = data.target_kind() == TargetKind::kOneHot;
  return epoch_chart(run, "Predictions of " + run_name(run),
                     is_one_hot                  ? "probability of the sample's class"
                     : are_classes || count == 1 ? "output"
                                                 : "output (dashed: target)",
                     std::move(series));
}

}  // namespace isinglass
