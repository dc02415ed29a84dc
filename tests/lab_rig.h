// tests/lab_rig.h - what tests of `isinglass lab` ask of a command that ran.
#pragma once
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <string>
#include <vector>

#include "isinglass/io/json.h"
#include "tests/command.h"

#define EXPECT_HAS(whole, part) EXPECT_NE((whole).find(part), std::string::npos) << (whole)

namespace isinglass::testing_lab {

inline Value document(const testing_command::Outcome& run) {
  EXPECT_EQ(run.status, 0) << run.err;
  return parse_json(run.out, "output");
}
inline double number(const Value* value) {
  if (value == nullptr) return std::numeric_limits<double>::quiet_NaN();
  if (const Index* integer = value->as_integer()) return static_cast<double>(*integer);
  return value->as_real() != nullptr ? *value->as_real() : std::numeric_limits<double>::quiet_NaN();
}
inline const Value& item(const Value& document, const char* key, std::size_t index) {
  return (*document.find(key)->as_array())[index];
}

struct Refusal {
  std::vector<std::string> words;
  std::string part;  // of the message
};
inline void expect_refusals(const testing_command::Workplace& place, const std::vector<Refusal>& cases) {
  for (const Refusal& one : cases) {
    const testing_command::Outcome run = place.run(one.words);
    EXPECT_EQ(run.status, 2) << one.part;
    EXPECT_HAS(run.err, one.part);
    EXPECT_EQ(std::ranges::count(run.err, '\n'), 1) << run.err;
    EXPECT_EQ(run.out, "") << one.part;
  }
}

}  // namespace isinglass::testing_lab
