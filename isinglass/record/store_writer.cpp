#include "isinglass/record/store_writer.h"

#include <algorithm>
#include <system_error>

#include "isinglass/base/error.h"
#include "isinglass/base/options.h"
#include "isinglass/io/json.h"

namespace isinglass {

constexpr int kPageBytes = 8192;
// What is written is not read again soon: a few pages, used again and again, stay near the processor, where all those of
// a transaction would be new memory, which takes the system longer to find than the file to write.
constexpr int kPagesInMemory = 16;
constexpr auto kCommitPeriod = std::chrono::duration<double>(StoreWriter::kCommitSeconds);

void StoreBlock::clear() {
  steps.clear();
  epochs.clear();
  frames.clear();
  layers.clear();
  units.clear();
  norms.clear();
  metrics.clear();
  run.clear();
}

bool StoreBlock::is_empty() const {
  return steps.empty() && epochs.empty() && frames.empty() && layers.empty() && units.empty() && metrics.empty() &&
         run.empty();
}

struct StoreWriter::Statements {
  explicit Statements(Database& d)
      : steps(d),
        epochs(d),
        layers(d),
        units(d),
        norms(d),
        chunk(d.prepare("INSERT INTO chunk VALUES (?, ?, ?, ?, ?)")),
        metric(d.prepare("INSERT OR REPLACE INTO metric VALUES (?, ?, ?, ?)")),
        run(d.prepare("INSERT OR REPLACE INTO run VALUES (?, ?)")) {}
  PackTable<StepRow> steps;
  PackTable<EpochRow> epochs;
  PackTable<LayerStatistic> layers;
  PackTable<UnitStatistic> units;
  PackTable<UnitNorm> norms;
  Statement chunk, metric, run;
};

StoreWriter::StoreWriter(const Start& start)
    : database_(start.path, start.goes_on ? Database::Access::kWrite : Database::Access::kCreate),
      tensors_(start.tensors),
      blocks_(kBlocks) {
  // What is committed survives the end of the process, however it comes; it is not forced to the disk.
  database_.execute("PRAGMA synchronous = OFF");
  database_.execute(("PRAGMA cache_size = " + std::to_string(kPagesInMemory)).c_str());
  if (start.goes_on) keep_log();
  database_.execute(("PRAGMA page_size = " + std::to_string(kPageBytes)).c_str());
  database_.execute("BEGIN");
  if (!start.goes_on) create();
  statements_ = std::make_unique<Statements>(database_);
  if (start.goes_on) go_on(start);
  list_tensors();
  for (const auto& [key, value] : start.run) statements_->run.bind(0, key).bind(1, value).run();
  database_.execute("COMMIT");
  make_room_ = [this, steps = start.reserve_steps, frames = start.reserve_frames,
                samples = start.reserve_samples](StoreBlock& block) {
    block.steps.reserve(steps);
    block.epochs.reserve(steps);
    block.frames.reserve(tensors_, frames, samples);
  };
  block_ = empty_block();
}

StoreWriter::~StoreWriter() {
  if (!block_->is_empty()) submit(true);
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    is_ending_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void StoreWriter::create() {
  database_.execute(("PRAGMA application_id = " + std::to_string(kStoreApplication)).c_str());
  database_.execute(("PRAGMA user_version = " + std::to_string(kStoreVersion)).c_str());
  database_.execute(kStoreTables);
}

// From now on others may read while this writes, at a price: each page goes to the log and then to the store. When
// somebody reads just now, the next block tries again.
void StoreWriter::keep_log() {
  try {
    database_.execute("PRAGMA journal_mode = WAL");
    has_log_ = true;
  } catch (const FileError&) {
  }
}

// Drops what is from after the checkpoint that the run goes on from.
void StoreWriter::go_on(const Start& start) {
  const auto rows = statements_->steps.all();
  const auto dropped =
      std::ranges::find_if(rows, [&](const StepRow& r) { return r.step >= start.step && r.frame >= 0; });
  if (dropped != rows.end()) {
    const std::string frame = std::to_string(dropped->frame);
    database_.execute(("DELETE FROM chunk WHERE first_frame >= " + frame).c_str());
    database_.execute(("UPDATE chunk SET numbers = substr(numbers, 1, length(numbers) / frames * (" + frame +
                       " - first_frame)), frames = " + frame + " - first_frame WHERE first_frame + frames > " + frame)
                          .c_str());
  }
  statements_->steps.cut(start.step);
  statements_->layers.cut(start.step);
  statements_->units.cut(start.step);
  statements_->norms.cut(start.step);
  statements_->epochs.cut(start.epoch);
  database_.execute("DELETE FROM run WHERE key IN ('steps', 'epochs')");  // where it had ended
  const std::string epoch = std::to_string(start.epoch);
  database_.execute(
      ("DELETE FROM metric WHERE epoch > " + epoch + " OR (epoch = " + epoch + " AND part <> 'validation')").c_str());
  first_frame_ = database_.number("SELECT coalesce(max(first_frame + frames), 0) FROM chunk");
}

// Tensors that the store has keep their numbers; others get new ones.
void StoreWriter::list_tensors() {
  Statement find = database_.prepare(
      "SELECT tensor FROM tensor WHERE kind = ? AND name = ? AND type = ? AND shape = ? AND per_sample = ?");
  Statement insert =
      database_.prepare("INSERT INTO tensor (kind, name, type, shape, per_sample, tensor) VALUES (?, ?, ?, ?, ?, ?)");
  Index next = database_.number("SELECT coalesce(max(tensor) + 1, 0) FROM tensor");
  for (StoredTensor& t : tensors_) {
    const std::string shape = write_json(OptionType<Shape>::write(t.shape));
    for (Statement* s : {&find, &insert})
      s->bind(0, t.kind).bind(1, t.name).bind(2, t.type).bind(3, shape).bind(4, Index{t.per_sample});
    const bool is_known = find.step();
    t.id = is_known ? find.integer(0) : next++;
    if (is_known)
      find.reset();
    else
      insert.bind(5, t.id).run();
  }
}

// One that has been written, or one that has had nothing yet; null: all are full.
StoreBlock* StoreWriter::empty_block() {
  if (empty_.empty()) {
    if (blocks_in_use_ == blocks_.size()) return nullptr;
    make_room_(blocks_[blocks_in_use_]);
    return &blocks_[blocks_in_use_++];
  }
  StoreBlock* const block = empty_.front();
  empty_.pop_front();
  return block;
}

// False where the system has none left.
bool StoreWriter::start_thread() {
  if (!thread_.joinable()) try {
      thread_ = std::thread([this] { work(); });
    } catch (const std::system_error&) {
      return false;
    }
  return true;
}

bool StoreWriter::look_at_clock() {
  constexpr auto kBetween = std::chrono::milliseconds(1);
  constexpr int kMostSteps = 64;  // whoever steps by hand after a quick run does not wait long for the store
  const Clock::time_point now = Clock::now();
  if (now - looked_ < kBetween / 2)
    look_every_ = std::min(2 * look_every_, kMostSteps);
  else if (now - looked_ > 2 * kBetween)
    look_every_ = std::max(look_every_ / 2, 1);
  until_look_ = look_every_;
  looked_ = now;
  return now - submitted_ >= kCommitPeriod;
}

void StoreWriter::submit(bool wait) {
  submitted_ = Clock::now();
  std::unique_lock lock(mutex_);
  if (wait || !start_thread()) {
    // The database is free then. What the thread has not begun with, since it is not awake yet, is written here, too.
    changed_.wait(lock, [&] { return !is_busy_; });
    for (; !full_.empty(); full_.pop_front()) {
      write_or_fail(*full_.front());
      empty_.push_back(full_.front());
    }
    write_or_fail(*block_);
    return;
  }
  full_.push_back(block_);
  changed_.notify_all();
  block_ = empty_block();
  if (block_ != nullptr) return;
  ++waits_;
  changed_.wait(lock, [&] { return !empty_.empty(); });
  block_ = empty_block();
}

std::optional<std::string> StoreWriter::take_failure() {
  if (!has_failed() || failure_taken_) return std::nullopt;
  failure_taken_ = true;
  return failure_;
}

void StoreWriter::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return is_ending_ || !full_.empty(); });
    if (full_.empty()) return;
    StoreBlock* block = full_.front();
    full_.pop_front();
    is_busy_ = true;
    lock.unlock();
    write_or_fail(*block);
    lock.lock();
    is_busy_ = false;
    empty_.push_back(block);
    changed_.notify_all();
  }
}

void StoreWriter::write_or_fail(StoreBlock& block) {
  if (!has_failed()) try {
      write(block);
    } catch (const std::exception& error) {
      failure_ = error.what();
      has_failed_.store(true, std::memory_order_release);
    }
  block.clear();
}

void StoreWriter::write(StoreBlock& block) {
  if (!has_log_ && Clock::now() - began_ > kCommitPeriod) keep_log();
  database_.execute("BEGIN IMMEDIATE");
  try {
    write_frames(block.frames);
    write_numbers(block);
    database_.execute("COMMIT");
  } catch (...) {
    try {
      database_.execute("ROLLBACK");
    } catch (const Error&) {  // it is rolled back when it is opened next
    }
    throw;
  }
}

// A chunk has one tensor of a run of frames.
void StoreWriter::write_frames(const FrameColumns& frames) {
  for (std::size_t k = 0; k < tensors_.size(); ++k) {
    std::span<const std::byte> numbers = frames.column(k);
    for (const FrameColumns::Run& run : frames.runs()) {
      const std::size_t bytes = frames.bytes(k, run) * static_cast<std::size_t>(run.frames);
      if (bytes == 0) continue;
      statements_->chunk.bind(0, tensors_[k].id).bind(1, run.first).bind(2, run.frames);
      statements_->chunk.bind(3, tensors_[k].per_sample ? run.samples : Index{1}).bind(4, numbers.first(bytes)).run();
      numbers = numbers.subspan(bytes);
    }
  }
}

void StoreWriter::write_numbers(StoreBlock& block) {
  Statements& s = *statements_;
  s.steps.add(block.steps);
  s.epochs.add(block.epochs);
  s.layers.add(block.layers);
  s.units.add(block.units);
  s.norms.add(block.norms);
  for (const MetricRow& row : block.metrics)
    s.metric.bind(0, row.epoch).bind(1, row.part).bind(2, row.name).bind(3, row.value).run();
  for (const auto& [key, value] : block.run) s.run.bind(0, key).bind(1, value).run();
}

}  // namespace isinglass
