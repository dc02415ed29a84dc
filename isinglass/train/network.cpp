#include "isinglass/train/network.h"

#include <algorithm>
#include <type_traits>

#include "isinglass/kernels/widened.h"
#include "isinglass/train/experiment.h"

namespace isinglass {

constexpr Index kBatch = 256;  // of a prediction, at most

// Rows of so many bytes that a prediction takes at once: they stay in a second level cache until they are used, but are
// enough to be worth the reading of all parameters.
static Index rows_at_once(Index row_bytes) {
  constexpr Index kCacheBytes = 1 << 19, kFewest = 64;
  return std::clamp<Index>(kCacheBytes / row_bytes, kFewest, kBatch);
}

template <class T>
Network<T>::Network(const Architecture& architecture, const Shape& input, std::uint64_t seed, Index threads)
    : graph_(Graph::build(architecture, input)),
      seed_(seed),
      pool_(threads),
      parameters_(graph_),
      plan_(graph_, parameters_, pool_, {.max_batch = kBatch, .lean = true}) {
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
template <class U, class F>
std::vector<double> Network<T>::by_batches(View<const U> x, View<T> into, F f) {
  if (x.cols != into.cols)
    throw ShapeError("a row has " + std::to_string(x.cols) + " numbers, but the network takes " +
                     std::to_string(into.cols));
  std::vector<double> out;
  out.reserve(static_cast<std::size_t>(x.rows) * static_cast<std::size_t>(plan_.output().cols));
  const Index most = rows_at_once(into.cols * static_cast<Index>(sizeof(T))), batches = (x.rows + most - 1) / most;
  for (Index b = 0; b < batches; ++b) {
    const Index first = x.rows * b / batches, count = x.rows * (b + 1) / batches - first;
    const auto narrow = [&, to = into](Index begin, Index end) {
      for (Index n = begin; n < end; ++n)
        if constexpr (std::is_same_v<T, U>)
          std::ranges::copy(x.row(first + n), to.row(n).begin());
        else
          for (Index j = 0; j < to.cols; ++j) to(n, j) = static_cast<T>(x(first + n, j));
    };
    constexpr Index kWorthSharing = 1 << 15;  // numbers
    if (count * x.cols < kWorthSharing)
      narrow(0, count);
    else
      pool_.run(pool_.threads(), [&](Index i) {
        kernels::widened([&] { narrow(count * i / pool_.threads(), count * (i + 1) / pool_.threads()); });
      });
    const View<const T> y = f(count);
    for (Index n = 0; n < count; ++n) out.insert(out.end(), y.row(n).begin(), y.row(n).end());
  }
  return out;
}

template <class T>
template <class U>
std::vector<double> Network<T>::predict_rows(View<const U> x) {
  return by_batches(x, plan_.input(), [&](Index rows) {
    plan_.forward(rows, Mode::kInference, {});
    return plan_.output();
  });
}

template <class T>
std::vector<double> Network<T>::predict(View<const double> x) {
  return predict_rows(x);
}

template <class T>
std::vector<double> Network<T>::predict(View<const float> x) {
  return predict_rows(x);
}

template <class T>
std::vector<double> Network<T>::encode(View<const double> x) {
  check_autoencoder(graph_);
  return by_batches(x, plan_.input(), [&](Index rows) { return encode_rows(plan_, rows); });
}

template <class T>
std::vector<double> Network<T>::decode(View<const double> codes) {
  check_autoencoder(graph_);
  return by_batches(codes, plan_.value(graph_.code_value()), [&](Index rows) { return decode_rows(plan_, rows); });
}

template class Network<float>;
template class Network<double>;

}  // namespace isinglass
