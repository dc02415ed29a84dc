// Rates of the three convolutions, for layers of real networks.
//
//     isinglass_bench --benchmark_filter=convolution
#include <benchmark/benchmark.h>

#include "isinglass/base/buffer.h"
#include "isinglass/kernels/convolution.h"

namespace isinglass::kernels {
namespace {

struct Layer {
  const char* name;
  Convolution convolution;
};

Axis axis(Index in, Index kernel, Index stride, Index pad) {
  return {in, (in + 2 * pad - kernel) / stride + 1, kernel, stride, 1, pad, pad};
}
Window square(Index in, Index kernel, Index stride = 1, Index pad = 0) {
  return {axis(in, kernel, stride, pad), axis(in, kernel, stride, pad)};
}

const Layer kLayers[] = {{"288x24x24_to_64_1x1", {288, 64, 1, square(24, 1)}},
                         {"1x28x28_to_32_3x3", {1, 32, 1, square(28, 3)}},
                         {"32x26x26_to_64_3x3", {32, 64, 1, square(26, 3)}},
                         {"64x14x14_to_64_3x3_same", {64, 64, 1, square(14, 3, 1, 1)}},
                         {"1x28x28_to_6_5x5_same", {1, 6, 1, square(28, 5, 1, 2)}},
                         {"6x14x14_to_16_5x5", {6, 16, 1, square(14, 5)}},
                         {"1x28x28_to_16_3x3_stride_2", {1, 16, 1, square(28, 3, 2, 1)}},
                         {"16x14x14_to_8_3x3_stride_2", {16, 8, 1, square(14, 3, 2, 1)}},
                         {"16x14x14_to_8_4x4_stride_2", {16, 8, 1, square(14, 4, 2, 1)}}};
constexpr Index kSamples = 16;

enum Pass { kForward, kAdjoint, kGradient };

void measure(benchmark::State& state, const Convolution& c, Pass pass) {
  const Index inputs = c.channels_in * c.window.in_size(), outputs = c.channels_out * c.window.out_size();
  Buffer<float> x(kSamples * inputs), y(kSamples * outputs), w(c.kernel_rows() * c.channels_out),
      work(convolution_scratch(c));
  const std::span<float> scratch = work.span();
  const View<float> xs(x.data(), kSamples, inputs), ys(y.data(), kSamples, outputs),
      ws(w.data(), c.kernel_rows(), c.channels_out);
  for (auto _ : state) {
    if (pass == kForward) convolve<float>(c, xs, ws, nullptr, ys, scratch);
    if (pass == kAdjoint) convolve_adjoint<float>(c, ys, ws, nullptr, xs, scratch);
    if (pass == kGradient) convolution_gradient<float>(c, xs, ys, 0, ws, scratch);
    benchmark::ClobberMemory();
  }
  state.counters["GFLOP/s"] = benchmark::Counter(
      2 * c.operations() * kSamples, benchmark::Counter::kIsIterationInvariantRate, benchmark::Counter::kIs1000);
}

const bool registered = [] {
  for (const Layer& layer : kLayers)
    for (const auto& [name, pass] : {std::pair{"forward", kForward}, {"adjoint", kAdjoint}, {"gradient", kGradient}})
      benchmark::RegisterBenchmark((std::string("convolution/") + name + "/" + layer.name).c_str(), measure,
                                   layer.convolution, pass)
          ->Unit(benchmark::kMicrosecond);
  return true;
}();

}  // namespace
}  // namespace isinglass::kernels
