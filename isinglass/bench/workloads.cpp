// isinglass/bench/workloads.cpp - the table of workloads and their experiments.
#include <algorithm>
#include <cmath>

#include "isinglass/base/options.h"
#include "isinglass/bench/workload.h"

namespace isinglass {
namespace {

constexpr const char* kAnn = R"(
seed = 13
precision = "double"
rng = "numpy"
data = { inputs = [[0.5, 0.2, 0.7]], targets = [[0.3]] }
[model]
widths = [3, 2, 1]
activation = "sigmoid"
kernel_initialiser = "xavier"
bias_initialiser = { kind = "uniform", low = -0.25, high = 0.25 }
initial_order = "by_unit"
[train]
loss = "half_squared"
optimiser = { kind = "sgd", learning_rate = 0.2 }
batch_size = 0
)";

// Twelve noisy lines of three values squeezed into one number.
constexpr const char* kProfiles = R"(
seed = 13
precision = "double"
rng = "numpy"
data = { generator = { kind = "slope_profiles", samples = 12, seed = 14 }, target = "inputs" }
[model]
autoencoder = { widths = [3, 2, 1], activation = "sigmoid", output_activation = "linear" }
kernel_initialiser = "glorot_uniform"
bias_initialiser = "zeros"
initial_order = "by_unit"
[train]
loss = "mean_squared"
optimiser = { kind = "sgd", learning_rate = 0.1 }
batch_size = 0
)";

constexpr const char* kXor = R"(
seed = 13
precision = "double"
rng = "numpy"
[model]
widths = [2, 2, 1]
activation = "tanh"
output_activation = "tanh"
kernel_initialiser = "xavier"
bias_initialiser = "xavier"
[train]
loss = "half_squared"
optimiser = { kind = "sgd", learning_rate = 0.2 }
batch_size = 1
)";

constexpr const char* kTabular = R"(
seed = 4
[model]
widths = [30, 64, 32, 1]
kernel_initialiser = "xavier"
bias_initialiser = "xavier"
[train]
loss = "mean_squared"
optimiser = { kind = "adam", learning_rate = 0.001 }
batch_size = 64
)";

constexpr const char* kTabularSmall = R"(
seed = 4
[model]
widths = [8, 24, 12, 1]
kernel_initialiser = "xavier"
bias_initialiser = "xavier"
[train]
loss = "mean_squared"
optimiser = { kind = "adam", learning_rate = 0.001 }
batch_size = 16
)";

constexpr const char* kTabularOdd = R"(
seed = 4
[model]
widths = [31, 65, 33, 2]
kernel_initialiser = "xavier"
bias_initialiser = "xavier"
[train]
loss = "mean_squared"
optimiser = { kind = "adam", learning_rate = 0.001 }
batch_size = 61
)";

constexpr const char* kMnistMlp = R"(
seed = 5
data = { source = "mnist", scale = "unit" }
[model]
layers = [{ kind = "flatten" }, { kind = "dense", units = 256, activation = "relu" },
          { kind = "dense", units = 128, activation = "relu" }, { kind = "dense", units = 10, activation = "softmax" }]
kernel_initialiser = "xavier"
bias_initialiser = "xavier"
[train]
optimiser = { kind = "momentum", learning_rate = 0.05, momentum = 0.9 }
batch_size = 128
)";

constexpr const char* kWideOutput = R"(
seed = 5
[model]
widths = [200, 255, 129, 63]
kernel_initialiser = "xavier"
bias_initialiser = "xavier"
[train]
loss = "mean_squared"
optimiser = { kind = "momentum", learning_rate = 0.05, momentum = 0.9 }
batch_size = 127
)";

// The convolutional network that tutorials train on MNIST.
constexpr const char* kMnistCnn = R"(
seed = 6
data = { source = "mnist", scale = "unit" }
[model]
layers = [{ kind = "conv2d", kernels = 32, activation = "relu" }, { kind = "conv2d", kernels = 64, activation = "relu" },
          { kind = "max_pool2d" }, { kind = "dropout", rate = 0.25 }, { kind = "flatten" },
          { kind = "dense", units = 128, activation = "relu" }, { kind = "dropout", rate = 0.5 },
          { kind = "dense", units = 10, activation = "softmax" }]
kernel_initialiser = "xavier"
bias_initialiser = "xavier"
[train]
optimiser = { kind = "adam", learning_rate = 0.001 }
batch_size = 64
)";

constexpr const char* kCnnOdd = R"(
seed = 6
data = { source = "mnist", scale = "unit" }
[model]
layers = [{ kind = "conv2d", kernels = 17, kernel_size = 5, activation = "relu" },
          { kind = "conv2d", kernels = 33, kernel_size = 5, activation = "relu" }, { kind = "max_pool2d" },
          { kind = "flatten" }, { kind = "dense", units = 127, activation = "relu" },
          { kind = "dense", units = 10, activation = "softmax" }]
kernel_initialiser = "xavier"
bias_initialiser = "xavier"
[train]
optimiser = { kind = "adam", learning_rate = 0.001 }
batch_size = 61
)";

constexpr const char* kLenet = R"(
seed = 66
data = { source = "mnist", scale = "unit" }
[model]
layers = [{ kind = "conv2d", kernels = 6, kernel_size = 5, padding = "zero", pad = 2, activation = "relu" },
          { kind = "average_pool2d" }, { kind = "conv2d", kernels = 16, kernel_size = 5, activation = "relu" },
          { kind = "average_pool2d" }, { kind = "flatten" }, { kind = "dense", units = 120, activation = "relu" },
          { kind = "dense", units = 84, activation = "relu" }, { kind = "dense", units = 10, activation = "softmax" }]
kernel_initialiser = "xavier"
bias_initialiser = "xavier"
[train]
optimiser = { kind = "adam", learning_rate = 0.001 }
batch_size = 64
)";

constexpr const char* kAutoencoder = R"(
seed = 7
data = { source = "mnist", scale = "unit", target = "inputs" }
[model]
layers = [{ kind = "flatten" }, { kind = "dense", units = 128, activation = "relu" },
          { kind = "dense", units = 32, activation = "relu" }, { kind = "dense", units = 128, activation = "relu" },
          { kind = "dense", units = 784, activation = "sigmoid" }]
kernel_initialiser = "xavier"
bias_initialiser = "xavier"
[train]
loss = "mean_squared"
optimiser = { kind = "adam", learning_rate = 0.001 }
batch_size = 128
)";

constexpr const char* kConvAutoencoder = R"(
seed = 77
data = { source = "mnist", scale = "unit", target = "inputs", input_shape = [1, 28, 28] }
[model]
layers = [
  { kind = "conv2d", kernels = 16, stride = 2, padding = "zero", pad = 1, activation = "relu" },
  { kind = "conv2d", kernels = 8, stride = 2, padding = "zero", pad = 1, activation = "relu" },
  { kind = "conv_transpose2d", kernels = 16, kernel_size = 4, stride = 2, padding = "zero", pad = 1, activation = "relu" },
  { kind = "conv_transpose2d", kernels = 1, kernel_size = 4, stride = 2, padding = "zero", pad = 1, activation = "sigmoid" }]
kernel_initialiser = "xavier"
bias_initialiser = "xavier"
[train]
loss = "mean_squared"
optimiser = { kind = "adam", learning_rate = 0.001 }
batch_size = 128
)";

constexpr const char* kWide = R"(
seed = 10
[model]
widths = [2048, 2048, 2048, 2048, 2048]
kernel_initialiser = "xavier"
bias_initialiser = "xavier"
[train]
loss = "mean_squared"
optimiser = { kind = "sgd", learning_rate = 0.01 }
batch_size = 512
)";

Workload prediction(const std::string& network, const char* experiment, Workload::Data data, Index batch) {
  return {.name = "predict-" + network + "-" + std::to_string(batch),
          .summary = network + ": outputs for " + (batch == 1 ? "one sample" : std::to_string(batch) + " samples"),
          .experiment = experiment,
          .metric = Workload::kMeanSquare,
          .tolerance = 1e-4,
          .kind = Workload::kPrediction,
          .data = data,
          .batch = batch};
}

std::vector<Workload> make_workloads() {
  using W = Workload;
  std::vector<Workload> all{
      {"ann", "3-2-1, one sample, double", kAnn, 5000, 300, W::kParameterSum, 1e-6},
      {.name = "ann-recorded",
       .summary = "the same, every number of 1,000 steps recorded",
       .experiment = kAnn,
       .steps = 1000,
       .warm_up = 300,
       .metric = W::kParameterSum,
       .beside = "ann",
       .recording = "everything"},
      {"profiles", "autoencoder 3-2-1-2-3, 12 samples, double", kProfiles, 2000, 300, W::kMeanSquared, 1e-5},
      {"xor", "2-2-1, one sample at a time, double", kXor, 5000, 300, W::kMeanSquared, 2e-4, W::kTraining,
       W::kXorDraws},
      {"tabular", "30-64-32-1, batch 64, Adam", kTabular, 312, 50, W::kMeanSquared, 1e-3, W::kTraining, W::kTable},
      {"mnist-mlp", "MNIST 784-256-128-10, batch 128, momentum", kMnistMlp, 468, 20, W::kAccuracy, 0.006},
      {.name = "mnist-mlp-recorded",
       .summary = "the same, recorded as by default",
       .experiment = kMnistMlp,
       .steps = 468,
       .warm_up = 20,
       .metric = W::kAccuracy,
       .beside = "mnist-mlp",
       .recording = "auto"},
      {"mnist-cnn", "MNIST, 3 x 3 x 32 and 64, pooling, dropout, dense 128, batch 64, Adam", kMnistCnn, 50, 3,
       W::kAccuracy, 0.05},
      {.name = "mnist-cnn-recorded",
       .summary = "the same, recorded as by default",
       .experiment = kMnistCnn,
       .steps = 50,
       .warm_up = 3,
       .metric = W::kAccuracy,
       .beside = "mnist-cnn",
       .recording = "auto"},
      {"lenet", "MNIST, LeNet-5 with average pooling, batch 64, Adam", kLenet, 200, 10, W::kAccuracy, 0.02},
      {"autoencoder", "MNIST 784-128-32-128-784, batch 128, Adam", kAutoencoder, 468, 20, W::kMeanSquared, 1e-3},
      {"conv-autoencoder", "MNIST, 16 and 8 kernels and back, batch 128, Adam", kConvAutoencoder, 100, 5,
       W::kMeanSquared, 2e-3},
      {"population", "32 networks 30-64-32-1, batch 64, Adam; a step of one", kTabular, 155, 20, W::kMeanSquared, 5e-3,
       W::kPopulation, W::kShortTable},
      {"population-small", "32 networks 8-24-12-1, batch 16, Adam; a step of one", kTabularSmall, 620, 20,
       W::kMeanSquared, 5e-3, W::kPopulation, W::kShortTable},
      {"wide", "2048 wide, four layers, batch 512, plain gradient descent", kWide, 4, 1, W::kMeanSquared, 1e-3,
       W::kTraining, W::kNoise},
      {.name = "wide-split",
       .summary = "the same, products of split floats",
       .experiment = kWide,
       .steps = 4,
       .warm_up = 1,
       .data = W::kNoise,
       .beside = "wide",
       .precision = "split_float"},
      {.name = "wide-bf16",
       .summary = "the same, products of bf16",
       .experiment = kWide,
       .steps = 4,
       .warm_up = 1,
       .data = W::kNoise,
       .beside = "wide",
       .precision = "bf16"}};
  for (const Index batch : {Index{1}, Index{256}}) {
    all.push_back(prediction("tabular", kTabular, W::kTable, batch));
    all.push_back(prediction("mnist-mlp", kMnistMlp, W::kNamed, batch));
    all.push_back(prediction("mnist-cnn", kMnistCnn, W::kNamed, batch));
    all.push_back(prediction("lenet", kLenet, W::kNamed, batch));
  }
  // Sizes that suit no vector: a kernel that is fast only on round numbers shows here.
  all.push_back({.name = "tabular-odd",
                 .summary = "31-65-33-2, batch 61, Adam",
                 .experiment = kTabularOdd,
                 .steps = 312,
                 .warm_up = 50,
                 .tolerance = 5e-3,
                 .data = W::kTable,
                 .beside = "tabular"});
  all.push_back({.name = "wide-output",
                 .summary = "200-255-129-63, batch 127, momentum",
                 .experiment = kWideOutput,
                 .steps = 288,
                 .warm_up = 20,
                 .tolerance = 5e-3,
                 .data = W::kWideTable,
                 .beside = "mnist-mlp"});
  all.push_back({.name = "cnn-odd",
                 .summary = "MNIST, 5 x 5 x 17 and 33, pooling, dense 127, batch 61, Adam",
                 .experiment = kCnnOdd,
                 .steps = 50,
                 .warm_up = 3,
                 .metric = W::kAccuracy,
                 .tolerance = 0.02,
                 .beside = "mnist-cnn"});
  return all;
}

}  // namespace

double member_learning_rate(Index k) {
  return std::pow(10.0, -4 + 2 * static_cast<double>(k) / static_cast<double>(kMembers - 1));
}

const std::vector<Workload>& workloads() {
  static const std::vector<Workload> all = make_workloads();
  return all;
}

const Workload& find_workload(const std::string& name) {
  std::vector<std::string> names;
  for (const Workload& w : workloads()) {
    if (w.name == name) return w;
    names.push_back(w.name);
  }
  throw OptionError("there is no workload '" + name + "'" + did_you_mean(name, names));
}

std::string_view name_of(Workload::Kind kind) {
  return kind == Workload::kTraining ? "training" : kind == Workload::kPrediction ? "prediction" : "population";
}

std::string_view name_of(Workload::Metric metric) {
  switch (metric) {
    case Workload::kParameterSum:
      return "parameter_sum";
    case Workload::kMeanSquared:
      return "mean_squared";
    case Workload::kAccuracy:
      return "accuracy";
    case Workload::kMeanSquare:
      return "mean_square";
  }
  return "";
}

}  // namespace isinglass
