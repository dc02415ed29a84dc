// isinglass/kernels/instruction_set.h - which instructions the kernels use on this machine.
//
// Every kernel is compiled for several instruction sets; the best that the processor has is chosen at the first
// call. Sets with a fused multiply-add give the same bits as each other. Sets without one (SSE4, SCALAR) round the
// product and the sum separately and differ from them in the last bits of matmul and of the float functions.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace isinglass::kernels {

// The sets that this program was built for and this processor can run, best first, by Highway's names:
// "AVX3" (AVX-512), "AVX2", "SSE4", "SCALAR" (plain C++), "NEON", ...
std::vector<std::string> instruction_sets();

// The set in use.
std::string instruction_set();

// Uses this set from now on, in all threads; for tests and comparisons, while no kernel runs.
// Throws OptionError for a name that is not among instruction_sets().
void use_instruction_set(std::string_view name);

// The same with the set that the environment variable ISINGLASS_INSTRUCTION_SET names, if it is there.
void use_instruction_set_of_environment();

// Whether the set in use has a fused multiply-add (one rounding).
bool fuses_multiply_add();

// What multiplies numbers of bf16 (narrow_matmul.h), slowest first: floats; the dot products of AVX512_BF16; the tile
// unit, AMX. The bits of results are the same.
enum class Bf16Unit { kMultiplyAdds, kDotProducts, kTiles };
const char* name_of(Bf16Unit unit);  // "floats", "AVX512_BF16" or "AMX"

// Whether this processor and its system, which is asked for permission at the first call, have it.
bool has_bf16_unit(Bf16Unit unit);

// The one in use: the fastest up to the limit; without AVX-512 in use, kMultiplyAdds.
Bf16Unit bf16_unit();
void limit_bf16_unit(Bf16Unit most);  // for tests and comparisons, while no kernel runs

}  // namespace isinglass::kernels
