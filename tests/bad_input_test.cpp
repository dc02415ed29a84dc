// Experiments and command lines that cannot be obeyed, and what looks odd and is right.
#include "tests/bad_input.h"

#include "tests/command.h"

namespace isinglass::bad_input {
namespace {

using testing_command::Outcome;
using testing_command::Workplace;

std::vector<Case> experiments() {
  const auto layers = [](const std::string& list) { return Text{.model = "layers = [" + list + "]\n"}; };
  const std::string dense = "{ kind = \"dense\", units = 1 }";
  return {
      with_experiment("TomlSyntax", {.top = "seed = = 1\n"}, "x.toml:1:"),
      with_experiment("TomlTwice", {.top = "seed = 1\nseed = 2\n"}, "x.toml:2:"),
      with_experiment("TomlThatIsNoText", {.top = "# \xff\xfe\n"}, "x.toml"),
      with_experiment("TomlDate", {.top = "seed = 2024-01-01\n"}, "x.toml:1:"),
      with_experiment("UnknownTopKey", {.top = "sead = 1\n"},
                      "x.toml:1:8: an experiment has no setting 'sead'; did you mean 'seed'?"),
      with_experiment("UnknownDataKey", {.data = Text{}.data + "sclae = \"unit\"\n"}, "did you mean 'scale'?"),
      with_experiment("UnknownModelKey", {.model = Text{}.model + "layer = 2\n"}, "did you mean 'layers'?"),
      with_experiment("UnknownTrainKey", {.train = "epoch = 5\n"},
                      "x.toml:7:9: [train] has no setting 'epoch'; did you mean 'epochs'?"),
      with_experiment("UnknownLayerKey", layers("{ kind = \"dense\", unit = 1 }"), "did you mean 'units'?"),
      with_experiment("UnknownSection", {.train = "epochs = 1\n[trian]\n"}, "did you mean 'train'?"),
      with_experiment("UnknownLayer", layers("{ kind = \"dence\", units = 1 }"), "did you mean 'dense'?"),
      with_experiment("UnknownActivation", layers("{ kind = \"dense\", units = 1, activation = \"sigmiod\" }"),
                      "did you mean 'sigmoid'?"),
      with_experiment("UnknownOptimiser", {.train = "optimiser = \"adma\"\n"}, "did you mean 'adam'?"),
      with_experiment("UnknownLoss", {.train = "loss = \"mean_sqared\"\n"}, "did you mean 'mean_squared'?"),
      with_experiment("UnknownSchedule", {.train = "schedule = \"cosin\"\n"}, "did you mean 'cosine'?"),
      with_experiment("UnknownInitialiser", {.model = Text{}.model + "kernel_initialiser = \"zero\"\n"},
                      "did you mean 'zeros'?"),
      with_experiment("EpochsInWords", {.train = "epochs = \"ten\"\n"},
                      "x.toml:7:10: expected an integer, got the string \"ten\""),
      with_experiment("HalfAnEpoch", {.train = "epochs = 0.5\n"}, "expected an integer"),
      with_experiment("NegativeBatch", {.train = "batch_size = -1\n"}, "x.toml:7:"),
      with_experiment("LearningRateZero", {.train = "optimiser = { kind = \"sgd\", learning_rate = 0 }\n"},
                      "expected a number greater than 0"),
      with_experiment("LearningRateInfinite", {.train = "optimiser = { kind = \"sgd\", learning_rate = inf }\n"},
                      "x.toml:7:"),
      with_experiment("LearningRateNaN", {.train = "optimiser = { kind = \"sgd\", learning_rate = nan }\n"},
                      "x.toml:7:"),
      with_experiment("MomentumTooLarge", {.train = "optimiser = { kind = \"momentum\", momentum = 1.5 }\n"}, "1.5"),
      with_experiment("DropoutOfEverything", layers("{ kind = \"dropout\", rate = 1.5 }, " + dense), "1.5"),
      with_experiment("NegativeSeed", {.top = "seed = -1\n"}, "x.toml:1:8: "),
      with_experiment("UnknownPrecision", {.top = "precision = \"half\"\n"}, "float, double"),
      with_experiment("NoUnits", layers("{ kind = \"dense\" }"), "units"),
      with_experiment("UnitsZero", layers("{ kind = \"dense\", units = 0 }"), "at least 1"),
      with_experiment("NoLayers", {.model = "layers = []\n"}, "layers"),
      with_experiment("LayersAndWidths", {.model = Text{}.model + "widths = [2, 1]\n"}, "one of them, not both"),
      with_experiment("WidthsOfOtherData", {.model = "widths = [3, 1]\n"}, "3 inputs"),
      with_experiment("TooManyOutputs", layers("{ kind = \"dense\", units = 4 }"), "4 output"),
      with_experiment("ReshapeToAnotherSize", layers("{ kind = \"reshape\", shape = [3] }, " + dense),
                      "layer1 (reshape)"),
      with_experiment("EndlessNetwork", {.model = "widths = [2, 1000000000000, 1000000000000, 1]\n"}, "too large"),
      with_experiment("CrossEntropyOfALinearOutput", {.train = "loss = \"categorical_cross_entropy\"\n"}, "softmax"),
      with_experiment("StepThatCannotBeTrained",
                      layers("{ kind = \"dense\", units = 2, activation = \"binary_step\" }, " + dense), "binary_step"),
      with_experiment("InputOfAnotherShape", {.model = Text{}.model + "input = [5]\n"}, "(5)"),
      with_experiment("Diverges",
                      {.train = "optimiser = { kind = \"sgd\", learning_rate = 1e9 }\nepochs = 100\nbatch_size = 1\n"},
                      "training diverged in epoch", 1),
      {"NoTrainSection", {"train", "x.toml"}, 2, "[train]", {{"x.toml", "[data]\n[model]\n"}}},
      {"EmptyExperiment", {"train", "x.toml"}, 2, "[data]", {{"x.toml", ""}}},
      {"DeepNesting", {"train", "x.toml"}, 2, "x.toml", {{"x.toml", "a = " + std::string(10000, '[') + "\n"}}},
  };
}

std::vector<Case> command_lines() {
  return {
      with_words("UnknownCommand", {"trian", "x.toml"}, "did you mean 'train'?"),
      with_words("UnknownOption", {"train", "x.toml", "--epochs=5"}, "no option \"--epochs\""),
      with_words("OptionWithATypo", {"train", "x.toml", "--quite"}, "did you mean '--quiet'?"),
      with_words("NoExperiment", {"train"}, "needs EXPERIMENT"),
      with_words("TwoExperiments", {"train", "x.toml", "y.toml"}, "unexpected argument \"y.toml\""),
      with_words("OutTwice", {"train", "x.toml", "--out", "a", "--out", "b"}, "--out is given 2 times"),
      with_words("OutWithoutADirectory", {"train", "x.toml", "--out"}, "--out"),
      with_words("ThreadsInWords", {"train", "x.toml", "--threads", "two"}, "--threads: expected a whole number"),
      with_words("NegativeThreads", {"train", "x.toml", "--threads", "-2"}, "found \"-2\""),
      with_words("OneFold", {"train", "x.toml", "--folds", "1"}, "--folds: expected a whole number"),
      with_words("MoreFoldsThanSamples", {"train", "x.toml", "--folds", "9"}, "9"),
      with_words("SetWithoutAValue", {"train", "x.toml", "--set", "train.epochs"}, "--set takes KEY=VALUE"),
      with_words("SetAnUnknownKey", {"train", "x.toml", "--set", "train.epoch=5"},
                 "--set train.epoch: [train] has no setting 'epoch'; did you mean 'epochs'?"),
      with_words("SetTheWrongType", {"train", "x.toml", "--set", "train.epochs=many"},
                 "--set train.epochs: expected an integer"),
      with_words("SetWithinANumber", {"train", "x.toml", "--set", "train.epochs.most=1"}, "not a table"),
      with_words("NoSuchExperiment", {"train", "nowhere.toml"}, "nowhere.toml"),
      with_words("ADirectoryAsExperiment", {"train", "."}, "is a directory"),
      with_words("NothingToResume", {"train", "x.toml", "--resume"}, "checkpoint.safetensors"),
      with_words("FoldsCannotResume", {"train", "x.toml", "--resume", "--folds", "2"}, "--resume"),
      with_words("UnwritableOutput", {"train", "x.toml", "--out", "table.csv/run"}, "table.csv/run"),
      with_words("NoSuchModel", {"evaluate", "runs/x", "--data", "table.csv"}, "runs/x"),
      with_words("ADirectoryWithoutAModel", {"evaluate", ".", "--data", "table.csv"}, "model.safetensors"),
      with_words("NoData", {"evaluate", "runs/x"}, "needs --data"),
      with_words("ATableAsModel", {"describe", "table.csv"}, "table.csv"),
      with_words("UnknownDataSet", {"datasets", "get", "mnit"}, "did you mean 'mnist'?"),
      with_words("GetNothing", {"datasets", "get"}, "name of a data set"),
      with_words("UnknownVerb", {"datasets", "put", "mnist"}, "\"put\""),
      with_words("CheckNothing", {"check", "x.toml", "--most", "0"}, "--most"),
      with_words("ControlCharacters", {"train", "no\nsuch\x1b[31mfile"}, "no\\x0asuch\\x1b[31mfile"),
  };
}

class BadOrder : public BadInput {};
TEST_P(BadOrder, GivesOneClearLineAndLeavesNothing) {
  gives_one_clear_line_and_leaves_nothing();
}
INSTANTIATE_TEST_SUITE_P(Experiments, BadOrder, testing::ValuesIn(experiments()), name_of);
INSTANTIATE_TEST_SUITE_P(CommandLines, BadOrder, testing::ValuesIn(command_lines()), name_of);

TEST(DivergedTraining, NamesEpochBatchLayerAndQuantity) {
  const Workplace place;
  place.write("table.csv", kTable);
  place.write("x.toml",
              Text{.train = "optimiser = { kind = \"sgd\", learning_rate = 1e9 }\nepochs = 100\nbatch_size = 2\n"});
  const Outcome run = place.run({"train", "x.toml", "--quiet"});
  EXPECT_EQ(run.status, 1);
  for (const char* part : {"epoch ", "batch ", "layer1."}) EXPECT_NE(run.err.find(part), std::string::npos) << run.err;
}

// What looks odd and is right.
TEST(OddInput, IsRead) {
  const std::vector<std::pair<std::string, std::string>> tables{
      {"byte order mark", "\xef\xbb\xbf" + kTable},
      {"CRLF", "a,b,y\r\n1,2,3\r\n2,3,5\r\n"},
      {"CR", "a,b,y\r1,2,3\r2,3,5\r"},
      {"both",
       "\xef\xbb\xbf"
       "a;b;y\r\n1;2;3\r\n2;3;5"},
      {"quotes and spaces", "\"a\",b, y\n\"1\", 2 ,3\n2,+3,5.0e0\n"},
      {"empty lines", "a,b,y\n\n1,2,3\n\n\n2,3,5\n\n"},
      {"one sample", "a,b,y\n1,2,3\n"},
  };
  for (const auto& [what, table] : tables) {
    const Workplace place;
    place.write("table.csv", table);
    place.write("x.toml", "\xef\xbb\xbf" + std::string(Text()));
    const Outcome run = place.run({"train", "x.toml", "--quiet"});
    EXPECT_EQ(run.status, 0) << what << ": " << run.err;
  }
}

}  // namespace
}  // namespace isinglass::bad_input
