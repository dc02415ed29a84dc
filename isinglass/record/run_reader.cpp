#include "isinglass/record/run_reader.h"

#include <algorithm>
#include <filesystem>

#include "isinglass/io/file.h"
#include "isinglass/io/json.h"
#include "isinglass/model/model_file.h"
#include "isinglass/record/frame_layout.h"
#include "isinglass/train/branch.h"
#include "isinglass/train/checkpoint.h"

namespace isinglass {
namespace {

// "12" as a number, or `otherwise`.
Index count_in(const std::optional<std::string>& text, Index otherwise, const std::string& path) {
  if (!text) return otherwise;
  const Value value = parse_json(*text, path);
  if (value.as_integer() == nullptr || *value.as_integer() < 0)
    throw FormatError(path + ": the run store is damaged: '" + *text +
                      "' is no count; remove it, or train the run again");
  return *value.as_integer();
}

}  // namespace

RunReader::RunReader(const std::string& directory, Index threads) : directory_(directory), threads_(threads) {
  namespace fs = std::filesystem;
  const std::string file = (fs::path(directory) / "experiment.toml").string();
  if (!fs::is_directory(directory)) throw FileError(directory + ": there is no such run");
  if (!fs::exists(file)) throw FileError(directory + ": the directory has no experiment.toml, so it is no run");
  experiment_ = load_experiment(file);
  const std::string path = (fs::path(directory) / kStoreFile).string();
  if (fs::exists(path)) store_.emplace(path);
  read_network();
  find_end();
}

// As the store tells it, so that what was recorded can be looked up when the data are gone.
void RunReader::read_network() {
  if (!store_) {
    graph_ = replay().graph();
    loss_ = replay().loss();
    batches_ = replay().batches();
    samples_ = data().train.size();
    return;
  }
  const std::string path = store_->path();
  const Value input = parse_json(store_->find("input").value_or("null"), path);
  const Value loss = parse_json(store_->find("loss").value_or("null"), path);
  graph_ = Graph::build(experiment_.model, OptionType<Shape>::read(input, at_least(1)));
  store_->check_model(model_digest(experiment_, graph_));
  loss_ = Loss::read(loss);
  batches_ = std::max<Index>(count_in(store_->find("batches"), 1, path), 1);
  samples_ = count_in(store_->find("training_samples"), 0, path);
}

Replay& RunReader::replay() {
  if (replay_) return *replay_;
  std::unique_ptr<Replay> made =
      Replay::make(experiment_, load_data(experiment_.data, directory_, *experiment_.split_stream()), store(), threads_,
                   origin_of(directory_));
  if (store_ &&
      (made->data().train.size() != samples_ || made->batches() != batches_ || made->graph().input != graph_.input))
    throw InputError(directory_ + ": the data have " + std::to_string(made->data().train.size()) +
                     " training samples of shape " + to_string(made->graph().input) + ", the run had " +
                     std::to_string(samples_) + " of shape " + to_string(graph_.input) +
                     "; bring them back, or train the run again");
  replay_ = std::move(made);
  return *replay_;
}

// How far the run came: as it says itself, or, of one that was cut short, as far as store and checkpoint go.
void RunReader::find_end() {
  namespace fs = std::filesystem;
  const auto path_of = [&](const char* name) { return (fs::path(directory_) / name).string(); };
  const std::string checkpoint = path_of(kCheckpointFile), summary = path_of("summary.json");
  const bool has_model = fs::exists(path_of("model.safetensors")), has_checkpoint = fs::exists(checkpoint);
  Value ending = Value::Table{};
  if (fs::exists(summary)) ending = parse_json(read_file(summary), summary);
  const Value *outcome = ending.find("outcome"), *epochs = ending.find("epochs");
  is_interrupted_ = outcome == nullptr || *outcome == Value("interrupted");
  if (store_ && store_->find("steps")) {
    last_step_ = count_in(store_->find("steps"), 0, directory_);
    epochs_ = count_in(store_->find("epochs"), 0, directory_);
    is_finished_ = has_model;
  } else if (has_model && fs::exists(summary)) {
    if (epochs == nullptr || epochs->as_integer() == nullptr)
      throw FormatError(summary + ": expected the count 'epochs' of a run; train the run again");
    epochs_ = *epochs->as_integer();
    last_step_ = is_interrupted_ && has_checkpoint ? checkpoint_progress(checkpoint).step : epochs_ * batches();
    is_finished_ = true;
  } else if (store_ || has_checkpoint) {
    if (const auto row = store_ ? store_->last_step() : std::nullopt) last_step_ = row->step;
    if (has_checkpoint) last_step_ = std::max(last_step_, checkpoint_progress(checkpoint).step);
    epochs_ = last_step_ / batches();
  } else {
    throw FileError(directory_ + ": the run has neither a record nor a model; train it first");
  }
}

void RunReader::check(Index epoch, std::optional<Index> sample) const {
  if (epoch < 0 || epoch > epochs_)
    throw InputError(directory_ + ": there is no epoch " + std::to_string(epoch) + "; the run has the epochs 0 to " +
                     std::to_string(epochs_) + ", the last being the state after training");
  if (sample && (*sample < 0 || *sample >= samples_))
    throw InputError(directory_ + ": there is no sample " + std::to_string(*sample) +
                     "; the training samples are 0 to " + std::to_string(samples_ - 1));
}

Index RunReader::first_epoch() {
  return (replay().first_step() + batches() - 1) / batches();
}

void RunReader::go_to(Index epoch) {
  if (present_epoch_ == epoch) return;
  present_epoch_.reset();
  if (epoch == epochs_ && is_finished_) {
    const Model model = load_model((std::filesystem::path(directory_) / "model.safetensors").string());
    if (model.graph.parameters.size() != graph().parameters.size() || model.graph.flat_size() != graph().flat_size())
      throw InputError(directory_ + ": model.safetensors is of another network than experiment.toml");
    const Parameters<double> parameters = model.parameters<double>();
    replay().go_to_end(last_step_, {parameters.flat().begin(), parameters.flat().end()});
  } else {
    replay().go_to(epoch * batches());
  }
  present_epoch_ = epoch;
}

// Where the sample stands in the epoch.
RunReader::Place RunReader::place_of(Index epoch, Index sample) {
  go_to(epoch);
  const Replay::Batch batch = replay().batch_of(sample);
  replay().compute(batch);
  const auto samples = replay().samples();
  return {batch, std::ranges::find(samples, sample) - samples.begin()};
}

StepMoment RunReader::moment(Index epoch, std::optional<Index> sample) {
  check(epoch, sample);
  if (!sample) go_to(epoch);
  StepMoment moment = replay().moment(sample ? place_of(epoch, *sample).batch : Replay::Batch{});
  const Graph& present = replay().graph();  // the settings of its layers may change from epoch to epoch
  for (std::size_t k = 0; k < graph_.nodes.size(); ++k) graph_.nodes[k].layer = present.nodes[k].layer;
  return moment;
}

// The frame with the state of the epoch.
std::optional<Index> RunReader::frame_at(Index epoch) {
  if (!store_) return std::nullopt;
  const Index step = epoch == epochs_ && is_finished_ ? last_step_ : epoch * batches();
  const std::optional<StepRow> row = store_->step(step);
  return row && row->frame >= 0 ? std::optional(row->frame) : std::nullopt;
}

std::optional<double> RunReader::recorded_parameter(const Address& address, Index epoch) {
  const std::optional<Index> frame = frame_at(epoch);
  if (!frame) return std::nullopt;
  const StoredTensor* tensor =
      store_->find_tensor(address.is_derivative ? "gradient" : "parameter", graph().parameters[address.which].name);
  if (tensor == nullptr || address.element >= tensor->width()) return std::nullopt;
  const RunStore::Numbers numbers = store_->numbers(*tensor, *frame);
  return numbers.empty() ? std::nullopt : std::optional(numbers.at(0, address.element));
}

std::optional<double> RunReader::recorded_value(const Address& address, Index epoch, Index sample) {
  const std::optional<Index> frame = frame_at(epoch);
  const StoredTensor* indices = store_ ? store_->find_tensor("sample", "index") : nullptr;
  if (!frame || indices == nullptr) return std::nullopt;
  const RunStore::Numbers rows = store_->numbers(*indices, *frame);
  Index row = 0;
  while (row < rows.rows && rows.at(row, 0) != static_cast<double>(sample)) ++row;
  if (row >= rows.rows) return std::nullopt;
  const StoredTensor* tensor =
      address.kind == Address::kLoss
          ? store_->find_tensor("sample", "loss")
          : store_->find_tensor(address.is_derivative ? "derivative" : "value", stored_name(graph(), address.which));
  if (tensor == nullptr || address.element >= tensor->width()) return std::nullopt;
  const RunStore::Numbers numbers = store_->numbers(*tensor, *frame);
  return row < numbers.rows ? std::optional(numbers.at(row, address.element)) : std::nullopt;
}

RunNumber RunReader::number(const Address& address, Index epoch, std::optional<Index> sample) {
  check(epoch, sample);
  if (address.is_value()) return node(address, epoch, sample.value_or(0));
  if (address.kind == Address::kParameter) return parameter(address, epoch, sample);
  return scalar(address, epoch, sample);
}

RunNumber RunReader::number_in(const std::string& part, const Address& address, Index epoch, Index sample) {
  check(epoch, {});
  const std::optional<Dataset>& samples = part == "test" ? data().test : data().validation;
  if (!samples) throw InputError(directory_ + ": the run has no " + part + " data");
  if (sample < 0 || sample >= samples->size())
    throw InputError(directory_ + ": there is no " + part + " sample " + std::to_string(sample) + "; they are 0 to " +
                     std::to_string(samples->size() - 1));
  if (address.is_derivative || !(address.is_value() || address.kind == Address::kLoss))
    throw InputError("of " + part + " data there are the values of nodes and the loss, not " +
                     name_of(address, graph()));
  go_to(epoch);
  replay().compute(*samples, sample);
  const double value = address.is_value() ? replay().value(address.which, 0, address.element) : replay().sample_loss(0);
  return {.value = value, .recorded = false, .epoch = epoch, .sample = sample};
}

RunNumber RunReader::parameter(const Address& address, Index epoch, std::optional<Index> sample) {
  RunNumber result{.epoch = epoch, .sample = sample};
  const bool is_own = address.is_derivative && sample && samples_ > 1;  // of the sample's loss alone
  if (const auto recorded = is_own ? std::nullopt : recorded_parameter(address, epoch)) {
    result.value = *recorded;
    result.recorded = true;
    return result;
  }
  go_to(epoch);
  if (!address.is_derivative) {
    result.value = replay().parameter(address.which, address.element);
    return result;
  }
  if (is_own) {
    const Place place = place_of(epoch, *sample);
    replay().compute(place.batch, place.row);
  } else {
    replay().compute({});
  }
  result.value = replay().gradient(address.which, address.element);
  return result;
}

RunNumber RunReader::node(const Address& address, Index epoch, Index sample) {
  RunNumber result{.epoch = epoch, .sample = sample};
  Index rows = 1;
  // Where samples depend on each other, its own loss is not its share of the batch's.
  const bool is_own = address.is_derivative && std::ranges::any_of(graph().nodes, [](const GraphNode& node) {
                        return node.layer.couples_batch();
                      });
  std::optional<double> value = is_own ? std::nullopt : recorded_value(address, epoch, sample);
  if (value) {
    result.recorded = true;
    const auto row = store_->step(epoch * batches());
    rows = row ? row->samples : 1;
  } else {
    const Place place = place_of(epoch, sample);
    if (is_own)
      replay().compute(place.batch, place.row);
    else
      rows = static_cast<Index>(replay().samples().size());
    value = address.is_derivative ? replay().value_gradient(address.which, place.row, address.element)
                                  : replay().value(address.which, place.row, address.element);
  }
  if (!value)
    throw InputError("the loss " + std::string(loss().kind()) +
                     " is computed together with the output's activation, so that " + name_of(address, graph()) +
                     " does not occur; ask for the derivative at its pre-activation");
  result.value = address.is_derivative ? *value * static_cast<double>(rows) : *value;
  return result;
}

// "validation.accuracy", or of the first part that has it.
std::optional<double> RunReader::recorded_metric(const std::string& name, Index epoch) {
  const std::size_t dot = name.find('.');
  const std::string metric = dot == std::string::npos ? name : name.substr(dot + 1);
  for (const char* part : {"validation", "train", "test"}) {
    if (dot != std::string::npos && name.substr(0, dot) != part) continue;
    if (const auto value = store_ ? store_->metric(epoch, part, metric) : std::nullopt) return value;
  }
  return std::nullopt;
}

bool RunReader::has_metric(const Address& address, Index epoch) {
  return address.kind != Address::kScalar || address.scalar == "learning_rate" || address.scalar == "gradient_norm" ||
         recorded_metric(address.scalar, epoch);
}

RunNumber RunReader::scalar(const Address& address, Index epoch, std::optional<Index> sample) {
  RunNumber result{.recorded = true, .epoch = epoch, .sample = sample};
  const std::string& name = address.scalar;
  const bool is_loss = address.kind == Address::kLoss;
  const auto row = store_ && epoch < epochs_ ? store_->step(epoch * batches()) : std::nullopt;
  if (is_loss && sample && samples_ > 1) {
    if (const auto recorded = recorded_value(address, epoch, *sample)) {
      result.value = *recorded;
      return result;
    }
    result.recorded = false;
    const Place place = place_of(epoch, *sample);
    result.value = replay().sample_loss(place.row);
    return result;
  }
  if (row && (is_loss || name == "learning_rate")) {
    result.value = is_loss ? row->loss : row->learning_rate;
    return result;
  }
  if (is_loss || name == "learning_rate" || name == "gradient_norm") {
    result.recorded = false;
    go_to(epoch);
    if (name != "learning_rate") replay().compute({});
    result.value = is_loss                   ? replay().mean_loss()
                   : name == "learning_rate" ? replay().learning_rate()
                                             : replay().gradient_norm();
    return result;
  }
  if (const auto metric = recorded_metric(name, epoch)) {
    result.value = *metric;
    return result;
  }
  throw InputError(directory_ + ": '" + name + "' was not recorded for epoch " + std::to_string(epoch) +
                   "; metrics of validation data are recorded for every epoch, those of all parts for the last, " +
                   std::to_string(epochs_));
}

}  // namespace isinglass
