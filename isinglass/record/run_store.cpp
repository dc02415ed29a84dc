#include "isinglass/record/run_store.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <tuple>
#include <utility>

#include "isinglass/base/error.h"
#include "isinglass/io/digest.h"
#include "isinglass/io/json.h"
#include "isinglass/model/graph.h"

namespace isinglass {
namespace {

constexpr Index kLargestTensor = Index{1} << 30;

// Metrics of the part "train" that an epoch of training has, by name.
constexpr std::pair<const char*, double EpochRow::*> kOfEpochs[] = {
    {"loss", &EpochRow::loss}, {"monitored_loss", &EpochRow::monitored_loss}, {"seconds", &EpochRow::seconds}};

// The tables are only looked at once it is known whose they are.
Database open_store(const std::string& path) {
  Database database(path, Database::Access::kRead);
  const Index application = database.number("PRAGMA application_id");
  if (application != kStoreApplication) throw FormatError(path + ": this SQLite file is no run store of isinglass");
  const Index version = database.number("PRAGMA user_version");
  if (version != kStoreVersion)
    throw FormatError(path + ": the run store has version " + std::to_string(version) +
                      ", this isinglass reads version " + std::to_string(kStoreVersion) + "; train the run again");
  return database;
}

}  // namespace

std::string model_digest(const Experiment& experiment, const Graph& graph) {
  Value model = Value::Table{};
  model.set("precision", experiment.precision);
  model.set("input", OptionType<Shape>::write(graph.input));
  model.set("model", write_options(experiment.model));
  model.set("state", OptionType<std::vector<std::string>>::write(experiment.train.optimiser.state_names()));
  return sha256_hex(write_json(model));
}

RunStore::RunStore(const std::string& path)
    : database_(open_store(path)),
      steps_(database_),
      epochs_(database_),
      layers_(database_),
      units_(database_),
      norms_(database_),
      find_chunk_(database_.prepare("SELECT first_frame, frames, samples, numbers FROM chunk WHERE tensor = ? AND "
                                    "first_frame <= ? ORDER BY first_frame DESC LIMIT 1")),
      find_metric_(database_.prepare("SELECT value FROM metric WHERE epoch = ? AND part = ? AND name = ?")) {
  Statement run = database_.prepare("SELECT key, value FROM run");
  while (run.step()) run_.emplace_back(run.text(0), run.text(1));
  read_tensors();
}

void RunStore::fail(const std::string& message) const {
  throw FormatError(database_.path() + ": the run store is damaged: " + message +
                    "; remove it, or train the run again");
}

void RunStore::read_tensors() {
  Statement s = database_.prepare("SELECT tensor, kind, name, type, shape, per_sample FROM tensor ORDER BY tensor");
  while (s.step()) {
    StoredTensor t{.id = s.integer(0), .kind = s.text(1), .name = s.text(2), .type = s.text(3)};
    if (t.type != "F32" && t.type != "F64" && t.type != "I64") fail("a tensor has the type '" + t.type + "'");
    try {
      t.shape = OptionType<Shape>::read(parse_json(s.text(4), "shape"), at_least(0));
      if (size_of(t.shape) > kLargestTensor) fail("the shape of " + t.name + " is too large");
    } catch (const InputError& error) {
      fail("the shape of " + t.name + " is none");
    }
    t.per_sample = s.integer(5) != 0;
    tensors_.push_back(std::move(t));
  }
}

void RunStore::check_model(const std::string& digest) const {
  if (find("model") != digest)
    throw InputError(database_.path() +
                     ": the run store is of another model than the experiment.toml beside it; train the run again");
}

std::optional<std::string> RunStore::find(std::string_view key) const {
  for (const auto& [name, value] : run_)
    if (name == key) return value;
  return std::nullopt;
}

const StoredTensor* RunStore::find_tensor(std::string_view kind, std::string_view name) const {
  for (const StoredTensor& t : tensors_)
    if (t.kind == kind && t.name == name) return &t;
  return nullptr;
}

std::optional<StepRow> RunStore::step(Index step) {
  const std::vector<StepRow>& rows = steps_.up_to(step);
  const auto row = std::ranges::lower_bound(rows, step, {}, &StepRow::step);
  return row != rows.end() && row->step == step ? std::optional(*row) : std::nullopt;
}

std::optional<StepRow> RunStore::last_step() {
  const std::vector<StepRow>& rows = steps_.up_to(std::numeric_limits<Index>::max());
  return rows.empty() ? std::nullopt : std::optional(rows.back());
}

std::vector<StepRow> RunStore::frames_up_to(Index step, Index most) {
  std::vector<StepRow> found;
  for (Index key = step;;) {
    const std::vector<StepRow>& rows = steps_.up_to(key);
    for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
      if (static_cast<Index>(found.size()) >= most) return found;
      if (row->step <= step && row->frame >= 0) found.push_back(*row);
    }
    if (rows.empty() || rows.front().step == 0) return found;
    key = rows.front().step - 1;
  }
}

bool RunStore::load_chunk(const StoredTensor& tensor, Index frame, Chunk& chunk) {
  if (frame >= chunk.first_frame && frame < chunk.first_frame + chunk.frames) return true;
  find_chunk_.bind(0, tensor.id).bind(1, frame);
  if (!find_chunk_.step()) return false;
  const Index first = find_chunk_.integer(0), frames = find_chunk_.integer(1), samples = find_chunk_.integer(2);
  const std::span<const std::byte> bytes = find_chunk_.bytes(3);
  const bool fits = first >= 0 && frames > 0 && samples > 0 && frames <= kLargestTensor && samples <= kLargestTensor &&
                    static_cast<Index>(bytes.size()) % frames == 0 &&
                    static_cast<Index>(bytes.size()) / frames % samples == 0 &&
                    static_cast<Index>(bytes.size()) / frames / samples == tensor.width() * tensor.element_size();
  if (!fits) fail("a chunk of " + tensor.name + " has " + std::to_string(bytes.size()) + " bytes");
  if (frame < first + frames) {
    chunk.first_frame = first;
    chunk.frames = frames;
    chunk.samples = samples;
    chunk.numbers.assign(bytes.begin(), bytes.end());
  }
  find_chunk_.reset();
  return frame < first + frames;
}

RunStore::Numbers RunStore::numbers(const StoredTensor& tensor, Index frame) {
  if (frame < 0) return {};
  Chunk& chunk = chunks_[tensor.id];
  if (!load_chunk(tensor, frame, chunk)) return {};
  const std::size_t size = chunk.numbers.size() / static_cast<std::size_t>(chunk.frames);
  const std::size_t begin = size * static_cast<std::size_t>(frame - chunk.first_frame);
  return {&tensor, std::span<const std::byte>(chunk.numbers).subspan(begin, size), chunk.samples};
}

double RunStore::Numbers::at(Index row, Index element) const {
  const auto place = static_cast<std::size_t>((row * tensor->width() + element) * tensor->element_size());
  const auto get = [&]<class T>(T number) {
    std::memcpy(&number, bytes.data() + place, sizeof(T));
    return static_cast<double>(number);
  };
  if (tensor->type == "F32") return get(float{});
  return tensor->type == "F64" ? get(double{}) : get(std::int64_t{});
}

std::optional<double> RunStore::metric(Index epoch, std::string_view part, std::string_view name) {
  if (part == "train") {
    const std::vector<EpochRow>& rows = epochs_.up_to(epoch);
    const auto row = std::ranges::lower_bound(rows, epoch, {}, &EpochRow::epoch);
    for (const auto& [column, number] : kOfEpochs)
      if (name == column && row != rows.end() && row->epoch == epoch) return *row.*number;
  }
  find_metric_.bind(0, epoch).bind(1, part).bind(2, name);
  if (!find_metric_.step()) return std::nullopt;
  const double value = find_metric_.real(0);
  find_metric_.reset();
  return value;
}

std::vector<MetricRow> RunStore::metrics() {
  std::vector<MetricRow> rows;
  for (const EpochRow& epoch : epochs_.all())
    for (const auto& [name, number] : kOfEpochs) rows.push_back({epoch.epoch, "train", name, epoch.*number});
  Statement s = database_.prepare("SELECT epoch, part, name, value FROM metric");
  while (s.step()) rows.push_back({s.integer(0), s.text(1), s.text(2), s.real(3)});
  std::ranges::sort(rows, {}, [](const MetricRow& r) { return std::tie(r.epoch, r.part, r.name); });
  return rows;
}

}  // namespace isinglass
