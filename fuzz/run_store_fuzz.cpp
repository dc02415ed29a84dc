// fuzz/run_store_fuzz.cpp - a damaged run store is read or refused with a clean error; whatever it claims to hold can be
// asked for.
//
// The input is a list of changes to a store of a real run, three bytes each: where (2) and what (1); behind a first byte
// that is 0 it is the file itself.
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <string>

#include "isinglass/base/error.h"
#include "isinglass/io/file.h"
#include "isinglass/io/toml.h"
#include "isinglass/record/run_reader.h"
#include "isinglass/record/run_recorder.h"

namespace isinglass {
namespace {

const std::string kDirectory = "/tmp/isinglass-run-store-fuzz-" + std::to_string(::getpid());

constexpr const char* kExperiment = R"(
seed = 1
record = "everything"
[data]
inputs = [[0.5, 0.2], [0.1, 0.9]]
targets = [[0.3], [0.4]]
[model]
widths = [2, 2, 1]
activation = "sigmoid"
[train]
loss = "half_squared"
optimiser = { kind = "sgd", learning_rate = 0.2 }
epochs = 4
)";

// The bytes of a store in one file.
std::string good_store() {
  RunRecorder recorder([](const std::string&) {});
  RunEvents events;
  events.watcher = &recorder;
  run_training(Experiment::read(parse_toml(kExperiment, "fuzz")), {.directory = kDirectory, .threads = 1}, events);
  return read_file(kDirectory + "/run.db");
}

void look_at_all(RunStore& store) {
  for (const StepRow& step : store.frames_up_to(1 << 20, 10))
    for (const StoredTensor& tensor : store.tensors()) {
      const RunStore::Numbers numbers = store.numbers(tensor, step.frame);
      if (!numbers.empty() && tensor.width() > 0) numbers.at(numbers.rows - 1, tensor.width() - 1);
    }
  for (const StepRow& step : store.steps()) store.step(step.step);
  store.last_step();
  store.layer_statistics();
  store.unit_statistics();
  for (const MetricRow& row : store.metrics()) store.metric(row.epoch, row.part, row.name);
}

}  // namespace
}  // namespace isinglass

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace isinglass;
  static const std::string good = good_store();
  std::string bytes = good;
  if (size > 0 && data[0] == 0) {
    bytes.assign(reinterpret_cast<const char*>(data) + 1, size - 1);
  } else {
    for (std::size_t i = 1; i + 2 < size; i += 3)
      bytes[(data[i] + 256u * data[i + 1]) % bytes.size()] = static_cast<char>(data[i + 2]);
  }
  const std::string path = kDirectory + "/run.db";
  for (const char* end : {"-wal", "-shm"}) std::filesystem::remove(path + end);
  if (std::FILE* file = std::fopen(path.c_str(), "wb")) {
    std::fwrite(bytes.data(), 1, bytes.size(), file);
    std::fclose(file);
  }
  try {
    RunStore store(path);
    look_at_all(store);
    RunReader run(kDirectory);
    for (const Address& address : all_quantities(run.graph())) run.number(address, 2, 1);
  } catch (const Error&) {
  }
  return 0;
}
