// isinglass/kernels/narrow_matmul_dots.h - narrow products on AVX512_BF16, for narrow_matmul.cpp.
#pragma once
#include "isinglass/kernels/narrow_blocks.h"

namespace isinglass::kernels::detail {

// Only where has_bf16_unit(kDotProducts) (instruction_set.h), and for m, n, k of at least 1.
void multiply_with_dots(Products how, const NarrowProduct& product, NarrowWorkspace& workspace);

}  // namespace isinglass::kernels::detail
