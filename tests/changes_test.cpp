// Settings that change while a network trains.
#include "isinglass/train/changes.h"

#include <gtest/gtest.h>

#include "isinglass/io/json.h"
#include "tests/command.h"
#include "tests/training_rig.h"

namespace isinglass {
namespace {

constexpr const char* kModel =
    "layers = [{ kind = \"dense\", units = 6, activation = \"tanh\" }, { kind = \"dropout\", rate = 0.2 }, "
    "{ kind = \"dense\", units = 3, activation = \"softmax\" }]";
constexpr const char* kTrain = "optimiser = { kind = \"momentum\", learning_rate = 0.05 }\nepochs = 6\nbatch_size = 16";
constexpr const char* kChanges =
    "changes = [{ epoch = 2, set = { \"train.optimiser.learning_rate\" = 0.01, \"model.layers.2.rate\" = 0.5 } },\n"
    "           { epoch = 4, set = { \"train.optimiser.momentum\" = 0.5, \"train.l2\" = 0.01 } }]\n";

template <class T>
struct Rig : TrainingRig<T> {
  explicit Rig(const std::string& head, const std::string& train = kTrain) : TrainingRig<T>(head, kModel, train) {
    Trainer<T>& t = this->trainer;
    staged = std::make_unique<Trainer<T>>(typename Trainer<T>::Setup{.graph = this->graph,
                                                                     .options = this->experiment.train,
                                                                     .loss = t.loss(),
                                                                     .random = this->experiment.random(),
                                                                     .preprocessor = this->preprocessor,
                                                                     .pool = this->pool,
                                                                     .train = made_classes(101, 1),
                                                                     .validation = made_classes(30, 2),
                                                                     .stages = this->experiment.stages});
  }
  std::vector<T> numbers() const {
    const auto flat = staged->parameters().flat();
    return {flat.begin(), flat.end()};
  }
  std::unique_ptr<Trainer<T>> staged;
};

double in_force(const Trainer<float>& trainer, const std::string& key) {
  return *find_key(trainer.in_force(), key)->as_real();
}

TEST(Changes, AreInForceFromTheirEpochOn) {
  Rig<float> rig(kChanges);
  std::vector<double> rates, dropouts, momenta, penalties;
  rig.staged->run({.on_epoch = [&](const EpochReport& report) {
    rates.push_back(report.learning_rate);
    dropouts.push_back(in_force(*rig.staged, "layers.3.rate"));  // node 2 is the tanh
    momenta.push_back(in_force(*rig.staged, "train.optimiser.momentum"));
    penalties.push_back(in_force(*rig.staged, "train.l2"));
  }});
  EXPECT_EQ(rates, (std::vector<double>{0.05, 0.05, 0.01, 0.01, 0.01, 0.01}));
  EXPECT_EQ(dropouts, (std::vector<double>{0.2, 0.2, 0.5, 0.5, 0.5, 0.5}));
  EXPECT_EQ(momenta, (std::vector<double>{0.9, 0.9, 0.9, 0.9, 0.5, 0.5}));
  EXPECT_EQ(penalties, (std::vector<double>{0, 0, 0, 0, 0.01, 0.01}));
}

TEST(Changes, GoOnFromACheckpointToTheSameBits) {
  Rig<float> whole(kChanges), first(kChanges), second(kChanges);
  whole.staged->run({});
  first.staged->run({}, 3);
  EXPECT_EQ(first.staged->progress().epoch, 3);
  restore_checkpoint(checkpoint_bytes(first.experiment, *first.staged), "test", second.experiment, *second.staged);
  second.staged->run({});
  EXPECT_EQ(second.numbers(), whole.numbers());
}

TEST(Changes, ACheckpointIsRefusedWhenWhatHasPassedWasAnother) {
  Rig<float> first(kChanges), without("");
  first.staged->run({}, 3);
  const std::string bytes = checkpoint_bytes(first.experiment, *first.staged);
  EXPECT_THROW(restore_checkpoint(bytes, "test", without.experiment, *without.staged), OptionError);
  // What is still to come may be another.
  Rig<float> later(
      std::string("changes = [{ epoch = 2, set = { \"train.optimiser.learning_rate\" = 0.01, "
                  "\"model.layers.2.rate\" = 0.5 } }, { epoch = 3, set = { \"train.l1\" = 0.1 } }]\n"));
  EXPECT_NO_THROW(restore_checkpoint(bytes, "test", later.experiment, *later.staged));
}

TEST(Changes, AreWrittenAndReadBack) {
  const Rig<float> rig(kChanges);
  const Value written = rig.experiment.write();
  EXPECT_EQ(Experiment::read(parse_toml(write_toml(written), "again")).write(), written);
  EXPECT_EQ(rig.experiment.stages.size(), 2u);
}

std::string refusal(const std::string& changes) {
  try {
    Rig<float> rig("changes = " + changes + "\n");
  } catch (const OptionError& error) {
    return error.what();
  }
  return "nothing was refused";
}

TEST(Changes, WhatCannotChangeIsRefused) {
  const auto set = [](const std::string& what) { return "[{ epoch = 1, set = { " + what + " } }]"; };
  for (const char* what :
       {"\"model.layers.1.units\" = 5", "\"train.batch_size\" = 5", "\"train.optimiser.kind\" = \"sgd\"",
        "\"seed\" = 5", "\"model.layers.1.activation\" = \"relu\""}) {
    const std::string message = refusal(set(what));
    EXPECT_TRUE(message.find("cannot change") != std::string::npos || message.find("no setting") != std::string::npos)
        << message;
    EXPECT_TRUE(message.starts_with("test.toml:1:")) << message;
  }
  EXPECT_NE(refusal(set("\"train.optimiser.momentun\" = 0.5")).find("did you mean 'momentum'"), std::string::npos);
  EXPECT_NE(refusal("[{ epoch = 3, set = {} }, { epoch = 3, set = {} }]").find("in the order"), std::string::npos);
  EXPECT_NE(refusal("[{ set = {} }]").find("needs the setting 'epoch'"), std::string::npos);
}

// Dropout of 0.2 in epochs 0 and 1, then of 0.7: the chain rule has to know which.
TEST(Changes, AreWhatAnExplanationReckonsWith) {
  const testing_command::Workplace place;
  place.write(
      "e.toml",
      "seed = 3\nprecision = \"double\"\n"
      "changes = [{ epoch = 2, set = { \"model.layers.2.rate\" = 0.7 } }]\n"
      "[data]\ninputs = [[0.1, 0.9], [0.8, 0.3]]\ntargets = [[1], [0]]\n"
      "[model]\nlayers = [{ kind = \"dense\", units = 6, activation = \"tanh\" }, { kind = \"dropout\", rate = 0.2 },"
      " { kind = \"dense\", units = 1 }]\n[train]\nepochs = 4\nbatch_size = 0\n[record]\nlevel = \"everything\"\n");
  ASSERT_EQ(place.run({"train", "e.toml", "--out", "r", "--quiet"}).status, 0);
  int non_zero = 0;
  for (const char* epoch : {"0", "1", "2", "3"})
    for (int unit = 0; unit < 6; ++unit) {
      const std::string quantity = "dL/dlayer1.bias[" + std::to_string(unit) + "]";
      const auto run = place.run({"explain", "r", quantity, "--epoch", epoch, "--format", "json"});
      ASSERT_EQ(run.status, 0) << run.err;
      const Value document = parse_json(run.out, "explanation");
      const double recorded = *document.find("recorded")->as_real();
      EXPECT_NEAR(*document.find("sum_of_paths")->as_real(), recorded, 1e-12) << quantity << " at " << epoch;
      non_zero += recorded != 0;
    }
  EXPECT_GT(non_zero, 8);
}

TEST(Changes, KeysCountElementsFromOne) {
  Value file = parse_toml("a = [{ b = 1 }, { b = 2 }]\nkind = \"sgd\"", "t");
  set_key(file, "a.2.b", Value(7));
  set_key(file, "kind.rate", Value(0.5));
  EXPECT_EQ(*find_key(file, "a.2.b")->as_integer(), 7);
  EXPECT_EQ(*find_key(file, "kind.kind")->as_string(), "sgd");
  EXPECT_EQ(find_key(file, "a.3.b"), nullptr);
  EXPECT_THROW(set_key(file, "a.0.b", Value(1)), OptionError);
  EXPECT_THROW(set_key(file, "a.1.b.c", Value(1)), OptionError);
}

}  // namespace
}  // namespace isinglass
