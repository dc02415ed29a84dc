#include "isinglass/train/trainer.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace isinglass
