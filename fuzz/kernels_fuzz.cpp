// fuzz/kernels_fuzz.cpp - the kernels against their plain twins, bit for bit: random shapes, strides, instruction
// sets and numbers of every kind.
#include <bit>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "isinglass/kernels/instruction_set.h"
#include "isinglass/kernels/matmul.h"
#include "isinglass/kernels/matmul_reference.h"
#include "isinglass/kernels/reduce.h"
#include "isinglass/kernels/reduce_reference.h"
#include "isinglass/kernels/vector_math.h"

namespace isinglass::kernels {
namespace {

// The input as a supply of bytes; zeros when it is used up.
class Supply {
 public:
  Supply(const std::uint8_t* data, std::size_t size) : data_(data), left_(size) {}

  std::uint8_t byte() {
    if (left_ == 0) return 0;
    --left_;
    return *data_++;
  }
  Index below(Index n) { return (byte() + 256 * byte()) % n; }

  template <class T>
  T number() {
    using Limits = std::numeric_limits<T>;
    const std::uint8_t kind = byte();
    switch (kind) {
      case 0:
        return 0;
      case 1:
        return T(-0.0);
      case 2:
        return Limits::infinity();
      case 3:
        return -Limits::infinity();
      case 4:
        return Limits::quiet_NaN();
      case 5:
        return Limits::denorm_min();
      case 6:
        return Limits::max();
      case 7:
        return any<T>();
      default:
        return static_cast<T>(kind - 128) / static_cast<T>(1 + byte());
    }
  }

 private:
  template <class T>
  T any() {
    T number;
    unsigned char bytes[sizeof(T)];
    for (unsigned char& b : bytes) b = byte();
    std::memcpy(&number, bytes, sizeof(T));
    return number;
  }

  const std::uint8_t* data_;
  std::size_t left_;
};

template <class T>
bool same(T x, T y) {
  using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
  return std::bit_cast<Bits>(x) == std::bit_cast<Bits>(y) || (x != x && y != y);
}
void require(bool holds) {
  if (!holds) std::abort();
}

// Its memory ends with its last element.
template <class T>
struct Matrix {
  std::vector<T> numbers;
  View<T> view;

  Matrix(Index rows, Index cols, Index gap, Supply& supply) {
    const Index stride = cols + gap;
    numbers.resize(static_cast<std::size_t>(rows == 0 ? 0 : (rows - 1) * stride + cols));
    for (T& number : numbers) number = supply.number<T>();
    view = View<T>(numbers.data(), rows, cols, stride);
  }
};

template <class T>
void check_matmul(Supply& supply) {
  const int kind = static_cast<int>(supply.below(3));
  const Index m = supply.below(40), n = supply.below(90), k = supply.below(supply.below(8) == 0 ? 300 : 30);
  const Index gap = supply.below(4);
  const bool is_tn = kind == 1, is_nt = kind == 2, fused = fuses_multiply_add();
  Matrix<T> a(is_tn ? k : m, is_tn ? m : k, gap, supply), b(is_nt ? n : k, is_nt ? k : n, gap, supply);
  Matrix<T> bias(1, n, 0, supply), gate(m, n, gap, supply), c(m, n, gap, supply);
  const bool with_bias = supply.below(2) == 1, rectify = supply.below(2) == 1, is_gated = supply.below(4) == 0;
  const Ending<T> ending =
      is_gated ? Ending<T>::gated(gate.view) : Ending<T>(with_bias ? bias.numbers.data() : nullptr, rectify);
  Matrix<T> expected = c;
  expected.view.data = expected.numbers.data();
  if (is_tn) {
    matmul_tn(a.view, b.view, c.view);
    reference::matmul_tn<T>(a.view, b.view, expected.view, fused);
  } else if (is_nt) {
    matmul_nt(a.view, b.view, c.view, ending);
    reference::matmul_nt<T>(a.view, b.view, expected.view, ending, fused);
  } else {
    matmul(a.view, b.view, c.view, ending);
    reference::matmul<T>(a.view, b.view, expected.view, ending, fused);
  }
  // The elements between the rows of c must be as they were, too.
  for (std::size_t i = 0; i < c.numbers.size(); ++i) require(same(c.numbers[i], expected.numbers[i]));
}

template <class T>
void check_reduce(Supply& supply) {
  Matrix<T> x(supply.below(40), supply.below(90), supply.below(4), supply);
  std::vector<T> y(static_cast<std::size_t>(x.view.cols)), expected(y);
  sum_rows(x.view, y);
  reference::sum_rows<T>(x.view, expected);
  for (std::size_t i = 0; i < y.size(); ++i) require(same(y[i], expected[i]));
  const std::span<const T> all(x.numbers);
  require(same(sum(all), reference::sum(all)));
  require(same(dot(all, all), reference::dot(all, all, fuses_multiply_add())));
  require(first_non_finite(all) == reference::first_non_finite(all));
}

// A function of an array is the function of each of its numbers.
template <class T>
void check_vector_math(Supply& supply) {
  Matrix<T> x(1, supply.below(70), 0, supply);
  for (const auto function : {exp<T>, expm1<T>, log<T>, log1p<T>, tanh<T>, sigmoid<T>}) {
    std::vector<T> y(x.numbers.size());
    function(x.numbers, y);
    for (std::size_t i = 0; i < y.size(); ++i) {
      T one = x.numbers[i];
      function({&one, 1}, {&one, 1});
      require(same(one, y[i]));
    }
  }
}

template <class T>
void check(Supply& supply) {
  switch (supply.below(4)) {
    case 0:
      return check_reduce<T>(supply);
    case 1:
      return check_vector_math<T>(supply);
    default:
      return check_matmul<T>(supply);
  }
}

}  // namespace
}  // namespace isinglass::kernels

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace isinglass::kernels;
  Supply supply(data, size);
  static const std::vector<std::string> sets = instruction_sets();
  use_instruction_set(sets[static_cast<std::size_t>(supply.below(static_cast<isinglass::Index>(sets.size())))]);
  if (supply.below(2) == 0)
    check<float>(supply);
  else
    check<double>(supply);
  return 0;
}
