#include "isinglass/train/trainer.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/training_rig.h"

namespace isinglass {
namespace {

constexpr const char* kModel =
    "layers = [{ kind = \"dense\", units = 8, activation = \"tanh\" }, { kind = \"dense\", units = 3, activation = "
    "\"softmax\" }]";

std::string failure_of(const std::string& train) {
  TrainingRig<float> rig("seed = 1", kModel, train);
  try {
    rig.trainer.run({});
  } catch (const NumericError& error) {
    return error.what();
  }
  return "";
}

TEST(Trainer, NamesEpochBatchAndQuantityWhenItDiverges) {
  const std::string message = failure_of("optimiser = { kind = \"sgd\", learning_rate = 1e30 }\nbatch_size = 20");
  EXPECT_NE(message.find("training diverged in epoch 0, batch 1"), std::string::npos) << message;
  EXPECT_NE(message.find("layer1.kernel["), std::string::npos) << message;
}

TEST(Trainer, NoticesThatTheLastUpdateOverflowed) {
  const std::string message =
      failure_of("optimiser = { kind = \"sgd\", learning_rate = 1e300 }\nbatch_size = 0\nepochs = 1");
  EXPECT_NE(message.find("training diverged in epoch 0"), std::string::npos) << message;
}

TEST(Trainer, CountsAPartialLastBatchByItsSamples) {
  // With a learning rate that changes nothing, the loss of an epoch is that of the whole data, in any batches.
  const auto loss_of = [](const std::string& batch_size) {
    TrainingRig<double> rig(
        "seed = 1", kModel,
        "optimiser = { kind = \"sgd\", learning_rate = 1e-300 }\nepochs = 1\nbatch_size = " + batch_size);
    double loss = 0;
    rig.trainer.run({.on_epoch = [&](const EpochReport& report) { loss = report.train_loss; }});
    return loss;
  };
  EXPECT_NEAR(loss_of("20"), loss_of("0"), 1e-12);
  EXPECT_NEAR(loss_of("1"), loss_of("0"), 1e-12);
}

TEST(Trainer, EarlyStoppingRestoresTheBestEpoch) {
  TrainingRig<double> rig("seed = 1", kModel,
                          "optimiser = { kind = \"sgd\", learning_rate = 3.0 }\nepochs = 200\nbatch_size = 5\n"
                          "early_stopping = { patience = 4 }");
  double best = std::numeric_limits<double>::infinity();
  Index epochs = 0;
  const Outcome outcome = rig.trainer.run({.on_epoch = [&](const EpochReport& report) {
    best = std::min(best, report.validation->loss);
    ++epochs;
  }});
  EXPECT_EQ(outcome, Outcome::kEarlyStopped);
  EXPECT_LT(epochs, 200);
  rig.trainer.restore_best();
  Evaluator<double> evaluator(rig.graph, rig.trainer.parameters(), rig.pool,
                              resolve_loss(rig.experiment.train, rig.graph, true), rig.preprocessor);
  EXPECT_EQ(evaluator.evaluate(made_classes(30, 2)).loss, best);
}

TEST(Trainer, PenaltiesAndClippingShrinkWeights) {
  const auto size_of_weights = [](const std::string& more) {
    TrainingRig<double> rig("seed = 1", kModel,
                            "optimiser = { kind = \"sgd\", learning_rate = 0.1 }\nepochs = 10\n" + more);
    rig.trainer.run({});
    double sum = 0;
    for (const double w : rig.parameters()) sum += w * w;
    return sum;
  };
  const double free = size_of_weights("");
  EXPECT_LT(size_of_weights("l2 = 0.1"), free);
  EXPECT_LT(size_of_weights("l1 = 0.1"), free);
  EXPECT_LT(size_of_weights("clip_norm = 0.01"), free);
  EXPECT_LT(size_of_weights("clip_value = 0.001"), free);
}

// While nobody looks, large kernels change while their gradients are made.
struct Onlooker final : Observer<float> {
  bool is_curious = true;
  bool looks_at_values() override { return is_curious; }
};

struct LargeRig : TrainingRig<float> {
  LargeRig(const std::string& train, Index threads)
      : TrainingRig(
            "seed = 1",
            "layers = [{ kind = \"dense\", units = 800, activation = \"tanh\" }, { kind = \"dense\", units = 512,"
            "activation = \"relu\" }, { kind = \"dense\", units = 3, activation = \"softmax\" }]",
            train, threads) {}
  // In the memory of the second kernel.
  bool has_gradients() {
    const View<float> gradients = trainer.plan().gradients()[2];
    return std::any_of(gradients.data, gradients.data + gradients.size(), [](float g) { return g != 0; });
  }
};

TEST(Trainer, GradientsThatAreHandedOverLeadToTheSameBits) {
  for (const char* train : {"optimiser = { kind = \"sgd\", learning_rate = 0.1 }", "optimiser = \"adam\"\nl1 = 1e-4",
                            "optimiser = \"momentum\"\nl2 = 0.01"})
    for (const Index threads : {1, 2}) {
      const std::string settings = std::string(train) + "\nepochs = 3\nbatch_size = 64";
      LargeRig silent(settings, threads), watched(settings, threads), beside(settings, threads);
      Onlooker onlooker, indifferent;
      indifferent.is_curious = false;
      watched.trainer.plan().set_observer(&onlooker);
      beside.trainer.plan().set_observer(&indifferent);
      for (LargeRig* rig : {&silent, &watched, &beside}) rig->trainer.run({});
      EXPECT_EQ(silent.parameters(), beside.parameters());
      EXPECT_FALSE(beside.has_gradients());
      EXPECT_EQ(silent.parameters(), watched.parameters()) << train << " threads " << threads;
      EXPECT_FALSE(silent.has_gradients());
      EXPECT_TRUE(watched.has_gradients());
    }
}

TEST(Trainer, ClippedGradientsAreNotHandedOver) {
  for (const char* clip : {"clip_norm = 0.1", "clip_value = 0.1"}) {
    LargeRig rig("optimiser = \"adam\"\nepochs = 1\n" + std::string(clip), 1);
    rig.trainer.run({});
    EXPECT_TRUE(rig.has_gradients()) << clip;
  }
}

TEST(Trainer, HandingOverStopsBeforeABatchThatDiverges) {
  for (const char* rate : {"1e3", "1e20", "1e300"}) {
    const auto failure = [&](bool is_watched) -> std::string {
      LargeRig rig("optimiser = { kind = \"sgd\", learning_rate = " + std::string(rate) + " }\nbatch_size = 50", 1);
      Onlooker onlooker;
      if (is_watched) rig.trainer.plan().set_observer(&onlooker);
      try {
        rig.trainer.run({});
      } catch (const NumericError& error) {
        return error.what();
      }
      return "";
    };
    EXPECT_EQ(failure(false), failure(true)) << rate;
    EXPECT_NE(failure(false).find("training diverged"), std::string::npos) << rate;
  }
}

// A tiny network, which trains many batches at once when nobody looks on.
struct TinyRig {
  explicit TinyRig(const std::string& train)
      : experiment(Experiment::read(
            parse_toml("[data]\n[model]\nwidths = [5, 4, 3]\nactivation = \"tanh\"\n[train]\nloss = \"mean_squared\"\n"
                       "sampling = \"in_order\"\n" +
                           train,
                       "test.toml"))),
        graph(Graph::build(experiment.model, {5})),
        trainer({.graph = graph,
                 .options = experiment.train,
                 .loss = resolve_loss(experiment.train, graph, true),
                 .random = experiment.random(),
                 .preprocessor = preprocessor,
                 .pool = pool,
                 .train = made_classes(23, 1),
                 .validation = {}}) {}

  Experiment experiment;
  Preprocessor preprocessor;
  ThreadPool pool{1};
  Graph graph;
  Trainer<double> trainer;
};

TEST(Trainer, UnwatchedATinyNetworkTrainsToTheSameBits) {
  for (const char* batch_size : {"1", "5", "22", "0"}) {
    const std::string train =
        "optimiser = { kind = \"sgd\", learning_rate = 0.1 }\nepochs = 9\nbatch_size = " + std::string(batch_size);
    TinyRig silent(train), watched(train);
    Index batches = 0;
    EXPECT_EQ(silent.trainer.run({}), Outcome::kDone);
    EXPECT_EQ(watched.trainer.run({.on_batch = [&](const BatchReport&) { ++batches; }}), Outcome::kDone);
    EXPECT_EQ(silent.trainer.progress().step, batches);
    EXPECT_EQ(silent.trainer.progress().epoch, 9);
    EXPECT_EQ(silent.trainer.progress().batch, 0);
    EXPECT_TRUE(std::ranges::equal(silent.trainer.parameters().flat(), watched.trainer.parameters().flat()));
  }
}

TEST(Trainer, UnwatchedATinyNetworkDivergesInTheSameBatch) {
  for (const char* rate : {"1e3", "1e40", "1e307"})
    for (const char* batch_size : {"5", "0"}) {
      const auto failure = [&](const TrainEvents& events) -> std::string {
        TinyRig rig("optimiser = { kind = \"sgd\", learning_rate = " + std::string(rate) +
                    " }\nepochs = 50\nbatch_size = " + batch_size);
        try {
          rig.trainer.run(events);
        } catch (const NumericError& error) {
          return error.what();
        }
        return "";
      };
      const std::string message = failure({});
      EXPECT_NE(message.find("training diverged"), std::string::npos) << rate;
      EXPECT_EQ(message, failure({.on_batch = [](const BatchReport&) {}}));
    }
}

}  // namespace
}  // namespace isinglass
