#include "isinglass/serve/draft.h"

#include <unistd.h>

#include <charconv>
#include <filesystem>

#include "isinglass/base/error.h"
#include "isinglass/io/json.h"
#include "isinglass/io/toml.h"
#include "isinglass/model/graph.h"
#include "isinglass/serve/proposal.h"
#include "isinglass/serve/request.h"
#include "isinglass/train/evaluate.h"

namespace isinglass {
namespace {

constexpr const char* kName = "experiment";

struct Place {
  int line = 0, column = 0;
};

// The line and column that a message begins with: "experiment:12:5: ...", which it then loses.
Place take_place(std::string& message) {
  const std::string head = std::string(kName) + ":";
  if (!message.starts_with(head)) return {};
  Place place;
  const char *at = message.data() + head.size(), *end = message.data() + message.size();
  const auto line = std::from_chars(at, end, place.line);
  if (line.ec != std::errc() || line.ptr == end || *line.ptr != ':') return {};
  const auto column = std::from_chars(line.ptr + 1, end, place.column);
  if (column.ec != std::errc() || end - column.ptr < 2) return {};
  message.erase(0, static_cast<std::size_t>(column.ptr + 2 - message.data()));
  return place;
}

// The keys that lead to the value at that place, the deepest one.
bool find_path(const Value& value, Place place, const std::string& path, std::string& found) {
  const auto look = [&](const std::string& key, const Value& inner) {
    return find_path(inner, place, path.empty() ? key : path + "." + key, found);
  };
  if (const Value::Table* table = value.as_table()) {
    for (const auto& [key, inner] : *table)
      if (look(key, inner)) return true;
  } else if (const Value::Array* array = value.as_array()) {
    for (std::size_t i = 0; i < array->size(); ++i)
      if (look(std::to_string(i), (*array)[i])) return true;
  }
  if (value.location().line != place.line || value.location().column != place.column) return false;
  found = path;
  return true;
}

// "layer3 (conv2d): ..." is about the third of the layers.
std::string layer_path(const std::string& message) {
  std::size_t number = 0;
  if (!message.starts_with("layer")) return "model";
  std::from_chars(message.data() + 5, message.data() + message.size(), number);
  return number > 0 ? "model.layers." + std::to_string(number - 1) : "model";
}

Value problem_of(std::string message, const std::string& about, const Value* experiment) {
  const Place place = take_place(message);
  std::string at = about;
  if (place.line > 0 && experiment != nullptr) find_path(*experiment, place, "", at);
  Value out = Value::Table{};
  out.set("message", message);
  out.set("at", at);
  if (place.line > 0) {
    out.set("line", place.line);
    out.set("column", place.column);
  }
  return out;
}

// A record that is given by its level alone, as the table that a form edits.
Value with_record_as_table(Value file) {
  Value* record = file.find("record");
  if (record == nullptr || record->as_string() == nullptr) return file;
  Value table = Value::Table{};
  table.set("level", *record);
  *record = std::move(table);
  return file;
}

Value counts_of(const RawData& raw, const LoadedData& data) {
  Value out = Value::Table{};
  out.set("rows", raw.rows);
  out.set("train", data.train.size());
  out.set("validation", data.validation ? data.validation->size() : 0);
  out.set("test", data.test ? data.test->size() : 0);
  out.set("dropped", data.dropped);
  out.set("inputs", data.train.inputs());
  out.set("input_shape", OptionType<Shape>::write(data.train.input_shape()));
  out.set("outputs", data.train.outputs());
  Value::Array names;
  for (const std::string& name : data.train.class_names())
    if (names.size() < 20) names.push_back(name);
  out.set("class_count", static_cast<Index>(data.train.class_names().size()));
  out.set("classes", std::move(names));
  return out;
}

Value network_of(const Graph& graph, const Loss& loss) {
  Value::Array layers;
  for (const GraphLayer& layer : graph.layers) {
    Value row = Value::Table{};
    row.set("name", layer.name);
    row.set("kind", layer.kind);
    row.set("shape", OptionType<Shape>::write(layer.out));
    row.set("parameters", layer.parameters);
    if (!layer.arithmetic.empty()) row.set("arithmetic", layer.arithmetic);
    layers.push_back(std::move(row));
  }
  Value out = Value::Table{};
  out.set("layers", std::move(layers));
  out.set("parameters", graph.parameter_count());
  out.set("loss", std::string(loss.kind()));
  return out;
}

// A training holds each parameter, its gradient and what the optimiser keeps of it.
void check_memory(const Graph& graph, const Experiment& experiment) {
  constexpr double kCopies = 4, kGigabyte = 1e9;
  const double needed =
      kCopies * (experiment.is_double() ? 8.0 : 4.0) * static_cast<double>(graph.parameter_count()) / kGigabyte;
  const double there =
      static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGESIZE)) / kGigabyte;
  if (needed <= there) return;
  throw InputError("the network has " + std::to_string(graph.parameter_count()) + " parameters and needs about " +
                   std::to_string(static_cast<Index>(needed)) + " GB to train, more than the " +
                   std::to_string(static_cast<Index>(there)) + " GB of this machine; give its layers fewer units");
}

// Without the keys whose values are those of `defaults`.
Value without_defaults(const Value& table, const Value& defaults) {
  Value out = Value::Table{};
  for (const auto& [key, value] : *table.as_table()) {
    const Value* usual = defaults.find(key);
    if (usual != nullptr && *usual == value) continue;
    out.set(key, value);
  }
  return out;
}

template <class Table>
Value short_kind(const Value& value, const Table& table) {
  const Value* kind = value.find("kind");
  if (kind == nullptr || kind->as_string() == nullptr) return value;
  Value defaults = Value::Table{};
  for (const OptionInfo& option : table.find(*kind->as_string()).options)
    if (!option.default_value.is_null()) defaults.set(option.name, option.default_value);
  Value out = without_defaults(value, defaults);
  return out.as_table()->size() == 1 ? *kind : out;
}

// A layer stays a table; its activation becomes a word where that says all.
Value short_layer(const Value& layer) {
  Value out = short_kind(layer, layer_table());
  if (out.as_table() == nullptr) {
    out = Value::Table{};
    out.set("kind", *layer.find("kind"));
  }
  if (const Value* activation = out.find("activation")) out.set("activation", short_kind(*activation, layer_table()));
  for (const char* key : {"kernel_initialiser", "bias_initialiser"})
    if (const Value* initialiser = out.find(key)) out.set(key, short_kind(*initialiser, initialiser_table()));
  return out;
}

void shorten_kinds(Value& model, Value& train) {
  if (Value* layers = model.find("layers"))
    for (Value& layer : *layers->as_array()) layer = short_layer(layer);
  for (const char* key : {"activation", "output_activation"})
    if (Value* activation = model.find(key)) *activation = short_kind(*activation, layer_table());
  for (const char* key : {"kernel_initialiser", "bias_initialiser"})
    if (Value* initialiser = model.find(key)) *initialiser = short_kind(*initialiser, initialiser_table());
  if (Value* loss = train.find("loss")) *loss = short_kind(*loss, loss_table());
  if (Value* optimiser = train.find("optimiser")) *optimiser = short_kind(*optimiser, optimiser_table());
  if (Value* schedule = train.find("schedule")) *schedule = short_kind(*schedule, schedule_table());
}

}  // namespace

std::shared_ptr<const Drafts::Loaded> Drafts::load(const Experiment& experiment) {
  const std::string key = std::to_string(experiment.seed) + write_json(write_options(experiment.data));
  const std::lock_guard lock(mutex_);
  for (const auto& loaded : loaded_)
    if (loaded->key == key) return loaded;
  auto loaded = std::make_shared<Loaded>(Loaded{.key = key, .raw = read_training_data(experiment.data, "")});
  try {
    loaded->data = load_data(loaded->raw, experiment.data, "", *experiment.split_stream());
  } catch (const InputError& error) {
    loaded->problem = error.what();
  }
  loaded_.push_front(loaded);
  if (loaded_.size() > kMostLoaded) loaded_.pop_back();
  return loaded;
}

Value Drafts::completed(const Value& draft) {
  const Value* data = draft.find("data");
  if (data == nullptr) throw InputError("'experiment': expected a section 'data' to propose something for");
  DataOptions options;
  read_options(*data, options, "[data]");
  const Value whole = proposed(draft, read_training_data(options, ""));
  const std::shared_ptr<const Loaded> loaded = load(Experiment::read(whole));
  if (!loaded->data) return whole;
  const Dataset& train = loaded->data->train;
  return fitted_output(whole, train.outputs(), train.is_classification());
}

Value Drafts::read(const Value& body) {
  Value out = Value::Table{}, file;
  std::string text = text_in(body, "toml");
  const Value* settings = body.find("experiment");
  if ((settings == nullptr) == (body.find("toml") == nullptr))
    throw InputError("expected either 'toml', the text of an experiment, or 'experiment', its settings");
  if (settings != nullptr) text = write_toml(flag_in(body, "propose") ? completed(*settings) : *settings);
  out.set("toml", text);
  std::string about;
  try {
    file = parse_toml(text, kName);
    out.set("experiment", with_record_as_table(file));
    const Experiment experiment = Experiment::read(file);
    about = "data";
    const std::shared_ptr<const Loaded> loaded = load(experiment);
    if (!loaded->data) throw InputError(loaded->problem);
    out.set("data", counts_of(loaded->raw, *loaded->data));
    about = "model";
    const Graph graph = Graph::build(experiment.model, loaded->data->train.input_shape());
    out.set("network",
            network_of(graph, resolve_loss(experiment.train, graph, loaded->data->train.is_classification())));
    check_fit(graph, loaded->data->train);
    check_memory(graph, experiment);
    out.set("problem", Value());
  } catch (const InputError& error) {
    const std::string at = about == "model" ? layer_path(error.what()) : about;
    out.set("problem", problem_of(error.what(), at, out.find("experiment")));
  }
  return out;
}

Value Drafts::look(const Value& body) {
  const Experiment experiment = Experiment::read(parse_toml(text_in(body, "toml"), kName));
  const std::shared_ptr<const Loaded> loaded = load(experiment);
  const DataWindow window{.row = static_cast<Index>(number_of(body, "row", 0)),
                          .rows = static_cast<Index>(number_of(body, "rows", 20)),
                          .column = static_cast<Index>(number_of(body, "column", 0))};
  Value out = data_document(loaded->raw, loaded->data ? &*loaded->data : nullptr, experiment.data, window);
  out.set("problem", loaded->problem);
  return out;
}

Value shortened(const Experiment& experiment, const std::string& from) {
  namespace fs = std::filesystem;
  Experiment moved = experiment;
  for (DataPart* part : {&moved.data.train, &moved.data.validation, &moved.data.test})
    for (std::string& file : part->files.names)
      if (fs::path(file).is_relative()) file = fs::proximate(fs::path(from) / file).string();
  const Value all = moved.write();
  const Experiment defaults{};
  Value model = without_defaults(*all.find("model"), write_options(defaults.model));
  Value train = without_defaults(*all.find("train"), write_options(defaults.train));
  shorten_kinds(model, train);
  Value out = without_defaults(write_options(moved), write_options(defaults));
  out.set("data", without_defaults(*all.find("data"), write_options(defaults.data)));
  out.set("model", std::move(model));
  out.set("train", std::move(train));
  const Value record = without_defaults(*all.find("record"), defaults.record.write());
  if (!record.as_table()->empty()) out.set("record", record);
  return out;
}

}  // namespace isinglass
