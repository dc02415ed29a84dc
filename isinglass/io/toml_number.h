// isinglass/io/toml_number.h - numbers as TOML spells them: 1_000, 0xff, 6.02e23.
#pragma once
#include <string_view>

#include "isinglass/base/value.h"

namespace isinglass {

// The integer or real number that `word` spells; null when it spells none, or one beyond 64 bits or beyond double.
Value toml_number(std::string_view word);

}  // namespace isinglass
