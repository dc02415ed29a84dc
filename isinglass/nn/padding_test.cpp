#include "isinglass/nn/padding.h"

#include <gtest/gtest.h>

#include "isinglass/nn/conv.h"
#include "isinglass/nn/layer_rig.h"

namespace isinglass {
namespace {

// What a kernel of a single 1 among zeros sees: the input, shifted, with its padding.
std::vector<double> seen(const std::string& padding, Index tap, Index pad) {
  LayerRig<double> rig(
      Conv1d{.kernels = 1, .kernel_size = 5, .padding = {padding}, .pad = pad, .padding_value = 7, .use_bias = false},
      {{4}}, 1);
  for (Index i = 0; i < 4; ++i) rig.x()(0, i) = static_cast<double>(i + 1);
  for (Index i = 0; i < 5; ++i) rig.param(0)(i, 0) = i == tap ? 1 : 0;
  rig.forward();
  return {rig.y().data, rig.y().data + rig.y().cols};
}

TEST(Padding, EachNameByHand) {
  using List = std::vector<double>;
  EXPECT_EQ(seen("zero", 0, 2), (List{0, 0, 1, 2}));
  EXPECT_EQ(seen("zero", 4, 2), (List{3, 4, 0, 0}));
  EXPECT_EQ(seen("same", 0, 0), (List{0, 0, 1, 2}));
  EXPECT_EQ(seen("constant", 0, 2), (List{7, 7, 1, 2}));
  EXPECT_EQ(seen("nearest", 0, 2), (List{1, 1, 1, 2}));
  EXPECT_EQ(seen("nearest", 4, 3), (List{2, 3, 4, 4, 4, 4}));
  EXPECT_EQ(seen("reflect", 0, 2), (List{3, 2, 1, 2}));
  EXPECT_EQ(seen("reflect", 4, 3), (List{2, 3, 4, 3, 2, 1}));
}

TEST(Padding, NamesOfNumPyAndPyTorchAreAliases) {
  const std::pair<const char*, const char*> aliases[] = {{"valid", "none"},     {"zeros", "zero"},
                                                         {"edge", "nearest"},   {"replicate", "nearest"},
                                                         {"mirror", "reflect"}, {"nearest", "nearest"}};
  for (const auto& [alias, name] : aliases) EXPECT_EQ(PaddingName::read(Value(alias)).name, name) << alias;
  // Every name that the table gives for another library, where it has a meaning of its own.
  for (const PaddingRow& row : padding_table()) {
    EXPECT_EQ(PaddingName::read(Value(std::string(row.name))).padding(), row.padding);
    if (!row.pytorch.empty() && row.pytorch != "constant") {
      EXPECT_EQ(PaddingName::read(Value(std::string(row.pytorch))).name, row.name);
    }
  }
}

TEST(Padding, AnUnknownNameIsRefusedWithTheKnownOnes) {
  try {
    PaddingName::read(Value("wrap"));
    FAIL();
  } catch (const OptionError& e) {
    EXPECT_NE(std::string(e.what()).find("none, same, zero, constant, nearest, reflect"), std::string::npos)
        << e.what();
  }
}

TEST(Padding, AMirrorReachesNoFurtherThanTheImage) {
  const auto shape = [](Index pad) {
    return Layer(Conv1d{.kernels = 1, .kernel_size = 3, .padding = {"reflect"}, .pad = pad}).output_shape({{4}});
  };
  EXPECT_EQ(shape(3), (Shape{1, 8}));
  try {
    shape(4);
    FAIL();
  } catch (const ShapeError& e) {
    EXPECT_STREQ(e.what(), "conv1d: the length of 4 cannot be mirrored 4 numbers beyond its edge; pad at most 3");
  }
}

// Left out, the pad is what keeps the size at stride 1; of an even extent the larger half comes after.
TEST(Padding, KeepsTheSizeUnlessItIsGiven) {
  for (const Index kernel : {1, 2, 3, 4, 5})
    for (const char* padding : {"same", "zero", "nearest", "reflect"})
      EXPECT_EQ(Layer(Conv1d{.kernels = 1, .kernel_size = kernel, .padding = {padding}}).output_shape({{9}}),
                (Shape{1, 9}))
          << padding << " " << kernel;
  EXPECT_EQ(Layer(Conv1d{.kernels = 1, .kernel_size = 4, .padding = {"zero"}}).arithmetic({{9}}),
            "floor((9 + 1 + 2 - 4)/1) + 1 = 9");
}

TEST(Sizes, OneNumberOrOneForEachAxisOrAuto) {
  using Type = OptionType<Sizes>;
  for (const Value& value : {Value(3), Value(Value::Array{3, 5}), Value("auto")})
    EXPECT_EQ(Type::write(Type::read(value, {})), value);
  EXPECT_EQ(Type::read(Value(Value::Array{4}), {})[1], 4);
  EXPECT_THROW(Type::read(Value(Value::Array{1, 2, 3}), {}), OptionError);
  EXPECT_THROW(Type::read(Value(Value::Array{}), {}), OptionError);
  EXPECT_THROW(Type::read(Value("same"), {}), OptionError);
}

}  // namespace
}  // namespace isinglass
