// tests/record_rig.h - runs that are recorded, for the tests that look numbers up.
#pragma once
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "isinglass/record/run_recorder.h"
#include "tests/golden.h"

namespace isinglass::testing_record {

inline std::string fresh_directory(const std::string& name) {
  const std::string path = testing::TempDir() + "record-" + name;
  std::filesystem::remove_all(path);
  return path;
}

struct Recorded {
  RunSummary summary;
  std::vector<std::string> said;
  RecordingCost cost;
};
inline Recorded record(const Experiment& experiment, const std::string& directory, const RunEvents& events = {},
                       bool resume = false) {
  Recorded out;
  RunRecorder recorder([&](const std::string& message) { out.said.push_back(message); });
  RunEvents watched = events;
  watched.watcher = &recorder;
  out.summary = run_training(
      experiment, {.directory = directory, .data_directory = source_path("examples"), .resume = resume, .threads = 1},
      watched);
  out.cost = recorder.cost();
  return out;
}

inline Experiment example(const std::string& name) {
  return load_experiment(source_path("examples/" + name + ".toml"));
}

}  // namespace isinglass::testing_record
