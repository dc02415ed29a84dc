#include "isinglass/record/store_writer.h"

#include <algorithm>
#include <cstring>
#include <filesystem>

#include "isinglass/base/error.h"
#include "isinglass/base/options.h"
#include "isinglass/io/json.h"

namespace isinglass {

constexpr int kPageBytes = 8192;
constexpr auto kCommitPeriod = std::chrono::duration<double>(StoreWriter::kCommitSeconds);

void StoreBlock::clear() {
  steps.clear();
  epochs.clear();
  frames.clear();
  numbers.clear();
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

StoreWriter::StoreWriter(Start start)
    : database_(start.path, start.goes_on ? Database::Access::kWrite : Database::Access::kCreate),
      tensors_(std::move(start.tensors)),
      blocks_(kBlocks) {
  // What is committed survives the end of the process, however it comes; it is not forced to the disk.
  database_.execute("PRAGMA synchronous = OFF");
  if (start.goes_on) keep_log();
  database_.execute(("PRAGMA page_size = " + std::to_string(kPageBytes)).c_str());
  database_.execute("BEGIN");
  if (!start.goes_on) create();
  statements_ = std::make_unique<Statements>(database_);
  if (start.goes_on) go_on(start);
  list_tensors();
  for (const auto& [key, value] : start.run) statements_->run.bind(0, key).bind(1, value).run();
  database_.execute("COMMIT");
  for (StoreBlock& block : blocks_) {
    block.steps.reserve(start.reserve_steps);
    block.epochs.reserve(start.reserve_steps);
    block.frames.reserve(start.reserve_frames);
    block.numbers.reserve(start.reserve_bytes);
    empty_.push_back(&block);
  }
  block_ = empty_.front();
  empty_.pop_front();
  thread_ = std::thread([this] { work(); });
}

StoreWriter::~StoreWriter() {
  if (!block_->is_empty()) submit(true);
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

void StoreWriter::submit(bool wait) {
  is_due_.store(false, std::memory_order_relaxed);
  std::unique_lock lock(mutex_);
  full_.push_back(block_);
  changed_.notify_all();
  const auto is_ready = [&] { return wait ? full_.empty() && !is_busy_ : !empty_.empty(); };
  if (!wait && !is_ready()) ++waits_;
  changed_.wait(lock, is_ready);
  block_ = empty_.front();
  empty_.pop_front();
}

std::optional<std::string> StoreWriter::take_failure() {
  if (!has_failed() || failure_taken_) return std::nullopt;
  failure_taken_ = true;
  return failure_;
}

void StoreWriter::work() {
  std::unique_lock lock(mutex_);
  while (!is_ending_ || !full_.empty()) {
    if (!changed_.wait_for(lock, kCommitPeriod, [&] { return is_ending_ || !full_.empty(); })) {
      is_due_.store(true, std::memory_order_relaxed);
      continue;
    }
    if (full_.empty()) continue;
    StoreBlock* block = full_.front();
    full_.pop_front();
    is_busy_ = true;
    lock.unlock();
    if (!has_failed()) try {
        write(*block);
      } catch (const std::exception& error) {
        failure_ = error.what();
        has_failed_.store(true, std::memory_order_release);
      }
    block->clear();
    lock.lock();
    is_busy_ = false;
    empty_.push_back(block);
    changed_.notify_all();
  }
}

void StoreWriter::write(StoreBlock& block) {
  if (!has_log_ && Clock::now() - began_ > kCommitPeriod) keep_log();
  database_.execute("BEGIN IMMEDIATE");
  try {
    write_frames(block);
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

// A chunk has frames of the same kind and number of samples, one after the other.
void StoreWriter::write_frames(const StoreBlock& block) {
  for (std::size_t begin = 0, end; begin < block.frames.size(); begin = end) {
    const StoreBlock::Frame& first = block.frames[begin];
    end = begin + 1;
    while (end < block.frames.size() && block.frames[end].samples == first.samples &&
           block.frames[end].is_whole == first.is_whole)
      ++end;
    write_chunks(block, begin, end);
  }
}

void StoreWriter::write_chunks(const StoreBlock& block, std::size_t begin, std::size_t end) {
  const StoreBlock::Frame& first = block.frames[begin];
  std::size_t within = 0;  // a frame
  for (const StoredTensor& t : tensors_) {
    if (!first.is_whole && !t.is_state()) continue;
    const auto bytes = static_cast<std::size_t>(t.width() * t.element_size() * (t.per_sample ? first.samples : 1));
    if (bytes == 0) continue;
    chunk_.resize(bytes * (end - begin));
    for (std::size_t f = begin; f < end; ++f)
      std::memcpy(chunk_.data() + bytes * (f - begin), block.numbers.data() + block.frames[f].offset + within, bytes);
    within += bytes;
    statements_->chunk.bind(0, t.id).bind(1, first.frame).bind(2, static_cast<Index>(end - begin));
    statements_->chunk.bind(3, t.per_sample ? first.samples : Index{1})
        .bind(4, std::span<const std::byte>(chunk_))
        .run();
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
