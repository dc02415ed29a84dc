// Every lane of a stack has the bits of its matrix alone, on every instruction set of this machine.
#include "isinglass/kernels/stack.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>
#include <vector>

#include "isinglass/base/buffer.h"
#include "isinglass/kernels/instruction_set.h"
#include "isinglass/kernels/matmul.h"
#include "isinglass/kernels/matmul_rig.h"
#include "isinglass/kernels/reduce.h"

namespace isinglass::kernels {
namespace {

template <class T>
class StackTest : public testing::Test {
 protected:
  void TearDown() override { use_instruction_set(instruction_sets().front()); }

  // Matrices of a stack, and the stack of them.
  struct Members {
    std::vector<Matrix<T>> each;
    Buffer<T> stacked;
  };
  Members draw(Index rows, Index cols) {
    Members members{{}, Buffer<T>(rows * cols * stack_size<T>())};
    std::vector<const T*> from;
    for (Index l = 0; l < stack_size<T>(); ++l) members.each.push_back(random_matrix<T>(rows, cols, 0, random_));
    for (const Matrix<T>& matrix : members.each) from.push_back(matrix.numbers.data());
    stack(from, rows * cols, members.stacked.data());
    return members;
  }
  static void expect_lane(const T* stacked, const Matrix<T>& expected, std::size_t lane) {
    for (std::size_t i = 0; i < expected.numbers.size(); ++i)
      ASSERT_PRED2(same_number<T>, stacked[i * static_cast<std::size_t>(stack_size<T>()) + lane], expected.numbers[i])
          << "number " << i << " of lane " << lane;
  }

  // c = a b, a^T b or a b^T, whose first `before` steps are computed first.
  void expect_products(Index m, Index n, Index k, Index before, bool with_bias) {
    const Members a = draw(m, k), b = draw(k, n), bias = draw(1, n);
    Buffer<T> c(m * n * stack_size<T>());
    StackedProduct<T> product{.m = m,
                              .n = n,
                              .k = before,
                              .a = a.stacked.data(),
                              .a_row = k,
                              .a_step = 1,
                              .b = b.stacked.data(),
                              .b_step = n,
                              .b_col = 1,
                              .c = c.data(),
                              .bias = nullptr};
    if (before > 0) multiply_stacked(product);
    product.a += before * stack_size<T>();
    product.b += before * n * stack_size<T>();
    product.k = k - before;
    product.bias = with_bias ? bias.stacked.data() : nullptr;
    product.resumes = before > 0;
    multiply_stacked(product);
    for (std::size_t l = 0; l < a.each.size(); ++l) {
      Matrix<T> expected(m, n, 0);
      matmul<T>(a.each[l].view, b.each[l].view, expected.view, with_bias ? bias.each[l].numbers.data() : nullptr);
      expect_lane(c.data(), expected, l);
    }
  }

  std::mt19937 random_{7};
};
using Numbers = testing::Types<float, double>;
TYPED_TEST_SUITE(StackTest, Numbers);

TYPED_TEST(StackTest, ProductsOfAllShapes) {
  for (const std::string& set : instruction_sets()) {
    use_instruction_set(set);
    for (const Index m : {1, 2, 5, 6, 7, 13})
      for (const Index n : {1, 3, 4, 9})
        for (const Index k : {1, 2, 17}) {
          SCOPED_TRACE(set + ", " + std::to_string(m) + " x " + std::to_string(n) + " x " + std::to_string(k));
          this->expect_products(m, n, k, 0, (m + n) % 2 == 0);
          this->expect_products(m, n, k, k / 2, (m + n) % 2 == 1);
        }
  }
}

TYPED_TEST(StackTest, TransposedFactors) {
  using T = TypeParam;
  for (const std::string& set : instruction_sets()) {
    use_instruction_set(set);
    const Index m = 7, n = 5, k = 6, lanes = stack_size<T>();
    const auto a = this->draw(k, m), b = this->draw(k, n), right = this->draw(n, k), left = this->draw(m, k);
    Buffer<T> tn(m * n * lanes), nt(m * n * lanes);
    multiply_stacked(StackedProduct<T>{.m = m,
                                       .n = n,
                                       .k = k,
                                       .a = a.stacked.data(),
                                       .a_row = 1,
                                       .a_step = m,
                                       .b = b.stacked.data(),
                                       .b_step = n,
                                       .b_col = 1,
                                       .c = tn.data()});
    multiply_stacked(StackedProduct<T>{.m = m,
                                       .n = n,
                                       .k = k,
                                       .a = left.stacked.data(),
                                       .a_row = k,
                                       .a_step = 1,
                                       .b = right.stacked.data(),
                                       .b_step = 1,
                                       .b_col = k,
                                       .c = nt.data()});
    for (std::size_t l = 0; l < static_cast<std::size_t>(lanes); ++l) {
      Matrix<T> expected(m, n, 0);
      matmul_tn<T>(a.each[l].view, b.each[l].view, expected.view);
      this->expect_lane(tn.data(), expected, l);
      matmul_nt<T>(left.each[l].view, right.each[l].view, expected.view);
      this->expect_lane(nt.data(), expected, l);
    }
  }
}

TYPED_TEST(StackTest, SumsOfRows) {
  using T = TypeParam;
  for (const std::string& set : instruction_sets()) {
    use_instruction_set(set);
    const auto x = this->draw(9, 3);
    const Index lanes = stack_size<T>();
    Buffer<T> whole(3 * lanes), pieces(3 * lanes);
    sum_stacked_rows(x.stacked.data(), 9, 3, whole.data());
    sum_stacked_rows(x.stacked.data(), 4, 3, pieces.data());
    sum_stacked_rows(x.stacked.data() + 4 * 3 * lanes, 5, 3, pieces.data(), true);
    for (std::size_t l = 0; l < static_cast<std::size_t>(lanes); ++l) {
      Matrix<T> expected(1, 3, 0);
      sum_rows(View<const T>(x.each[l].view), expected.numbers);
      this->expect_lane(whole.data(), expected, l);
      this->expect_lane(pieces.data(), expected, l);
    }
  }
}

// Not a number, infinities, denormals and -0 keep to their lane, and come back as they went.
TYPED_TEST(StackTest, SpecialNumbers) {
  using T = TypeParam;
  using Limits = std::numeric_limits<T>;
  const std::vector<T> special{Limits::quiet_NaN(), Limits::infinity(), -Limits::infinity(), Limits::denorm_min(),
                               T{-0.0}};
  for (const std::string& set : instruction_sets()) {
    use_instruction_set(set);
    const Index lanes = stack_size<T>(), count = 19;
    std::vector<std::vector<T>> members(static_cast<std::size_t>(lanes), std::vector<T>(count, T{1}));
    for (std::size_t l = 0; l < members.size(); ++l) members[l][l % 19] = special[l % special.size()];
    for (std::size_t fewer = 1; fewer <= members.size(); ++fewer) {
      std::vector<std::vector<T>> back(fewer, std::vector<T>(count));
      std::vector<const T*> from;
      std::vector<T*> to;
      for (std::size_t l = 0; l < fewer; ++l) {
        from.push_back(members[l].data());
        to.push_back(back[l].data());
      }
      Buffer<T> stacked(count * lanes), ones(lanes), products(count * lanes);
      stack(from, count, stacked.data());
      for (std::size_t l = fewer; l < members.size(); ++l)
        EXPECT_PRED2(same_number<T>, stacked.data()[l], members[fewer - 1][0]);
      unstack(stacked.data(), count, to);
      for (std::size_t l = 0; l < fewer; ++l)
        for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i)
          ASSERT_PRED2(same_number<T>, back[l][i], members[l][i]);
      if (fewer < members.size()) continue;
      std::fill_n(ones.data(), lanes, T{1});
      multiply_stacked(StackedProduct<T>{.m = count,
                                         .n = 1,
                                         .k = 1,
                                         .a = stacked.data(),
                                         .a_row = 1,
                                         .a_step = 1,
                                         .b = ones.data(),
                                         .b_step = 1,
                                         .b_col = 1,
                                         .c = products.data()});
      for (std::size_t l = 0; l < members.size(); ++l) {
        Matrix<T> a(count, 1, 0), one(1, 1, 0), expected(count, 1, 0);
        a.numbers = members[l];
        one.numbers = {T{1}};
        matmul<T>(View<T>(a.numbers.data(), count, 1), View<T>(one.numbers.data(), 1, 1), expected.view);
        this->expect_lane(products.data(), expected, l);
      }
    }
  }
}

}  // namespace
}  // namespace isinglass::kernels
