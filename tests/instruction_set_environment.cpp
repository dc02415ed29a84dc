// Runs the tests of this program with the instructions that ISINGLASS_INSTRUCTION_SET names (cmake/tests.cmake does).
#include <gtest/gtest.h>

#include "isinglass/kernels/instruction_set.h"
#include "tests/command.h"

namespace isinglass {
namespace {

class ChosenInstructionSet : public testing::Environment {
 public:
  void SetUp() override { kernels::use_instruction_set_of_environment(); }
};
[[maybe_unused]] const auto* const environment = testing::AddGlobalTestEnvironment(new ChosenInstructionSet);

TEST(InstructionSetOfEnvironment, IsUsedAndRefusedByName) {
  const testing_command::Workplace place;
  ASSERT_EQ(setenv("ISINGLASS_INSTRUCTION_SET", "SCALAR", 1), 0);
  place.write("xor.toml", "[data]\ninputs = [[1, 0]]\ntargets = [[1]]\n[model]\nwidths = [2, 1]\n[train]\n");
  const auto with_plain_code = place.run({"describe", "xor.toml", "--plan"});
  EXPECT_NE(with_plain_code.out.find("SCALAR"), std::string::npos) << with_plain_code.out << with_plain_code.err;
  ASSERT_EQ(setenv("ISINGLASS_INSTRUCTION_SET", "AVX9", 1), 0);
  const auto refused = place.run({"datasets"});
  EXPECT_EQ(refused.status, 2);
  EXPECT_NE(refused.err.find("ISINGLASS_INSTRUCTION_SET: instruction set 'AVX9' is not available here"),
            std::string::npos)
      << refused.err;
  ASSERT_EQ(unsetenv("ISINGLASS_INSTRUCTION_SET"), 0);
}

}  // namespace
}  // namespace isinglass
