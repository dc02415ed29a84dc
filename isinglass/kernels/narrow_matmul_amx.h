// isinglass/kernels/narrow_matmul_amx.h - narrow products on AMX, for narrow_matmul.cpp.
#pragma once
#include "isinglass/kernels/narrow_blocks.h"

namespace isinglass::kernels::detail {

// Only where has_bf16_unit(kTiles) (instruction_set.h), and for m, n, k of at least 1.
void multiply_with_amx(Products how, const NarrowProduct& product, NarrowWorkspace& workspace);

}  // namespace isinglass::kernels::detail
