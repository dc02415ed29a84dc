// Runs that were cut short: where they open again, and that they go on to the bits of one that was not.
#include <gtest/gtest.h>

#include "isinglass/io/file.h"
#include "isinglass/io/toml.h"
#include "isinglass/serve/studio_rig.h"

namespace isinglass {
namespace {

using testing_serve::at;
using testing_serve::eventually;
using testing_serve::number;
using testing_serve::text;
namespace fs = std::filesystem;

// Nine batches an epoch; a checkpoint after each.
std::string blobs(Index epochs, const std::string& more = "checkpoint_seconds = 0\n") {
  return "[data]\n"
         "generator = { kind = \"blobs\", samples = 90, classes = 3, seed = 2 }\n"
         "[model]\n"
         "layers = [{ kind = \"dense\", units = 4, activation = \"tanh\" }, { kind = \"dropout\", rate = 0.2 },\n"
         "          { kind = \"dense\", units = 3, activation = \"softmax\" }]\n"
         "[train]\noptimiser = \"adam\"\nbatch_size = 10\nepochs = " +
         std::to_string(epochs) + "\n" + more;
}

class Resume : public testing_serve::StudioRig {
 protected:
  std::string begin(const std::string& toml, const std::string& name) {
    Value body = Value::Table{};
    body.set("toml", toml);
    body.set("name", name);
    return *posted("/api/runs", write_json(body)).find("id")->as_string();
  }
  void command(const std::string& id, const std::string& body) { posted("/api/runs/" + id + "/command", body); }
  Value run(const std::string& id) const {
    const Value state = got("/api/state");
    for (const Value& found : *state.find("runs")->as_array())
      if (*found.find("id")->as_string() == id) return found;
    return {};
  }
  bool comes_to(const std::string& id, const std::string& status) const {
    return eventually([&] { return text(run(id), "status") == status; });
  }
  void train_to(const std::string& id, Index step) {
    command(id, "{\"do\":\"step\",\"batches\":" + std::to_string(step) + "}");
    ASSERT_TRUE(eventually([&] { return number(run(id), "step") == static_cast<double>(step); }));
    ASSERT_TRUE(comes_to(id, "paused"));
  }
  // The directory as a process leaves it that is killed now.
  std::string killed(const std::string& id) const {
    const std::string copy = directory_ + "/killed-" + id;
    fs::copy(directory_ + "/" + id, copy, fs::copy_options::recursive);
    return copy;
  }
  std::string model_of(const std::string& id) const { return read_file(directory_ + "/" + id + "/model.safetensors"); }
  std::string uninterrupted(const std::string& toml) {
    const std::string id = begin(toml, "whole");
    command(id, "{\"do\":\"play\"}");
    EXPECT_TRUE(comes_to(id, "done"));
    return model_of(id);
  }
};

TEST_F(Resume, AStoppedRunGoesOnToTheSameBits) {
  const std::string id = begin(blobs(6), "stopped"), whole = uninterrupted(blobs(6));
  train_to(id, 23);
  EXPECT_NE(post_refused("/api/runs/stopped/command", "{\"do\":\"resume\"}").find("is training"), std::string::npos);
  command(id, "{\"do\":\"stop\"}");
  ASSERT_TRUE(comes_to(id, "interrupted"));
  EXPECT_EQ(number(run(id), "checkpoint"), 23);
  EXPECT_EQ(number(run(id), "steps"), 54);
  const std::string before = write_json(got("/api/runs/stopped/moment?sample=0&step=11"));
  command(id, "{\"do\":\"resume\"}");
  ASSERT_TRUE(comes_to(id, "done"));
  EXPECT_EQ(number(run(id), "step"), 54);
  EXPECT_EQ(model_of(id), whole);
  EXPECT_EQ(write_json(got("/api/runs/stopped/moment?sample=0&step=11")), before);
  EXPECT_NE(post_refused("/api/runs/stopped/command", "{\"do\":\"resume\"}").find("is done"), std::string::npos);
}

TEST_F(Resume, AKilledRunOpensAtItsLastRecordedStepAndGoesOnFromItsCheckpoint) {
  const std::string whole = uninterrupted(blobs(6));
  train_to(begin(blobs(6), "live"), 23);
  ObservedRun found("found", killed("live"));
  Value summary = found.summary();
  EXPECT_EQ(text(summary, "status"), "interrupted");
  EXPECT_EQ(number(summary, "step"), 22) << "whose batch is the last that was recorded";
  EXPECT_EQ(number(summary, "checkpoint"), 18);
  EXPECT_EQ(write_json(found.moment({.step = 22, .sample = 0})),
            write_json(got("/api/runs/live/moment?sample=0&step=22")));
  found.resume();
  EXPECT_EQ(number(found.summary(), "step"), 18);
  EXPECT_EQ(text(found.summary(), "status"), "paused");
  found.live()->play(0);
  ASSERT_TRUE(eventually([&] { return text(found.summary(), "status") == "done"; }));
  EXPECT_EQ(read_file(found.directory() + "/model.safetensors"), whole);
}

TEST_F(Resume, ARunThatWasKilledAfterItHadGoneOnOpensWhereItCameTo) {
  const std::string id = begin(blobs(6), "twice");
  train_to(id, 10);
  command(id, "{\"do\":\"stop\"}");
  ASSERT_TRUE(comes_to(id, "interrupted"));
  {
    ObservedRun found("found", directory_ + "/twice");
    EXPECT_EQ(number(found.summary(), "step"), 10) << "also within an epoch";
    found.resume();
    found.live()->advance(20);
    ASSERT_TRUE(eventually([&] { return number(found.summary(), "step") == 30; }));
    ASSERT_TRUE(eventually([&] { return text(found.summary(), "status") == "paused"; }));
    ObservedRun again("again", killed("twice"));
    EXPECT_EQ(number(again.summary(), "step"), 29);
    EXPECT_EQ(number(again.summary(), "checkpoint"), 27);
  }
}

TEST_F(Resume, ARunWithoutACheckpointSaysSo) {
  train_to(begin(blobs(6, ""), "live"), 12);
  ObservedRun found("found", killed("live"));
  EXPECT_EQ(text(found.summary(), "status"), "interrupted");
  EXPECT_EQ(number(found.summary(), "step"), 11);
  EXPECT_EQ(found.summary().find("checkpoint"), nullptr);
  try {
    found.resume();
    FAIL() << "there is nothing to go on from";
  } catch (const InputError& error) {
    EXPECT_NE(std::string(error.what()).find("no checkpoint"), std::string::npos) << error.what();
  }
}

// The files of the data are named from where the experiment lies, the run's own copy from the run's directory.
TEST_F(Resume, ARunOfTheCommandLineGoesOnHere) {
  make_directories(directory_ + "/place");
  std::string rows = "a,b,y\n";
  for (int i = 0; i < 40; ++i)
    rows += std::to_string(i % 7) + "," + std::to_string(i % 5) + "," + std::to_string(i) + "\n";
  write_file(directory_ + "/place/d.csv", rows);
  const Experiment experiment = Experiment::read(parse_toml(
      "[data]\ntrain = \"d.csv\"\ntarget = \"y\"\n[model]\nwidths = [2, 3, 1]\n[train]\nepochs = 9\nbatch_size = 8\n",
      "x"));
  RunSettings settings{.directory = directory_ + "/line", .data_directory = directory_ + "/place"};
  Index batches = 0;
  run_training(experiment, settings, {.should_stop = [&] { return ++batches == 17; }});
  ObservedRun found("found", directory_ + "/line");
  EXPECT_EQ(number(found.summary(), "step"), 17) << "also of a run that recorded nothing";
  found.resume();
  found.live()->play(0);
  ASSERT_TRUE(eventually([&] { return text(found.summary(), "status") == "done"; })) << write_json(found.summary());
  settings.directory = directory_ + "/whole";
  run_training(experiment, settings, {});
  EXPECT_EQ(model_of("line"), model_of("whole"));
}

TEST_F(Resume, OfSeveralDirectoriesThoseThatHoldNoRunAreLeftOut) {
  const std::string id = trained(blobs(1));
  make_directories(directory_ + "/data");
  std::vector<std::string> said;
  const auto say = [&](const std::string& line) { said.push_back(line); };
  Studio studio({.runs = {directory_ + "/data", directory_ + "/" + id}, .directory = directory_, .say = say});
  ASSERT_EQ(said.size(), 1u);
  EXPECT_NE(said[0].find("no experiment.toml, so it is no run; left out"), std::string::npos) << said[0];
  const std::string file = directory_ + "/" + id + "/model.safetensors";
  EXPECT_THROW(Studio({.runs = {directory_ + "/data"}}), FileError);
  EXPECT_THROW(Studio({.runs = {directory_ + "/data", file}}), FileError);
  EXPECT_THROW(Studio({.runs = {directory_ + "/" + id, directory_ + "/misspelt"}}), FileError);
}

}  // namespace
}  // namespace isinglass
