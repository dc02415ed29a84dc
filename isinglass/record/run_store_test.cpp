// A store is written and read back; what is no store, or no whole one, is refused with one line.
#include "isinglass/record/run_store.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstring>
#include <filesystem>
#include <thread>

#include "isinglass/base/error.h"
#include "isinglass/io/file.h"
#include "isinglass/record/store_writer.h"

namespace isinglass {
namespace {

std::string fresh_path(const std::string& name) {
  const std::string path = testing::TempDir() + "run-store-" + name + ".db";
  for (const char* end : {"", "-wal", "-shm", "-journal"}) std::filesystem::remove(path + end);
  return path;
}

const std::vector<StoredTensor> kTensors{
    {.kind = "parameter", .name = "layer1.kernel", .type = "F64", .shape = {2}},
    {.kind = "value", .name = "layer1.out", .type = "F32", .shape = {3}, .per_sample = true}};

template <class T>
void put(FrameColumns& frames, std::size_t tensor, const std::vector<T>& numbers) {
  const std::size_t bytes = numbers.size() * sizeof(T);
  std::memcpy(frames.next(tensor, bytes), numbers.data(), bytes);
}

// Steps 0 .. count - 1 with frames of two numbers and `samples` rows of three.
void write_steps(StoreWriter& writer, Index first, Index count, Index samples) {
  for (Index s = first; s < first + count; ++s) {
    StoreBlock& block = writer.block();
    block.steps.push_back(
        {.step = s, .epoch = s, .samples = samples, .loss = 0.5 * static_cast<double>(s), .frame = s});
    ASSERT_TRUE(block.frames.has_room());
    block.frames.begin(s, samples);
    put<double>(block.frames, 0, {static_cast<double>(100 * s), static_cast<double>(100 * s + 1)});
    std::vector<float> rows;
    for (Index i = 0; i < 3 * samples; ++i) rows.push_back(static_cast<float>(10 * s + i));
    put(block.frames, 1, rows);
  }
}

StoreWriter::Start start_at(const std::string& path) {
  return {.path = path, .tensors = kTensors, .run = {{"model", "abc"}}, .reserve_frames = 8, .reserve_samples = 2};
}

TEST(RunStore, GivesBackWhatWasWrittenAlsoBesideTheWriter) {
  StoreWriter writer(start_at(fresh_path("back")));
  write_steps(writer, 0, 5, 2);
  write_steps(writer, 5, 1, 1);  // a batch with fewer samples
  writer.submit(true);
  RunStore store(testing::TempDir() + "run-store-back.db");
  ASSERT_EQ(store.tensors().size(), 2u);
  EXPECT_EQ(store.step(3)->loss, 1.5);
  EXPECT_FALSE(store.step(6));
  const StoredTensor& kernel = *store.find_tensor("parameter", "layer1.kernel");
  const StoredTensor& out = *store.find_tensor("value", "layer1.out");
  EXPECT_EQ(store.numbers(kernel, 4).at(0, 1), 401);
  EXPECT_EQ(store.numbers(out, 3).rows, 2);
  EXPECT_EQ(store.numbers(out, 3).at(1, 2), 35);
  EXPECT_EQ(store.numbers(out, 5).rows, 1);
  EXPECT_TRUE(store.numbers(out, 6).empty());
  write_steps(writer, 6, 1, 1);
  writer.submit(true);
  EXPECT_EQ(store.numbers(out, 6).at(0, 0), 60);
}

TEST(RunStore, WhatTheThreadHasNotBegunWithIsWrittenAtTheEndInOrder) {
  const std::string path = fresh_path("queue");
  {
    StoreWriter writer(start_at(path));
    for (Index s = 0; s < 12; s += 2) {
      write_steps(writer, s, 2, 1 + s % 4 / 2);  // other frames every time
      writer.submit();
    }
    write_steps(writer, 12, 1, 1);
    writer.block().frames.begin(13, 0, false);  // the state alone
    put<double>(writer.block().frames, 0, {7, 8});
  }
  RunStore store(path);
  EXPECT_EQ(store.steps().size(), 13u);
  const StoredTensor &kernel = store.tensors()[0], &out = store.tensors()[1];
  for (Index s = 0; s < 13; ++s) {
    EXPECT_EQ(store.numbers(kernel, s).at(0, 1), 100 * s + 1);
    EXPECT_EQ(store.numbers(out, s).rows, s < 12 ? 1 + s / 2 * 2 % 4 / 2 : 1) << s;
    EXPECT_EQ(store.numbers(out, s).at(0, 2), 10 * s + 2);
  }
  EXPECT_EQ(store.numbers(kernel, 13).at(0, 1), 8);
  EXPECT_TRUE(store.numbers(out, 13).empty());
}

TEST(RunStore, KeepsALogWhenARunTakesLonger) {
  const std::string path = fresh_path("log");
  StoreWriter writer(start_at(path));
  write_steps(writer, 0, 2, 1);
  writer.submit(true);
  RunStore reader(path);  // sees each commit, before the log is kept and after
  EXPECT_TRUE(reader.step(1));
  EXPECT_FALSE(reader.step(2));
  std::this_thread::sleep_for(std::chrono::duration<double>(1.1 * StoreWriter::kCommitSeconds));
  write_steps(writer, 2, 2, 1);
  writer.submit(true);
  EXPECT_FALSE(writer.has_failed());
  EXPECT_TRUE(std::filesystem::exists(path + "-wal"));
  RunStore other(path);
  EXPECT_TRUE(other.step(3));
}

TEST(RunStore, GoesOnFromACheckpoint) {
  const std::string path = fresh_path("on");
  {
    StoreWriter writer(start_at(path));
    write_steps(writer, 0, 8, 1);
    writer.block().epochs = {{3, 0.3, 0.4, 0.5}, {4, 3, 3, 3}};
    writer.block().metrics = {{4, "validation", "loss", 2}, {4, "test", "loss", 3}, {5, "validation", "loss", 4}};
  }
  {
    StoreWriter::Start start = start_at(path);
    start.goes_on = true;
    start.step = start.epoch = 4;
    StoreWriter writer(std::move(start));
    EXPECT_EQ(writer.first_frame(), 4);
    write_steps(writer, 4, 1, 2);
  }
  RunStore store(path);
  EXPECT_EQ(store.steps().size(), 5u);
  EXPECT_EQ(store.numbers(store.tensors()[0], 3).at(0, 0), 300);
  EXPECT_EQ(store.numbers(store.tensors()[1], 4).at(1, 2), 45);
  EXPECT_EQ(store.metric(3, "train", "monitored_loss"), 0.4);
  EXPECT_FALSE(store.metric(4, "train", "loss"));
  EXPECT_EQ(store.metric(4, "validation", "loss"), 2);
  const std::vector<MetricRow> metrics = store.metrics();
  ASSERT_EQ(metrics.size(), 4u);
  EXPECT_EQ(metrics[2].name, "seconds");
  EXPECT_EQ(metrics[3].part, "validation");
}

std::string refusal(const std::string& path) {
  try {
    RunStore store(path);
    for (const StoredTensor& t : store.tensors())
      for (Index f = 0; f < 3; ++f) store.numbers(t, f);
    store.steps();
    store.check_model("abc");
  } catch (const InputError& error) {
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find(path), std::string::npos) << error.what();
    return error.what();
  }
  return "";
}

// A store with one change.
std::string changed(const std::string& name, const char* statement) {
  const std::string path = fresh_path(name);
  {
    StoreWriter writer(start_at(path));
    write_steps(writer, 0, 3, 2);
  }
  EXPECT_EQ(refusal(path), "");
  Database database(path, Database::Access::kWrite);
  database.execute(statement);
  return path;
}

TEST(RunStore, RefusesWhatItDoesNotKnow) {
  EXPECT_NE(refusal(changed("version", "PRAGMA user_version = 1")).find("has version 1"), std::string::npos);
  EXPECT_NE(refusal(changed("other", "PRAGMA application_id = 7")).find("no run store"), std::string::npos);
  EXPECT_NE(refusal(changed("model", "UPDATE run SET value = 'def' WHERE key = 'model'")).find("another model"),
            std::string::npos);
  EXPECT_NE(refusal(testing::TempDir() + "missing.db").find("no such"), std::string::npos);
}

TEST(RunStore, RefusesWhatIsDamaged) {
  const char* const statements[] = {
      "DROP TABLE chunk",
      "UPDATE chunk SET numbers = x'00'",
      "UPDATE chunk SET numbers = 'text'",
      "UPDATE chunk SET samples = 0",
      "UPDATE chunk SET frames = -1",
      "UPDATE chunk SET samples = 4611686018427387904",
      "UPDATE tensor SET shape = '[4611686018427387904, 8]'",
      "UPDATE tensor SET shape = '[-1]'",
      "UPDATE tensor SET shape = 'many'",
      "UPDATE tensor SET type = 'F16'",
      "UPDATE pack SET first = 'one'",
      "UPDATE pack SET first = first + 1",
      "UPDATE pack SET last = last + 1",
      "UPDATE pack SET rows = rows + 1",
      "UPDATE pack SET rows = 4611686018427387904",
      "UPDATE pack SET numbers = x''",
      "UPDATE pack SET numbers = substr(numbers, 1, 24)",
      "UPDATE pack SET numbers = 'text'",
      "UPDATE pack SET numbers = cast(x'ffffffffffffffff' || substr(numbers, 9) as blob), first = -1",
      "UPDATE pack SET numbers = zeroblob(length(numbers)), last = 0",
      "ALTER TABLE pack DROP COLUMN last"};
  for (std::size_t k = 0; k < std::size(statements); ++k)
    EXPECT_NE(refusal(changed("damaged-" + std::to_string(k), statements[k])).find("damaged"), std::string::npos)
        << statements[k];
}

TEST(RunStore, RefusesOtherBytes) {
  const std::string path = changed("bytes", "VACUUM");
  const std::string whole = read_file(path);
  write_file(path, "no database, but long enough to be taken for one, says whoever reads only its first line");
  EXPECT_NE(refusal(path).find("damaged"), std::string::npos);
  write_file(path, whole.substr(0, whole.size() / 2));
  EXPECT_NE(refusal(path).find("damaged"), std::string::npos);
  for (std::size_t at = 100; at < whole.size(); at += 997) {  // nothing worse than a refusal
    std::string bytes = whole;
    for (std::size_t i = at; i < std::min(at + 64, bytes.size()); ++i) bytes[i] = static_cast<char>(0xA5);
    write_file(path, bytes);
    refusal(path);
  }
}

TEST(RunStore, DocumentShowsTheTables) {
  const std::string page = read_file(std::string(ISINGLASS_SOURCE_DIR) + "/docs/run-store.md");
  EXPECT_NE(page.find("```sql\n" + std::string(kStoreTables) + "```"), std::string::npos)
      << "docs/run-store.md does not show the tables of isinglass/record/store_format.cpp";
}

}  // namespace
}  // namespace isinglass
