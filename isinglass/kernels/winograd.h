// isinglass/kernels/winograd.h - correlations with 3 x 3 taps in 4/9 of the multiplications: F(2 x 2, 3 x 3).
//
// An output plane is cut into tiles of 2 x 2, which are sums over 4 x 4 numbers d of each input plane. With
//
//     B^T = | 1  0 -1  0 |    G = |  1    0    0  |    A^T = | 1  1  1  0 |
//           | 0  1  1  0 |        | 1/2  1/2  1/2 |          | 0  1 -1 -1 |
//           | 0 -1  1  0 |        | 1/2 -1/2  1/2 |
//           | 0  1  0 -1 |        |  0    0    1  |
//
//     V_c = B^T d_c B,  U_(c, o) = G w_(c, o) G^T                        (1)
//     y_o = A^T [ sum_c U_(c, o) V_c, element by element ] A + bias      (2)
//     g_(c, o) += G^T [ sum_t V_(c, t) (A dy_(o, t) A^T) ] G             (3)  t runs over the tiles of a strip
//
// The law: the sums of (2) and (3) are chains of fused multiply-adds from zero, over c and t in increasing order. B, G
// and A dy A^T are applied to rows (the right factor) first, A and G^T of a result to columns (the left factor) first;
// sums of three go from left to right; U is added up without its fractions, then multiplied by them. In (3) u + (v + w)/2
// is one fused multiply-add, and g gets one addition for each strip, of gradient_rows() rows of tiles. An adjoint has the
// factors of its convolution, rows and columns 0 and 3 exchanged. What lies beyond the planes is zero. Bits depend on
// neither the instruction set (among those with fused multiply-add) nor on how outputs or rows of g are split.
//
// Error: beside a direct sum of n input planes with |x| <= X_c, |w| <= W_c, at most 81 (n + 12) 2^-24 sum_c X_c W_c;
// in practice about that of the direct sum. Numbers within 1/16 of the largest float may overflow. A number that is not
// finite spoils the tiles that read it, at most 3 places further than the direct sum would be spoilt.
//
// Source: Winograd, Arithmetic Complexity of Computations (1980); Lavin & Gray, arXiv:1509.09308.
// All on the calling thread, without allocating.
#pragma once
#include "isinglass/kernels/correlation.h"

namespace isinglass::kernels {

// Factors (1) of w (channels_in 9, channels_out).
struct WinogradFactors {
  Index channels_in, channels_out;
  const float* u;

  Index stride() const { return (channels_out + 15) / 16 * 16; }
  Index position() const { return channels_in * stride() + 16; }  // numbers from one of the 16 to the next
  Index size() const { return 16 * position(); }
};
// Writes u.
void winograd_factors(const WinogradFactors& factors, View<const float> w, float* u);

// Numbers of scratch for planes with so many outputs, forward or adjoint; and for a gradient.
Index winograd_scratch(const Planes<float>& planes, Index outputs);
Index winograd_gradient_scratch(const Planes<float>& planes, Index outputs);

// (2) for one sample; the taps of `planes` are not looked at. `is_adjoint`: from channels_out planes to channels_in.
void winograd_correlate(const Planes<float>& planes, const WinogradFactors& factors, bool is_adjoint, const float* bias,
                        float* y, Index y_plane, float* scratch);
// (3) for one sample: rows first .. first + g.rows - 1 of g (channels 9, outputs).
void winograd_gradient(const Planes<float>& planes, const float* dy, Index dy_plane, Index first, View<float> g,
                       float* scratch);

// Rows of tiles in a strip of a gradient, of `rows` that are `cols` wide: strips have up to about 100 tiles.
constexpr Index gradient_rows(Index rows, Index cols) {
  const Index strips = (rows * cols + 99) / 100;
  return (rows + strips - 1) / strips;
}

}  // namespace isinglass::kernels
