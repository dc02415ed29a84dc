#include "isinglass/kernels/machine_probe.h"

#include <algorithm>
#include <atomic>
#include <chrono>

#include "isinglass/base/buffer.h"
#include "isinglass/kernels/highway_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "isinglass/kernels/machine_probe.cpp"
#include <hwy/foreach_target.h>
// Highway asks for this order.
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace isinglass::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Enough chains to fill two units whose results are ready four cycles later, and few enough for 16 registers.
constexpr int kChains = 12;

// Runs the chains `rounds` times. Returns their sum, so that nothing can be left out.
template <class T>
HWY_INLINE T multiply_adds(Index rounds, T start) {
  const hn::ScalableTag<T> d;
  const auto factor = hn::Set(d, static_cast<T>(0.999)), term = hn::Set(d, static_cast<T>(0.001));
  hn::Vec<hn::ScalableTag<T>> chains[kChains];
  for (int c = 0; c < kChains; ++c) chains[c] = hn::Set(d, start + static_cast<T>(c));
  for (Index r = 0; r < rounds; ++r)
    for (auto& chain : chains) chain = hn::MulAdd(chain, factor, term);
  for (int c = 1; c < kChains; ++c) chains[0] = hn::Add(chains[0], chains[c]);
  return hn::GetLane(hn::SumOfLanes(d, chains[0]));
}

float multiply_adds_float(Index rounds, float start) {
  return multiply_adds(rounds, start);
}
double multiply_adds_double(Index rounds, double start) {
  return multiply_adds(rounds, start);
}

Index lanes_float() {
  return static_cast<Index>(hn::Lanes(hn::ScalableTag<float>()));
}
Index lanes_double() {
  return static_cast<Index>(hn::Lanes(hn::ScalableTag<double>()));
}

// The sum of `count` numbers, a multiple of 256.
float read_all(const float* x, Index count) {
  const hn::ScalableTag<float> d;
  constexpr Index kLanes = static_cast<Index>(hn::MaxLanes(hn::ScalableTag<float>()));
  auto a = hn::Zero(d), b = a, c = a, e = a;
  for (Index i = 0; i < count; i += 4 * kLanes) {
    a = hn::Add(a, hn::Load(d, x + i));
    b = hn::Add(b, hn::Load(d, x + i + kLanes));
    c = hn::Add(c, hn::Load(d, x + i + 2 * kLanes));
    e = hn::Add(e, hn::Load(d, x + i + 3 * kLanes));
  }
  return hn::GetLane(hn::SumOfLanes(d, hn::Add(hn::Add(a, b), hn::Add(c, e))));
}

}  // namespace isinglass::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace isinglass::kernels {

HWY_EXPORT(multiply_adds_float);
HWY_EXPORT(multiply_adds_double);
HWY_EXPORT(lanes_float);
HWY_EXPORT(lanes_double);
HWY_EXPORT(read_all);

namespace {

// Where results go that nobody wants, so that the compiler must have them computed.
std::atomic<double> sink{0};

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// The shortest of the calls of work() on every thread that fit into `seconds`.
template <class F>
double best_time(ThreadPool& pool, double seconds, const F& work) {
  double best = 1e30;
  const double end = now() + seconds;
  do {
    const double start = now();
    pool.run(pool.threads(), work);
    best = std::min(best, now() - start);
  } while (now() < end);
  return best;
}

template <class T>
T multiply_adds(Index rounds, T start) {
  if constexpr (std::same_as<T, float>)
    return HWY_DYNAMIC_DISPATCH(multiply_adds_float)(rounds, start);
  else
    return HWY_DYNAMIC_DISPATCH(multiply_adds_double)(rounds, start);
}

}  // namespace

template <class T>
double multiply_add_rate(ThreadPool& pool, double seconds) {
  constexpr Index kRounds = 1000000, kFlopOfChains = 2 * 12;  // some milliseconds
  const Index lanes =
      std::same_as<T, float> ? HWY_DYNAMIC_DISPATCH(lanes_float)() : HWY_DYNAMIC_DISPATCH(lanes_double)();
  const double time = best_time(pool, seconds, [](Index part) {
    sink.store(static_cast<double>(multiply_adds<T>(kRounds, static_cast<T>(part))), std::memory_order_relaxed);
  });
  return static_cast<double>(kRounds * kFlopOfChains * lanes * pool.threads()) / time;
}

double read_rate(ThreadPool& pool, double bytes, double seconds) {
  constexpr Index kStep = 256;     // numbers; what read_all asks for
  constexpr double kPass = 4.0e6;  // bytes of a thread between two looks at the clock, at least
  const double share = bytes / static_cast<double>(sizeof(float)) / static_cast<double>(pool.threads());
  const Index count = std::max<Index>(1, static_cast<Index>(share) / kStep) * kStep;
  const double size = static_cast<double>(count) * sizeof(float);
  const Index passes = 1 + static_cast<Index>(kPass / size);
  Buffer<float> memory(count * pool.threads());
  std::ranges::fill(memory.span(), 1.0f);  // what nobody has written may be one page of zeros, again and again
  const double time = best_time(pool, seconds, [&](Index part) {
    for (Index pass = 0; pass < passes; ++pass)
      sink.store(static_cast<double>(HWY_DYNAMIC_DISPATCH(read_all)(memory.data() + part * count, count)),
                 std::memory_order_relaxed);
  });
  return size * static_cast<double>(passes * pool.threads()) / time;
}

double shared_write_rate(ThreadPool& pool, double bytes, double seconds) {
  constexpr Index kStep = 256;  // numbers; what read_all asks for
  const Index count = std::max<Index>(1, static_cast<Index>(bytes / sizeof(float)) / kStep) * kStep;
  Buffer<float> memory(count);
  double time = 0, writes = 0;
  const double end = now() + seconds;
  do {
    pool.run(pool.threads(), [&](Index) {
      sink.store(static_cast<double>(HWY_DYNAMIC_DISPATCH(read_all)(memory.data(), count)), std::memory_order_relaxed);
    });
    const double start = now();
    std::ranges::fill(memory.span(), static_cast<float>(++writes));
    time += now() - start;
  } while (now() < end);
  return writes * static_cast<double>(count) * sizeof(float) / time;
}

template double multiply_add_rate<float>(ThreadPool&, double);
template double multiply_add_rate<double>(ThreadPool&, double);

}  // namespace isinglass::kernels
#endif  // HWY_ONCE
