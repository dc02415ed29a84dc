#include "isinglass/serve/observed_run.h"

#include <filesystem>

#include "isinglass/base/error.h"
#include "isinglass/explain/diagnose.h"
#include "isinglass/explain/moment_of_step.h"
#include "isinglass/model/model_file.h"
#include "isinglass/record/run_reader.h"
#include "isinglass/serve/curves_document.h"
#include "isinglass/serve/explain_document.h"
#include "isinglass/serve/moment_document.h"
#include "isinglass/serve/network_document.h"

namespace isinglass {
namespace {

std::string file_in(const std::string& directory, const char* name) {
  return (std::filesystem::path(directory) / name).string();
}

const char* name_of(LiveTraining::State state) {
  constexpr const char* kNames[] = {"starting", "playing", "paused", "ending", "done", "failed"};
  return kNames[static_cast<std::size_t>(state)];
}

}  // namespace

ObservedRun::ObservedRun(std::string id, std::string directory) : id_(std::move(id)), directory_(std::move(directory)) {
  RunReader reader(directory_, 1);
  last_step_ = reader.epochs() * reader.batches();
  const std::string model = file_in(directory_, "model.safetensors");
  if (std::filesystem::exists(model)) {
    const Parameters<double> parameters = load_model(model).parameters<double>();
    final_parameters_.assign(parameters.flat().begin(), parameters.flat().end());
  }
  open();
}

ObservedRun::ObservedRun(std::string id, const Experiment& experiment, const RunSettings& settings)
    : id_(std::move(id)), directory_(settings.directory), live_(std::make_unique<LiveTraining>(experiment, settings)) {
  live_->wait_until_ready();
  const LiveTraining::Status status = live_->status();
  if (status.state == LiveTraining::State::kFailed) throw InputError(status.message);
  open();
}

void ObservedRun::open() {
  experiment_ = load_experiment(file_in(directory_, "experiment.toml"));
  const std::string path = file_in(directory_, kStoreFile);
  if (std::filesystem::exists(path)) store_.emplace(path);
  replay_ = Replay::make(experiment_, load_data(experiment_.data, directory_, *experiment_.split_stream()),
                         store_ ? &*store_ : nullptr, 1);
  batches_ = replay_->batches();
  steps_ = experiment_.train.epochs * batches_;
  if (!may_be_wired(replay_->graph()) || replay_->data().train.size() == 0) return;
  const SampleMoment first =
      moment_of(replay_->moment(replay_->batch_of(0)), replay_->graph(), replay_->loss(), Index{0});
  wiring_ = wiring_of(replay_->graph(), first.moment);
}

Index ObservedRun::last_step() const {
  return live_ ? live_->status().step : last_step_;
}

bool ObservedRun::is_at_end(Index step) const {
  return step == last_step() && (live_ ? live_->is_over() : !final_parameters_.empty());
}

void ObservedRun::go_to(const MomentRequest& request) {
  const Index last = last_step(), samples = replay_->data().train.size();
  if (request.step < 0 || request.step > last)
    throw InputError("step: the run has the steps 0 to " + std::to_string(last) + ", got " +
                     std::to_string(request.step));
  if (request.sample && (*request.sample < 0 || *request.sample >= samples))
    throw InputError("sample: the training samples are 0 to " + std::to_string(samples - 1) + ", got " +
                     std::to_string(*request.sample));
  if (!live_ && is_at_end(request.step))
    replay_->go_to_end(request.step, final_parameters_);
  else
    replay_->go_to(request.step);
}

Value ObservedRun::summary() {
  Value out = Value::Table{};
  out.set("id", id_);
  const LiveTraining::Status status =
      live_ ? live_->status() : LiveTraining::Status{.state = LiveTraining::State::kDone, .step = last_step_};
  out.set("status", name_of(status.state));
  out.set("step", status.step);
  out.set("steps", live_ && !live_->is_over() ? steps_ : status.step);
  out.set("batches", batches_);
  if (live_) out.set("loss", status.loss);
  if (!status.message.empty()) out.set("message", status.message);
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
  const std::lock_guard lock(mutex_);
  go_to(request);
  return moment_document(*replay_, request, !is_at_end(request.step), wiring());
}

Value ObservedRun::explain(const std::string& quantity, const MomentRequest& request) {
  const std::lock_guard lock(mutex_);
  go_to(request);
  return explain_document(*replay_, quantity, request.sample);
}

Value ObservedRun::equations(const std::string& quantity, const MomentRequest& request) {
  const std::lock_guard lock(mutex_);
  go_to(request);
  return equations_document(*replay_, quantity, request, !is_at_end(request.step), experiment_.train.optimiser,
                            wiring());
}

Value ObservedRun::curves() {
  const std::lock_guard lock(mutex_);
  return store_ ? curves_document(*store_, replay_->graph()) : Value(Value::Table{});
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
  const std::lock_guard lock(mutex_);
  go_to(request);
  see({*replay_, experiment_, directory_});
}

}  // namespace isinglass
