#include "isinglass/train/experiment.h"

#include "isinglass/io/file.h"
#include "isinglass/io/toml.h"

namespace isinglass {
namespace {

Experiment read_sections(const Value& file) {
  Experiment e;
  read_options(file, e, "an experiment", {"data", "model", "train", "record", "search"});
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

// The file as it would stand with the changes made, one after another.
std::vector<Stage> stages_of(Value file, const ChangeList& changes) {
  file.set("changes", Value::Array{});
  std::vector<Stage> stages;
  Value before = read_sections(file).write();
  for (const Change& change : changes.list) {
    for (const auto& [key, value] : *change.set.as_table()) set_key(file, key, value);
    const Experiment e = read_sections(file);
    const Value after = e.write();
    for (const std::string& key : differing_keys(before, after))
      if (!may_change(after, key))
        throw OptionError(change.set.where() + "'" + key +
                          "' cannot change while a network trains; settings of the optimiser and the schedule, "
                          "penalties, clipping, dropout and noise can");
    stages.push_back({change.epoch, e.train, e.model});
    before = after;
  }
  return stages;
}

}  // namespace

Experiment Experiment::read(const Value& file) {
  Experiment e = read_sections(file);
  if (!e.changes.list.empty()) e.stages = stages_of(file, e.changes);
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
  return counter_stream({static_cast<std::uint64_t>(data.split_seed.value_or(seed)), Purpose::kSplit, 0, 0});
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
  set_key(file, key, std::move(value));
}

Loss resolve_loss(const TrainOptions& options, const Graph& graph, bool is_classification) {
  if (options.loss) return *options.loss;
  const std::string_view output = graph.nodes.back().layer.kind();
  if (output == "softmax") return Loss::read("categorical_cross_entropy");
  if (output == "sigmoid" && is_classification) return Loss::read("binary_cross_entropy");
  return Loss::read("mean_squared");
}

}  // namespace isinglass
