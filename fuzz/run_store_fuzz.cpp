// fuzz/run_store_fuzz.cpp - any bytes are a run store or a clean error; whatever it claims to hold can be asked for.
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <string>

#include "isinglass/base/error.h"
#include "isinglass/record/run_store.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace isinglass;
  static const std::string path = "/tmp/isinglass-run-store-fuzz-" + std::to_string(::getpid()) + ".db";
  if (std::FILE* file = std::fopen(path.c_str(), "wb")) {
    std::fwrite(data, 1, size, file);
    std::fclose(file);
  }
  try {
    RunStore store(path);
    for (const StepRow& step : store.frames_up_to(1 << 20, 10))
      for (const StoredTensor& tensor : store.tensors()) {
        const RunStore::Numbers numbers = store.numbers(tensor, step.frame);
        if (!numbers.empty() && tensor.width() > 0) numbers.at(numbers.rows - 1, tensor.width() - 1);
      }
    store.steps();
    store.layer_statistics();
    store.unit_statistics();
    store.metrics();
  } catch (const Error&) {
  }
  for (const char* end : {"", "-wal", "-shm"}) std::remove((path + end).c_str());
  return 0;
}
