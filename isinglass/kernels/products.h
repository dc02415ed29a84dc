// isinglass/kernels/products.h - how products of float matrices are computed.
#pragma once

namespace isinglass::kernels {

// kFloat: matmul.h; kSplit, kBf16: narrow_matmul.h.
enum class Products { kFloat, kSplit, kBf16 };

}  // namespace isinglass::kernels
