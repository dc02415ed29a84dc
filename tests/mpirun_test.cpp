// `mpirun isinglass train`, where there is an mpirun and a build with MPI.
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <thread>

#include "tests/command.h"

namespace isinglass {
namespace {

namespace fs = std::filesystem;
using testing_command::Outcome;
using testing_command::Process;
using testing_command::Workplace;
using Words = std::vector<std::string>;

// 150 samples of 144 numbers in three classes, and networks whose steps are worth sharing.
constexpr const char* kData = "seed = 2\n[data]\ntrain = \"digits.csv\"\ntarget = \"kind\"\n";
constexpr const char* kTraining =
    "[train]\nbatch_size = 64\nepochs = 3\noptimiser = { kind = \"adam\" }\ncheckpoint_seconds = 0\n";
constexpr const char* kDense =
    "[model]\nlayers = [{ kind = \"dense\", units = 400, activation = \"relu\" }, { kind = \"dropout\", rate = 0.3 }, "
    "{ "
    "kind = \"dense\", units = 200, activation = \"relu\" }, { kind = \"dense\", units = 3, activation = \"softmax\" "
    "}]\n";
constexpr const char* kConvolution =
    "[model]\nlayers = [{ kind = \"conv2d\", kernels = 16, kernel_size = 3, activation = \"relu\" }, { kind = "
    "\"max_pool2d\", pool_size = 2 }, { kind = \"batch_norm\" }, { kind = \"flatten\" }, { kind = \"dense\", units = "
    "100, activation = \"tanh\" }, { kind = \"dense\", units = 3, activation = \"softmax\" }]\n";

class Mpirun : public testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(fs::path(ISINGLASS_BINARY).parent_path() / "libisinglass_mpi.so"))
      GTEST_SKIP() << "this build has no MPI";
    if (place_.run_program("sh", {"-c", "command -v mpirun"}).status != 0) GTEST_SKIP() << "there is no mpirun";
    std::ostringstream csv;
    std::mt19937 random(7);
    std::normal_distribution<double> normal;
    for (int i = 0; i < 144; ++i) csv << "p" << i << ",";
    csv << "kind\n";
    for (int n = 0; n < 150; ++n) {
      for (int i = 0; i < 144; ++i) csv << normal(random) + (i % 3 == n % 3 ? 0.5 : 0) << ",";
      csv << "abc"[n % 3] << "\n";
    }
    place_.write("digits.csv", csv.str());
    place_.write("dense.toml", kData + std::string(kTraining) + kDense);
    place_.write("convolution.toml", kData + std::string("input_shape = [1, 12, 12]\n") + kTraining + kConvolution);
  }

  static Words of_ranks(int ranks, const Words& words) {
    Words all{"-q", "--oversubscribe", "-n", std::to_string(ranks), ISINGLASS_BINARY};
    all.insert(all.end(), words.begin(), words.end());
    return all;
  }
  Outcome mpirun(const Words& words) const { return place_.run_program("mpirun", words); }
  void train_alone(const std::string& name, const std::string& directory) const {
    const Outcome outcome = place_.run({"train", name + ".toml", "--out", directory, "--quiet"});
    ASSERT_EQ(outcome.status, 0) << outcome.err;
  }

  // The process of a rank whose command line holds `word`, or -1.
  static pid_t process_of(const std::string& rank, const std::string& word) {
    const auto text = [](const fs::path& path) {
      std::ifstream file(path, std::ios::binary);
      return '\0' + std::string(std::istreambuf_iterator<char>(file), {}) + '\0';
    };
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator("/proc", ignored)) {
      const std::string name = entry.path().filename().string();
      if (name.find_first_not_of("0123456789") != std::string::npos) continue;
      const std::string variable = '\0' + ("OMPI_COMM_WORLD_RANK=" + rank) + '\0';
      if (text(entry.path() / "cmdline").find('\0' + word + '\0') != std::string::npos &&
          text(entry.path() / "environ").find(variable) != std::string::npos)
        return static_cast<pid_t>(std::stol(name));
    }
    return -1;
  }

  Workplace place_;
};

TEST_F(Mpirun, FourRanksTrainToTheBitsOfOneProcess) {
  for (const std::string name : {"dense", "convolution"}) {
    train_alone(name, name + "-alone");
    const Outcome outcome = mpirun(of_ranks(4, {"train", name + ".toml", "--out", name + "-ranks"}));
    ASSERT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_NE(outcome.out.find("done after 3 epochs"), std::string::npos) << outcome.out;
    EXPECT_EQ(outcome.out.find("done", outcome.out.find("done") + 1), std::string::npos) << "one rank reports";
    EXPECT_EQ(place_.read(name + "-ranks/model.safetensors"), place_.read(name + "-alone/model.safetensors"));
  }
}

TEST_F(Mpirun, ARankThatDiesEndsTheJobWithOneLineAndResumeGoesOn) {
  const Words endless{"train", "dense.toml", "--out", "killed", "--quiet", "--set", "train.epochs=1000000"};
  Process job(place_, of_ranks(4, endless), "mpirun");
  const auto checkpoint = [&] { return place_.has("killed/checkpoint.safetensors"); };
  for (int i = 0; i < 1200 && !checkpoint(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(50));
  ASSERT_TRUE(checkpoint());
  const pid_t rank = process_of("2", "killed");
  ASSERT_GT(rank, 0);
  ::kill(rank, SIGKILL);
  const Outcome outcome = job.wait();
  EXPECT_NE(outcome.status, 0);
  EXPECT_EQ(std::ranges::count(outcome.err, '\n'), 1) << outcome.err;
  EXPECT_NE(outcome.err.find("isinglass: rank 2 of 4 (process " + std::to_string(rank)), std::string::npos)
      << outcome.err;
  EXPECT_NE(outcome.err.find("go on with: mpirun"), std::string::npos) << outcome.err;
  // As far as the checkpoint has come, and then a little on: the same as a run that was never ended.
  const Outcome described =
      place_.run({"train", "dense.toml", "--out", "killed", "--resume", "--set", "train.epochs=1", "--json"});
  ASSERT_EQ(described.status, 0) << described.err;
  const std::string key = "\"epochs\":";
  const int epochs = std::stoi(described.out.substr(described.out.rfind(key) + key.size())) + 2;
  const Words more{"--set", "train.epochs=" + std::to_string(epochs), "--quiet"};
  const auto with = [&](Words words) {
    words.insert(words.end(), more.begin(), more.end());
    return words;
  };
  const Outcome resumed = mpirun(of_ranks(3, with({"train", "dense.toml", "--out", "killed", "--resume"})));
  ASSERT_EQ(resumed.status, 0) << resumed.err;
  ASSERT_EQ(place_.run(with({"train", "dense.toml", "--out", "whole"})).status, 0);
  EXPECT_EQ(place_.read("killed/model.safetensors"), place_.read("whole/model.safetensors"));
}

TEST_F(Mpirun, ACheckpointThatOneRankCannotReadEndsAll) {
  train_alone("dense", "run");
  place_.write("run-of-rank-1/checkpoint.safetensors", "this is none");
  const auto resume = [](const std::string& directory) {
    return Words{"-n", "1", ISINGLASS_BINARY, "train", "dense.toml", "--out", directory, "--resume", "--quiet"};
  };
  Words words{"-q", "--oversubscribe"};
  for (const std::string directory : {"run", "run-of-rank-1"}) {
    const Words own = resume(directory);
    words.insert(words.end(), own.begin(), own.end());
    if (directory == "run") words.push_back(":");
  }
  const Outcome outcome = mpirun(words);
  EXPECT_EQ(outcome.status, 2);
  EXPECT_EQ(std::ranges::count(outcome.err, '\n'), 1) << outcome.err;
  EXPECT_NE(outcome.err.find("isinglass: rank 1: run-of-rank-1/checkpoint.safetensors: "), std::string::npos)
      << outcome.err;
}

TEST_F(Mpirun, RanksWithOtherSettingsAreRefused) {
  const Outcome outcome =
      mpirun({"-q", "--oversubscribe", "-n", "2", ISINGLASS_BINARY, "train", "dense.toml", "--out", "run", ":", "-n",
              "1", ISINGLASS_BINARY, "train", "dense.toml", "--out", "run", "--set", "train.batch_size=32"});
  EXPECT_EQ(outcome.status, 2);
  EXPECT_EQ(std::ranges::count(outcome.err, '\n'), 1) << outcome.err;
  EXPECT_NE(outcome.err.find("the experiments of rank 0 and rank 2 differ: "), std::string::npos) << outcome.err;
  EXPECT_FALSE(place_.has("run"));
}

TEST_F(Mpirun, RanksOfAnotherVersionAreRefused) {
  const std::string other = fs::path(ISINGLASS_BINARY).parent_path() / "isinglass_other_version";
  const Outcome outcome = mpirun({"-q", "--oversubscribe", "-n", "2", ISINGLASS_BINARY, "train", "dense.toml", "--out",
                                  "run", ":", "-n", "1", other, "train", "dense.toml", "--out", "run"});
  EXPECT_EQ(outcome.status, 2);
  EXPECT_EQ(std::ranges::count(outcome.err, '\n'), 1) << outcome.err;
  EXPECT_NE(outcome.err.find("the versions of rank 0 and rank 2 differ: "), std::string::npos) << outcome.err;
  EXPECT_NE(outcome.err.find("0.0.1"), std::string::npos) << outcome.err;
}

// Synchronous, so that its course does not depend on who was faster.
constexpr const char* kSearch =
    "[search]\nmethod = \"pbt\"\nmembers = 5\n[search.space]\n\"train.optimiser.learning_rate\" = { log_uniform = "
    "[1e-4, "
    "1e-1] }\n";

TEST_F(Mpirun, MembersOfASearchOnThreeRanksHaveTheBitsOfOneProcess) {
  place_.write("search.toml", kData + std::string("validation_fraction = 0.3\n") + kTraining + kDense + kSearch);
  const Outcome alone = place_.run({"search", "search.toml", "--out", "alone", "--quiet"});
  ASSERT_EQ(alone.status, 0) << alone.err;
  const Outcome outcome = mpirun(of_ranks(3, {"search", "search.toml", "--out", "ranks", "--quiet"}));
  ASSERT_EQ(outcome.status, 0) << outcome.err;
  for (const std::string file : {"/best.toml", "/model.safetensors"})
    EXPECT_EQ(place_.read("ranks" + file), place_.read("alone" + file)) << file;
}

TEST_F(Mpirun, ASearchWhoseRankDiesGoesOnToTheSameResult) {
  place_.write("search.toml", kData + std::string("validation_fraction = 0.3\n") + kTraining + kDense + kSearch);
  const Words words{"search", "search.toml", "--out", "killed", "--quiet", "--set", "train.epochs=60"};
  {
    Process job(place_, of_ranks(3, words), "mpirun");
    pid_t rank = -1;
    for (int i = 0; i < 1200 && (rank < 0 || !place_.has("killed/search.db")); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      rank = process_of("1", "killed");
    }
    ASSERT_GT(rank, 0);
    ::kill(rank, SIGKILL);
    const Outcome outcome = job.wait();
    EXPECT_NE(outcome.status, 0);
    EXPECT_EQ(std::ranges::count(outcome.err, '\n'), 1) << outcome.err;
    EXPECT_NE(outcome.err.find("isinglass: rank 1 of 3 (process " + std::to_string(rank)), std::string::npos)
        << outcome.err;
  }
  Words again = words;
  again.push_back("--resume");
  const Outcome resumed = mpirun(of_ranks(2, again));
  ASSERT_EQ(resumed.status, 0) << resumed.err;
  again = words;
  again[3] = "whole";
  ASSERT_EQ(place_.run(again).status, 0);
  EXPECT_EQ(place_.read("killed/model.safetensors"), place_.read("whole/model.safetensors"));
}

TEST_F(Mpirun, FoldsTrainInOneProcess) {
  const Outcome outcome = mpirun(of_ranks(2, {"train", "dense.toml", "--folds", "3"}));
  EXPECT_EQ(outcome.status, 2);
  EXPECT_NE(outcome.err.find("leave mpirun out"), std::string::npos) << outcome.err;
}

}  // namespace
}  // namespace isinglass
