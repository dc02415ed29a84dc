// isinglass/figure/figure_rig.h - for tests: what every figure must hold.
#pragma once
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "isinglass/figure/label_boxes.h"
#include "isinglass/figure/svg.h"

namespace isinglass {

// What is wrong with the tags of an XML text, or "": each is closed, in order, and attributes are quoted.
inline std::string xml_fault(std::string_view text) {
  std::vector<std::string> open;
  for (std::size_t at = text.find('<'); at != std::string_view::npos; at = text.find('<', at)) {
    const std::size_t end = text.find('>', at);
    if (end == std::string_view::npos) return "a tag without an end";
    const std::string_view tag = text.substr(at + 1, end - at - 1);
    at = end;
    if (tag.find('<') != std::string_view::npos) return "a tag within the tag " + std::string(tag);
    if (std::count(tag.begin(), tag.end(), '"') % 2 != 0) return "an open quote in " + std::string(tag);
    if (tag.starts_with("/")) {
      if (open.empty() || open.back() != tag.substr(1)) return "an unexpected " + std::string(tag);
      open.pop_back();
    } else if (!tag.ends_with("/")) {
      open.emplace_back(tag.substr(0, tag.find(' ')));
    }
  }
  return open.empty() ? "" : open.back() + " is not closed";
}

inline std::size_t count_of(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size())) ++count;
  return count;
}

// Labels neither overlap nor leave the picture, and the SVG stands by itself.
inline void expect_sound(const Scene& scene) {
  for (const std::string& fault : label_faults(scene)) ADD_FAILURE() << fault;
  const std::string svg = to_svg(scene);
  EXPECT_EQ(xml_fault(svg), "");
  EXPECT_EQ(svg, to_svg(scene));
  EXPECT_EQ(svg.find("foreignObject"), std::string::npos);
  EXPECT_EQ(svg.find("url("), std::string::npos);
  EXPECT_EQ(svg.find(" id="), std::string::npos);
  EXPECT_EQ(count_of(svg, "href=\""), count_of(svg, "href=\"data:image/png;base64,"));
  EXPECT_EQ(count_of(svg, "http"), 2u) << "only the two names of XML namespaces";
}

}  // namespace isinglass
