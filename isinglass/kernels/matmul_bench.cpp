// isinglass/kernels/matmul_bench.cpp - GFLOP/s of the three products, beside the multiply-adds this core can do.
//
// Arguments of a case: m / n / k of c (m, n) with sums over k.
#include <benchmark/benchmark.h>

#include <random>
#include <vector>

#include "isinglass/kernels/instruction_set.h"
#include "isinglass/kernels/matmul.h"

namespace isinglass::kernels {
namespace {

template <class T>
std::vector<T> random_numbers(Index count) {
  std::mt19937 generator(1);
  std::uniform_real_distribution<T> distribution(-1, 1);
  std::vector<T> numbers(static_cast<std::size_t>(count));
  for (T& number : numbers) number = distribution(generator);
  return numbers;
}

template <class T, class Multiply>
void measure(benchmark::State& state, Multiply multiply) {
  const Index m = state.range(0), n = state.range(1), k = state.range(2);
  const std::vector<T> a = random_numbers<T>(m * k), b = random_numbers<T>(k * n);
  std::vector<T> c(static_cast<std::size_t>(m * n));
  for (auto _ : state) {
    multiply(a.data(), b.data(), View<T>(c.data(), m, n), k);
    benchmark::DoNotOptimize(c.data());
    benchmark::ClobberMemory();
  }
  state.SetLabel(instruction_set());
  const double flop = 2 * static_cast<double>(m * n * k) * static_cast<double>(state.iterations());
  state.counters["GFLOP/s"] = benchmark::Counter(flop * 1e-9, benchmark::Counter::kIsRate);
}

template <class T>
void nn(benchmark::State& state) {
  measure<T>(state, [](const T* a, const T* b, View<T> c, Index k) { matmul<T>({a, c.rows, k}, {b, k, c.cols}, c); });
}
template <class T>
void tn(benchmark::State& state) {
  measure<T>(state, [](const T* a, const T* b, View<T> c, Index k) {
    matmul_tn<T>({a, k, c.rows}, {b, k, c.cols}, c);
  });
}
template <class T>
void nt(benchmark::State& state) {
  measure<T>(state, [](const T* a, const T* b, View<T> c, Index k) {
    matmul_nt<T>({a, c.rows, k}, {b, c.cols, k}, c);
  });
}

void sizes(benchmark::internal::Benchmark* cases) {
  for (const std::vector<Index>& size : std::vector<std::vector<Index>>{
           {64, 256, 784}, {128, 256, 784}, {784, 256, 128}, {128, 784, 256}, {256, 128, 64},
           {64, 10, 128},  {128, 10, 64},   {512, 512, 512}, {16, 16, 16},    {32, 32, 32},
           {64, 64, 64},   {8, 8, 8},       {1, 256, 784},   {1, 64, 64},     {1, 2, 3},
           {1, 1, 2},      {1, 4, 8},       {4, 4, 4},       {2, 16, 2},      {4, 256, 256}})
    cases->Args(size);
}

BENCHMARK(nn<float>)->Apply(sizes);
BENCHMARK(tn<float>)->Apply(sizes);
BENCHMARK(nt<float>)->Apply(sizes);
BENCHMARK(nn<double>)->Apply(sizes);
BENCHMARK(tn<double>)->Apply(sizes);
BENCHMARK(nt<double>)->Apply(sizes);

}  // namespace
}  // namespace isinglass::kernels
