#include "isinglass/train/network.h"

#include <algorithm>
#include <type_traits>

#include "isinglass/kernels/widened.h"
#include "isinglass/train/experiment.h"

namespace isinglass {

constexpr Index kBatch = 256;            // of a prediction, at most
constexpr Index kManyNumbers = 1 << 15;  // worth a second thread

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

// Whether rows need no conversion and are worth the plan's looking elsewhere than at its own place.
template <class T>
template <class U>
bool Network<T>::stays_in_place(const View<const U>& x, const View<T>& into) {
  return std::is_same_v<T, U> && into.data == plan_.input().data && x.contiguous() && x.size() >= kManyNumbers;
}

template <class T>
template <class U>
void Network<T>::copy_rows(const View<const U>& x, const View<T>& into) {
  const auto copy = [&](Index begin, Index end) {
    for (Index n = begin; n < end; ++n)
      for (Index j = 0; j < into.cols; ++j) into(n, j) = static_cast<T>(x(n, j));
  };
  if (x.size() < kManyNumbers) return copy(0, x.rows);
  const Index threads = pool_.threads();
  pool_.run(threads,
            [&](Index i) { kernels::widened([&] { copy(x.rows * i / threads, x.rows * (i + 1) / threads); }); });
}

template <class T>
template <class U, class F>
std::vector<double> Network<T>::by_batches(View<const U> x, View<T> into, F f) {
  if (x.cols != into.cols)
    throw ShapeError("a row has " + std::to_string(x.cols) + " numbers, but the network takes " +
                     std::to_string(into.cols));
  const bool is_in_place = stays_in_place(x, into);
  const Index most = is_in_place ? kBatch : rows_at_once(into.cols * static_cast<Index>(sizeof(T)));
  const Index batches = (x.rows + most - 1) / most;
  std::vector<double> out;
  out.reserve(static_cast<std::size_t>(x.rows) * static_cast<std::size_t>(plan_.output().cols));
  plan_.read_input(plan_.input());
  for (Index b = 0; b < batches; ++b) {
    const Index first = x.rows * b / batches, count = x.rows * (b + 1) / batches - first;
    const View<const U> rows = x.middle_rows(first, count);
    if constexpr (std::is_same_v<T, U>) {
      if (is_in_place) plan_.read_input(rows);
    }
    if (!is_in_place) copy_rows(rows, into);
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
