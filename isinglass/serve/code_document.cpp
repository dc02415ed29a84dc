#include "isinglass/serve/code_document.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "isinglass/base/error.h"
#include "isinglass/data/load.h"
#include "isinglass/figure/chart.h"
#include "isinglass/figure/quantity_symbol.h"
#include "isinglass/figure/run_network.h"
#include "isinglass/figure/run_weights.h"
#include "isinglass/model/node_numbers.h"
#include "isinglass/serve/request.h"

namespace isinglass {
namespace {

constexpr Index kMostCodes = 1000, kPairs = 12, kMostCodeNumbers = 64;

void check(const RunAtStep& run) {
  if (!run.replay.graph().is_autoencoder())
    throw InputError(run.directory +
                     ": the network is no autoencoder, so it has no code; begin one, such as the scene "
                     "autoencoder-3-2-1-2-3");
}

const Dataset& part_of(const RunAtStep& run, const std::string& name) {
  const LoadedData& data = run.replay.data();
  if (name.empty() || name == "train") return data.train;
  if (name == "validation" && data.validation) return *data.validation;
  if (name == "test" && data.test) return *data.test;
  throw InputError("part: the run has no '" + name + "' data; take train");
}

std::vector<std::string> parts_of(const LoadedData& data) {
  std::vector<std::string> parts{"train"};
  if (data.validation) parts.emplace_back("validation");
  if (data.test) parts.emplace_back("test");
  return parts;
}

std::vector<double> row_of(const std::vector<double>& all, std::size_t row, std::size_t width) {
  const auto begin = all.begin() + static_cast<std::ptrdiff_t>(row * width);
  return {begin, begin + static_cast<std::ptrdiff_t>(width)};
}

std::size_t code_width(const Graph& graph) {
  return static_cast<std::size_t>(size_of(graph.value_shape(graph.code_value())));
}

// Its numbers with their symbols and the range that the samples take.
Value code_numbers(const Graph& graph, const std::vector<double>& codes) {
  const std::size_t width = code_width(graph);
  Value::Array numbers;
  for (std::size_t k = 0; k < width; ++k) {
    const std::string name = node_name(graph, graph.code_value(), static_cast<Index>(k));
    double low = codes[k], high = codes[k], sum = 0;
    for (std::size_t i = k; i < codes.size(); i += width) {
      low = std::min(low, codes[i]);
      high = std::max(high, codes[i]);
      sum += codes[i];
    }
    Value out = Value::Table{};
    out.set("symbol", name.empty() || width > 12 ? "m_{" + std::to_string(k + 1) + "}" : symbol_of(name));
    out.set("low", low);
    out.set("high", high);
    out.set("mean", sum * static_cast<double>(width) / static_cast<double>(codes.size()));
    numbers.push_back(std::move(out));
  }
  return numbers;
}

// (channels, rows, cols) of samples that are pictures; else nothing.
Value picture_shape(const Shape& input) {
  if (input.size() == 3 && (input[0] == 1 || input[0] == 3) && input[1] > 1)
    return Value::Array{input[0], input[1], input[2]};
  if (input.size() == 2 && input[0] > 1 && input[1] > 1) return Value::Array{Index{1}, input[0], input[1]};
  const Index side = input.size() == 1 ? image_side(input[0]) : 0;
  return side > 0 ? Value(Value::Array{Index{1}, side, side}) : Value();
}

Value reconstructions(const FrozenNetwork& network, const Dataset& data, Index first) {
  if (first >= data.size())
    throw InputError("first: the samples are 0 to " + std::to_string(data.size() - 1) + ", got " +
                     std::to_string(first));
  std::vector<Index> samples;
  for (Index i = first; i < std::min(first + kPairs, data.size()); ++i) samples.push_back(i);
  const std::vector<double> inputs = inputs_of(data, samples);
  const Graph& graph = network.graph();
  const auto found = network.values({graph.code_value(), graph.output_value()}, inputs);
  const std::size_t width = inputs.size() / samples.size();
  Value::Array pairs;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const std::vector<double> input = row_of(inputs, i, width), output = row_of(found[1], i, width);
    double squares = 0;
    for (std::size_t k = 0; k < width; ++k) squares += (output[k] - input[k]) * (output[k] - input[k]);
    Value pair = Value::Table{};
    pair.set("sample", samples[i]);
    pair.set("latent", numbers_document(row_of(found[0], i, code_width(graph))));
    pair.set("input", numbers_document(input));
    pair.set("output", numbers_document(output));
    pair.set("error", squares / static_cast<double>(width));
    pairs.push_back(std::move(pair));
  }
  return pairs;
}

// The line through amounts and the only number of the code.
void add_fit(Value& document, const std::vector<double>& amounts, const std::vector<double>& codes) {
  if (std::set<double>(amounts.begin(), amounts.end()).size() < 2) return;
  const FittedLine fit = fit_line(amounts, codes);
  Value out = Value::Table{};
  out.set("slope", fit.slope);
  out.set("intercept", fit.intercept);
  out.set("r_squared", fit.r_squared);
  document.set("fit", std::move(out));
}

}  // namespace

SampleLabels labels_of(const Experiment& experiment, const std::string& directory) {
  SampleLabels labels;
  DataOptions options = experiment.data;
  options.target = {};
  options.task = "infer";
  try {
    const LoadedData data = load_data(options, directory, *experiment.split_stream());
    const auto add = [&](const std::string& name, const Dataset& part) {
      std::vector<double> numbers(part.labels().begin(), part.labels().end());
      if (numbers.empty() && part.outputs() == 1) numbers = targets_of(part, spread_samples(part.size(), part.size()));
      if (!numbers.empty()) labels.parts[name] = std::move(numbers);
    };
    add("train", data.train);
    if (data.validation) add("validation", *data.validation);
    if (data.test) add("test", *data.test);
    labels.classes = data.train.class_names();
    if (labels.classes.empty() && !labels.parts.empty()) labels.name = data.preprocessor.output_names()[0];
  } catch (const InputError&) {  // inputs alone
    labels = {};
  }
  return labels;
}

Value codes_document(const RunAtStep& run, const std::string& part, Index first, const SampleLabels& labels) {
  check(run);
  const Dataset& data = part_of(run, part);
  const FrozenNetwork network = run.network();
  const Graph& graph = network.graph();
  const std::vector<Index> samples = spread_samples(data.size(), kMostCodes);
  const std::vector<double> codes = network.values(graph.code_value(), inputs_of(data, samples));
  const std::size_t width = code_width(graph), shown = std::min<std::size_t>(width, kMostCodeNumbers);
  Value out = Value::Table{};
  const std::vector<std::string> parts = parts_of(run.replay.data());
  out.set("parts", Value::Array(parts.begin(), parts.end()));
  out.set("part", part.empty() ? "train" : part);
  out.set("samples", data.size());
  out.set("code", code_numbers(graph, codes));
  out.set("shape", picture_shape(graph.input));
  Value::Array points;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    Value point = Value::Table{};
    std::vector<double> code = row_of(codes, i, width);
    code.resize(shown);
    point.set("sample", samples[i]);
    point.set("code", numbers_document(code));
    points.push_back(std::move(point));
  }
  if (const auto known = labels.parts.find(part.empty() ? "train" : part);
      known != labels.parts.end() && static_cast<Index>(known->second.size()) == data.size()) {
    std::vector<double> of_points;
    for (const Index sample : samples) of_points.push_back(known->second[static_cast<std::size_t>(sample)]);
    for (std::size_t i = 0; i < points.size(); ++i) points[i].set("label", of_points[i]);
    if (labels.classes.empty()) out.set("amount", labels.name);
    if (labels.classes.empty() && width == 1) add_fit(out, of_points, codes);
  }
  out.set("classes", Value::Array(labels.classes.begin(), labels.classes.end()));
  out.set("points", std::move(points));
  out.set("pairs", reconstructions(network, data, first));
  return out;
}

Value decode_document(const RunAtStep& run, const Value& body) {
  check(run);
  const FrozenNetwork network = run.network();
  const Graph& graph = network.graph();
  const std::size_t width = code_width(graph);
  const Dataset& data = part_of(run, text_in(body, "part"));
  const auto code_of = [&](double sample) {
    const auto number = static_cast<Index>(sample);
    if (!(sample >= 0) || number >= data.size())
      throw InputError("sample: they are 0 to " + std::to_string(data.size() - 1));
    return network.values(graph.code_value(), inputs_of(data, std::vector<Index>{number}));
  };
  std::vector<double> latent = reals_in(body, "latent", width);
  if (const std::vector<double> ends = reals_in(body, "between", 2); ends.size() == 2) {
    const double t = std::clamp(real_in(body, "at", 0.5), 0.0, 1.0);
    latent = code_of(ends[0]);
    const std::vector<double> other = code_of(ends[1]);
    for (std::size_t k = 0; k < width; ++k) latent[k] += t * (other[k] - latent[k]);
  } else if (latent.empty()) {
    latent = code_of(number_of(body, "sample", 0));
  }
  if (latent.size() != width)
    throw InputError("latent: the code has " + std::to_string(width) + " numbers, got " +
                     std::to_string(latent.size()));
  Value out = Value::Table{};
  out.set("latent", numbers_document(latent));
  out.set("output", numbers_document(network.decoded(latent)));
  return out;
}

}  // namespace isinglass
