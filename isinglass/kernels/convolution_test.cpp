// isinglass/kernels/convolution_test.cpp - convolution, adjoint and gradient against plain loops, bit for bit, on every
// instruction set of this machine.
#include "isinglass/kernels/convolution.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "isinglass/kernels/batch_convolution.h"
#include "isinglass/kernels/convolution_reference.h"
#include "isinglass/kernels/instruction_set.h"
#include "isinglass/kernels/tiled_convolution.h"

namespace isinglass::kernels {
namespace {

// Draws an axis on which a window fits.
Axis random_axis(Padding padding, Index largest, std::mt19937& random) {
  const auto draw = [&](Index low, Index high) { return std::uniform_int_distribution<Index>(low, high)(random); };
  while (true) {
    Axis axis{.in = draw(1, largest), .kernel = draw(1, 4), .stride = draw(1, 4), .dilation = draw(1, 2)};
    axis.before = draw(0, 3);
    axis.after = draw(0, 3);
    if (padding == Padding::kReflect && std::max(axis.before, axis.after) >= axis.in) continue;
    const Index free = axis.in + axis.before + axis.after - axis.extent();
    if (free < 0) continue;
    axis.out = free / axis.stride + 1;
    return axis;
  }
}

Convolution random_convolution(Index largest, std::mt19937& random) {
  const auto draw = [&](Index low, Index high) { return std::uniform_int_distribution<Index>(low, high)(random); };
  const Padding padding = static_cast<Padding>(draw(0, 3));
  const Index groups = draw(1, 3);
  return {.channels_in = groups * draw(1, 3),
          .channels_out = groups * draw(1, 9),
          .groups = groups,
          .window = {.rows = draw(0, 3) == 0 ? Axis{} : random_axis(padding, largest, random),
                     .cols = random_axis(padding, 2 * largest, random),
                     .padding = padding,
                     .constant = 0.75}};
}

// The memory of a view ends with its last element, and the scratch with the last number asked for, so that
// AddressSanitizer sees a read or write beyond them. What nobody wrote is NaN.
template <class T>
struct Matrix {
  std::vector<T> numbers;
  View<T> view;

  Matrix(Index rows, Index cols, Index gap) {
    const Index stride = cols + gap;
    numbers.assign(static_cast<std::size_t>((rows - 1) * stride + cols), std::numeric_limits<T>::quiet_NaN());
    view = View<T>(numbers.data(), rows, cols, stride);
  }
  Matrix(Index rows, Index cols, Index gap, std::mt19937& random) : Matrix(rows, cols, gap) {
    std::uniform_real_distribution<T> distribution(-1, 1);
    for (T& number : numbers) number = distribution(random);
  }
};

template <class T>
struct Operands {
  Convolution shape;
  Matrix<T> x, w, y, b_out, b_in;
  std::vector<T> scratch;

  Operands(const Convolution& k, Index rows, Index gap, std::mt19937& random)
      : shape(k),
        x(rows, k.channels_in * k.window.in_size(), gap, random),
        w(k.kernel_rows(), k.channels_out, 0, random),
        y(rows, k.channels_out * k.window.out_size(), gap, random),
        b_out(1, k.channels_out, 0, random),
        b_in(1, k.channels_in, 0, random),
        scratch(static_cast<std::size_t>(convolution_scratch(k)), std::numeric_limits<T>::quiet_NaN()) {}
};

std::string describe(const Convolution& k) {
  std::string text = instruction_set() + " channels " + std::to_string(k.channels_in) + " to " +
                     std::to_string(k.channels_out) + " in " + std::to_string(k.groups) + " groups, padding " +
                     std::to_string(static_cast<int>(k.window.padding));
  for (const Axis& a : {k.window.rows, k.window.cols}) {
    text += "; axis";
    for (const Index number : {a.in, a.out, a.kernel, a.stride, a.dilation, a.before, a.after})
      text += " " + std::to_string(number);
  }
  return text;
}

template <class T>
void expect_same(const View<T>& got, const View<T>& expected, const char* what) {
  for (Index n = 0; n < got.rows; ++n)
    ASSERT_EQ(std::memcmp(got.row(n).data(), expected.row(n).data(), static_cast<std::size_t>(got.cols) * sizeof(T)), 0)
        << what << " of row " << n << " begins " << got(n, 0) << ", expected " << expected(n, 0);
}

// The same bits, but any NaN is as good as another.
template <class T>
void expect_same_numbers(const View<T>& got, const View<T>& expected) {
  for (Index n = 0; n < got.rows; ++n)
    for (Index j = 0; j < got.cols; ++j)
      ASSERT_TRUE(std::memcmp(&got(n, j), &expected(n, j), sizeof(T)) == 0 ||
                  (std::isnan(got(n, j)) && std::isnan(expected(n, j))))
          << "(" << n << ", " << j << "): " << got(n, j) << ", expected " << expected(n, j);
}

// Whether the gradient's law is that of lane_gradient.h.
template <class T>
bool sums_samples(const Convolution& k) {
  return std::is_same_v<T, float> && takes_lanes(k) && !takes_tiles(k);
}

template <class T>
void expect_law(Operands<T>& o, Index rows, Index gap) {
  const Convolution& k = o.shape;
  SCOPED_TRACE(describe(k));
  const bool fused = fuses_multiply_add();
  const View<const T> x = o.x.view, w = o.w.view, y = o.y.view;
  for (const bool biased : {false, true}) {
    const T *b_out = biased ? o.b_out.numbers.data() : nullptr, *b_in = biased ? o.b_in.numbers.data() : nullptr;
    Matrix<T> out(rows, y.cols, gap), expected_out(rows, y.cols, gap);
    convolve<T>(k, x, w, b_out, out.view, o.scratch);
    reference::convolve<T>(k, x, w, b_out, expected_out.view, fused);
    expect_same(out.view, expected_out.view, "y");
    Matrix<T> in(rows, x.cols, gap), expected_in(rows, x.cols, gap);
    convolve_adjoint<T>(k, y, w, b_in, in.view, o.scratch);
    reference::convolve_adjoint<T>(k, y, w, b_in, expected_in.view, fused);
    expect_same(in.view, expected_in.view, "x");
  }
  Matrix<T> g(w.rows, w.cols, 0), expected_g(w.rows, w.cols, 0);
  convolution_gradient<T>(k, x, y, 0, g.view, o.scratch);
  reference::convolution_gradient<T>(k, x, y, expected_g.view, fused, sums_samples<T>(k));
  expect_same(g.view, expected_g.view, "g");
}

template <class T>
class ConvolutionKernels : public testing::Test {
 protected:
  void TearDown() override { use_instruction_set(instruction_sets().front()); }
  std::mt19937 random{11};
};
using Types = testing::Types<float, double>;
TYPED_TEST_SUITE(ConvolutionKernels, Types);

TYPED_TEST(ConvolutionKernels, RandomShapesFollowTheLaw) {
  for (const std::string& set : instruction_sets()) {
    use_instruction_set(set);
    for (Index i = 0; i < 100; ++i) {
      const Index rows = i % 4 == 3 ? 6 + i % 31 : 1 + i % 3, gap = i % 2;  // few samples, and vectors of them
      Operands<TypeParam> o(random_convolution(8, this->random), rows, gap, this->random);
      expect_law(o, rows, gap);
      if (this->HasFatalFailure()) return;
    }
  }
}

// Images whose rows are longer than all vectors of a tile, and more outputs than one tile has.
TYPED_TEST(ConvolutionKernels, LargeShapesFollowTheLaw) {
  const Axis wide{.in = 90, .out = 90, .kernel = 3, .before = 1, .after = 1};
  const Axis tall{.in = 9, .out = 4, .kernel = 3, .stride = 2};
  const Axis small{.in = 15, .out = 11, .kernel = 5};
  const Axis long_kernel{.in = 40, .out = 16, .kernel = 25};
  const Axis joined{.in = 23, .out = 19, .kernel = 5}, all_joined{.in = 37, .out = 17, .kernel = 21};
  for (const std::string& set : instruction_sets()) {
    use_instruction_set(set);
    for (const Convolution& k :
         {Convolution{.channels_in = 3, .channels_out = 19, .window = {.rows = tall, .cols = wide}},
          Convolution{.channels_in = 1, .channels_out = 70, .window = {.cols = long_kernel}},
          Convolution{.channels_in = 5, .channels_out = 45, .window = {.rows = small, .cols = small}},
          Convolution{.channels_in = 2, .channels_out = 17, .window = {.rows = small, .cols = joined}},
          Convolution{.channels_in = 40, .channels_out = 7, .window = {.rows = joined, .cols = all_joined}},
          Convolution{.channels_in = 2, .channels_out = 13, .window = {.rows = wide, .cols = tall}}}) {
      Operands<TypeParam> o(k, 1, 0, this->random);
      expect_law(o, 1, 0);
      if (this->HasFatalFailure()) return;
    }
  }
}

// Small planes of many outputs, a sample at a time and left over behind whole vectors of samples; with numbers that
// rounding, sums and products treat in their own ways.
TYPED_TEST(ConvolutionKernels, ManyOutputsOfSmallPlanesFollowTheLaw) {
  using T = TypeParam;
  using Limits = std::numeric_limits<T>;
  for (const std::string& set : instruction_sets()) {
    use_instruction_set(set);
    for (Index i = 0; i < 27; ++i) {
      Convolution k = random_convolution(7, this->random);
      for (Axis* axis : {&k.window.rows, &k.window.cols}) {
        axis->in = 8 + static_cast<Index>(this->random() % 9);
        axis->stride = i % 3 == 0 ? axis->stride : 1;
        axis->out = (axis->in + axis->before + axis->after - axis->extent()) / axis->stride + 1;
      }
      k.channels_in = k.groups * (4 + i % 7);
      k.channels_out = k.groups * (3 + 5 * (i % 9));
      const Index rows = i % 5 == 4 ? 17 : 1, gap = i % 2;
      Operands<T> o(k, rows, gap, this->random);
      SCOPED_TRACE(describe(k));
      if (i % 4 == 3)
        for (const T special :
             {-T{0}, Limits::denorm_min(), -Limits::min() / 2, Limits::max(), Limits::infinity(), Limits::quiet_NaN()})
          o.x.numbers[this->random() % o.x.numbers.size()] = o.w.numbers[this->random() % o.w.numbers.size()] = special;
      for (const T* bias : {static_cast<const T*>(nullptr), std::as_const(o.b_out.numbers).data()}) {
        Matrix<T> y(rows, o.y.view.cols, gap), expected(rows, o.y.view.cols, gap);
        convolve<T>(k, o.x.view, o.w.view, bias, y.view, o.scratch);
        reference::convolve<T>(k, o.x.view, o.w.view, bias, expected.view, fuses_multiply_add());
        expect_same_numbers(y.view, expected.view);
      }
      if (this->HasFatalFailure()) return;
    }
  }
}

// Threads split samples; of the gradient, rows. Chunks of a batch split the samples of a gradient, too.
TYPED_TEST(ConvolutionKernels, PartsHaveTheBitsOfTheWhole) {
  using T = TypeParam;
  for (Index i = 0; i < 60; ++i) {
    const Index rows = i % 2 == 0 ? 5 : 41, cut_rows = rows * 3 / 5;
    Operands<T> o(random_convolution(7, this->random), rows, 0, this->random);
    const Convolution& k = o.shape;
    SCOPED_TRACE(describe(k));
    const View<const T> x = o.x.view, w = o.w.view, y = o.y.view;
    Matrix<T> out(rows, y.cols, 0), out_parts(rows, y.cols, 0), in(rows, x.cols, 0), in_parts(rows, x.cols, 0);
    convolve<T>(k, x, w, nullptr, out.view, o.scratch);
    convolve_adjoint<T>(k, y, w, nullptr, in.view, o.scratch);
    for (const auto& [first, count] :
         std::vector<std::pair<Index, Index>>{{cut_rows, rows - cut_rows}, {0, 1}, {1, cut_rows - 1}}) {
      convolve<T>(k, x.middle_rows(first, count), w, nullptr, out_parts.view.middle_rows(first, count), o.scratch);
      convolve_adjoint<T>(k, y.middle_rows(first, count), w, nullptr, in_parts.view.middle_rows(first, count),
                          o.scratch);
    }
    expect_same(out_parts.view, out.view, "y");
    expect_same(in_parts.view, in.view, "x");
    Matrix<T> g(w.rows, w.cols, 0), g_parts(w.rows, w.cols, 0);
    convolution_gradient<T>(k, x, y, 0, g.view, o.scratch);
    const Index cut = w.rows / 3;
    convolution_gradient<T>(k, x, y, cut, g_parts.view.middle_rows(cut, w.rows - cut), o.scratch);
    convolution_gradient<T>(k, x, y, 0, g_parts.view.middle_rows(0, cut), o.scratch);
    expect_same(g_parts.view, g.view, "g");
    Matrix<T> g_resumed(w.rows, w.cols, 0);
    convolution_gradient<T>(k, x.middle_rows(0, 2), y.middle_rows(0, 2), 0, g_resumed.view, o.scratch);
    convolution_gradient<T>(k, x.middle_rows(2, rows - 2), y.middle_rows(2, rows - 2), 0, g_resumed.view, o.scratch,
                            true);
    expect_same(g_resumed.view, g.view, "g of samples in two calls");
    if (this->HasFatalFailure()) return;
  }
}

TYPED_TEST(ConvolutionKernels, NothingComesOfNoSamples) {
  using T = TypeParam;
  const Convolution k{.channels_in = 2,
                      .channels_out = 3,
                      .window = {.cols = {.in = 4, .out = 4, .kernel = 3, .before = 1, .after = 1}}};
  Operands<T> o(k, 1, 0, this->random);
  const View<const T> none_in(nullptr, 0, 8), none_out(nullptr, 0, 12);
  convolve<T>(k, none_in, o.w.view, nullptr, View<T>(nullptr, 0, 12), o.scratch);
  convolve_adjoint<T>(k, none_out, o.w.view, nullptr, View<T>(nullptr, 0, 8), o.scratch);
  Matrix<T> g(6, 3, 0);
  convolution_gradient<T>(k, none_in, none_out, 0, g.view, o.scratch);
  EXPECT_EQ(g.numbers, std::vector<T>(18, 0));
}

}  // namespace
}  // namespace isinglass::kernels
