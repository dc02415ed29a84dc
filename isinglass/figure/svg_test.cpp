#include "isinglass/figure/svg.h"

#include "isinglass/base/error.h"
#include "isinglass/figure/figure_rig.h"
#include "isinglass/figure/series_data.h"

namespace isinglass {
namespace {

TEST(Svg, OneOfEachShape) {
  Scene scene{.width = 100, .height = 50, .title = "a < b"};
  scene.add(Polyline{.points = {{0, 0}, {1.005, 2}, {1.0051, 2}},
                     .stroke = Stroke{.colour = rgb(0x0072b2), .dash = {4, 2.5}}});
  scene.add(Circle{.centre = {5, -0.001}, .radius = 2, .fill = rgb(0xff0000, 0.5)});
  scene.add(Group{.elements = {Text{.at = {1, 10}, .text = "x"}}, .offset = {3, 4}, .clip = Box{0, 0, 9, 9}});
  EXPECT_EQ(to_svg(scene),
            "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" width=\"100\" "
            "height=\"50\" viewBox=\"0 0 100 50\" role=\"img\" aria-label=\"a &lt; b\" font-family=\"'DejaVu Sans', "
            "Verdana, 'Bitstream Vera Sans', sans-serif\">\n"
            "<title>a &lt; b</title>\n"
            "<rect x=\"0\" y=\"0\" width=\"100\" height=\"50\" fill=\"#ffffff\"/>\n"
            "<polyline points=\"0,0 1,2 1.01,2\" fill=\"none\" stroke=\"#0072b2\" stroke-width=\"1\" "
            "stroke-dasharray=\"4 2.5\" stroke-linejoin=\"round\"/>\n"
            "<circle cx=\"5\" cy=\"0\" r=\"2\" fill=\"#ff0000\" fill-opacity=\"0.5\"/>\n"
            "<g transform=\"translate(3 4)\">\n"
            "<svg x=\"0\" y=\"0\" width=\"9\" height=\"9\" viewBox=\"0 0 9 9\" overflow=\"hidden\">\n"
            "<text x=\"1\" y=\"10\" font-size=\"12\" fill=\"#222222\">x</text>\n"
            "</svg>\n</g>\n</svg>\n");
}

TEST(Svg, TextOfSeveralPartsIsPlacedByCoordinates) {
  Scene scene{.width = 100, .height = 50};
  scene.add(Text{.at = {50, 20}, .text = "b_{4} = 1", .size = 10, .anchor = Anchor::kEnd, .angle = -90, .halo = true});
  const std::string svg = to_svg(scene);
  EXPECT_EQ(xml_fault(svg), "");
  EXPECT_NE(svg.find("translate(50 20) rotate(-90)"), std::string::npos);
  EXPECT_NE(svg.find("<tspan x=\"-32.03\" y=\"0\">b</tspan>"), std::string::npos) << svg;
  EXPECT_NE(svg.find(">= 1</tspan>"), std::string::npos) << "the space before is in the coordinate";
}

TEST(Svg, TextIsEscapedAndComesBack) {
  const std::string text = "a<b & \"c\" > 'd'";
  EXPECT_EQ(xml_unescaped(xml_escaped(text)), text);
  EXPECT_EQ(xml_escaped("a\nb\xff"), "a\ufffdb\ufffd");
  Scene scene{.width = 100, .height = 50, .title = text, .description = text};
  scene.add(Text{.at = {0, 20}, .text = text, .size = 5});
  scene.add(Group{.data = SeriesData{text, {}}, .note = text});
  expect_sound(scene);
  EXPECT_EQ(read_series(to_svg(scene), "f.svg")[0].name, text);
}

TEST(Svg, PixelsBecomeAnImageWithin) {
  Scene scene{.width = 20, .height = 20};
  scene.add(Pixels{.box = {0, 0, 20, 20}, .rows = 1, .cols = 2, .rgb = {255, 0, 0, 0, 0, 255}});
  expect_sound(scene);
  EXPECT_NE(to_svg(scene).find("base64,iVBORw0KGgo"), std::string::npos);
}

}  // namespace
}  // namespace isinglass
