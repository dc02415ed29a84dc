// The doctor finds each of many planted faults, and leaves healthy runs alone.
#include "isinglass/explain/diagnose.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "isinglass/io/toml.h"
#include "isinglass/record/run_recorder.h"
#include "tests/golden.h"

namespace isinglass {
namespace {

// The findings of a run of this experiment.
std::vector<Finding> findings_of(const std::string& name, const std::string& text) {
  const std::string directory = testing::TempDir() + "/diagnose_" + name;
  std::filesystem::remove_all(directory);
  const Experiment experiment = Experiment::read(parse_toml(text, name + ".toml"));
  try {
    RunRecorder recorder([](const std::string&) {});
    run_training(experiment, {.directory = directory, .data_directory = "."}, {.watcher = &recorder});
  } catch (const NumericError&) {  // a run that diverges is among those to be judged
  }
  RunReader run(directory, 1);
  std::vector<Finding> findings = diagnose(Checkup(run));
  std::filesystem::remove_all(directory);
  return findings;
}

struct Case {
  std::string name, text, kind, layer;  // kind "": a healthy run
};
void PrintTo(const Case& c, std::ostream* out) {
  *out << c.name;
}

std::string blobs(const std::string& data, const std::string& model, const std::string& train) {
  return "seed = 3\n[data]\ngenerator = { kind = \"blobs\", classes = 3, features = 4, samples = 120, seed = 5 }\n" +
         data + "\n[model]\n" + model + "\n[train]\n" + train + "\n";
}
std::string line(const std::string& data, const std::string& model, const std::string& train) {
  std::string inputs, targets;
  for (int i = 0; i < 24; ++i) {
    const double x = -1 + i / 12.0;
    inputs += (i ? ", [" : "[") + std::to_string(x) + ", " + std::to_string(x * x) + "]";
    targets += (i ? ", [" : "[") + std::to_string(0.8 * x - 0.3 * x * x) + "]";
  }
  return "seed = 2\n[data]\ninputs = [" + inputs + "]\ntargets = [" + targets + "]\n" + data + "\n[model]\n" + model +
         "\n[train]\n" + train + "\n";
}
std::string deep(const std::string& activation, int layers, const std::string& initialiser) {
  std::string out = "layers = [";
  for (int k = 0; k < layers; ++k) out += "{ kind = \"dense\", units = 12, activation = \"" + activation + "\" }, ";
  return out + "{ kind = \"dense\", units = 3, activation = \"softmax\" }]\nkernel_initialiser = " + initialiser;
}

const std::string kClasses = "widths = [4, 16, 3]\noutput_activation = \"softmax\"";
const std::string kAdam = "optimiser = { kind = \"adam\", learning_rate = 0.01 }\nepochs = 30\nbatch_size = 30";
const std::string kLine = "widths = [2, 8, 1]\nactivation = \"tanh\"";

std::vector<Case> cases() {
  return {
      {"Divergence", line("", "widths = [2, 16, 1]", "optimiser = { kind = \"sgd\", learning_rate = 20 }\nepochs = 20"),
       "diverged", ""},
      {"InputsInThousands",
       "seed = 1\n[data]\ninputs = [[1200, 3], [4300, 2], [2500, 1], [3900, 5]]\ntargets = [[0.1], [0.9], [0.4], "
       "[0.8]]\n"
       "[model]\nwidths = [2, 4, 1]\nactivation = \"tanh\"\n[train]\nepochs = 5\noptimiser = \"adam\"\n",
       "unscaled_inputs", ""},
      {"TargetsInThousands",
       "seed = 1\n[data]\ninputs = [[0.1], [0.5], [0.7], [0.9]]\ntargets = [[1000], [5000], [7000], [9000]]\n"
       "[model]\nwidths = [1, 4, 1]\nactivation = \"tanh\"\n[train]\nepochs = 5\noptimiser = \"adam\"\n",
       "unscaled_targets", "layer2"},
      {"ConstantColumn",
       "seed = 1\n[data]\ninputs = [[0, 1], [0.1, 1], [0.2, 1], [0.3, 1], [0.4, 1], [0.5, 1], [0.6, 1], [0.7, 1], "
       "[0.8, 1], "
       "[0.9, 1]]\ntargets = [[0], [0.1], [0.2], [0.3], [0.4], [0.5], [0.6], [0.7], [0.8], [0.9]]\n"
       "[model]\nwidths = [2, 4, 1]\n[train]\nepochs = 20\noptimiser = \"adam\"\n",
       "constant_input", ""},
      {"SquaredErrorOfClasses", blobs("", kClasses, kAdam + "\nloss = \"mean_squared\""), "wrong_loss", "layer2"},
      {"SigmoidForLargeTargets",
       line("", kLine + "\noutput_activation = \"sigmoid\"", "optimiser = \"adam\"\nepochs = 10"),
       "unreachable_targets", "layer2"},
      {"RareClass",
       "seed = 1\n[data]\ninputs = [[0], [0.1], [0.2], [0.3], [0.4], [0.5], [0.6], [0.7], [0.8], [0.9], [1.0], [1.1]]\n"
       "targets = [\"a\", \"a\", \"a\", \"a\", \"a\", \"a\", \"a\", \"a\", \"a\", \"a\", \"a\", "
       "\"b\"]\n[model]\nwidths = "
       "[1, 4, 2]\noutput_activation = \"softmax\"\n[train]\nepochs = 5\n",
       "label_imbalance", ""},
      {"EqualUnits", blobs("", kClasses + "\nkernel_initialiser = { kind = \"constant\", value = 0.1 }", kAdam),
       "symmetric_units", "layer1"},
      {"ZeroWeights", blobs("", kClasses + "\nkernel_initialiser = \"zeros\"", kAdam), "symmetric_units", "layer1"},
      {"DeadUnits", blobs("", kClasses + "\nbias_initialiser = { kind = \"constant\", value = -50 }", kAdam),
       "dead_units", "layer1"},
      {"SaturatedSigmoid",
       blobs("",
             "widths = [4, 16, 3]\nactivation = \"sigmoid\"\noutput_activation = \"softmax\"\nkernel_initialiser = { "
             "kind "
             "= \"normal\", sigma = 40 }",
             kAdam),
       "saturation", "layer1"},
      {"VanishingGradients", blobs("", deep("sigmoid", 8, "\"glorot_uniform\""), kAdam), "vanishing_gradients",
       "layer1"},
      {"ExplodingGradients",
       blobs("", deep("relu", 8, "{ kind = \"normal\", sigma = 3 }"),
             "optimiser = { kind = \"sgd\", learning_rate = "
             "1e-12 }\nepochs = 3"),
       "exploding_gradients", ""},
      {"RateTooHigh",
       "seed = 1\n[data]\ngenerator = { kind = \"two_moons\", samples = 200, noise = 0.2, seed = 4 }\n[model]\nwidths "
       "= "
       "[2, 16, 2]\noutput_activation = \"softmax\"\n[train]\noptimiser = { kind = \"adam\", learning_rate = 1.5 }\n"
       "epochs = 40\nbatch_size = 20\n",
       "learning_rate_too_high", ""},
      {"RateTooLow", blobs("", kClasses, "optimiser = { kind = \"sgd\", learning_rate = 1e-5 }\nepochs = 12"),
       "learning_rate_too_low", ""},
      {"PenaltyTooStrong",
       line("", kLine, "optimiser = { kind = \"sgd\", learning_rate = 0.01 }\nepochs = 80\nl2 = 20"),
       "collapsed_weights", "layer1"},
      {"OverFitting",
       "seed = 1\n[data]\ngenerator = { kind = \"two_moons\", samples = 60, noise = 0.9, seed = 4 "
       "}\nvalidation_fraction = "
       "0.5\n[model]\nwidths = [2, 64, 64, 2]\noutput_activation = \"softmax\"\n[train]\noptimiser = { kind = "
       "\"adam\", "
       "learning_rate = 0.01 }\nepochs = 120\nbatch_size = 10\n",
       "over_fitting", ""},
      {"Plateau",
       "seed = 1\n[data]\ngenerator = { kind = \"xor\", samples = 200, seed = 4 }\n[model]\nwidths = [2, 2]\n"
       "output_activation = \"softmax\"\n[train]\noptimiser = { kind = \"adam\", learning_rate = 0.02 }\nepochs = 60\n"
       "batch_size = 50\n",
       "plateau", ""},
      {"TooFewEpochs",
       blobs("", kClasses, "optimiser = { kind = \"adam\", learning_rate = 0.005 }\nepochs = 4\nbatch_size = 30"),
       "stopped_early", ""},
      {"HealthyClasses", blobs("scale = \"standard\"", kClasses, kAdam), "", ""},
      {"HealthyLine", line("", kLine, "optimiser = { kind = \"adam\", learning_rate = 0.01 }\nepochs = 150"), "", ""},
      {"HealthyMoons",
       "seed = 1\n[data]\ngenerator = { kind = \"two_moons\", samples = 200, noise = 0.1, seed = 4 "
       "}\nvalidation_fraction = "
       "0.2\n[model]\nwidths = [2, 16, 2]\noutput_activation = \"softmax\"\n[train]\noptimiser = { kind = \"adam\", "
       "learning_rate = 0.02 }\nepochs = 60\nbatch_size = 20\n",
       "", ""},
      {"HealthyXor",
       "seed = 2\n[data]\ngenerator = { kind = \"xor\", samples = 200, seed = 4 }\n[model]\nwidths = [2, 12, 2]\n"
       "output_activation = \"softmax\"\n[train]\noptimiser = { kind = \"adam\", learning_rate = 0.03 }\nepochs = 60\n"
       "batch_size = 20\n",
       "", ""},
      {"HealthyConvolution",
       "seed = 1\n[data]\ngenerator = { kind = \"slope_images\", samples = 60, seed = 14 }\n[model]\nlayers = [{ kind "
       "= "
       "\"conv1d\", kernels = 4, activation = \"tanh\" }, { kind = \"flatten\" }, { kind = \"dense\", units = 1 }]\n"
       "[train]\noptimiser = { kind = \"adam\", learning_rate = 0.01 }\nepochs = 80\nbatch_size = 20\n",
       "", ""},
  };
}

class Diagnose : public testing::TestWithParam<Case> {};
INSTANTIATE_TEST_SUITE_P(, Diagnose, testing::ValuesIn(cases()), [](const auto& row) { return row.param.name; });

TEST_P(Diagnose, FindsThePlantedFaultAndNamesItsLayer) {
  const Case& c = GetParam();
  const std::vector<Finding> findings = findings_of(c.name, c.text);
  std::string all;
  bool found = false;
  for (const Finding& f : findings) {
    all += f.kind + " " + f.layer + ": " + f.evidence + "\n";
    found = found || (f.kind == c.kind && (c.layer.empty() || f.layer == c.layer));
    for (const std::string& text : {f.evidence, f.why, f.cure}) EXPECT_FALSE(text.empty());
  }
  EXPECT_EQ(found, !c.kind.empty()) << all;
  if (c.kind.empty()) {
    EXPECT_TRUE(findings.empty()) << all;
  }
}

}  // namespace
}  // namespace isinglass
