// bench/workloads.cpp - Isinglass's side of the comparison that bench/compare.py makes.
//
//     isinglass_workloads WORKLOAD THREADS
//
// trains once after a warm-up and prints { "seconds": of a step, "metric": ... } as one line of JSON.
#include <chrono>
#include <cstdio>
#include <cstring>
#include <functional>

#include "isinglass/data/load.h"
#include "isinglass/io/json.h"
#include "isinglass/io/toml.h"
#include "isinglass/train/experiment.h"
#include "isinglass/train/trainer.h"

namespace isinglass {
namespace {

constexpr const char* kThreeTwoOne = R"(
seed = 13
precision = "double"
rng = "numpy"
[data]
inputs = [[0.5, 0.2, 0.7]]
targets = [[0.3]]
[model]
widths = [3, 2, 1]
activation = "sigmoid"
kernel_initialiser = "xavier"
bias_initialiser = "uniform"
initial_order = "by_unit"
[train]
loss = "half_squared"
optimiser = { kind = "sgd", learning_rate = 0.2 }
epochs = 20000
batch_size = 0
sampling = "in_order"
)";

constexpr const char* kMnist = R"(
seed = 1
[data]
source = "mnist"
scale = "unit"
[model]
layers = [{ kind = "flatten" }, { kind = "dense", units = 256, activation = "relu" },
          { kind = "dense", units = 128, activation = "relu" }, { kind = "dense", units = 10, activation = "softmax" }]
kernel_initialiser = "he_uniform"
[train]
optimiser = { kind = "momentum", learning_rate = 0.05, momentum = 0.9 }
epochs = 2
batch_size = 128
sampling = "in_order"
)";

// The convolutional network that tutorials train on MNIST.
constexpr const char* kMnistCnn = R"(
seed = 1
[data]
source = "mnist"
scale = "unit"
limit = 6400
[model]
layers = [{ kind = "conv2d", kernels = 32, activation = "relu" }, { kind = "conv2d", kernels = 64, activation = "relu" },
          { kind = "max_pool2d" }, { kind = "dropout", rate = 0.25 }, { kind = "flatten" },
          { kind = "dense", units = 128, activation = "relu" }, { kind = "dropout", rate = 0.5 },
          { kind = "dense", units = 10, activation = "softmax" }]
kernel_initialiser = "xavier"
bias_initialiser = "xavier"
[train]
optimiser = { kind = "adam", learning_rate = 0.001 }
epochs = 3
batch_size = 64
sampling = "in_order"
)";

constexpr const char* kMnistConvAutoencoder = R"(
seed = 1
[data]
source = "mnist"
scale = "unit"
target = "inputs"
input_shape = [1, 28, 28]
limit = 12800
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
epochs = 4
batch_size = 128
sampling = "in_order"
)";

template <class T>
int run(const char* text, Index threads, Index warm_up_epochs) {
  const Experiment experiment = Experiment::read(parse_toml(text, "workload"));
  const LoadedData data = load_data(experiment.data, ".", *counter_stream({}));
  const Graph graph = Graph::build(experiment.model, data.train.input_shape());
  const Loss loss = resolve_loss(experiment.train, graph, data.train.is_classification());
  ThreadPool pool(threads);
  Trainer<T> trainer({.graph = graph,
                      .options = experiment.train,
                      .loss = loss,
                      .random = experiment.random(),
                      .preprocessor = data.preprocessor,
                      .pool = pool,
                      .train = data.train});
  using Clock = std::chrono::steady_clock;
  Clock::time_point start = Clock::now();
  double metric = 0;
  Evaluator<T> evaluator(graph, trainer.parameters(), pool, loss, data.preprocessor);
  const auto score = [&] {
    if (!data.test) return evaluator.predict(data.train)[0];
    const Evaluation evaluation = evaluator.evaluate(*data.test);
    return data.test->is_classification() ? evaluation.metrics.accuracy : evaluation.loss;
  };
  trainer.run({.on_epoch = [&](const EpochReport& report) {
    if (report.epoch + 1 != warm_up_epochs) return;
    metric = score();
    start = Clock::now();
  }});
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  const Index steps = (experiment.train.epochs - warm_up_epochs) * trainer.batches();
  Value out = Value::Table{};
  out.set("seconds", seconds / static_cast<double>(steps));
  out.set("metric", data.test ? metric : score());
  std::puts(write_json(out).c_str());
  return 0;
}

}  // namespace
}  // namespace isinglass

int main(int argc, char** argv) {
  using namespace isinglass;
  if (argc != 3) return std::fprintf(stderr, "usage: %s WORKLOAD THREADS\n", argv[0]), 2;
  try {
    const Index threads = std::atoll(argv[2]);
    if (std::strcmp(argv[1], "ann-3-2-1") == 0) return run<double>(kThreeTwoOne, threads, 1000);
    if (std::strcmp(argv[1], "mnist-mlp") == 0) return run<float>(kMnist, threads, 1);
    if (std::strcmp(argv[1], "mnist-cnn") == 0) return run<float>(kMnistCnn, threads, 1);
    if (std::strcmp(argv[1], "mnist-conv-ae") == 0) return run<float>(kMnistConvAutoencoder, threads, 2);
    std::fprintf(stderr, "there is no workload '%s'\n", argv[1]);
    return 2;
  } catch (const Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return error.exit_status();
  }
}
