// isinglass/kernels/instruction_set_test.cpp - each available set can be chosen by name, and they are the right ones.
#include "isinglass/kernels/instruction_set.h"

#include <gtest/gtest.h>

#include "isinglass/base/error.h"
#if defined(__x86_64__) && defined(__linux__)
#  include <dlfcn.h>
#  include <hwy/targets.h>
#endif

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

#if defined(__x86_64__) && defined(__linux__)
// chosen_target.cpp stands in for Highway's library, which is loaded here to be asked the same.
TEST(InstructionSet, AreThoseThatHighwayFinds) {
  void* const library = dlopen("libhwy.so", RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) GTEST_SKIP() << "Highway's library is not there as libhwy.so";
  const auto find = reinterpret_cast<std::int64_t (*)()>(dlsym(library, "_ZN3hwy16SupportedTargetsEv"));
  ASSERT_NE(find, nullptr);
  ASSERT_NE(find, &hwy::SupportedTargets);
  constexpr std::int64_t kSets = HWY_SSE4 | HWY_AVX2 | HWY_AVX3;
  EXPECT_EQ(hwy::SupportedTargets() & kSets, find() & kSets);
  dlclose(library);
}
#endif

TEST(InstructionSet, UnknownNameIsRefused) {
  EXPECT_THROW(use_instruction_set("MMX"), OptionError);
}

}  // namespace
}  // namespace isinglass::kernels
