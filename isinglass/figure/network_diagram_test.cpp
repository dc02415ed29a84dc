#include "isinglass/figure/network_diagram.h"

#include <cmath>

#include "isinglass/base/error.h"
#include "isinglass/figure/figure_rig.h"
#include "isinglass/figure/series_data.h"

namespace isinglass {
namespace {

// Numbers of all lengths and both signs.
double number(std::size_t i) {
  return std::sin(static_cast<double>(3 * i + 1)) * (i % 3 == 0 ? 1e-4 : 1);
}

// A network of dense layers with every number on it.
NetworkDiagram dense(const std::string& letters, const std::vector<std::size_t>& sizes) {
  NetworkDiagram diagram{.title = "Network at epoch 1"};
  std::vector<std::size_t> before, layer;
  for (std::size_t l = 0; l < sizes.size(); ++l) {
    before.swap(layer);
    layer.clear();
    for (std::size_t i = 0; i < sizes[l]; ++i) {
      const std::size_t j = diagram.nodes.size();
      const std::string n = std::to_string(j + 1), name = std::string(1, letters[l]) + "_{" + n + "}",
                        key = letters[l] + n;
      DiagramNode node{.name = name, .layer = static_cast<Index>(l), .quantities = {{name, key, number(j)}}};
      if (l > 0) {
        node.quantities.push_back({"b_{" + n + "}", "b(" + n + ")", number(j + 50)});
        node.quantities.push_back({"\u2202L/\u2202" + std::string(1, letters[l]) + "_{" + n + "_{in}}",
                                   "dL/din(" + key + ")", number(j + 90), true});
      }
      node.quantities.push_back({"\u2202L/\u2202" + name, "dL/d" + key, number(j + 200), true});
      for (const std::size_t i_before : before) {
        const std::string pair = std::to_string(i_before + 1) + "," + n;
        diagram.edges.push_back({i_before,
                                 j,
                                 {{"\u03bb_{" + pair + "}", "w(" + pair + ")", number(diagram.edges.size() + 300)},
                                  {"\u2202L/\u2202\u03bb_{" + pair + "}", "dL/dw(" + pair + ")",
                                   number(diagram.edges.size() + 402), true}}});
      }
      diagram.nodes.push_back(std::move(node));
      layer.push_back(j);
    }
  }
  return diagram;
}

std::size_t quantity_count(const std::vector<DiagramNode>& nodes, const std::vector<DiagramEdge>& edges) {
  std::size_t count = 0;
  for (const DiagramNode& node : nodes) count += node.quantities.size();
  for (const DiagramEdge& edge : edges) count += edge.quantities.size();
  return count;
}

std::size_t numbers_shown(const Scene& scene) {
  std::size_t count = 0;
  for (const Text& text : texts_of(scene)) count += text.text.find(" = ") != std::string::npos;
  return count;
}

TEST(NetworkDiagram, AllNumbersOfASmallNetworkAreShownAndReadBack) {
  const std::vector<std::pair<std::string, std::vector<std::size_t>>> networks = {
      {"IHO", {3, 2, 1}}, {"IHO", {2, 2, 1}}, {"ILMRO", {3, 2, 1, 2, 3}}, {"IO", {2, 1}}, {"I", {1}}};
  for (const auto& [letters, sizes] : networks)
    for (const EdgeColours colours : {EdgeColours::kBySign, EdgeColours::kByNode}) {
      NetworkDiagram diagram = dense(letters, sizes);
      diagram.colours = colours;
      SCOPED_TRACE(letters);
      const Scene scene = draw(diagram);
      expect_sound(scene);
      EXPECT_EQ(numbers_shown(scene), quantity_count(diagram.nodes, diagram.edges));
      const auto read = read_series(to_svg(scene), "f.svg");
      EXPECT_EQ(read.size(), quantity_count(diagram.nodes, diagram.edges));
      for (const DiagramEdge& edge : diagram.edges)
        for (const NamedNumber& quantity : edge.quantities)
          EXPECT_EQ(series_named(read, quantity.key).column("value"), std::vector<double>{quantity.value});
    }
}

TEST(NetworkDiagram, LargeLayersAreCutButKeepTheirNumbers) {
  NetworkDiagram diagram = dense("IHO", {30, 20, 10});
  diagram.layer_names = {"input", "layer 1: dense, relu", "layer 2: dense, softmax"};
  const Scene scene = draw(diagram);
  expect_sound(scene);
  EXPECT_EQ(read_series(to_svg(scene), "f.svg").size(), quantity_count(diagram.nodes, diagram.edges));
  std::size_t circles = 0;
  for (const Text& text : texts_of(scene)) circles += text.text == "30 nodes" || text.text == "20 nodes";
  EXPECT_EQ(circles, 2u);
}

TEST(NetworkDiagram, KnownEndsOfAWideLayerStandForAllOfIt) {
  NetworkDiagram diagram = dense("IHO", {6, 4, 2});
  diagram.layer_sizes = {784, 4, 2};
  const Scene scene = draw(diagram);
  expect_sound(scene);
  std::size_t marks = 0;
  for (const Text& text : texts_of(scene)) marks += text.text == "784 nodes";
  EXPECT_EQ(marks, 1u);
}

TEST(NetworkDiagram, ColoursTellSignsOrNodesApart) {
  const NetworkDiagram diagram = dense("IHO", {3, 2, 1});
  const auto by_sign = edge_colours(diagram.nodes, diagram.edges, EdgeColours::kBySign);
  for (std::size_t i = 0; i < diagram.edges.size(); ++i)
    EXPECT_EQ(by_sign[i], diagram.edges[i].quantities[0].value < 0 ? kNegative : kPositive);
  const auto by_node = edge_colours(diagram.nodes, diagram.edges, EdgeColours::kByNode);
  for (std::size_t i = 0; i < by_node.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) EXPECT_NE(by_node[i], by_node[j]) << i << " " << j;
}

TEST(NetworkDiagram, WhatIsNoNetworkIsRefused) {
  EXPECT_THROW(draw(NetworkDiagram{.nodes = {{.name = "a"}}, .edges = {{0, 1}}}), InputError);
  EXPECT_THROW(draw(NetworkDiagram{.nodes = {{.name = "a", .layer = -1}}}), InputError);
  EXPECT_THROW(draw(NetworkDiagram{.nodes = {{.name = "a", .layer = 1000000000}}}), InputError);
  expect_sound(draw(NetworkDiagram{.title = "Nothing"}));
  expect_sound(
      draw(NetworkDiagram{.nodes = {{.name = "a very long name"}, {.name = "b", .layer = 3}}, .edges = {{0, 1}}}));
  NetworkDiagram strange = dense("IHO", {3, 2, 1});
  strange.edges[0].quantities[0].value = std::nan("");
  strange.nodes[4].quantities[0].value = INFINITY;
  expect_sound(draw(strange));
}

}  // namespace
}  // namespace isinglass
