// isinglass/kernels/pooling_bench.cpp - nanoseconds for each output of the poolings and their adjoints.
//
// Arguments of a case: channels / height and width / kernel / stride of one image.
#include <benchmark/benchmark.h>

#include <random>
#include <vector>

#include "isinglass/kernels/instruction_set.h"
#include "isinglass/kernels/pooling.h"

namespace isinglass::kernels {
namespace {

struct Case {
  explicit Case(const benchmark::State& state) : channels(state.range(0)) {
    const Index n = state.range(1), kernel = state.range(2), stride = state.range(3);
    window.rows = {.in = n, .out = (n - kernel) / stride + 1, .kernel = kernel, .stride = stride};
    window.cols = window.rows;
  }
  Index channels;
  Window window;
};

template <class Pool>
void measure(benchmark::State& state, Pool pool) {
  const Case c(state);
  const Index n_in = c.channels * c.window.in_size(), n_out = c.channels * c.window.out_size();
  std::mt19937 generator(1);
  std::uniform_real_distribution<float> distribution(-1, 1);
  std::vector<float> x(static_cast<std::size_t>(n_in)), y(static_cast<std::size_t>(n_out)), winner(y.size());
  for (float& number : x) number = distribution(generator);
  const View<float> x_view(x.data(), 1, n_in), y_view(y.data(), 1, n_out), winner_view(winner.data(), 1, n_out);
  pool_max(c.window, x_view, y_view, winner_view);
  for (auto _ : state) {
    pool(c.window, x_view, y_view, winner_view);
    benchmark::DoNotOptimize(y.data());
    benchmark::ClobberMemory();
  }
  state.SetLabel(instruction_set());
  const double outputs = static_cast<double>(n_out) * static_cast<double>(state.iterations());
  state.counters["s/output"] = benchmark::Counter(outputs, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void pool_max_forward(benchmark::State& state) {
  measure(state, [](const Window& w, View<float> x, View<float> y, View<float> winner) { pool_max(w, x, y, winner); });
}
void pool_max_backward(benchmark::State& state) {
  measure(state,
          [](const Window& w, View<float> x, View<float> y, View<float> winner) { pool_max_adjoint(w, y, winner, x); });
}
void pool_average_forward(benchmark::State& state) {
  measure(state, [](const Window& w, View<float> x, View<float> y, View<float>) { pool_average(w, x, y); });
}
void pool_average_backward(benchmark::State& state) {
  measure(state, [](const Window& w, View<float> x, View<float> y, View<float>) { pool_average_adjoint(w, y, x); });
}

void sizes(benchmark::internal::Benchmark* cases) {
  for (const std::vector<Index>& size :
       std::vector<std::vector<Index>>{{64, 24, 2, 2}, {32, 28, 2, 2}, {64, 24, 3, 2}, {64, 24, 3, 1}, {64, 24, 3, 3}})
    cases->Args(size);
}

BENCHMARK(pool_max_forward)->Apply(sizes);
BENCHMARK(pool_max_backward)->Apply(sizes);
BENCHMARK(pool_average_forward)->Apply(sizes);
BENCHMARK(pool_average_backward)->Apply(sizes);

}  // namespace
}  // namespace isinglass::kernels
