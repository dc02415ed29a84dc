// isinglass/kernels/winograd_reference.h - the law of winograd.h as plain loops, for tests.
#pragma once
#include <array>
#include <vector>

#include "isinglass/kernels/convolution_reference.h"
#include "isinglass/kernels/winograd.h"

namespace isinglass::kernels::reference {

using Tile = std::array<std::array<float, 4>, 4>;

// Applies f, from kFrom to kTo numbers, to the rows of a tile, or to its columns.
template <int kTo, class F>
Tile on_rows(const Tile& tile, F f) {
  Tile out{};
  for (std::size_t i = 0; i < 4; ++i) {
    const std::array<float, 4> row = f(tile[i]);
    for (std::size_t j = 0; j < kTo; ++j) out[i][j] = row[j];
  }
  return out;
}
inline Tile transposed(const Tile& tile) {
  Tile out{};
  for (std::size_t i = 0; i < 4; ++i)
    for (std::size_t j = 0; j < 4; ++j) out[i][j] = tile[j][i];
  return out;
}
template <int kTo, class F>
Tile on_columns(const Tile& tile, F f) {
  return transposed(on_rows<kTo>(transposed(tile), f));
}

using Four = std::array<float, 4>;
inline Four input_transform(const Four& d) {
  return {d[0] - d[2], d[1] + d[2], d[2] - d[1], d[1] - d[3]};  // B^T d
}
inline Four factor_transform(const Four& w) {
  return {w[0], w[0] + w[1] + w[2], w[0] - w[1] + w[2], w[2]};  // G w without its fractions
}
inline Four output_transform(const Four& m) {
  return {m[0] + m[1] + m[2], m[1] - m[2] - m[3]};  // A^T m
}
inline Four widening_transform(const Four& y) {
  return {y[0], y[0] + y[1], y[0] - y[1], -y[1]};  // A y
}
inline Four gradient_transform(const Four& u, bool fused) {  // G^T u
  const float sum = u[1] + u[2];
  return {multiply_add(0.5F, sum, u[0], fused), 0.5F * (u[1] - u[2]), multiply_add(0.5F, sum, u[3], fused)};
}

// U of input channel c and output o; for an adjoint with rows and columns 0 and 3 exchanged.
inline Tile factor_tile(const View<const float>& w, Index c, Index o, bool is_adjoint) {
  Tile tile{};
  for (Index i = 0; i < 3; ++i)
    for (Index j = 0; j < 3; ++j)
      tile[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)] = w(c * 9 + i * 3 + j, o);
  tile = on_columns<4>(on_rows<4>(tile, factor_transform), factor_transform);
  for (std::size_t i = 0; i < 4; ++i)
    for (std::size_t j = 0; j < 4; ++j) tile[i][j] *= (i % 3 == 0 ? 1.0F : 0.5F) * (j % 3 == 0 ? 1.0F : 0.5F);
  if (!is_adjoint) return tile;
  std::swap(tile[0], tile[3]);
  for (Four& row : tile) std::swap(row[0], row[3]);
  return tile;
}

// at(c, u, v): the number of input plane c at (u, v), 0 beyond.
template <class At>
Tile input_tile(At at, Index c, Index row, Index col) {
  Tile tile{};
  for (Index i = 0; i < 4; ++i)
    for (Index j = 0; j < 4; ++j)
      tile[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)] = at(c, 2 * row + i, 2 * col + j);
  return on_columns<4>(on_rows<4>(tile, input_transform), input_transform);
}

inline void add_products(const Tile& a, const Tile& b, bool fused, Tile& sums) {
  for (std::size_t i = 0; i < 4; ++i)
    for (std::size_t j = 0; j < 4; ++j) sums[i][j] = multiply_add(a[i][j], b[i][j], sums[i][j], fused);
}

// (2) for one sample: rows x cols outputs of each of factors' outputs, to put(o, r, s, number).
template <class At, class Put>
void winograd_correlate(At at, View<const float> w, bool is_adjoint, Index rows, Index cols, const float* bias,
                        bool fused, Put put) {
  const Index channels_in = w.rows / 9, inputs = is_adjoint ? w.cols : channels_in;
  const Index outputs = is_adjoint ? channels_in : w.cols;
  for (Index o = 0; o < outputs; ++o)
    for (Index row = 0; 2 * row < rows; ++row)
      for (Index col = 0; 2 * col < cols; ++col) {
        Tile sums{};
        for (Index c = 0; c < inputs; ++c)
          add_products(is_adjoint ? factor_tile(w, o, c, true) : factor_tile(w, c, o, false),
                       input_tile(at, c, row, col), fused, sums);
        const Tile y = on_rows<2>(on_columns<2>(sums, output_transform), output_transform);
        for (Index i = 0; i < 2 && 2 * row + i < rows; ++i)
          for (Index j = 0; j < 2 && 2 * col + j < cols; ++j) {
            const float sum = y[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)];
            put(o, 2 * row + i, 2 * col + j, bias == nullptr ? sum : sum + bias[o]);
          }
      }
}

// Adds (3) for one sample to g; dy_at(o, r, s) is 0 beyond the plane of rows x cols.
template <class At, class DyAt>
void winograd_gradient(At at, DyAt dy_at, Index rows, Index cols, bool fused, View<float> g) {
  const Index tile_rows = (rows + 1) / 2, tile_cols = (cols + 1) / 2, most = gradient_rows(tile_rows, tile_cols);
  for (Index c = 0; c < g.rows / 9; ++c)
    for (Index o = 0; o < g.cols; ++o)
      for (Index begin = 0; begin < tile_rows; begin += most) {
        Tile sums{};
        for (Index row = begin; row < std::min(begin + most, tile_rows); ++row)
          for (Index col = 0; col < tile_cols; ++col) {
            Tile dy{};
            for (Index i = 0; i < 2; ++i)
              for (Index j = 0; j < 2; ++j)
                dy[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)] = dy_at(o, 2 * row + i, 2 * col + j);
            add_products(input_tile(at, c, row, col),
                         on_columns<4>(on_rows<4>(dy, widening_transform), widening_transform), fused, sums);
          }
        const auto transform = [&](const Four& u) { return gradient_transform(u, fused); };
        const Tile q = on_rows<3>(on_columns<3>(sums, transform), transform);
        for (Index i = 0; i < 3; ++i)
          for (Index j = 0; j < 3; ++j)
            g(c * 9 + i * 3 + j, o) += q[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)];
      }
}

}  // namespace isinglass::kernels::reference
