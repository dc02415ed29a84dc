// isinglass/kernels/narrow_matmul_test.cpp - the law of narrow_matmul.h, bit for bit, with and without AMX.
#include "isinglass/kernels/narrow_matmul.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "isinglass/base/error.h"
#include "isinglass/kernels/instruction_set.h"
#include "isinglass/kernels/matmul_rig.h"
#include "isinglass/kernels/narrow_matmul_reference.h"

namespace isinglass::kernels {
namespace {

enum class Kind { kNN, kTN, kNT };
constexpr Kind kKinds[] = {Kind::kNN, Kind::kTN, Kind::kNT};
constexpr Products kNarrow[] = {Products::kSplit, Products::kBf16};

struct Case {
  Kind kind;
  Index m, n, k;
  Matrix<float> a, b;
  std::vector<float> bias;

  Case(Kind kind_, Index m_, Index n_, Index k_, std::mt19937& random, Index gap = 0)
      : kind(kind_),
        m(m_),
        n(n_),
        k(k_),
        a(kind == Kind::kTN ? random_matrix<float>(k, m, gap, random) : random_matrix<float>(m, k, gap, random)),
        b(kind == Kind::kNT ? random_matrix<float>(n, k, gap, random) : random_matrix<float>(k, n, gap, random)),
        bias(random_matrix<float>(1, n, 0, random).numbers) {}

  void multiply(Products how, View<float> c) const {
    if (kind == Kind::kNN) matmul<float>(how, a.view, b.view, c, bias.data());
    if (kind == Kind::kTN) matmul_tn<float>(how, a.view, b.view, c);
    if (kind == Kind::kNT) matmul_nt<float>(how, a.view, b.view, c, bias.data());
  }
  void multiply_plainly(Products how, View<float> c, bool fused) const {
    const auto a_at = [&](Index i, Index p) { return kind == Kind::kTN ? a.view(p, i) : a.view(i, p); };
    const auto b_at = [&](Index p, Index j) { return kind == Kind::kNT ? b.view(j, p) : b.view(p, j); };
    reference::narrow_sums(how, k, a_at, b_at, c, kind == Kind::kTN ? nullptr : bias.data(), fused);
  }
};

// Calls f with every unit for bf16 that is there, then on every instruction set without one.
template <class F>
void on_every_unit(F f) {
  for (const Bf16Unit unit : {Bf16Unit::kTiles, Bf16Unit::kDotProducts}) {
    limit_bf16_unit(unit);
    if (bf16_unit() == unit) f(unit == Bf16Unit::kTiles ? "AMX" : "AVX512_BF16");
  }
  limit_bf16_unit(Bf16Unit::kMultiplyAdds);
  for (const std::string& set : instruction_sets()) {
    use_instruction_set(set);
    f(set);
  }
  use_instruction_set(instruction_sets().front());
  limit_bf16_unit(Bf16Unit::kTiles);
}

// Every element that belongs to c has the bits of the plain sums; no element between its rows is touched.
void expect_law(const Case& x, Index gap = 0) {
  constexpr float kUntouched = 12345;
  for (const Products how : kNarrow)
    on_every_unit([&](const std::string& unit) {
      SCOPED_TRACE(unit + " kind " + std::to_string(static_cast<int>(x.kind)) + " m " + std::to_string(x.m) + " n " +
                   std::to_string(x.n) + " k " + std::to_string(x.k) + (how == Products::kSplit ? " split" : " bf16"));
      Matrix<float> c(x.m, x.n, gap), expected(x.m, x.n, gap);
      std::fill(c.numbers.begin(), c.numbers.end(), kUntouched);
      x.multiply(how, c.view);
      x.multiply_plainly(how, expected.view, fuses_multiply_add());
      for (Index i = 0; i < x.m; ++i) {
        for (Index j = 0; j < x.n; ++j)
          ASSERT_PRED2(same_number<float>, c.view(i, j), expected.view(i, j)) << "at " << i << ", " << j;
        for (Index j = x.n; i + 1 < x.m && j < x.n + gap; ++j) ASSERT_EQ(c.view(i, j), kUntouched);
      }
    });
}

class NarrowMatmul : public testing::Test {
 protected:
  std::mt19937 random{11};
};

TEST_F(NarrowMatmul, TheUnitInUseHasALimit) {
  if (has_bf16_unit(Bf16Unit::kTiles)) {
    EXPECT_EQ(bf16_unit(), Bf16Unit::kTiles);
  }
  limit_bf16_unit(Bf16Unit::kMultiplyAdds);
  EXPECT_EQ(bf16_unit(), Bf16Unit::kMultiplyAdds);
  limit_bf16_unit(Bf16Unit::kTiles);
}

TEST_F(NarrowMatmul, TheTileUnitIsTested) {
  if (!has_bf16_unit(Bf16Unit::kTiles))
    GTEST_SKIP() << "no AMX on this machine: its products are not tested here, all others are";
}

TEST_F(NarrowMatmul, DotProductsAreTested) {
  if (!has_bf16_unit(Bf16Unit::kDotProducts))
    GTEST_SKIP() << "no AVX512_BF16 on this machine: its products are not tested here, all others are";
}

TEST_F(NarrowMatmul, RandomOddShapesFollowTheLaw) {
  std::uniform_int_distribution<Index> size(1, 70), gap(0, 3);
  for (int i = 0; i < 12; ++i)
    for (const Kind kind : kKinds) {
      const Index between = gap(random);
      expect_law(Case(kind, size(random), size(random), size(random), random, between), between);
    }
}

TEST_F(NarrowMatmul, SumsBeyondABlockFollowTheLaw) {
  for (const Kind kind : kKinds) {
    expect_law(Case(kind, 3, 5, 1100, random));
    expect_law(Case(kind, 5, 200, 513, random));
    expect_law(Case(kind, 1000, 2, 33, random));
  }
}

TEST_F(NarrowMatmul, SpecialValuesFollowTheLaw) {
  using Limits = std::numeric_limits<float>;
  const std::vector<float> specials = {
      0.0f,          -0.0f,          Limits::infinity(),   -Limits::infinity(), Limits::quiet_NaN(), Limits::max(),
      Limits::min(), -Limits::min(), Limits::denorm_min(), 0x1.8p-127f,         0x1.ffffp-120f,      1.0f,
      -1.0f};
  for (const Kind kind : kKinds)
    for (const std::size_t count : {std::size_t{5}, specials.size()}) {
      Case x(kind, 19, 35, 40, random);
      for (int i = 0; i < 60; ++i) {
        x.a.numbers[random() % x.a.numbers.size()] = specials[specials.size() - 1 - random() % count];
        x.b.numbers[random() % x.b.numbers.size()] = specials[specials.size() - 1 - random() % count];
      }
      x.bias[3] = 0x1p-130f;
      expect_law(x);
    }
}

// Products and sums around the smallest normal number, where AMX takes denormals as zeros.
TEST_F(NarrowMatmul, TinyNumbersFollowTheLaw) {
  std::uniform_int_distribution<int> exponent(-75, -55);
  for (const Kind kind : kKinds) {
    Case x(kind, 17, 33, 70, random);
    for (float& number : x.a.numbers) number = std::ldexp(number, exponent(random));
    for (float& number : x.b.numbers) number = std::ldexp(number, exponent(random));
    x.bias.assign(x.bias.size(), 0.0f);
    if (!fuses_multiply_add()) GTEST_SKIP() << "products underflow before they are added";
    for (const Products how : kNarrow) {
      Matrix<float> c(x.m, x.n, 0), expected(x.m, x.n, 0);
      x.multiply_plainly(how, expected.view, true);
      for (const Bf16Unit unit : {Bf16Unit::kMultiplyAdds, Bf16Unit::kDotProducts, Bf16Unit::kTiles}) {
        limit_bf16_unit(unit);
        x.multiply(how, c.view);
        for (std::size_t i = 0; i < c.numbers.size(); ++i)
          ASSERT_PRED2(same_number<float>, c.numbers[i], expected.numbers[i]) << i;
      }
    }
  }
}

// A rectifier at the end is one behind the product, and so is the way back through one.
TEST_F(NarrowMatmul, EndsAsOtherProductsDo) {
  const Case x(Kind::kNN, 19, 35, 70, random);
  const Matrix<float> gate = random_matrix<float>(19, 35, 2, random);
  for (const Products how : kNarrow) {
    Matrix<float> sums(19, 35, 0), rectified(19, 35, 1), gated(19, 35, 1);
    matmul<float>(how, x.a.view, x.b.view, sums.view);
    matmul<float>(how, x.a.view, x.b.view, rectified.view, {nullptr, true});
    matmul<float>(how, x.a.view, x.b.view, gated.view, Ending<float>::gated(gate.view));
    for (Index i = 0; i < 19; ++i)
      for (Index j = 0; j < 35; ++j) {
        EXPECT_EQ(rectified.view(i, j), std::max(sums.view(i, j), 0.0F));
        EXPECT_EQ(gated.view(i, j), sums.view(i, j) * (gate.view(i, j) > 0 ? 1.0F : 0.0F));
      }
  }
}

// Threads split c by rows and columns.
TEST_F(NarrowMatmul, PartsHaveTheBitsOfTheWhole) {
  const Case x(Kind::kNN, 45, 75, 600, random);
  for (const Products how : kNarrow) {
    Matrix<float> whole(45, 75, 0), parts(45, 75, 0);
    x.multiply(how, whole.view);
    const View<const float> a(x.a.view), b(x.b.view);
    for (const auto& [row, rows] : std::vector<std::pair<Index, Index>>{{0, 1}, {1, 33}, {34, 11}})
      for (const auto& [col, cols] : std::vector<std::pair<Index, Index>>{{0, 7}, {7, 64}, {71, 4}})
        matmul<float>(how, a.middle_rows(row, rows), b.middle_cols(col, cols),
                      parts.view.middle_rows(row, rows).middle_cols(col, cols), x.bias.data() + col);
    EXPECT_EQ(whole.numbers, parts.numbers);
  }
}

// So large that rows, columns and sums are cut several times, unevenly; a part of c is not cut.
TEST_F(NarrowMatmul, CutsLeaveNoTrace) {
  constexpr Index kM = 1070, kN = 550, kK = 1050, kRow = 997, kRows = 40, kCol = 501, kCols = 49;
  for (const Kind kind : kKinds) {
    const Case x(kind, kM, kN, kK, random);
    const View<const float> a(x.a.view), b(x.b.view);
    for (const Products how : kNarrow) {
      Matrix<float> whole(kM, kN, 0), part(kRows, kCols, 0);
      x.multiply(how, whole.view);
      const auto some_a = kind == Kind::kTN ? a.middle_cols(kRow, kRows) : a.middle_rows(kRow, kRows);
      const auto some_b = kind == Kind::kNT ? b.middle_rows(kCol, kCols) : b.middle_cols(kCol, kCols);
      if (kind == Kind::kNN) matmul<float>(how, some_a, some_b, part.view, x.bias.data() + kCol);
      if (kind == Kind::kTN) matmul_tn<float>(how, some_a, some_b, part.view);
      if (kind == Kind::kNT) matmul_nt<float>(how, some_a, some_b, part.view, x.bias.data() + kCol);
      for (Index i = 0; i < kRows; ++i)
        for (Index j = 0; j < kCols; ++j) ASSERT_EQ(whole.view(kRow + i, kCol + j), part.view(i, j));
    }
  }
}

TEST_F(NarrowMatmul, AnEmptySumIsZeroOrTheBias) {
  const std::vector<float> bias = {1, 2, 3};
  Matrix<float> c(2, 3, 0);
  std::fill(c.numbers.begin(), c.numbers.end(), 9.0f);
  const View<float> a(nullptr, 2, 0), b(nullptr, 0, 3);
  matmul<float>(Products::kSplit, a, b, c.view);
  EXPECT_EQ(c.numbers, std::vector<float>(6, 0));
  matmul<float>(Products::kBf16, a, b, c.view, bias.data());
  EXPECT_EQ(c.numbers, (std::vector<float>{1, 2, 3, 1, 2, 3}));
  matmul<float>(Products::kBf16, View<float>(nullptr, 0, 4), View<float>(nullptr, 4, 0), View<float>(nullptr, 0, 0));
}

// Split floats are as near to the sum of doubles as floats are; bf16 has 8 bits a factor.
TEST_F(NarrowMatmul, ErrorsStayWithinTheirBounds) {
  const Case x(Kind::kNT, 40, 50, 700, random);
  for (const auto& [how, bound] : {std::pair{Products::kSplit, 2e-7}, {Products::kBf16, 2e-3}}) {
    Matrix<float> c(x.m, x.n, 0);
    x.multiply(how, c.view);
    for (Index i = 0; i < x.m; ++i)
      for (Index j = 0; j < x.n; ++j) {
        double sum = x.bias[static_cast<std::size_t>(j)], size = std::fabs(sum);
        for (Index p = 0; p < x.k; ++p) {
          const double term = static_cast<double>(x.a.view(i, p)) * static_cast<double>(x.b.view(j, p));
          sum += term;
          size += std::fabs(term);
        }
        ASSERT_LE(std::fabs(static_cast<double>(c.view(i, j)) - sum), bound * size);
      }
  }
}

TEST(MatmulMethod, DependsOnShapeAndNumbers) {
  const auto of_float = [](Transposed which, Index m, Index n, Index k, Products how = Products::kFloat) {
    return matmul_method(how, which, m, n, k, sizeof(float));
  };
  EXPECT_EQ(of_float(Transposed::kNone, 2, 2, 2), "number by number");
  EXPECT_EQ(of_float(Transposed::kNone, 1, 512, 512), "read in place");
  EXPECT_EQ(of_float(Transposed::kFirst, 64, 64, 64), "read in place");
  EXPECT_EQ(of_float(Transposed::kSecond, 4, 64, 64), "packed panels");
  EXPECT_EQ(of_float(Transposed::kNone, 64, 512, 512), "packed panels");
  EXPECT_EQ(of_float(Transposed::kNone, 1024, 1024, 1024), "packed panels and rows");
  EXPECT_TRUE(of_float(Transposed::kNone, 2, 2, 2, Products::kBf16).starts_with("tiles of bf16"));
  EXPECT_TRUE(of_float(Transposed::kNone, 2, 2, 2, Products::kSplit).starts_with("tiles of split floats"));
  EXPECT_EQ(matmul_method(Products::kBf16, Transposed::kNone, 2, 2, 2, sizeof(double)), "number by number");
}

TEST(NarrowMatmulShapes, AMisfitIsRefused) {
  std::vector<float> numbers(12);
  const View<float> a(numbers.data(), 2, 3), b(numbers.data(), 4, 3), c(numbers.data(), 2, 4);
  EXPECT_THROW(matmul<float>(Products::kBf16, a, b, c), ShapeError);
  EXPECT_THROW(matmul_tn<float>(Products::kBf16, a, b, c), ShapeError);
  EXPECT_THROW(matmul_nt<float>(Products::kBf16, a, c, b), ShapeError);
}

TEST(NarrowNumber, RoundsToNearestTiesToEven) {
  EXPECT_EQ(to_bf16(1.0f), 1.0f);
  EXPECT_EQ(to_bf16(0x1.01p0f), 0x1.00p0f);
  EXPECT_EQ(to_bf16(0x1.03p0f), 0x1.04p0f);
  EXPECT_EQ(to_bf16(0x1.010002p0f), 0x1.02p0f);
  EXPECT_EQ(to_bf16(std::numeric_limits<float>::max()), std::numeric_limits<float>::infinity());
  EXPECT_TRUE(std::isnan(to_bf16(std::numeric_limits<float>::quiet_NaN())));
  EXPECT_TRUE(std::signbit(to_bf16(-0x1p-130f)));
  EXPECT_EQ(to_bf16(-0x1p-130f), 0.0f);
}

}  // namespace
}  // namespace isinglass::kernels
