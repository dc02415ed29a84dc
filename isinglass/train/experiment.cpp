#include "isinglass/train/experiment.h"

#include "isinglass/io/file.h"
#include "isinglass/io/toml.h"

namespace isinglass {

Experiment Experiment::read(const Value& file) {
  Experiment e;
  read_options(file, e, "an experiment", {"data", "model", "train", "record"});
  const auto section = [&](const char* name, auto& options) {
    const Value* table = file.find(name);
    const std::string what = "[" + std::string(name) + "]";
    if (table == nullptr) throw OptionError(file.where() + "an experiment needs the section " + what);
    read_options(*table, options, what);
  };
  section("data", e.data);
  section("model", e.model);
  section("train", e.train);
  if (const Value* record = file.find("record")) e.record = RecordOptions::read(*record);
  return e;
}

Value Experiment::write() const {
  Value file = write_options(*this);
  file.set("data", write_options(data));
  file.set("model", write_options(model));
  file.set("train", write_options(train));
  file.set("record", record.write());
  return file;
}

kernels::Products Experiment::products() const {
  using kernels::Products;
  return precision == "bf16" ? Products::kBf16 : precision == "split_float" ? Products::kSplit : Products::kFloat;
}

RandomSettings Experiment::random() const {
  const std::uint64_t s = static_cast<std::uint64_t>(seed);
  return {.seed = s, .numpy = rng == "numpy" ? std::shared_ptr(numpy_stream(static_cast<std::uint32_t>(s))) : nullptr};
}

std::unique_ptr<RandomStream> Experiment::split_stream() const {
  return counter_stream({static_cast<std::uint64_t>(seed), Purpose::kSplit, 0, 0});
}

Experiment load_experiment(const std::string& path, const std::vector<std::string>& overrides) {
  Value file = parse_toml(read_file(path), path);
  for (const std::string& assignment : overrides) set_override(file, assignment);
  return Experiment::read(file);
}

void set_override(Value& file, const std::string& assignment) {
  const std::size_t equals = assignment.find('=');
  if (equals == std::string::npos || equals == 0)
    throw OptionError("--set takes KEY=VALUE such as train.epochs=5, got '" + assignment + "'");
  const std::string key = assignment.substr(0, equals), text = assignment.substr(equals + 1);
  Value value;
  try {
    value = *parse_toml("value = " + text, "--set " + key).find("value");
  } catch (const FormatError&) {
    value = text;
  }
  value.set_location({std::make_shared<const std::string>("--set " + key), 0, 0});
  Value* at = &file;
  std::size_t begin = 0;
  for (std::size_t dot; (dot = key.find('.', begin)) != std::string::npos; begin = dot + 1) {
    const std::string name = key.substr(begin, dot - begin);
    Value* next = at->find(name);
    if (next == nullptr) next = &at->set(name, Value::Table{});
    if (const std::string* kind = next->as_string()) {
      Value table = Value::Table{};
      table.set("kind", *kind);
      *next = table;
    }
    if (next->as_table() == nullptr)
      throw OptionError("--set " + key + ": '" + name + "' is " + next->preview() + ", not a table");
    at = next;
  }
  at->set(key.substr(begin), value);
}

Loss resolve_loss(const TrainOptions& options, const Graph& graph, bool is_classification) {
  if (options.loss) return *options.loss;
  const std::string_view output = graph.nodes.back().layer.kind();
  if (output == "softmax") return Loss::read("categorical_cross_entropy");
  if (output == "sigmoid" && is_classification) return Loss::read("binary_cross_entropy");
  return Loss::read("mean_squared");
}

}  // namespace isinglass
