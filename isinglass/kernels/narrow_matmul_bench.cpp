// isinglass/kernels/narrow_matmul_bench.cpp - GFLOP/s of products of bf16 and of split floats.
//
// Arguments of a case: m / n / k of c (m, n) with sums over k.
#include <benchmark/benchmark.h>

#include <random>
#include <string>
#include <vector>

#include "isinglass/kernels/instruction_set.h"
#include "isinglass/kernels/narrow_matmul.h"

namespace isinglass::kernels {
namespace {

std::vector<float> random_numbers(Index count) {
  std::mt19937 generator(1);
  std::uniform_real_distribution<float> distribution(-1, 1);
  std::vector<float> numbers(static_cast<std::size_t>(count));
  for (float& number : numbers) number = distribution(generator);
  return numbers;
}

enum Form { kForward, kWeightGradient, kInputGradient };

template <Products how, Form form>
void product(benchmark::State& state) {
  const Index m = state.range(0), n = state.range(1), k = state.range(2);
  const std::vector<float> a = random_numbers(m * k), b = random_numbers(k * n);
  std::vector<float> c(static_cast<std::size_t>(m * n));
  const View<float> sums(c.data(), m, n);
  for (auto _ : state) {
    if constexpr (form == kForward) matmul<float>(how, {a.data(), m, k}, {b.data(), k, n}, sums);
    if constexpr (form == kWeightGradient) matmul_tn<float>(how, {a.data(), k, m}, {b.data(), k, n}, sums);
    if constexpr (form == kInputGradient) matmul_nt<float>(how, {a.data(), m, k}, {b.data(), n, k}, sums);
    benchmark::ClobberMemory();
  }
  state.SetLabel(std::string(matmul_method(how, Transposed::kNone, m, n, k, sizeof(float))));
  const double flop = 2 * static_cast<double>(m * n * k) * static_cast<double>(state.iterations());
  state.counters["GFLOP/s"] = benchmark::Counter(flop * 1e-9, benchmark::Counter::kIsRate);
}

void sizes(benchmark::internal::Benchmark* cases) {
  for (const std::vector<Index>& size :
       std::vector<std::vector<Index>>{{512, 2048, 2048}, {2048, 2048, 512}, {128, 256, 784}, {256, 256, 256}})
    cases->Args(size);
}

BENCHMARK(product<Products::kSplit, kForward>)->Apply(sizes);
BENCHMARK(product<Products::kSplit, kWeightGradient>)->Apply(sizes);
BENCHMARK(product<Products::kSplit, kInputGradient>)->Apply(sizes);
BENCHMARK(product<Products::kBf16, kForward>)->Apply(sizes);
BENCHMARK(product<Products::kBf16, kWeightGradient>)->Apply(sizes);
BENCHMARK(product<Products::kBf16, kInputGradient>)->Apply(sizes);

}  // namespace
}  // namespace isinglass::kernels
