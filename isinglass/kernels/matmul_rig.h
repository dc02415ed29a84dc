// isinglass/kernels/matmul_rig.h - matrices for the tests of products.
#pragma once
#include <bit>
#include <cstdint>
#include <random>
#include <type_traits>
#include <vector>

#include "isinglass/base/view.h"

namespace isinglass::kernels {

// The memory of a view ends with its last element, so that AddressSanitizer sees a read or write beyond it.
template <class T>
struct Matrix {
  std::vector<T> numbers;
  View<T> view;

  Matrix(Index rows, Index cols, Index gap) {
    const Index stride = cols + gap;
    numbers.resize(static_cast<std::size_t>(rows == 0 ? 0 : (rows - 1) * stride + cols));
    view = View<T>(numbers.data(), rows, cols, stride);
  }
};

template <class T>
Matrix<T> random_matrix(Index rows, Index cols, Index gap, std::mt19937& random) {
  Matrix<T> matrix(rows, cols, gap);
  std::uniform_real_distribution<T> distribution(-1, 1);
  for (T& number : matrix.numbers) number = distribution(random);
  return matrix;
}

template <class T>
bool same_number(T x, T y) {
  using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
  return std::bit_cast<Bits>(x) == std::bit_cast<Bits>(y) || (x != x && y != y);
}

}  // namespace isinglass::kernels
