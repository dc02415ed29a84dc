#include "isinglass/train/network.h"

#include <algorithm>

#include "isinglass/train/experiment.h"

namespace isinglass {

constexpr Index kBatch = 256;  // of a prediction

template <class T>
Network<T>::Network(const Architecture& architecture, const Shape& input, std::uint64_t seed, Index threads)
    : graph_(Graph::build(architecture, input)),
      seed_(seed),
      pool_(threads),
      parameters_(graph_),
      plan_(graph_, parameters_, pool_, {.max_batch = kBatch}) {
  parameters_.initialise({.seed = seed});
}

template <class T>
Outcome Network<T>::train(const Dataset& data, const TrainOptions& options, const TrainEvents& events) {
  const Preprocessor nothing;
  Trainer<T> trainer({.graph = graph_,
                      .options = options,
                      .loss = resolve_loss(options, graph_, data.is_classification()),
                      .random = {.seed = seed_},
                      .preprocessor = nothing,
                      .pool = pool_,
                      .train = data});
  std::ranges::copy(parameters_.flat(), trainer.parameters().flat().begin());
  const Outcome outcome = trainer.run(events);
  trainer.restore_best();
  std::ranges::copy(trainer.parameters().flat(), parameters_.flat().begin());
  return outcome;
}

template <class T>
std::vector<double> Network<T>::predict(View<const double> x) {
  if (x.cols != size_of(graph_.input))
    throw ShapeError("a sample of x has " + std::to_string(x.cols) + " numbers, but the network takes " +
                     to_string(graph_.input));
  std::vector<double> out;
  for (Index first = 0; first < x.rows; first += kBatch) {
    const Index count = std::min(kBatch, x.rows - first);
    for (Index n = 0; n < count; ++n)
      std::ranges::transform(x.row(first + n), plan_.input().row(n).begin(),
                             [](double v) { return static_cast<T>(v); });
    plan_.forward(count, Mode::kInference, {});
    for (Index n = 0; n < count; ++n) out.insert(out.end(), plan_.output().row(n).begin(), plan_.output().row(n).end());
  }
  return out;
}

template class Network<float>;
template class Network<double>;

}  // namespace isinglass
