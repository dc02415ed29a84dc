// isinglass/kernels/tiled_convolution_test.cpp - convolutions by tiles against plain loops, bit for bit, and against
// direct sums within the error that winograd.h states, on every instruction set of this machine.
#include "isinglass/kernels/tiled_convolution.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "isinglass/kernels/instruction_set.h"
#include "isinglass/kernels/winograd_reference.h"

namespace isinglass::kernels {
namespace {

Axis axis(Index in, Index before, Index after) {
  return {.in = in, .out = in + before + after - 2, .kernel = 3, .before = before, .after = after};
}

// Memory that ends with the last number of a view, so that AddressSanitizer sees what lies beyond.
template <class T>
struct Matrix {
  std::vector<T> numbers;
  View<T> view;

  Matrix(Index rows, Index cols, Index gap = 0)
      : numbers(static_cast<std::size_t>((rows - 1) * (cols + gap) + cols), std::numeric_limits<T>::quiet_NaN()),
        view(numbers.data(), rows, cols, cols + gap) {}
  template <class From>
  explicit Matrix(const Matrix<From>& from)
      : Matrix(from.view.rows, from.view.cols, from.view.stride - from.view.cols) {
    for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<T>(from.numbers[i]);
  }
  void fill(std::mt19937& random) {
    std::uniform_real_distribution<T> distribution(-1, 1);
    for (T& number : numbers) number = distribution(random);
  }
};

struct Operands {
  Convolution shape;
  Matrix<float> x, w, y, b_out, b_in;
  std::vector<float> scratch;

  Operands(const Convolution& k, Index rows, Index gap, std::mt19937& random)
      : shape(k),
        x(rows, k.channels_in * k.window.in_size(), gap),
        w(k.kernel_rows(), k.channels_out, gap),
        y(rows, k.channels_out * k.window.out_size(), gap),
        b_out(1, k.channels_out),
        b_in(1, k.channels_in),
        scratch(static_cast<std::size_t>(tiled_scratch(k)), std::numeric_limits<float>::quiet_NaN()) {
    for (Matrix<float>* m : {&x, &w, &y, &b_out, &b_in}) m->fill(random);
  }
};

Convolution random_shape(std::mt19937& random) {
  const auto draw = [&](Index low, Index high) { return std::uniform_int_distribution<Index>(low, high)(random); };
  const Index groups = draw(1, 2);
  return {.channels_in = groups * draw(1, 9),
          .channels_out = groups * draw(1, 19),
          .groups = groups,
          .window = {.rows = axis(draw(3, 12), draw(0, 2), draw(0, 2)),
                     .cols = axis(draw(3, 45), draw(0, 2), draw(0, 2)),
                     .padding = static_cast<Padding>(draw(0, 3)),
                     .constant = 0.75}};
}

std::string describe(const Convolution& k) {
  std::string text = instruction_set() + " channels " + std::to_string(k.channels_in) + " to " +
                     std::to_string(k.channels_out) + " in " + std::to_string(k.groups) + " groups, padding " +
                     std::to_string(static_cast<int>(k.window.padding));
  for (const Axis& a : {k.window.rows, k.window.cols})
    text += "; axis " + std::to_string(a.in) + " " + std::to_string(a.before) + " " + std::to_string(a.after);
  return text;
}

// What the law says. Sums of the adjoint to places that several padded ones stand for are those of `fold`.
void expected_forward(Operands& o, const float* b, View<float> y) {
  const Convolution& k = o.shape;
  const Window& w = k.window;
  const Index inputs = k.channels_in / k.groups, outputs = k.channels_out / k.groups;
  for (Index n = 0; n < y.rows; ++n)
    for (Index g = 0; g < k.groups; ++g)
      reference::winograd_correlate(
          [&](Index c, Index u, Index v) {
            const bool exists = u < w.rows.out + 2 && v < w.cols.out + 2;
            return exists ? reference::padded<float>(w, o.x.view.row(n), g * inputs + c, u - w.rows.before,
                                                     v - w.cols.before)
                          : 0;
          },
          o.w.view.middle_cols(g * outputs, outputs), false, w.rows.out, w.cols.out,
          b == nullptr ? nullptr : b + g * outputs, fuses_multiply_add(),
          [&](Index m, Index r, Index s, float sum) {
            y(n, ((g * outputs + m) * w.rows.out + r) * w.cols.out + s) = sum;
          });
}

void expected_adjoint(Operands& o, const float* b, View<float> x) {
  const Convolution& k = o.shape;
  const Window& w = k.window;
  const Index inputs = k.channels_in / k.groups, outputs = k.channels_out / k.groups;
  const bool repeats = w.padding == Padding::kNearest || w.padding == Padding::kReflect;
  const Index rows = repeats ? w.rows.out + 2 : w.rows.in, cols = repeats ? w.cols.out + 2 : w.cols.in;
  const Index up = repeats ? 0 : w.rows.before, left = repeats ? 0 : w.cols.before;
  std::vector<float> sums(static_cast<std::size_t>(inputs * rows * cols));
  for (Index n = 0; n < x.rows; ++n)
    for (Index g = 0; g < k.groups; ++g) {
      const float* bias = b == nullptr ? nullptr : b + g * inputs;
      reference::winograd_correlate(
          [&](Index m, Index u, Index v) {
            const Index r = u + up - 2, s = v + left - 2;
            const bool exists = r >= 0 && s >= 0 && r < w.rows.out && s < w.cols.out && u < rows + 2 && v < cols + 2;
            return exists ? o.y.view(n, ((g * outputs + m) * w.rows.out + r) * w.cols.out + s) : 0;
          },
          o.w.view.middle_cols(g * outputs, outputs), true, rows, cols, repeats ? nullptr : bias, fuses_multiply_add(),
          [&](Index c, Index u, Index v, float sum) {
            sums[static_cast<std::size_t>((c * rows + u) * cols + v)] = sum;
          });
      float* to = &x(n, g * inputs * w.in_size());
      if (!repeats) {
        std::copy(sums.begin(), sums.end(), to);
        continue;
      }
      for (Index e = 0; e < inputs * w.in_size(); ++e) to[e] = bias == nullptr ? 0 : bias[e / w.in_size()];
      for (Index c = 0; c < inputs; ++c)
        for (Index u = 0; u < rows; ++u)
          for (Index v = 0; v < cols; ++v)
            to[(c * w.rows.in + source(w.padding, u - w.rows.before, w.rows.in)) * w.cols.in +
               source(w.padding, v - w.cols.before, w.cols.in)] +=
                sums[static_cast<std::size_t>((c * rows + u) * cols + v)];
    }
}

void expected_gradient(Operands& o, View<float> gradient) {
  const Convolution& k = o.shape;
  const Window& w = k.window;
  const Index inputs = k.channels_in / k.groups, outputs = k.channels_out / k.groups;
  for (Index row = 0; row < gradient.rows; ++row) std::fill_n(gradient.row(row).data(), gradient.cols, 0.0F);
  for (Index n = 0; n < o.x.view.rows; ++n)
    for (Index g = 0; g < k.groups; ++g)
      reference::winograd_gradient(
          [&](Index c, Index u, Index v) {
            const bool exists = u < w.rows.out + 2 && v < w.cols.out + 2;
            return exists ? reference::padded<float>(w, o.x.view.row(n), g * inputs + c, u - w.rows.before,
                                                     v - w.cols.before)
                          : 0;
          },
          [&](Index m, Index r, Index s) {
            const bool exists = r < w.rows.out && s < w.cols.out;
            return exists ? o.y.view(n, ((g * outputs + m) * w.rows.out + r) * w.cols.out + s) : 0;
          },
          w.rows.out, w.cols.out, fuses_multiply_add(), gradient.middle_cols(g * outputs, outputs));
}

// Equal bits; all NaNs are alike.
void expect_same(const View<float>& got, const View<float>& expected, const char* what) {
  for (Index n = 0; n < got.rows; ++n)
    for (Index j = 0; j < got.cols; ++j) {
      const float a = got(n, j), b = expected(n, j);
      ASSERT_TRUE(std::memcmp(&a, &b, sizeof(float)) == 0 || (std::isnan(a) && std::isnan(b)))
          << what << "(" << n << ", " << j << ") is " << a << ", expected " << b;
    }
}

void expect_law(Operands& o) {
  const Convolution& k = o.shape;
  SCOPED_TRACE(describe(k));
  const Index rows = o.x.view.rows;
  for (const bool biased : {false, true}) {
    const float *b_out = biased ? o.b_out.numbers.data() : nullptr, *b_in = biased ? o.b_in.numbers.data() : nullptr;
    Matrix<float> y(rows, o.y.view.cols, 1), expected_y(rows, o.y.view.cols);
    convolve_by_tiles(k, o.x.view, o.w.view, b_out, y.view, o.scratch.data());
    expected_forward(o, b_out, expected_y.view);
    expect_same(y.view, expected_y.view, "y");
    Matrix<float> x(rows, o.x.view.cols, 1), expected_x(rows, o.x.view.cols);
    convolve_adjoint_by_tiles(k, o.y.view, o.w.view, b_in, x.view, o.scratch.data());
    expected_adjoint(o, b_in, expected_x.view);
    expect_same(x.view, expected_x.view, "x");
  }
  Matrix<float> g(o.w.view.rows, o.w.view.cols, 1), expected_g(o.w.view.rows, o.w.view.cols);
  gradient_by_tiles(k, o.x.view, o.y.view, 0, g.view, o.scratch.data(), false);
  expected_gradient(o, expected_g.view);
  expect_same(g.view, expected_g.view, "g");
}

class TiledConvolution : public testing::Test {
 protected:
  void TearDown() override { use_instruction_set(instruction_sets().front()); }
  std::mt19937 random{17};
};

TEST_F(TiledConvolution, RandomShapesFollowTheLaw) {
  for (const std::string& set : instruction_sets()) {
    use_instruction_set(set);
    for (Index i = 0; i < 25; ++i) {
      Operands o(random_shape(random), 1 + i % 2, i % 3, random);
      expect_law(o);
      if (HasFatalFailure()) return;
    }
  }
}

// Several strips, of tiles and of a gradient's rows; more tiles in a row than a vector holds.
TEST_F(TiledConvolution, LargeShapesFollowTheLaw) {
  for (const std::string& set : instruction_sets()) {
    use_instruction_set(set);
    for (const Convolution& k :
         {Convolution{.channels_in = 3, .channels_out = 7, .window = {axis(27, 0, 0), axis(26, 0, 0)}},
          Convolution{.channels_in = 2, .channels_out = 3, .window = {axis(5, 1, 1), axis(230, 1, 0)}}}) {
      Operands o(k, 1, 0, random);
      expect_law(o);
      if (HasFatalFailure()) return;
    }
  }
}

TEST_F(TiledConvolution, SpecialNumbersFollowTheLaw) {
  const std::vector<float> special = {0.0F,
                                      -0.0F,
                                      1e-42F,
                                      -3e-39F,
                                      std::numeric_limits<float>::infinity(),
                                      -std::numeric_limits<float>::infinity(),
                                      std::numeric_limits<float>::quiet_NaN()};
  for (const std::string& set : instruction_sets()) {
    use_instruction_set(set);
    for (Index i = 0; i < 20; ++i) {
      Operands o(random_shape(random), 1, 0, random);
      const std::size_t most = i % 2 == 0 ? 3 : special.size() - 1;  // every other time only finite ones
      for (Matrix<float>* m : {&o.x, &o.w, &o.y})
        for (float& number : m->numbers)
          if (random() % 9 == 0) number = special[random() % (most + 1)];
      expect_law(o);
      if (HasFatalFailure()) return;
    }
  }
}

// A number that is not finite reaches every output that the direct sum has it in.
TEST_F(TiledConvolution, WhatIsNotFiniteStaysSo) {
  for (Index i = 0; i < 40; ++i) {
    Operands o(random_shape(random), 1, 0, random);
    const Convolution& k = o.shape;
    SCOPED_TRACE(describe(k));
    for (Matrix<float>* m : {&o.x, &o.y, &o.w}) {
      if (m == &o.w && i % 2 == 0) continue;
      m->numbers[random() % m->numbers.size()] =
          i % 3 == 0 ? std::numeric_limits<float>::quiet_NaN() : std::numeric_limits<float>::infinity();
    }
    const Matrix<double> x(o.x), w(o.w), y(o.y);
    const auto expect_spoilt = [](const View<float>& got, const View<double>& direct, const char* what) {
      for (Index n = 0; n < got.rows; ++n)
        for (Index j = 0; j < got.cols; ++j)
          ASSERT_TRUE(std::isfinite(direct(n, j)) || !std::isfinite(got(n, j))) << what << " " << n << " " << j;
    };
    Matrix<float> out(1, y.view.cols), in(1, x.view.cols), g(w.view.rows, w.view.cols);
    Matrix<double> direct_out(out), direct_in(in), direct_g(g);
    convolve_by_tiles(k, o.x.view, o.w.view, nullptr, out.view, o.scratch.data());
    reference::convolve<double>(k, x.view, w.view, nullptr, direct_out.view, true);
    expect_spoilt(out.view, direct_out.view, "y");
    convolve_adjoint_by_tiles(k, o.y.view, o.w.view, nullptr, in.view, o.scratch.data());
    reference::convolve_adjoint<double>(k, y.view, w.view, nullptr, direct_in.view, true);
    expect_spoilt(in.view, direct_in.view, "x");
    gradient_by_tiles(k, o.x.view, o.y.view, 0, g.view, o.scratch.data(), false);
    reference::convolution_gradient<double>(k, x.view, y.view, direct_g.view, true);
    expect_spoilt(g.view, direct_g.view, "g");
    if (HasFatalFailure()) return;
  }
}

// With all |x|, |w| and |y| at most 1, so that the bound of winograd.h counts input planes; (3) has one product for each
// place instead of nine for each plane.
TEST_F(TiledConvolution, IsNearDirectSums) {
  for (Index i = 0; i < 40; ++i) {
    Operands o(random_shape(random), 2, 0, random);
    const Convolution& k = o.shape;
    SCOPED_TRACE(describe(k));
    const Matrix<double> x(o.x), w(o.w), y(o.y);
    const auto expect_near = [](const View<float>& got, const View<double>& direct, double planes, const char* what) {
      const double bound = 81 * (planes + 12) * 0x1p-24 * planes;
      for (Index n = 0; n < got.rows; ++n)
        for (Index j = 0; j < got.cols; ++j)
          ASSERT_NEAR(got(n, j), direct(n, j), bound) << what << " " << n << " " << j;
    };
    Matrix<float> out(2, y.view.cols), in(2, x.view.cols), g(w.view.rows, w.view.cols);
    Matrix<double> direct_out(out), direct_in(in), direct_g(g);
    convolve_by_tiles(k, o.x.view, o.w.view, nullptr, out.view, o.scratch.data());
    reference::convolve<double>(k, x.view, w.view, nullptr, direct_out.view, true);
    expect_near(out.view, direct_out.view, static_cast<double>(k.channels_in / k.groups), "y");
    convolve_adjoint_by_tiles(k, o.y.view, o.w.view, nullptr, in.view, o.scratch.data());
    reference::convolve_adjoint<double>(k, y.view, w.view, nullptr, direct_in.view, true);
    expect_near(in.view, direct_in.view, 4 * static_cast<double>(k.channels_out / k.groups), "x");
    gradient_by_tiles(k, o.x.view, o.y.view, 0, g.view, o.scratch.data(), false);
    reference::convolution_gradient<double>(k, x.view, y.view, direct_g.view, true);
    expect_near(g.view, direct_g.view, 2 * static_cast<double>(k.window.out_size()) / 4, "g");
    if (HasFatalFailure()) return;
  }
}

// Threads split samples; of the gradient, rows, wherever the cut is. Chunks of a batch split the samples of a gradient.
TEST_F(TiledConvolution, PartsHaveTheBitsOfTheWhole) {
  for (int i = 0; i < 30; ++i) {
    Operands o(random_shape(random), 3, 0, random);
    const Convolution& k = o.shape;
    SCOPED_TRACE(describe(k));
    const View<const float> x = o.x.view, y = o.y.view, w = o.w.view;
    float* const scratch = o.scratch.data();
    Matrix<float> out(3, y.cols), out_parts(3, y.cols), g(w.rows, w.cols), g_parts(w.rows, w.cols);
    convolve_by_tiles(k, x, w, nullptr, out.view, scratch);
    for (const auto& [first, count] : std::vector<std::pair<Index, Index>>{{1, 2}, {0, 1}})
      convolve_by_tiles(k, x.middle_rows(first, count), w, nullptr, out_parts.view.middle_rows(first, count), scratch);
    expect_same(out_parts.view, out.view, "y");
    gradient_by_tiles(k, x, y, 0, g.view, scratch, false);
    const Index cut = static_cast<Index>(random() % static_cast<unsigned>(w.rows - 1)) + 1;
    gradient_by_tiles(k, x, y, cut, g_parts.view.middle_rows(cut, w.rows - cut), scratch, false);
    gradient_by_tiles(k, x.middle_rows(0, 2), y.middle_rows(0, 2), 0, g_parts.view.middle_rows(0, cut), scratch, false);
    gradient_by_tiles(k, x.middle_rows(2, 1), y.middle_rows(2, 1), 0, g_parts.view.middle_rows(0, cut), scratch, true);
    expect_same(g_parts.view, g.view, "g");
    if (HasFatalFailure()) return;
  }
}

// convolve() and its companions come here by shape, and only with floats.
TEST_F(TiledConvolution, IsTakenByShape) {
  const Window window{axis(12, 0, 0), axis(12, 0, 0)};
  const Convolution many{.channels_in = 16, .channels_out = 32, .window = window};
  EXPECT_TRUE(takes_tiles(many));
  EXPECT_FALSE(takes_tiles({.channels_in = 3, .channels_out = 300, .window = window}));
  EXPECT_FALSE(takes_tiles({.channels_in = 32, .channels_out = 64, .groups = 8, .window = window}));
  EXPECT_FALSE(takes_tiles({.channels_in = 64, .channels_out = 64, .window = {axis(7, 0, 0), axis(7, 0, 0)}}));
  Operands o(many, 1, 0, random);
  std::vector<float> scratch(static_cast<std::size_t>(convolution_scratch(many)));
  Matrix<float> y(1, o.y.view.cols), by_tiles(1, o.y.view.cols);
  convolve<float>(many, o.x.view, o.w.view, nullptr, y.view, scratch);
  convolve_by_tiles(many, o.x.view, o.w.view, nullptr, by_tiles.view, o.scratch.data());
  expect_same(y.view, by_tiles.view, "y");
}

}  // namespace
}  // namespace isinglass::kernels
