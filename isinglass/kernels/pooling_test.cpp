// isinglass/kernels/pooling_test.cpp - against the equations, bit by bit, on every instruction set.
#include "isinglass/kernels/pooling.h"

#include <gtest/gtest.h>

#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "isinglass/kernels/instruction_set.h"
#include "isinglass/kernels/pooling_reference.h"

namespace isinglass::kernels {
namespace {

Axis axis(Index in, Index kernel, Index stride, Index before, Index after) {
  return {.in = in,
          .out = (in + before + after - kernel) / stride + 1,
          .kernel = kernel,
          .stride = stride,
          .before = before,
          .after = after};
}
Axis random_axis(std::mt19937& random, Index most) {
  const auto below = [&](Index n) { return static_cast<Index>(random() % static_cast<unsigned>(n)); };
  const Index kernel = 1 + below(5), before = below(kernel), after = below(kernel);
  const Index in = std::max<Index>(1 + below(most), kernel - before - after);
  return axis(in, kernel, 1 + below(4), before, after);
}
std::string text(const Axis& a) {
  return std::to_string(a.in) + " in, kernel " + std::to_string(a.kernel) + ", stride " + std::to_string(a.stride) +
         ", pad " + std::to_string(a.before) + " and " + std::to_string(a.after);
}

// Two samples of three planes, with a gap behind each sample that must not change.
template <class T>
struct Planes {
  static constexpr Index kSamples = 2, kPlanes = 3, kGap = 5;
  static constexpr T kUntouched = 77;

  explicit Planes(Index size_)
      : size(size_),
        numbers(static_cast<std::size_t>(kSamples * (kPlanes * size + kGap)), kUntouched),
        view(numbers.data(), kSamples, kPlanes * size, kPlanes * size + kGap) {}
  // Small integers: many are equal.
  void fill(std::mt19937& random) {
    for (Index n = 0; n < kSamples; ++n)
      for (T& number : view.row(n)) number = static_cast<T>(static_cast<int>(random() % 9) - 4) / 3;
  }
  T* plane(Index k) { return &view(k / kPlanes, k % kPlanes * size); }

  Index size;
  std::vector<T> numbers;
  View<T> view;
};

template <class T>
class Pooling : public testing::Test {
 protected:
  void TearDown() override { use_instruction_set(instruction_sets().front()); }

  template <class Fast, class Plain>
  void compare(const Window& w, bool forward, Fast fast, Plain plain) {
    const Index size = forward ? w.out_size() : w.in_size();
    Planes<T> expected(size);
    for (Index k = 0; k < 6; ++k) plain(k, expected.plane(k));
    for (const std::string& set : instruction_sets()) {
      use_instruction_set(set);
      Planes<T> actual(size);
      fast(actual.view);
      ASSERT_EQ(std::memcmp(actual.numbers.data(), expected.numbers.data(), actual.numbers.size() * sizeof(T)), 0)
          << set << "; rows: " << text(w.rows) << "; columns: " << text(w.cols);
    }
  }
};
using Types = testing::Types<float, double>;
TYPED_TEST_SUITE(Pooling, Types);

TYPED_TEST(Pooling, IsWhatItsEquationsSay) {
  using T = TypeParam;
  std::mt19937 random(5);
  std::vector<Window> windows = {{axis(24, 2, 2, 0, 0), axis(24, 2, 2, 0, 0)},
                                 {axis(1, 1, 1, 0, 0), axis(70, 2, 2, 0, 0)},
                                 {axis(9, 3, 3, 0, 0), axis(77, 2, 2, 0, 0)},
                                 {axis(1, 1, 1, 0, 0), axis(300, 3, 1, 1, 1)}};
  for (int i = 0; i < 300; ++i) windows.push_back({random_axis(random, 9), random_axis(random, 90)});
  for (const Window& w : windows) {
    Planes<T> x(w.in_size()), y(w.out_size()), winner(w.out_size()), dy(w.out_size());
    x.fill(random);
    dy.fill(random);
    for (Index k = 0; k < 6; ++k) reference::pool_max<T>(w, x.plane(k), y.plane(k), winner.plane(k));
    Planes<T> other(w.out_size());
    this->compare(
        w, true, [&](View<T> to) { pool_max(w, x.view, to, other.view); },
        [&](Index k, T* to) { std::copy_n(y.plane(k), w.out_size(), to); });
    this->compare(
        w, true, [&](View<T> to) { pool_max(w, x.view, other.view, to); },
        [&](Index k, T* to) { std::copy_n(winner.plane(k), w.out_size(), to); });
    this->compare(
        w, false, [&](View<T> to) { pool_max_adjoint(w, dy.view, winner.view, to); },
        [&](Index k, T* to) { reference::pool_max_adjoint<T>(w, dy.plane(k), winner.plane(k), to); });
    this->compare(
        w, true, [&](View<T> to) { pool_average(w, x.view, to); },
        [&](Index k, T* to) { reference::pool_average<T>(w, x.plane(k), to); });
    this->compare(
        w, false, [&](View<T> to) { pool_average_adjoint(w, dy.view, to); },
        [&](Index k, T* to) { reference::pool_average_adjoint<T>(w, dy.plane(k), to); });
    if (this->HasFatalFailure()) return;
  }
}

TYPED_TEST(Pooling, NotANumberWinsAndMinusInfinityIsANumber) {
  using T = TypeParam;
  constexpr T kInfinity = std::numeric_limits<T>::infinity(), kNan = std::numeric_limits<T>::quiet_NaN();
  const Window w{axis(1, 1, 1, 0, 0), axis(8, 2, 2, 0, 0)};
  std::vector<T> x = {-kInfinity, -kInfinity, kNan, 1, kInfinity, kNan, -kInfinity, 3}, y(4), winner(4);
  for (const std::string& set : instruction_sets()) {
    use_instruction_set(set);
    pool_max(w, View<T>(x.data(), 1, 8), View<T>(y.data(), 1, 4), View<T>(winner.data(), 1, 4));
    EXPECT_EQ(y[0], -kInfinity) << set;
    EXPECT_TRUE(std::isnan(y[1])) << set;
    EXPECT_TRUE(std::isnan(y[2])) << set;
    EXPECT_EQ(y[3], 3) << set;
    EXPECT_EQ(winner, (std::vector<T>{0, 0, 1, 1})) << set;
  }
}

}  // namespace
}  // namespace isinglass::kernels
