// isinglass/kernels/highway_targets.h - the instruction sets that the kernels are compiled for.
//
// Include it before any header of Highway. On x86-64: AVX-512 ("AVX3"), AVX2, SSE4, and plain C++ for the rest
// ("SCALAR"). The kernels keep vectors in arrays, which vectors without a fixed size (SVE, RVV) forbid; those
// machines take NEON or plain C++.
#pragma once

#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
