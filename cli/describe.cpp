// cli/describe.cpp - the layers of a network: shapes, parameters and their counts (spec N3, S2).
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "cli/as_dense.h"
#include "cli/commands.h"
#include "cli/experiment_file.h"
#include "cli/output.h"
#include "cli/trained_model.h"
#include "cli/training_plan.h"

namespace isinglass {
namespace {

struct Arguments {
  std::string subject, as_dense;
  std::vector<std::string> overrides;
  bool json = false, plan = false;
  Index threads = 0;
};

struct LayerCounts {
  std::string tensors;  // "W (784, 256)  b (256)"
  Index weights = 0, biases = 0;
};

// Name and value, in the order of the text: "loss", "mean_squared".
using Facts = std::vector<std::pair<std::string, Value>>;

// "adam (learning_rate 0.001, beta1 0.9)".
std::string settings_text(const Value& settings) {
  const Value::Table* table = settings.as_table();
  if (table == nullptr) return settings.preview();
  std::string kind, others;
  for (const auto& [key, value] : *table) {
    if (key == "kind" && value.as_string() != nullptr)
      kind = *value.as_string();
    else
      others += (others.empty() ? "" : ", ") + key + " " + value.preview();
  }
  if (kind.empty() || others.empty()) return kind + others;
  return kind + " (" + others + ")";
}

std::vector<std::vector<const GraphParameter*>> parameters_by_layer(const Graph& graph) {
  std::vector<std::vector<const GraphParameter*>> out(graph.layers.size());
  for (const GraphNode& node : graph.nodes)
    for (const std::size_t p : node.parameters) out[node.layer_index].push_back(&graph.parameters[p]);
  return out;
}

LayerCounts counts_of(const std::vector<const GraphParameter*>& parameters) {
  LayerCounts counts;
  for (const GraphParameter* p : parameters) {
    const std::string name = p->name.substr(p->name.find('.') + 1);
    const std::string symbol = name == "kernel" ? "W" : name == "bias" ? "b" : name;
    counts.tensors += (counts.tensors.empty() ? "" : "  ") + symbol + " " + to_string(p->spec.shape);
    if (p->spec.role != ParamSpec::kState)
      (p->spec.role == ParamSpec::kBias ? counts.biases : counts.weights) += p->size();
  }
  return counts;
}

std::string inputs_text(const Shapes& shapes) {
  std::string text;
  for (const Shape& shape : shapes) text += (text.empty() ? "" : " ") + to_string(shape);
  return text;
}

// "H4..H5"; "" for a layer that works on the nodes of the one before.
std::string nodes_text(const GraphLayer& layer) {
  if (!layer.has_nodes) return "";
  const Index last = layer.first_number + size_of(layer.out) - 1;
  const std::string first = layer.letter + std::to_string(layer.first_number);
  return last == layer.first_number ? first : first + ".." + layer.letter + std::to_string(last);
}

std::string layers_text(const Graph& graph) {
  std::vector<std::vector<std::string>> rows{
      {"layer", "kind", "nodes", "input", "output", "shapes", "weights", "biases", "parameters"}};
  Index weights = 0, biases = 0;
  std::string sizes;
  const auto parameters = parameters_by_layer(graph);
  for (std::size_t k = 0; k < graph.layers.size(); ++k) {
    const GraphLayer& layer = graph.layers[k];
    const LayerCounts counts = counts_of(parameters[k]);
    weights += counts.weights;
    biases += counts.biases;
    if (!layer.arithmetic.empty()) sizes += layer.name + " output size: " + layer.arithmetic + "\n";
    rows.push_back({layer.name, layer.kind + (layer.activation.empty() ? "" : " + " + layer.activation),
                    nodes_text(layer), inputs_text(layer.in), to_string(layer.out), counts.tensors,
                    grouped(counts.weights), grouped(counts.biases), grouped(layer.parameters)});
  }
  rows.push_back({"total", "", "", "", "", "", grouped(weights), grouped(biases), grouped(graph.parameter_count())});
  return aligned(rows, "llllllr") + sizes +
         "Shapes are of one sample: of N samples a layer's Z and A are (N, output).\n";
}

Value layer_document(const GraphLayer& layer, const std::vector<const GraphParameter*>& parameters) {
  const LayerCounts counts = counts_of(parameters);
  Value::Array tensors;
  for (const GraphParameter* p : parameters) {
    Value tensor = Value::Table{};
    tensor.set("name", p->name);
    tensor.set("shape", OptionType<Shape>::write(p->spec.shape));
    tensors.push_back(std::move(tensor));
  }
  Value document = Value::Table{};
  document.set("name", layer.name);
  document.set("kind", layer.kind);
  document.set("activation", layer.activation.empty() ? Value() : Value(layer.activation));
  document.set("input_shape", OptionType<Shape>::write(layer.in[0]));
  if (layer.in.size() > 1) document.set("input_shapes", OptionType<Shapes>::write(layer.in));
  document.set("output_shape", OptionType<Shape>::write(layer.out));
  if (!layer.arithmetic.empty()) document.set("output_size", layer.arithmetic);
  if (layer.has_nodes) document.set("nodes", nodes_text(layer));
  document.set("tensors", std::move(tensors));
  document.set("weights", counts.weights);
  document.set("biases", counts.biases);
  document.set("parameters", layer.parameters);
  return document;
}

void show(const Graph& graph, const Facts& facts, bool json) {
  if (json) {
    const auto parameters = parameters_by_layer(graph);
    Value::Array layers;
    for (std::size_t k = 0; k < graph.layers.size(); ++k)
      layers.push_back(layer_document(graph.layers[k], parameters[k]));
    Value document = Value::Table{};
    document.set("layers", std::move(layers));
    document.set("parameters", graph.parameter_count());
    for (const auto& [name, value] : facts) document.set(name, value);
    print_json(document);
    return;
  }
  std::vector<std::vector<std::string>> rows;
  for (const auto& [name, value] : facts)
    rows.push_back({name, value.as_string() != nullptr ? *value.as_string() : settings_text(value)});
  print(layers_text(graph) + "\n" + aligned(rows, "l"));
}

void add_classes(Facts& facts, const std::vector<std::string>& names) {
  if (!names.empty()) facts.emplace_back("classes", OptionType<std::vector<std::string>>::write(names));
}

// Shape of a sample as the [model] section alone tells it.
std::optional<Shape> shape_in_model(const Architecture& model) {
  if (!model.input.empty()) return model.input;
  if (!model.widths.empty()) return Shape{model.widths[0]};
  return std::nullopt;
}

// The data, or nothing when they cannot be had and the network can be described without them.
std::optional<LoadedData> try_to_load(const ExperimentFile& file) {
  try {
    return file.load();
  } catch (const Error& error) {
    if (!shape_in_model(file.experiment.model)) throw;
    say("without the data: " + one_line(error.what()));
    return std::nullopt;
  }
}

Value samples_document(const LoadedData& data) {
  Value samples = Value::Table{};
  samples.set("training", data.train.size());
  samples.set("validation", data.validation ? data.validation->size() : 0);
  samples.set("test", data.test ? data.test->size() : 0);
  return samples;
}

void describe_experiment(const Arguments& a) {
  const ExperimentFile file = open_experiment(a.subject, a.overrides);
  const Experiment& e = file.experiment;
  if (a.plan) return show_training_plan(e, file.load(), a.threads, a.json);
  const std::optional<LoadedData> data = try_to_load(file);
  const Graph graph = Graph::build(e.model, data ? data->train.input_shape() : *shape_in_model(e.model));
  if (data) check_fit(graph, data->train);
  if (!a.as_dense.empty()) return show_as_dense(graph, a.as_dense, nullptr, a.json);
  Facts facts;
  facts.emplace_back("loss", resolve_loss(e.train, graph, data && data->train.is_classification()).write());
  facts.emplace_back("optimiser", e.train.optimiser.write());
  facts.emplace_back("schedule", e.train.schedule.write());
  facts.emplace_back("epochs", e.train.epochs);
  facts.emplace_back("batch_size", e.train.batch_size);
  facts.emplace_back("precision", e.precision);
  facts.emplace_back("seed", e.seed);
  if (data) {
    facts.emplace_back("samples", samples_document(*data));
    add_classes(facts, data->train.class_names());
  }
  show(graph, facts, a.json);
}

void describe_model(const Arguments& a) {
  if (!a.overrides.empty()) throw OptionError("--set changes an experiment file; " + a.subject + " is a model");
  if (a.plan) throw OptionError("--plan is about the training of an experiment file; " + a.subject + " is a model");
  const TrainedModel m = load_trained_model(a.subject);
  if (!a.as_dense.empty()) {
    const auto parameters = m.model.parameters<double>();
    return show_as_dense(m.model.graph, a.as_dense, &parameters, a.json);
  }
  Facts facts;
  facts.emplace_back("model", m.path);
  facts.emplace_back("loss", m.loss.write());
  facts.emplace_back("precision", m.model.precision);
  add_classes(facts, m.preprocessor.class_names());
  if (m.preprocessor.class_names().empty())
    facts.emplace_back("predicts", OptionType<std::vector<std::string>>::write(m.preprocessor.output_names()));
  show(m.model.graph, facts, a.json);
}

int describe(const Arguments& a) {
  a.subject.ends_with(".toml") ? describe_experiment(a) : describe_model(a);
  return 0;
}

}  // namespace

Command describe_command() {
  const auto a = std::make_shared<Arguments>();
  return {
      .name = "describe",
      .summary = "Layers, shapes and parameter counts of an experiment's network or a trained model.",
      .example = "isinglass describe examples/mnist-mlp.toml",
      .arguments =
          {{"EXPERIMENT|MODEL", "",
            "an experiment file (.toml), or a model: directory of a run, or its model.safetensors", &a->subject, true},
           {"--set", "KEY=VALUE", "changes a setting of an experiment; may be repeated", &a->overrides},
           {"--as-dense", "LAYER",
            "the dense matrix that a layer is, such as layer1: its zeros, and what shared weights save", &a->as_dense},
           {"--plan", "", "how a training step would run on this machine, and the memory that it takes", &a->plan},
           {"--threads", "N", "with --plan: threads; 0 = one for each processor", &a->threads, false, between(0, 1024)},
           {"--json", "", "one JSON document on standard output", &a->json}},
      .run = [a] { return describe(*a); }};
}

}  // namespace isinglass
