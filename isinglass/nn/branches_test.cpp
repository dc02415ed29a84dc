// Layers that change shapes, join branches or hold chains of layers.
#include <gtest/gtest.h>

#include "isinglass/nn/add.h"
#include "isinglass/nn/concat.h"
#include "isinglass/nn/flatten.h"
#include "isinglass/nn/layer_rig.h"
#include "isinglass/nn/parallel.h"
#include "isinglass/nn/reshape.h"
#include "isinglass/nn/residual.h"

namespace isinglass {
namespace {

std::string shape_error(const Layer& layer, const Shapes& in) {
  try {
    return "no error, but shape " + to_string(layer.output_shape(in));
  } catch (const ShapeError& e) {
    return e.what();
  }
}

TEST(Flatten, MakesOneAxis) {
  EXPECT_EQ(Layer(Flatten{}).output_shape({{2, 3, 4}}), (Shape{24}));
}

TEST(Reshape, RefusesAnotherNumberOfElements) {
  EXPECT_EQ(Layer(Reshape{.shape = {2, 3}}).output_shape({{6}}), (Shape{2, 3}));
  EXPECT_EQ(shape_error(Reshape{.shape = {28, 28}}, {{780}}),
            "reshape: the input (780) has 780 numbers, the shape (28, 28) 784; choose a shape of the same size");
}

TEST(Add, SumsByHandAndSkipsGradientsNobodyNeeds) {
  LayerRig<double> rig(Add{}, {{2}, {2}}, 1);
  for (Index j = 0; j < 2; ++j) rig.x(0)(0, j) = 1, rig.x(1)(0, j) = 10, rig.dy()(0, j) = 7;
  rig.forward();
  EXPECT_EQ(rig.y()(0, 1), 11);
  Backward<double> call = rig.backward_call(0, 1);
  const View<double> dx[] = {{}, rig.dx(1)};
  call.dx = dx;
  Add{}.backward(call);
  EXPECT_EQ(rig.dx(1)(0, 1), 7);
}

TEST(Add, NamesTheShapes) {
  EXPECT_EQ(shape_error(Add{}, {{4}, {5}}), "add: the inputs must have equal shapes, got (4) and (5)");
}

TEST(Concat, JoinsChannelsByHand) {
  LayerRig<double> rig(Concat{}, {{1, 2}, {2, 2}}, 1);
  for (Index j = 0; j < 2; ++j) rig.x(0)(0, j) = static_cast<double>(j);
  for (Index j = 0; j < 4; ++j) rig.x(1)(0, j) = static_cast<double>(10 + j);
  rig.forward();
  EXPECT_EQ(rig.layer().output_shape({{1, 2}, {2, 2}}), (Shape{3, 2}));
  EXPECT_EQ(std::vector<double>(rig.y().data, rig.y().data + 6), (std::vector<double>{0, 1, 10, 11, 12, 13}));
}

TEST(Concat, NamesTheShapes) {
  EXPECT_EQ(shape_error(Concat{}, {{1, 2}, {1, 3}}),
            "concat: the inputs may differ in their first extent only, got (1, 2) and (1, 3)");
  EXPECT_EQ(shape_error(Concat{}, {}), "concat: expected at least one input, got none");
}

TEST(Residual, IsItsChainBesideNothingAndSaysWhenTheyDoNotFit) {
  const Layer layer = Residual{.layers = {{.layer = Dense{.units = 4}}}};
  EXPECT_EQ(layer.branches().at(0).size(), 1u);
  EXPECT_TRUE(layer.branches().at(1).empty());
  EXPECT_EQ(layer.merge().kind(), "add");
  EXPECT_EQ(shape_error(layer.merge(), {{4}, {8}}),
            "residual: the chain turns (8) into (4); it must keep the shape, for its input is added to its output");
}

TEST(Parallel, ReadsNestedChains) {
  Value dense = Value::Table{};
  dense.set("kind", "dense");
  dense.set("units", 2);
  dense.set("activation", "tanh");
  Value table = Value::Table{};
  table.set("kind", "parallel");
  table.set("branches", Value::Array{Value::Array{dense, "relu"}, Value::Array{}});
  const Layer layer = Layer::read(table);
  EXPECT_EQ(layer.branches().at(0).at(0).activation->kind(), "tanh");
  EXPECT_EQ(layer.branches().at(0).at(1).layer.kind(), "relu");
  EXPECT_TRUE(layer.branches().at(1).empty());
  EXPECT_EQ(layer.merge().kind(), "concat");
}

TEST(Parallel, RefusesWhatIsNoListOfChains) {
  Value table = Value::Table{};
  table.set("kind", "parallel");
  table.set("branches", Value::Array{"relu"});
  EXPECT_THROW(Layer::read(table), OptionError);
}

}  // namespace
}  // namespace isinglass
