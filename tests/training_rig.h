// tests/training_rig.h - a small training in memory, for tests of the loop.
#pragma once
#include <memory>
#include <string>

#include "isinglass/io/toml.h"
#include "isinglass/train/checkpoint.h"

namespace isinglass {

// A [model] section with most kinds of layers for images, for the five features of the rig.
constexpr const char* kImageModel =
    "layers = [{ kind = \"dense\", units = 392 }, { kind = \"reshape\", shape = [2, 14, 14] },"
    "{ kind = \"conv2d\", kernels = 24, padding = \"same\" }, { kind = \"batch_norm\" }, { kind = \"relu\" },"
    "{ kind = \"max_pool2d\" }, { kind = \"spatial_dropout\", rate = 0.2 },"
    "{ kind = \"conv2d\", kernels = 30, stride = 2, padding = \"nearest\", activation = \"elu\", activity_l1 = 0.01 },"
    "{ kind = \"conv_transpose2d\", kernels = 16, kernel_size = 4, stride = 2 },"
    "{ kind = \"upsample\", method = \"bilinear\" }, { kind = \"average_pool2d\", pool_size = 3 },"
    "{ kind = \"flatten\" }, { kind = \"dense\", units = 3, activation = \"softmax\" }]";

// A seeded classification of 3 classes from 5 numbers, 101 training and 30 validation samples.
inline Dataset made_classes(Index samples, std::uint64_t seed) {
  const auto stream = counter_stream({seed, Purpose::kData, 0, 0});
  std::vector<double> x;
  std::vector<Index> labels;
  for (Index n = 0; n < samples; ++n) {
    const Index label = n % 3;
    for (Index j = 0; j < 5; ++j) x.push_back(stream->normal() + (j == label ? 1.5 : 0));
    labels.push_back(label);
  }
  return Dataset::classification({x.data(), samples, 5}, labels, {"a", "b", "c"});
}

// `model` and `train` are the bodies of these sections, in TOML; `head` what stands above them.
template <class T>
struct TrainingRig {
  TrainingRig(const std::string& head, const std::string& model, const std::string& train, Index threads = 1,
              Index samples = 101)
      : experiment(
            Experiment::read(parse_toml(head + "\n[data]\n[model]\n" + model + "\n[train]\n" + train, "test.toml"))),
        pool(threads),
        graph(Graph::build(experiment.model, {5})),
        trainer({.graph = graph,
                 .options = experiment.train,
                 .loss = resolve_loss(experiment.train, graph, true),
                 .random = experiment.random(),
                 .preprocessor = preprocessor,
                 .pool = pool,
                 .train = made_classes(samples, 1),
                 .validation = made_classes(30, 2)}) {}

  std::vector<T> parameters() {
    const auto flat = trainer.parameters().flat();
    return {flat.begin(), flat.end()};
  }

  Experiment experiment;
  Preprocessor preprocessor;
  ThreadPool pool;
  Graph graph;
  Trainer<T> trainer;
};

}  // namespace isinglass
