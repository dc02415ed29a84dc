// isinglass/base/refusal_rig.h - for tests: what a call that has to be refused says.
#pragma once
#include <gtest/gtest.h>

#include <string>

namespace isinglass {

// The message of the Refusal that f throws, which is one line.
template <class Refusal, class F>
std::string message_of(F f) {
  try {
    f();
  } catch (const Refusal& refusal) {
    EXPECT_EQ(std::string(refusal.what()).find('\n'), std::string::npos) << refusal.what();
    return refusal.what();
  }
  return "nothing was refused";
}

}  // namespace isinglass
