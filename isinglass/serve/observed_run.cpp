#include "isinglass/serve/observed_run.h"

#include <cmath>
#include <filesystem>

#include "isinglass/base/error.h"
#include "isinglass/explain/diagnose.h"
#include "isinglass/explain/moment_of_step.h"
#include "isinglass/io/file.h"
#include "isinglass/model/model_file.h"
#include "isinglass/record/run_reader.h"
#include "isinglass/serve/branch_files.h"
#include "isinglass/serve/curves_document.h"
#include "isinglass/serve/explain_document.h"
#include "isinglass/serve/moment_document.h"
#include "isinglass/serve/network_document.h"
#include "isinglass/serve/run_figure.h"
#include "isinglass/serve/tensor_document.h"
#include "isinglass/serve/what_if_document.h"
#include "isinglass/serve/wiring.h"
#include "isinglass/train/branch.h"

namespace isinglass {
namespace {

std::string file_in(const std::string& directory, const char* name) {
  return (std::filesystem::path(directory) / name).string();
}

const char* name_of(LiveTraining::State state) {
  constexpr const char* kNames[] = {"starting", "playing", "paused", "ending", "done", "interrupted", "failed"};
  return kNames[static_cast<std::size_t>(state)];
}

// A number that can be set.
std::string example_of(const Graph& graph) {
  return graph.parameters.empty() ? "none of this network" : name_of({.kind = Address::kParameter}, graph);
}

}  // namespace

ObservedRun::ObservedRun(std::string id, std::string directory, ObservedRun* parent)
    : id_(std::move(id)), directory_(std::move(directory)), parent_(parent) {
  RunReader reader(directory_, 1);
  found_ = {.state = LiveTraining::State::kDone, .step = reader.last_step(), .message = ""};
  if (reader.is_interrupted()) {
    found_.state = LiveTraining::State::kInterrupted;
    found_.checkpoint = checkpoint_step(directory_);
  }
  if (reader.is_finished()) {
    const Parameters<double> parameters = load_model(file_in(directory_, "model.safetensors")).parameters<double>();
    final_parameters_.assign(parameters.flat().begin(), parameters.flat().end());
  }
  open();
}

// The thread that trains and the replay share one copy of the data.
ObservedRun::ObservedRun(std::string id, const Experiment& experiment, RunSettings settings, ObservedRun* parent)
    : id_(std::move(id)), directory_(settings.directory), parent_(parent) {
  if (!settings.data) settings.data = load_data(experiment.data, settings.data_directory, *experiment.split_stream());
  live_ = begin(experiment, settings);
  open(settings.data);
}

std::shared_ptr<LiveTraining> ObservedRun::begin(const Experiment& experiment, const RunSettings& settings) const {
  auto live = std::make_shared<LiveTraining>(experiment, settings);
  live->wait_until_ready();
  const LiveTraining::Status status = live->status();
  if (status.state == LiveTraining::State::kFailed) throw InputError(status.message);
  return live;
}

void ObservedRun::resume() {
  const std::lock_guard lock(mutex_);
  const LiveTraining::Status now = status();
  if (!now.is_over()) throw InputError("the run '" + id_ + "' is training; there is nothing to resume");
  if (now.state == LiveTraining::State::kDone) throw InputError("the run '" + id_ + "' is done; begin it again");
  if (!now.checkpoint)
    throw InputError("the run '" + id_ + "' has left no checkpoint to go on from; branch off one of its steps");
  LoadedData data = replay_->data();
  std::shared_ptr<LiveTraining> live =
      begin(experiment_, {.directory = directory_, .data_directory = directory_, .resume = true, .data = data});
  open_record(std::move(data));
  const std::lock_guard live_lock(live_mutex_);
  live_ = std::move(live);
}

std::shared_ptr<LiveTraining> ObservedRun::live() const {
  const std::lock_guard lock(live_mutex_);
  return live_;
}

LiveTraining::Status ObservedRun::status() const {
  const std::shared_ptr<LiveTraining> now = live();
  return now ? now->status() : found_;
}

bool ObservedRun::has_model() const {
  const LiveTraining::State state = status().state;
  const bool has_ended = state == LiveTraining::State::kDone || state == LiveTraining::State::kInterrupted;
  return has_ended && (live() != nullptr || !final_parameters_.empty());
}

// The store as it is from now on, and a replay of it.
void ObservedRun::open_record(LoadedData data) {
  replay_.reset();
  store_.reset();
  const std::string path = file_in(directory_, kStoreFile);
  if (std::filesystem::exists(path)) store_.emplace(path);
  replay_ = Replay::make(experiment_, std::move(data), store_ ? &*store_ : nullptr, 1, origin_of(directory_));
}

void ObservedRun::open(std::optional<LoadedData> data) {
  experiment_ = load_experiment(file_in(directory_, "experiment.toml"));
  if (!data) data = load_data(experiment_.data, directory_, *experiment_.split_stream());
  open_record(std::move(*data));
  first_step_ = replay_->first_step();
  batches_ = replay_->batches();
  steps_ = experiment_.train.epochs * batches_;
  if (!may_be_wired(replay_->graph()) || replay_->data().train.size() == 0) return;
  replay_->go_to(first_step_);
  const SampleMoment first =
      moment_of(replay_->moment(replay_->batch_of(0)), replay_->graph(), replay_->loss(), Index{0});
  wiring_ = wiring_of(replay_->graph(), first.moment);
}

std::unique_ptr<ObservedRun> ObservedRun::branch(const std::string& id, const std::string& directory,
                                                 const BranchRequest& request) {
  if (is_before(request.step)) return parent_->branch(id, directory, request);
  RunSettings settings{.directory = directory, .data_directory = directory, .resume = true};
  Experiment next;
  {
    const std::lock_guard lock(mutex_);
    check({.step = request.step});
    Value file = experiment_.write();
    for (const std::string& setting : request.settings) set_override(file, setting);
    next = Experiment::read(file);
    check_branch(experiment_, next);
    if (next.train.epochs * batches_ <= request.step)
      throw InputError("train.epochs: the run would end at step " + std::to_string(next.train.epochs * batches_) +
                       ", no later than it begins; set more than " + std::to_string(request.step / batches_));
    next = relocated(next, {.directory = directory, .data_directory = directory_});
    settings.data = replay_->data();
    const std::vector<Replay::Change> edits = changes(request.edits);
    make_directories(directory);
    write_branch(*replay_, directory_, directory, edits, next, request);
  }
  return std::make_unique<ObservedRun>(id, next, settings, this);
}

Index ObservedRun::last_step() const {
  return status().step;
}

bool ObservedRun::is_at_end(Index step) const {
  const std::shared_ptr<LiveTraining> now = live();
  return step == last_step() && (now ? now->is_over() : !final_parameters_.empty());
}

void ObservedRun::check(const MomentRequest& request) const {
  const Index last = last_step(), samples = replay_->data().train.size();
  if (request.step < 0 || request.step > last)
    throw InputError("step: the run has the steps 0 to " + std::to_string(last) + ", got " +
                     std::to_string(request.step));
  if (request.sample && (*request.sample < 0 || *request.sample >= samples))
    throw InputError("sample: the training samples are 0 to " + std::to_string(samples - 1) + ", got " +
                     std::to_string(*request.sample));
}

void ObservedRun::go_to(const MomentRequest& request) {
  check(request);
  const std::vector<Replay::Change> edits = changes(request.edits);
  if (live() == nullptr && is_at_end(request.step))
    replay_->go_to_end(request.step, final_parameters_);
  else
    replay_->go_to(request.step);
  if (!edits.empty()) replay_->change(edits);
}

std::vector<Replay::Change> ObservedRun::changes(const Edits& edits) const {
  const Graph& graph = replay_->graph();
  std::vector<Replay::Change> found;
  for (const auto& [name, value] : edits) {
    const Address address = parse_quantity(name, graph);
    if (address.kind != Address::kParameter || address.is_derivative)
      throw InputError("edits: '" + name + "' cannot be set; weights and biases can, such as " + example_of(graph));
    if (!std::isfinite(value)) throw InputError("edits: '" + name + "': expected a finite number");
    found.push_back({.which = address.which, .element = address.element, .value = value});
  }
  return found;
}

Value ObservedRun::summary() {
  Value out = Value::Table{};
  out.set("id", id_);
  const LiveTraining::Status status = this->status();
  out.set("status", name_of(status.state));
  out.set("step", status.step);
  out.set("steps", status.state == LiveTraining::State::kDone ? status.step : steps_);
  out.set("batches", batches_);
  if (live() != nullptr) out.set("loss", status.loss);
  if (status.checkpoint) out.set("checkpoint", *status.checkpoint);
  if (!status.message.empty()) out.set("message", status.message);
  if (first_step_ > 0 || !origin_of(directory_).empty()) {
    Value parent = Value::Table{};
    if (parent_ != nullptr) parent.set("run", parent_->id());
    parent.set("step", first_step_);
    out.set("parent", std::move(parent));
  }
  return out;
}

Value ObservedRun::network() {
  const std::lock_guard lock(mutex_);
  Value out = network_document(*replay_, wiring());
  out.set("run", summary());
  out.set("settings", experiment_.write());
  return out;
}

Value ObservedRun::moment(const MomentRequest& request) {
  if (is_before(request.step)) return parent_->moment(request);
  const std::lock_guard lock(mutex_);
  go_to(request);
  return moment_document(*replay_, request, !is_at_end(request.step), wiring());
}

Value ObservedRun::what_if(const MomentRequest& request) {
  if (is_before(request.step)) return parent_->what_if(request);
  const std::lock_guard lock(mutex_);
  go_to({.step = request.step, .sample = request.sample});
  Value effect = effect_of(*replay_, request, changes(request.edits));
  go_to(request);
  Value out = moment_document(*replay_, request, !is_at_end(request.step), wiring());
  out.set("effect", std::move(effect));
  return out;
}

std::string ObservedRun::tensors(const std::vector<std::string>& names, const MomentRequest& request) {
  if (is_before(request.step)) return parent_->tensors(names, request);
  const std::lock_guard lock(mutex_);
  go_to(request);
  return isinglass::tensors(*replay_, request, !is_at_end(request.step), names);
}

Value ObservedRun::explain(const std::string& quantity, const MomentRequest& request) {
  if (is_before(request.step)) return parent_->explain(quantity, request);
  const std::lock_guard lock(mutex_);
  go_to(request);
  // The paths of a batch through a large network would keep the run busy for minutes.
  if (!request.sample && !may_be_wired(replay_->graph()))
    throw InputError("sample: the derivatives of a network of this size are explained for one sample; give its number");
  return explain_document(*replay_, quantity, request.sample);
}

Value ObservedRun::equations(const std::string& quantity, const MomentRequest& request) {
  if (is_before(request.step)) return parent_->equations(quantity, request);
  const std::lock_guard lock(mutex_);
  go_to(request);
  return equations_document(*replay_, quantity, request, !is_at_end(request.step), experiment_.train.optimiser,
                            wiring());
}

std::string ObservedRun::figure(const std::string& kind, const std::string& format, const MomentRequest& request) {
  if (is_before(request.step)) return parent_->figure(kind, format, request);
  const std::lock_guard lock(mutex_);
  check(request);
  return run_figure(directory_, kind, format, request.step / batches_, request.sample.value_or(0));
}

Value ObservedRun::curves() {
  Value before = parent_ != nullptr ? parent_->curves() : Value();
  const std::lock_guard lock(mutex_);
  Value own = store_ ? curves_document(*store_, replay_->graph()) : Value(Value::Table{});
  return parent_ == nullptr ? own : joined_curves(before, own, first_step_, batches_);
}

Value ObservedRun::findings() {
  const std::lock_guard lock(mutex_);
  Value::Array list;
  RunReader reader(directory_, 1);
  for (const Finding& finding : diagnose(Checkup(reader))) list.push_back(finding.write());
  Value out = Value::Table{};
  out.set("findings", std::move(list));
  return out;
}

void ObservedRun::look(const MomentRequest& request, const std::function<void(const RunAtStep&)>& see) {
  if (is_before(request.step)) return parent_->look(request, see);
  const std::lock_guard lock(mutex_);
  go_to(request);
  see({*replay_, experiment_, directory_});
}

}  // namespace isinglass
