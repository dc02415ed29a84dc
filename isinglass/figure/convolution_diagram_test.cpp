#include "isinglass/figure/convolution_diagram.h"

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

std::size_t numbers_shown(const Scene& scene) {
  std::size_t count = 0;
  for (const Text& text : texts_of(scene)) count += text.text.find(" = ") != std::string::npos;
  return count;
}

ConvolutionDiagram convolution(std::size_t inputs, std::size_t kernel, Index stride) {
  ConvolutionDiagram d{.title = "Convolutional network", .stride = stride};
  std::size_t n = 0;
  const auto node = [&](const std::string& letter) {
    const std::string name = letter + "_{" + std::to_string(++n) + "}";
    return DiagramNode{
        .name = name,
        .quantities = {{name, letter + std::to_string(n), number(n)},
                       {"\u2202L/\u2202" + name, "dL/d" + letter + std::to_string(n), number(n + 40), true}}};
  };
  for (std::size_t i = 0; i < inputs; ++i) d.inputs.push_back(node("I"));
  for (std::size_t i = 0; i < kernel; ++i) d.kernel.push_back(node("k"));
  d.kernel_bias = {{"b_{conv}", "b(conv)", 0.1}};
  for (std::size_t i = 0; i + kernel <= inputs; i += static_cast<std::size_t>(stride)) {
    d.edges.push_back({d.maps.size(), 0, {{"\u03bb_{9}", "w" + std::to_string(i), number(i)}}});
    d.maps.push_back(node("C"));
  }
  d.head.push_back(node("O"));
  for (DiagramEdge& edge : d.edges) edge.to = d.maps.size();
  return d;
}

TEST(ConvolutionDiagram, EveryPositionIsShownWithItsProducts) {
  const ConvolutionDiagram diagram = convolution(5, 3, 1);
  const Scene scene = draw(diagram);
  expect_sound(scene);
  const auto read = read_series(to_svg(scene), "f.svg");
  EXPECT_EQ(series_named(read, "product(I3,k8)").column("value")[0], number(3) * number(8));
  EXPECT_EQ(series_named(read, "product(I3,k6)").column("value")[0], number(3) * number(6));
  EXPECT_EQ(series_named(read, "k7").column("value")[0], number(7));
  EXPECT_EQ(series_named(read, "b(conv)").column("value")[0], 0.1);
  // Nine products; all numbers of inputs, maps, output, edges; the kernel and its bias once.
  EXPECT_EQ(numbers_shown(scene), 9u + 5 * 2 + 3 * 2 + 1 + 3 * 2 + 2 + 3);
}

TEST(ConvolutionDiagram, OtherSizesAndStrides) {
  for (const auto& [inputs, kernel, stride] : std::vector<std::tuple<std::size_t, std::size_t, Index>>{
           {1, 1, 1}, {4, 1, 1}, {7, 3, 2}, {6, 2, 2}, {9, 5, 1}, {3, 3, 1}})
    expect_sound(draw(convolution(inputs, kernel, stride)));
  ConvolutionDiagram wrong = convolution(5, 3, 1);
  wrong.stride = 2;
  EXPECT_THROW(draw(wrong), InputError);
  wrong = convolution(5, 3, 1);
  wrong.inputs.clear();
  EXPECT_THROW(draw(wrong), InputError);
}

}  // namespace
}  // namespace isinglass
