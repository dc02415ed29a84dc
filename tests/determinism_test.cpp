// The same bits for any number of threads, and after any interruption.
#include <gtest/gtest.h>

#include "tests/training_rig.h"

namespace isinglass {
namespace {

constexpr const char* kWideModel =
    "layers = [{ kind = \"dense\", units = 600, activation = \"relu\" }, { kind = \"dropout\", rate = 0.3 },"
    "{ kind = \"dense\", units = 301, activation = { kind = \"prelu\" } }, { kind = \"dense\", units = 77, activation "
    "= \"rrelu\" },"
    "{ kind = \"dense\", units = 3, activation = \"softmax\" }]";
constexpr const char* kSmallModel =
    "layers = [{ kind = \"residual\", layers = [{ kind = \"dense\", units = 8, activation = \"swish\" }, { kind = "
    "\"dense\", units = 5 }] },"
    "{ kind = \"dropout\", rate = 0.2 }, { kind = \"dense\", units = 3, activation = \"softmax\" }]";

class Determinism : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(, Determinism, testing::Values(kWideModel, kImageModel),
                         [](const auto& row) { return row.index == 0 ? "Dense" : "Images"; });

TEST_P(Determinism, AnyNumberOfThreadsGivesTheSameBits) {
  const auto train = [](Index threads) {
    TrainingRig<float> rig("seed = 3", GetParam(),
                           "optimiser = \"adam\"\nepochs = 2\nbatch_size = 40\nclip_norm = 0.5\nl2 = 0.01", threads);
    rig.trainer.run({});
    return rig.parameters();
  };
  const std::vector<float> one = train(1);
  for (const Index threads : {2, 3, 7}) EXPECT_EQ(train(threads), one) << threads << " threads";
}

struct ResumeCase {
  const char *name, *head, *train, *model = kSmallModel;
};
void PrintTo(const ResumeCase& c, std::ostream* os) {
  *os << c.name;
}
class Resume : public testing::TestWithParam<ResumeCase> {};
INSTANTIATE_TEST_SUITE_P(
    , Resume,
    testing::Values(
        ResumeCase{"Adam", "seed = 4", "optimiser = \"adam\"\nepochs = 6\nbatch_size = 16"},
        ResumeCase{"NumpyStream", "seed = 4\nrng = \"numpy\"", "optimiser = \"momentum\"\nepochs = 6\nbatch_size = 16"},
        ResumeCase{"Replacement", "seed = 4\nrng = \"numpy\"",
                   "epochs = 6\nbatch_size = 7\nsampling = \"with_replacement\""},
        ResumeCase{"EarlyStopping", "seed = 4",
                   "optimiser = { kind = \"rmsprop\", learning_rate = 0.05 }\nepochs = 40\nbatch_size = 16\n"
                   "early_stopping = { patience = 3 }\nschedule = { kind = \"reduce_on_plateau\", patience = 1 }"},
        ResumeCase{"Images", "seed = 4", "optimiser = \"adam\"\nepochs = 3\nbatch_size = 16", kImageModel}),
    [](const auto& row) { return row.param.name; });

TEST_P(Resume, EndsInTheSameBitsAsARunWithoutInterruption) {
  TrainingRig<double> whole(GetParam().head, GetParam().model, GetParam().train);
  const Outcome outcome = whole.trainer.run({});
  whole.trainer.restore_best();
  const std::string path = testing::TempDir() + "/resume_" + GetParam().name + ".safetensors";
  for (const Index stop_after : {1, 7, 13, 20}) {  // batches: within epochs and between them
    TrainingRig<double> first(GetParam().head, GetParam().model, GetParam().train);
    Index batches = 0;
    const Outcome stopped = first.trainer.run({.should_stop = [&] { return ++batches == stop_after; }});
    ASSERT_EQ(stopped, Outcome::kInterrupted);
    save_checkpoint(path, first.experiment, first.trainer);

    TrainingRig<double> second(GetParam().head, GetParam().model, GetParam().train);
    load_checkpoint(path, second.experiment, second.trainer);
    EXPECT_EQ(second.trainer.run({}), outcome);
    second.trainer.restore_best();
    EXPECT_EQ(second.parameters(), whole.parameters()) << "stopped after batch " << stop_after;
    EXPECT_EQ(second.trainer.progress().step, whole.trainer.progress().step);
  }
}

TEST(Checkpoint, RefusesTheCheckpointOfAnotherExperiment) {
  const std::string path = testing::TempDir() + "/resume_other.safetensors";
  TrainingRig<float> one("seed = 1", kSmallModel, "epochs = 1");
  save_checkpoint(path, one.experiment, one.trainer);
  TrainingRig<float> other("seed = 2", kSmallModel, "epochs = 1");
  EXPECT_THROW(load_checkpoint(path, other.experiment, other.trainer), OptionError);
  TrainingRig<float> longer("seed = 1", kSmallModel, "epochs = 5");
  EXPECT_NO_THROW(load_checkpoint(path, longer.experiment, longer.trainer));
}

}  // namespace
}  // namespace isinglass
