#include "isinglass/train/checkpoint.h"

#include "isinglass/io/file.h"
#include "isinglass/io/json.h"
#include "isinglass/model/model_file.h"

namespace isinglass {
namespace {

constexpr std::string_view kFormat = "isinglass checkpoint 1";

// What has to be the same when a run goes on from here: changes that have not begun may still be others.
std::string fingerprint(Experiment experiment, const Progress& progress) {
  const Index epoch = progress.epoch + (progress.batch > 0 ? 1 : 0);
  std::erase_if(experiment.changes.list, [epoch](const Change& change) { return change.epoch >= epoch; });
  experiment.train.epochs = 0;
  experiment.train.checkpoint_seconds = 0;
  experiment.record = {};
  return write_json(experiment.write());
}

template <class T>
void append(Safetensors& file, const std::string& prefix, const Parameters<T>& numbers) {
  const Graph& graph = numbers.graph();
  for (std::size_t k = 0; k < graph.parameters.size(); ++k)
    file.tensors.emplace_back(prefix + graph.parameters[k].name, to_array(numbers[k], graph.parameters[k].spec.shape));
}

template <class T>
void restore(const Safetensors& file, const std::string& prefix, Parameters<T>& numbers, const std::string& path) {
  const Graph& graph = numbers.graph();
  for (std::size_t k = 0; k < graph.parameters.size(); ++k)
    copy_into(get_tensor(file, prefix + graph.parameters[k].name, graph.parameters[k].spec.shape, path), numbers[k]);
}

const std::string& metadata(const Safetensors& file, std::string_view key, const std::string& path) {
  for (const auto& [name, text] : file.metadata)
    if (name == key) return text;
  throw FormatError(path + ": the metadata lacks '" + std::string(key) + "'; this is no checkpoint");
}

Progress read_progress(const Safetensors& file, const std::string& path) {
  const std::string& format = metadata(file, "format", path);
  if (format != kFormat)
    throw FormatError(path + ": expected the format '" + std::string(kFormat) + "', got '" + format + "'");
  Progress progress;
  read_options(parse_json(metadata(file, "progress", path), path), progress, "progress");
  return progress;
}

// The order of the samples, each within the data: a permutation or draws with replacement.
std::vector<Index> read_order(const Array& array, Index samples, const std::string& path) {
  std::vector<Index> order(static_cast<std::size_t>(array.size()));
  if (array.type != DType::kI64 || array.size() != samples)
    throw FormatError(path + ": 'order' does not have one I64 for each of the " + std::to_string(samples) + " samples");
  std::memcpy(order.data(), array.bytes.data(), array.bytes.size());
  for (const Index row : order)
    if (row < 0 || row >= samples) throw FormatError(path + ": 'order' names sample " + std::to_string(row));
  return order;
}

}  // namespace

template <class T>
std::string checkpoint_bytes(const Experiment& experiment, Trainer<T>& trainer) {
  const auto state = trainer.state();
  Safetensors file;
  file.metadata = {{"format", std::string(kFormat)},
                   {"experiment", fingerprint(experiment, state.progress)},
                   {"progress", write_json(write_options(state.progress))},
                   {"schedule", write_json(state.progress.schedule.write())}};
  if (state.numpy != nullptr) file.metadata.emplace_back("numpy", state.numpy->state());
  append(file, "parameters.", state.parameters);
  const std::vector<std::string> names = experiment.train.optimiser.state_names();
  for (std::size_t k = 0; k < names.size(); ++k) append(file, "optimiser." + names[k] + ".", state.optimiser[k]);
  if (state.best) append(file, "best.", *state.best);
  Array order{.type = DType::kI64, .shape = {static_cast<Index>(state.order.size())}};
  const auto bytes = std::as_bytes(std::span(state.order));
  order.bytes.assign(bytes.begin(), bytes.end());
  file.tensors.emplace_back("order", std::move(order));
  return write_safetensors(file);
}

template <class T>
void restore_checkpoint(std::string_view bytes, const std::string& path, const Experiment& experiment,
                        Trainer<T>& trainer) {
  const Safetensors file = parse_safetensors(bytes, path);
  Progress progress = read_progress(file, path);
  if (metadata(file, "experiment", path) != fingerprint(experiment, progress))
    throw OptionError(path +
                      ": the checkpoint is of another experiment; resume with the settings it was started with, or "
                      "start anew without --resume");
  const auto state = trainer.state();
  progress.schedule = ScheduleState::read(parse_json(metadata(file, "schedule", path), path));
  if (state.numpy != nullptr) state.numpy->set_state(metadata(file, "numpy", path));
  restore(file, "parameters.", state.parameters, path);
  const std::vector<std::string> names = experiment.train.optimiser.state_names();
  for (std::size_t k = 0; k < names.size(); ++k) restore(file, "optimiser." + names[k] + ".", state.optimiser[k], path);
  if (progress.best_loss) {
    state.best.emplace(state.parameters.graph());
    restore(file, "best.", *state.best, path);
  }
  const Array* order = file.find("order");
  if (order == nullptr) throw FormatError(path + ": the tensor 'order' is missing");
  state.order = order->size() == 0 ? std::vector<Index>{} : read_order(*order, trainer.samples(), path);
  if (state.order.empty() ? progress.batch != 0 : progress.batch > trainer.batches())
    throw FormatError(path + ": the position within the epoch is out of range");
  state.progress = progress;
}

template <class T>
void save_checkpoint(const std::string& path, const Experiment& experiment, Trainer<T>& trainer) {
  write_file(path, checkpoint_bytes(experiment, trainer));
}

template <class T>
void load_checkpoint(const std::string& path, const Experiment& experiment, Trainer<T>& trainer) {
  restore_checkpoint(read_file(path), path, experiment, trainer);
}

Progress checkpoint_progress(const std::string& path) {
  return read_progress(parse_safetensors(read_file(path), path), path);
}

#define ISINGLASS_CHECKPOINT(T)                                                                           \
  template std::string checkpoint_bytes(const Experiment&, Trainer<T>&);                                  \
  template void restore_checkpoint(std::string_view, const std::string&, const Experiment&, Trainer<T>&); \
  template void save_checkpoint(const std::string&, const Experiment&, Trainer<T>&);                      \
  template void load_checkpoint(const std::string&, const Experiment&, Trainer<T>&);
ISINGLASS_CHECKPOINT(float)
ISINGLASS_CHECKPOINT(double)

}  // namespace isinglass
