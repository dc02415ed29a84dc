// Layers with samples in lanes have the bits of plain loops, on every instruction set of this machine.
#include "isinglass/kernels/tiny_dense.h"

#include <gtest/gtest.h>

#include <array>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "isinglass/kernels/instruction_set.h"
#include "isinglass/kernels/matmul_reference.h"
#include "isinglass/kernels/matmul_rig.h"

namespace isinglass::kernels {
namespace {

template <class T>
struct Grid {
  Index rows = 0, cols = 0;
  std::vector<T> numbers;

  View<T> view() { return {numbers.data(), rows, cols}; }
  View<const T> view() const { return {numbers.data(), rows, cols}; }
};

template <class T>
class TinyDenseTest : public testing::Test {
 protected:
  void TearDown() override { use_instruction_set(instruction_sets().front()); }

  Index draw(Index least, Index most) { return std::uniform_int_distribution<Index>(least, most)(random_); }
  // Mostly between -1 and 1; now and then a special one.
  Grid<T> matrix(Index rows, Index cols) {
    using Limits = std::numeric_limits<T>;
    const std::array<T, 5> special{T{-0.0}, Limits::denorm_min(), Limits::infinity(), -Limits::infinity(),
                                   Limits::quiet_NaN()};
    Grid<T> grid{rows, cols, std::vector<T>(static_cast<std::size_t>(rows * cols))};
    for (T& number : grid.numbers)
      number = draw(0, 80) == 0 ? special[static_cast<std::size_t>(draw(0, 4))]
                                : std::uniform_real_distribution<T>(-1, 1)(random_);
    return grid;
  }
  static void expect_same(const Grid<T>& found, const Grid<T>& expected, const char* what) {
    for (std::size_t i = 0; i < expected.numbers.size(); ++i)
      ASSERT_PRED2(same_number<T>, found.numbers[i], expected.numbers[i]) << what << " " << i;
  }

  struct Layer {
    Grid<T> kernel, bias, x, in, d, slope, d_out, d_below, kernel_gradient, bias_gradient;
  };
  Layer layer(Index n_in, Index n_out, Index columns) {
    return {matrix(n_in, n_out),    matrix(1, n_out),      matrix(n_in, columns), matrix(n_out, columns),
            matrix(n_out, columns), matrix(n_in, columns), matrix(n_in, columns), matrix(n_in, columns),
            matrix(n_in, n_out),    matrix(1, n_out)};
  }

  void expect_forward(Layer l, bool has_bias) {
    const bool fused = fuses_multiply_add();
    Grid<T> expected = l.in;
    reference::matmul_tn<T>(l.kernel.view(), l.x.view(), expected.view(), fused);
    for (Index j = 0; has_bias && j < l.in.rows; ++j)
      for (T& number : expected.view().row(j)) number += l.bias.numbers[static_cast<std::size_t>(j)];
    const TinyDense<T> dense{.n_in = l.x.rows,
                             .n_out = l.in.rows,
                             .kernel = l.kernel.numbers.data(),
                             .bias = has_bias ? l.bias.numbers.data() : nullptr,
                             .x = l.x.numbers.data(),
                             .in = l.in.numbers.data()};
    tiny_forward(dense, l.x.cols);
    expect_same(l.in, expected, "in");
  }

  // The layer below has no inputs, so no gradients.
  void expect_backward(Layer l, bool has_bias, Index count, bool is_first) {
    const bool fused = fuses_multiply_add();
    const Index n_in = l.x.rows, n_out = l.d.rows, columns = l.x.cols;
    Grid<T> d_out = l.d_out, d_below = l.d_below, kernel = l.kernel_gradient, bias = l.bias_gradient;
    reference::matmul<T>(l.kernel.view(), l.d.view(), d_out.view(), nullptr, fused);
    for (std::size_t i = 0; i < d_below.numbers.size(); ++i) d_below.numbers[i] = d_out.numbers[i] * l.slope.numbers[i];
    const auto chain = [&](T sum, auto with, Index j) {
      if (is_first) sum = 0;
      for (Index c = 0; c < count; ++c) sum = reference::multiply_add<T>(with(c), l.d.view()(j, c), sum, fused);
      return sum;
    };
    for (Index j = 0; j < n_out; ++j) {
      for (Index i = 0; i < n_in; ++i)
        kernel.view()(i, j) = chain(
            kernel.view()(i, j), [&](Index c) { return l.x.view()(i, c); }, j);
      if (has_bias)
        bias.view()(0, j) = chain(
            bias.view()(0, j), [](Index) { return T{1}; }, j);
    }
    const TinyDense<T> dense{.n_in = n_in,
                             .n_out = n_out,
                             .kernel = l.kernel.numbers.data(),
                             .bias = has_bias ? l.bias.numbers.data() : nullptr,
                             .kernel_gradient = l.kernel_gradient.numbers.data(),
                             .bias_gradient = l.bias_gradient.numbers.data(),
                             .x = l.x.numbers.data(),
                             .d = l.d.numbers.data()};
    std::vector<T> none;
    const TinyDense<T> below{.n_in = 0,
                             .n_out = n_in,
                             .x = none.data(),
                             .slope = l.slope.numbers.data(),
                             .d_out = l.d_out.numbers.data(),
                             .d = l.d_below.numbers.data()};
    tiny_backward(std::vector{below, dense}, {columns, count, is_first});
    expect_same(l.d_out, d_out, "d_out");
    expect_same(l.d_below, d_below, "d below");
    expect_same(l.kernel_gradient, kernel, "kernel gradient");
    expect_same(l.bias_gradient, bias, "bias gradient");
  }

  std::mt19937_64 random_{5};
};
using Numbers = testing::Types<float, double>;
TYPED_TEST_SUITE(TinyDenseTest, Numbers);

TYPED_TEST(TinyDenseTest, HasTheBitsOfPlainLoops) {
  for (const std::string& name : instruction_sets()) {
    use_instruction_set(name);
    for (int i = 0; i < 60; ++i) {
      const Index n_in = this->draw(1, 9), n_out = this->draw(1, 9);
      const Index columns = 4 * this->draw(1, kTinyColumns<TypeParam> / 4);
      SCOPED_TRACE(name + " " + std::to_string(n_in) + "-" + std::to_string(n_out) + ", " + std::to_string(columns));
      const auto layer = this->layer(n_in, n_out, columns);
      this->expect_forward(layer, i % 3 > 0);
      this->expect_backward(layer, i % 3 > 0, this->draw(columns - 3, columns), i % 2 > 0);
    }
  }
}

}  // namespace
}  // namespace isinglass::kernels
