// isinglass/kernels/instruction_set_test.cpp - each available set can be chosen by name.
#include "isinglass/kernels/instruction_set.h"

#include <gtest/gtest.h>

#include "isinglass/base/error.h"

namespace isinglass::kernels {
namespace {

TEST(InstructionSet, EachCanBeChosenAndTheBestIsTheDefault) {
  const std::vector<std::string> names = instruction_sets();
  ASSERT_FALSE(names.empty());
  EXPECT_EQ(instruction_set(), names.front());
  for (const std::string& name : names) {
    use_instruction_set(name);
    EXPECT_EQ(instruction_set(), name);
    EXPECT_EQ(instruction_sets(), names);  // asking changes nothing
    EXPECT_EQ(instruction_set(), name);
    if (name == "AVX3" || name == "AVX2" || name == "NEON") {
      EXPECT_TRUE(fuses_multiply_add());
    }
    if (name == "SSE4") {
      EXPECT_FALSE(fuses_multiply_add());
    }
  }
  use_instruction_set(names.front());
}

TEST(InstructionSet, UnknownNameIsRefused) {
  EXPECT_THROW(use_instruction_set("MMX"), OptionError);
}

}  // namespace
}  // namespace isinglass::kernels
