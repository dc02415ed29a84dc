// isinglass/kernels/widened.h - loops of plain C++ compiled for each width of vectors.
//
// A loop over elements that the compiler vectorises is built for the processor that every machine has. widened(f) holds
// f() compiled for AVX2 and AVX-512, too, with all that it calls, and runs the one of the instruction set in use. The
// compiler neither fuses products with sums (-ffp-contract=off) nor reorders sums, so all give the same bits. std::fma
// becomes one instruction, or stays a call on processors without one.
#pragma once
#include "isinglass/kernels/instruction_set.h"

namespace isinglass::kernels {

enum class VectorWidth { kBaseline, kAvx2, kAvx512 };
VectorWidth vector_width();  // of the instruction set in use

namespace detail {
#if defined(__x86_64__)
template <class F>
[[gnu::target("avx2,fma"), gnu::flatten]] void run_avx2(const F& f) {
  f();
}
template <class F>
[[gnu::target("avx2,fma,avx512f,avx512vl,avx512bw,avx512dq"), gnu::flatten]] void run_avx512(const F& f) {
  f();
}
#endif
#if defined(__OPTIMIZE_SIZE__)
// A template that was compiled for size would take the place of the fast one wherever the linker met it first.
[[gnu::error("code that computes is compiled for speed: leave its file out of `showing` in CMakeLists.txt")]]  //
void refuse_to_be_small();
#else
inline void refuse_to_be_small() {}
#endif
}  // namespace detail

template <class F>
void widened(const F& f) {
  detail::refuse_to_be_small();
#if defined(__x86_64__)
  switch (vector_width()) {
    case VectorWidth::kAvx512:
// g++ 12 aligns AddressSanitizer's second stack to 32 bytes: stores of 64 to arrays that it puts there fault.
#  if !defined(__SANITIZE_ADDRESS__)
      return detail::run_avx512(f);
#  endif
    case VectorWidth::kAvx2:
      return detail::run_avx2(f);
    case VectorWidth::kBaseline:
      break;
  }
#endif
  f();
}

}  // namespace isinglass::kernels
