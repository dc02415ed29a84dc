#include "isinglass/figure/run_metrics.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "isinglass/base/error.h"
#include "isinglass/figure/panels.h"
#include "isinglass/figure/run_network.h"

namespace isinglass {
namespace {

constexpr Index kEvaluated = 40;  // epochs, about
constexpr std::size_t kPanels = 2;

// Every epoch of a short run, else evenly spread on a log axis.
std::vector<Index> epochs_to_evaluate(Index last) {
  std::vector<Index> epochs;
  const double ratio = std::pow(static_cast<double>(last + 1), 1.0 / static_cast<double>(kEvaluated));
  double place = 1;
  for (Index i = 0; i <= kEvaluated; ++i, place *= ratio) {
    const Index epoch = last <= kEvaluated ? std::min(i, last) : std::min(std::lround(place) - 1, last);
    if (epochs.empty() || epoch > epochs.back()) epochs.push_back(epoch);
  }
  if (epochs.back() != last) epochs.push_back(last);
  return epochs;
}

std::string words(std::string name) {
  std::ranges::replace(name, '_', ' ');
  return name;
}
std::string with_capital(std::string name) {
  if (!name.empty() && name[0] >= 'a' && name[0] <= 'z') name[0] = static_cast<char>(name[0] - 'a' + 'A');
  return name;
}

Chart chart_of(RunReader& run, const std::string& metric, std::vector<Series> series) {
  return epoch_chart(run, with_capital(words(metric)) + " of " + run_name(run), words(metric), std::move(series));
}

// Series by metric, for the parts that the run has.
std::map<std::string, std::vector<Series>> evaluated(RunReader& run, const std::vector<std::string>& metrics,
                                                     const CurveOptions& options) {
  std::vector<SamplesOfRun> parts{{"train", &run.data().train}};
  if (run.data().validation) parts.push_back({"validation", &*run.data().validation});
  if (run.data().test) parts.push_back({"test", &*run.data().test});
  std::map<std::string, std::vector<Series>> series;
  for (const std::string& metric : metrics)
    for (const SamplesOfRun& part : parts) {
      const std::string key = part.name + "." + metric;
      series[metric].push_back({.name = symbol_of(key), .key = key});
    }
  for (const Index epoch : epochs_to_evaluate(run.epochs())) {
    options.on_epoch(epoch);
    const RunNetwork network(run, epoch);
    for (std::size_t p = 0; p < parts.size(); ++p) {
      const Value table = network.evaluate(*parts[p].data).write();
      for (const std::string& metric : metrics) {
        const Value* value = table.find(metric);
        if (value == nullptr || value->as_real() == nullptr) continue;
        series[metric][p].x.push_back(static_cast<double>(epoch + 1));
        series[metric][p].y.push_back(*value->as_real());
      }
    }
  }
  return series;
}

double statistic_of(const LayerStatistic& row, const std::string& name) {
  if (name == "gradient_norm") return row.gradient_norm;
  if (name == "weight_norm") return row.weight_norm;
  if (name == "update_ratio") return row.update_ratio;
  throw OptionError("there is no statistic of layers '" + name + "'" +
                    did_you_mean(name, {"gradient_norm", "weight_norm", "update_ratio"}));
}

}  // namespace

Scene draw_metrics(RunReader& run, const CurveOptions& options) {
  std::vector<Scene> panels;
  std::vector<std::string> known = known_metrics(run);
  if (!known.empty() && run.epochs() > 1) {
    known.resize(std::min(known.size(), kPanels));
    for (const std::string& metric : known) panels.push_back(draw(metric_chart(run, metric, options)));
    return arrange(panels, 2);
  }
  const std::vector<std::string> metrics = run.data().train.is_classification()
                                               ? std::vector<std::string>{"accuracy", "macro_f1"}
                                               : std::vector<std::string>{"rmse", "r2"};
  auto series = evaluated(run, metrics, options);
  for (const std::string& metric : metrics) panels.push_back(draw(chart_of(run, metric, std::move(series[metric]))));
  return arrange(panels, 2);
}

Scene draw_parameters(RunReader& run, const CurveOptions& options) {
  Index weights = 0, biases = 0;
  for (const GraphParameter& p : run.graph().parameters) {
    if (p.spec.role == ParamSpec::kBias) biases += p.size();
    if (p.spec.role == ParamSpec::kKernel || p.spec.role == ParamSpec::kConstant) weights += p.size();
  }
  if (std::max(weights, biases) > kMostParameterCurves)
    return arrange({draw(layer_chart(run, "weight_norm")), draw(layer_chart(run, "update_ratio"))}, 2);
  std::vector<Scene> panels;
  if (weights > 0) panels.push_back(draw(weights_chart(run, options)));
  if (biases > 0) panels.push_back(draw(biases_chart(run, options)));
  if (panels.empty()) throw InputError(run.directory() + ": the network has no parameters");
  return arrange(panels, 2);
}

HeatMap confusion_of(RunReader& run, Index epoch, const std::string& part_name) {
  const SamplesOfRun part = part_of(run, part_name);
  if (!part.data->is_classification())
    throw InputError(run.directory() + ": the network tells no classes apart, so that none are confused; take the " +
                     "kind metrics");
  const Metrics metrics = RunNetwork(run, epoch).evaluate(*part.data).metrics;
  if (metrics.confusion.empty())
    throw InputError(run.directory() + ": " + std::to_string(metrics.classes.size()) +
                     " classes are too many for a table of confusions; at most " +
                     std::to_string(MetricSums::kLargestConfusion));
  const auto count = static_cast<Index>(metrics.classes.size());
  HeatMap map{.title = run_name(run) + ", epoch " + std::to_string(epoch) + ": " + part.name + " data",
              .x_label = "predicted",
              .y_label = "actual",
              .rows = count,
              .cols = count,
              .values = metrics.confusion,
              .colours = {.low = 0, .label = "samples"},
              .digits = 6};
  for (const ClassMetrics& one : metrics.classes) map.row_names.push_back(one.name);
  map.col_names = map.row_names;
  return map;
}

Chart layer_chart(RunReader& run, const std::string& statistic) {
  statistic_of({}, statistic);
  std::map<Index, Series> by_layer;
  for (const LayerStatistic& row :
       run.store() != nullptr ? run.store()->layer_statistics() : std::vector<LayerStatistic>{}) {
    const double value = statistic_of(row, statistic);
    if (row.step % run.batches() != 0 || row.layer < 1 || row.layer > static_cast<Index>(run.graph().layers.size()) ||
        run.graph().layers[static_cast<std::size_t>(row.layer - 1)].parameters == 0)
      continue;
    Series& series = by_layer[row.layer];
    series.x.push_back(static_cast<double>(row.step / run.batches() + 1));
    series.y.push_back(value);
  }
  if (by_layer.empty())
    throw InputError(run.directory() +
                     ": the run recorded no statistics of layers; set level = \"auto\" in [record] and train again");
  std::vector<Series> all;
  for (auto& [number, series] : by_layer) {
    const GraphLayer& layer = run.graph().layers[static_cast<std::size_t>(number - 1)];
    series.name = layer.name + " (" + layer.kind + ")";
    series.key = layer.name + "." + statistic;
    if (by_layer.size() > kPaletteSize) series.colour = ordered_colour(all.size(), by_layer.size());
    all.push_back(std::move(series));
  }
  const std::string label = statistic == "gradient_norm" ? "|dL/dw|"
                            : statistic == "weight_norm" ? "|w|"
                                                         : "|\u0394w| / |w|";
  Chart chart = chart_of(run, statistic, std::move(all));
  chart.y_label = words(statistic) + " " + label;
  if (statistic != "weight_norm") chart.y.kind = Axis::kLog;
  return chart;
}

}  // namespace isinglass
