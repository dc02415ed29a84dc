// isinglass/figure/run_rig.h - for tests: a small run, trained and recorded.
#pragma once
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "isinglass/io/toml.h"
#include "isinglass/record/run_reader.h"
#include "isinglass/record/run_recorder.h"

namespace isinglass {

// The directory of a run of this experiment, removed with it.
class TrainedRun {
 public:
  TrainedRun(const std::string& name, const std::string& experiment)
      : directory_(testing::TempDir() + "/figure_" + name + "_" + std::to_string(::getpid()) + "/" + name) {
    std::filesystem::remove_all(directory_);
    RunRecorder recorder([](const std::string&) {});
    run_training(Experiment::read(parse_toml(experiment, name + ".toml")),
                 {.directory = directory_, .data_directory = ".", .threads = 1}, {.watcher = &recorder});
  }
  ~TrainedRun() { std::filesystem::remove_all(std::filesystem::path(directory_).parent_path()); }
  TrainedRun(const TrainedRun&) = delete;
  TrainedRun& operator=(const TrainedRun&) = delete;

  RunReader reader() const { return RunReader(directory_, 1); }

 private:
  std::string directory_;
};

inline std::string dense_experiment(const std::string& more = "") {
  return "seed = 13\nprecision = \"double\"\nrng = \"numpy\"\n[data]\ninputs = [[0.5, 0.2, 0.7], [0.1, 0.9, -0.3]]\n"
         "targets = [[0.3], [0.6]]\n[model]\nwidths = [3, 2, 1]\nactivation = \"sigmoid\"\n"
         "bias_initialiser = \"uniform\"\n[train]\noptimiser = { kind = \"sgd\", learning_rate = 0.2 }\nepochs = 40\n"
         "batch_size = 0\nsampling = \"in_order\"\n" +
         more;
}

// Three classes of points in `features` dimensions.
inline std::string classes_experiment(int features, const std::string& model, const std::string& data = "") {
  return "seed = 3\n[data]\ngenerator = { kind = \"blobs\", classes = 3, features = " + std::to_string(features) +
         ", samples = 90, seed = 5 }\n" + data + "\n[model]\n" + model +
         "\n[train]\noptimiser = { kind = \"adam\", learning_rate = 0.01 }\nepochs = 12\nbatch_size = 30\n";
}

inline std::string autoencoder_experiment(int features, int code) {
  return "seed = 3\n[data]\ngenerator = { kind = \"blobs\", classes = 3, features = " + std::to_string(features) +
         ", samples = 40, seed = 5 }\ntarget = \"inputs\"\n[model]\nautoencoder = { widths = [" +
         std::to_string(features) + ", " + std::to_string(code) +
         "], activation = \"tanh\" }\n[train]\nloss = \"mean_squared\"\nepochs = 5\nbatch_size = 10\n";
}

}  // namespace isinglass
