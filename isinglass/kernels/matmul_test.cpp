// isinglass/kernels/matmul_test.cpp - the law of matmul.h, bit for bit, on every instruction set of this machine.
#include "isinglass/kernels/matmul.h"

#include <gtest/gtest.h>

#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "isinglass/base/error.h"
#include "isinglass/kernels/instruction_set.h"
#include "isinglass/kernels/matmul_reference.h"
#include "isinglass/kernels/matmul_rig.h"

namespace isinglass::kernels {
namespace {

enum class Kind { kNN, kTN, kNT };

template <class T>
void multiply(Kind kind, View<const T> a, View<const T> b, View<T> c, const Ending<T>& ending = {}) {
  if (kind == Kind::kNN) matmul(a, b, c, ending);
  if (kind == Kind::kTN) matmul_tn(a, b, c);
  if (kind == Kind::kNT) matmul_nt(a, b, c, ending);
}
template <class T>
void multiply_plainly(Kind kind, View<const T> a, View<const T> b, View<T> c, const Ending<T>& ending, bool fused) {
  if (kind == Kind::kNN) reference::matmul(a, b, c, ending, fused);
  if (kind == Kind::kTN) reference::matmul_tn(a, b, c, fused);
  if (kind == Kind::kNT) reference::matmul_nt(a, b, c, ending, fused);
}

// All that a product of the given sizes takes.
template <class T>
struct Operands {
  Matrix<T> a, b, gate;
  std::vector<T> bias;

  Operands(Kind kind, Index m, Index n, Index k, Index gap, std::mt19937& random)
      : a(kind == Kind::kTN ? random_matrix<T>(k, m, gap, random) : random_matrix<T>(m, k, gap, random)),
        b(kind == Kind::kNT ? random_matrix<T>(n, k, gap, random) : random_matrix<T>(k, n, gap, random)),
        gate(random_matrix<T>(m, n, gap, random)),
        bias(random_matrix<T>(1, n, 0, random).numbers) {}
};

// Every element that belongs to c has the bits of the plain chain; no element between its rows is touched.
template <class T>
void expect_product(Kind kind, const Operands<T>& x, Index m, Index n, Index gap, const Ending<T>& ending) {
  Matrix<T> c(m, n, gap), expected(m, n, gap);
  const T untouched = 12345;
  std::fill(c.numbers.begin(), c.numbers.end(), untouched);
  multiply<T>(kind, x.a.view, x.b.view, c.view, ending);
  multiply_plainly<T>(kind, x.a.view, x.b.view, expected.view, ending, fuses_multiply_add());
  for (Index i = 0; i < m; ++i) {
    for (Index j = 0; j < n; ++j)
      ASSERT_PRED2(same_number<T>, c.view(i, j), expected.view(i, j)) << "at " << i << ", " << j;
    for (Index j = n; i + 1 < m && j < n + gap; ++j) ASSERT_EQ(c.view(i, j), untouched);
  }
}

template <class T>
void expect_product(Kind kind, Index m, Index n, Index k, Index gap, std::mt19937& random) {
  SCOPED_TRACE(instruction_set() + " kind " + std::to_string(static_cast<int>(kind)) + " m " + std::to_string(m) +
               " n " + std::to_string(n) + " k " + std::to_string(k) + " gap " + std::to_string(gap));
  const Operands<T> x(kind, m, n, k, gap, random);
  expect_product<T>(kind, x, m, n, gap, {});
  if (kind == Kind::kTN) return;
  expect_product<T>(kind, x, m, n, gap, x.bias.data());
  expect_product<T>(kind, x, m, n, gap, {x.bias.data(), true});
  expect_product<T>(kind, x, m, n, gap, Ending<T>::gated(x.gate.view));
}

template <class T>
class Matmul : public testing::Test {
 protected:
  void TearDown() override { use_instruction_set(instruction_sets().front()); }
  std::mt19937 random{7};
};
using Types = testing::Types<float, double>;
TYPED_TEST_SUITE(Matmul, Types);

TYPED_TEST(Matmul, SmallSizesFollowTheLaw) {
  for (const std::string& set : instruction_sets()) {
    use_instruction_set(set);
    for (const Kind kind : {Kind::kNN, Kind::kTN, Kind::kNT})
      for (const Index m : {1, 2, 5, 7, 13})
        for (const Index n : {1, 2, 3, 4, 9, 16, 17, 31, 35})
          for (const Index k : {1, 3, 4, 10}) expect_product<TypeParam>(kind, m, n, k, (m + n + k) % 4, this->random);
  }
}

TYPED_TEST(Matmul, SizesBeyondATileAndAPanelFollowTheLaw) {
  for (const std::string& set : instruction_sets()) {
    use_instruction_set(set);
    for (const Kind kind : {Kind::kNN, Kind::kTN, Kind::kNT}) {
      expect_product<TypeParam>(kind, 26, 70, 131, 1, this->random);
      expect_product<TypeParam>(kind, 24, 9, 1030, 3, this->random);
      expect_product<TypeParam>(kind, 1, 300, 33, 5, this->random);
      expect_product<TypeParam>(kind, 3, 140, 67, 0, this->random);
    }
  }
}

TYPED_TEST(Matmul, SizesBeyondABlockFollowTheLaw) {
  for (const std::string& set : instruction_sets()) {
    use_instruction_set(set);
    for (const Kind kind : {Kind::kNN, Kind::kTN, Kind::kNT}) {
      expect_product<TypeParam>(kind, 385, 690, 7, 1, this->random);
      expect_product<TypeParam>(kind, 393, 33, 660, 3, this->random);
    }
  }
}

// Each sum is handed over once, with its place and the bits of the product; c lies between other numbers.
template <class T>
void expect_handover(Index m, Index n, Index k, std::mt19937& random) {
  SCOPED_TRACE(instruction_set() + " m " + std::to_string(m) + " n " + std::to_string(n) + " k " + std::to_string(k));
  const Index gap = 3;
  const Operands<T> x(Kind::kTN, m, n, k, gap, random);
  Matrix<T> expected(m, n, gap), c(m, n, gap);
  struct Taken {
    const T* c;
    std::vector<T>* numbers;
    std::vector<int>* times;
  };
  std::vector<T> numbers(c.numbers.size());
  std::vector<int> times(c.numbers.size());
  const Taken taken{c.numbers.data(), &numbers, &times};
  const Handover<T> to{.take =
                           [](const void* self, View<T> place, View<const T> sums) {
                             const Taken& all = *static_cast<const Taken*>(self);
                             ASSERT_EQ(place.size(), sums.size());
                             for (Index i = 0; i < sums.rows; ++i)
                               for (Index j = 0; j < sums.cols; ++j) {
                                 const auto at = static_cast<std::size_t>(&place(i, j) - all.c);
                                 (*all.numbers)[at] = sums(i, j);
                                 ++(*all.times)[at];
                               }
                           },
                       .self = &taken};
  matmul_tn<T>(x.a.view, x.b.view, c.view, &to);
  matmul_tn<T>(x.a.view, x.b.view, expected.view);
  for (Index i = 0; i < m; ++i)
    for (Index j = 0; j < n + gap && i * (n + gap) + j < static_cast<Index>(numbers.size()); ++j) {
      const auto at = static_cast<std::size_t>(i * (n + gap) + j);
      ASSERT_EQ(times[at], j < n ? 1 : 0);
      ASSERT_PRED2(same_number<T>, numbers[at], j < n ? expected.view(i, j) : T{0}) << "at " << i << ", " << j;
    }
}

TYPED_TEST(Matmul, HandsOverEachSumOnce) {
  for (const std::string& set : instruction_sets()) {
    use_instruction_set(set);
    for (const Index k : {1, 200, 256, 257, 512, 513}) {
      expect_handover<TypeParam>(400, 67, k, this->random);
      expect_handover<TypeParam>(385, 1041, k, this->random);
    }
    expect_handover<TypeParam>(30, 5, 0, this->random);
    expect_handover<TypeParam>(30, 5, 9, this->random);
    expect_handover<TypeParam>(30, 0, 9, this->random);
  }
}

// Columns that fill a part of a vector are computed as rows.
TYPED_TEST(Matmul, AFewColumnsFollowTheLaw) {
  for (const std::string& set : instruction_sets()) {
    use_instruction_set(set);
    for (const Kind kind : {Kind::kNN, Kind::kTN, Kind::kNT})
      for (const Index n : {1, 2, 3, 5, 10, 33, 65}) {
        expect_product<TypeParam>(kind, 17, n, 5, 1, this->random);
        expect_product<TypeParam>(kind, 270, n, 9, 0, this->random);
      }
  }
}

TYPED_TEST(Matmul, RandomSizesFollowTheLaw) {
  std::uniform_int_distribution<Index> size(1, 40), gap(0, 3), kind(0, 2);
  for (const std::string& set : instruction_sets()) {
    use_instruction_set(set);
    for (int i = 0; i < 60; ++i)
      expect_product<TypeParam>(static_cast<Kind>(kind(this->random)), size(this->random), size(this->random),
                                size(this->random), gap(this->random), this->random);
  }
}

TYPED_TEST(Matmul, SpecialValuesStayInTheirElements) {
  using T = TypeParam;
  using Limits = std::numeric_limits<T>;
  const std::vector<T> specials = {0,
                                   T(-0.0),
                                   Limits::infinity(),
                                   -Limits::infinity(),
                                   Limits::quiet_NaN(),
                                   Limits::max(),
                                   Limits::min(),
                                   Limits::denorm_min(),
                                   1,
                                   -1};
  for (const std::string& set : instruction_sets()) {
    use_instruction_set(set);
    for (const Kind kind : {Kind::kNN, Kind::kTN, Kind::kNT})
      for (const Index m : {2, 26}) {
        Operands<T> x(kind, m, 37, 300, 0, this->random);
        for (int i = 0; i < 40; ++i) {
          x.a.numbers[this->random() % x.a.numbers.size()] = specials[this->random() % specials.size()];
          x.b.numbers[this->random() % x.b.numbers.size()] = specials[this->random() % specials.size()];
          x.gate.numbers[this->random() % x.gate.numbers.size()] = specials[this->random() % specials.size()];
        }
        expect_product<T>(kind, x, m, 37, 0, {});
        expect_product<T>(kind, x, m, 37, 0, {nullptr, true});
        expect_product<T>(kind, x, m, 37, 0, Ending<T>::gated(x.gate.view));
      }
  }
}

// Threads split c by rows and columns.
TYPED_TEST(Matmul, PartsHaveTheBitsOfTheWhole) {
  using T = TypeParam;
  const Index m = 29, n = 75, k = 200;
  for (const Kind kind : {Kind::kNN, Kind::kTN, Kind::kNT}) {
    const Operands<T> x(kind, m, n, k, 0, this->random);
    const View<const T> a(x.a.view), b(x.b.view);
    Matrix<T> whole(m, n, 0), parts(m, n, 0);
    multiply<T>(kind, a, b, whole.view);
    for (const auto& [row, rows] : std::vector<std::pair<Index, Index>>{{0, 1}, {1, 24}, {25, 4}})
      for (const auto& [col, cols] : std::vector<std::pair<Index, Index>>{{0, 7}, {7, 64}, {71, 4}})
        multiply<T>(kind, kind == Kind::kTN ? a.middle_cols(row, rows) : a.middle_rows(row, rows),
                    kind == Kind::kNT ? b.middle_rows(col, cols) : b.middle_cols(col, cols),
                    parts.view.middle_rows(row, rows).middle_cols(col, cols));
    EXPECT_EQ(std::memcmp(whole.numbers.data(), parts.numbers.data(), whole.numbers.size() * sizeof(T)), 0);
  }
}

TYPED_TEST(Matmul, FusedInstructionSetsAgree) {
  using T = TypeParam;
  for (const Kind kind : {Kind::kNN, Kind::kTN, Kind::kNT}) {
    const Operands<T> x(kind, 31, 70, 150, 0, this->random);
    std::vector<std::vector<T>> results;
    for (const std::string& set : instruction_sets()) {
      use_instruction_set(set);
      if (!fuses_multiply_add()) continue;
      Matrix<T> c(31, 70, 0);
      multiply<T>(kind, x.a.view, x.b.view, c.view);
      results.push_back(c.numbers);
    }
    for (const std::vector<T>& result : results) EXPECT_EQ(result, results.front());
  }
}

TYPED_TEST(Matmul, AnEmptySumIsZeroOrTheBias) {
  using T = TypeParam;
  Matrix<T> c(2, 3, 0);
  const View<T> a(nullptr, 2, 0), b(nullptr, 0, 3);
  std::fill(c.numbers.begin(), c.numbers.end(), T(9));
  matmul(a, b, c.view);
  EXPECT_EQ(c.numbers, std::vector<T>(6, 0));
  const std::vector<T> bias = {1, 2, 3};
  matmul(a, b, c.view, bias.data());
  EXPECT_EQ(c.numbers, (std::vector<T>{1, 2, 3, 1, 2, 3}));
  matmul_tn(View<T>(nullptr, 0, 2), b, c.view);
  EXPECT_EQ(c.numbers, std::vector<T>(6, 0));
  Matrix<T> wide(30, 100, 0);
  std::fill(wide.numbers.begin(), wide.numbers.end(), T(9));
  matmul_nt(View<T>(nullptr, 30, 0), View<T>(nullptr, 100, 0), wide.view);
  EXPECT_EQ(wide.numbers, std::vector<T>(3000, 0));
  matmul(View<T>(nullptr, 0, 4), View<T>(nullptr, 4, 0), View<T>(nullptr, 0, 0));
}

TEST(MatmulShapes, AMisfitIsRefusedWithItsShapes) {
  std::vector<float> numbers(12);
  const View<float> a(numbers.data(), 2, 3), b(numbers.data(), 4, 3), c(numbers.data(), 2, 4);
  EXPECT_NO_THROW(matmul_nt(a, b, c));
  EXPECT_THROW(matmul_tn(a, b, c), ShapeError);
  EXPECT_THROW(matmul_nt(a, b, c, Ending<float>::gated(a)), ShapeError);
  try {
    matmul(a, b, c);
    FAIL();
  } catch (const ShapeError& error) {
    EXPECT_STREQ(error.what(), "matmul: a (2, 3) and b (4, 3) do not give c (2, 4)");
  }
}

}  // namespace
}  // namespace isinglass::kernels
