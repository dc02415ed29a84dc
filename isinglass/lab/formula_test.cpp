#include "isinglass/lab/formula.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "isinglass/base/error.h"

namespace isinglass {
namespace {

double at(const std::string& text, double x) {
  return Formula::read(text, "f")(x);
}

TEST(Formula, ComputesAsItIsWritten) {
  EXPECT_EQ(at("1 + 2*3", 0), 7);
  EXPECT_EQ(at("(1 + 2)*3", 0), 9);
  EXPECT_EQ(at("8 - 4 - 2", 0), 2);
  EXPECT_EQ(at("8/4/2", 0), 1);
  EXPECT_EQ(at("2^3^2", 0), 512);
  EXPECT_EQ(at("-x^2", 3), -9);
  EXPECT_EQ(at("2^-1", 0), 0.5);
  EXPECT_EQ(at("--x", 3), 3);
  EXPECT_EQ(at("3x + 2(x - 1)x", 4), 12 + 24);
  EXPECT_EQ(at("2e3 + .5 + 1.", 0), 2001.5);
  EXPECT_EQ(at("2e", 0), 2 * std::numbers::e);
  EXPECT_EQ(at(" sin ( pi x ) ", 0.25), std::sin(std::numbers::pi * 0.25));
  EXPECT_EQ(at("step(x) + sign(x) + relu(x) + abs(x)", -2), 0 - 1 + 0 + 2);
  EXPECT_TRUE(std::isnan(at("log(x)", -1)));
  EXPECT_EQ(at("1/x", 0), INFINITY);
}

TEST(Formula, SaysWhereItIsWrong) {
  const auto message = [](const std::string& text) -> std::string {
    try {
      Formula::read(text, "--function");
    } catch (const FormatError& error) {
      return error.what();
    }
    return "no error";
  };
  EXPECT_NE(message("sin(x").find("--function:1:6: expected \")\""), std::string::npos) << message("sin(x");
  EXPECT_NE(message("son(x)").find("there is no function or number \"son\"; did you mean 'sin'"), std::string::npos)
      << message("son(x)");
  EXPECT_NE(message("x + ").find("expected a number"), std::string::npos);
  EXPECT_NE(message("").find("expected a number"), std::string::npos);
  EXPECT_NE(message("x ) 2").find("--function:1:3: expected the formula to end"), std::string::npos);
  EXPECT_NE(message("sin x").find("expected \"(\" after sin"), std::string::npos);
  EXPECT_NE(message("1.2.3").find("expected a number, found \"1.2.3\""), std::string::npos);
  EXPECT_NE(message("x = 2").find("found"), std::string::npos);
  EXPECT_NE(message("1e999").find("expected a number"), std::string::npos);
  EXPECT_NE(message(std::string(300, '(') + "x").find("nested"), std::string::npos);
  EXPECT_NE(message(std::string(300, '-') + "x").find("nested"), std::string::npos);
  EXPECT_NE(message("2" + std::string(300, '^') + "2").find("expected"), std::string::npos);
  EXPECT_NE(message(std::string(2000, '1')).find("at most 1000 bytes"), std::string::npos);
  EXPECT_NE(message("x\n+ 1").find("--function:1:2"), std::string::npos) << message("x\n+ 1");
}

}  // namespace
}  // namespace isinglass
