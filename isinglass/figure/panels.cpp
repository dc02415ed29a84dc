#include "isinglass/figure/panels.h"

#include <algorithm>

#include "isinglass/base/error.h"
#include "isinglass/figure/text_metrics.h"

namespace isinglass {

Scene arrange(const std::vector<Scene>& panels, Index columns, const std::string& title) {
  constexpr double kTitleSize = 17, kGap = 12;
  if (columns < 1) throw InputError("a figure of panels has at least 1 column, found " + std::to_string(columns));
  const std::size_t across = std::min(static_cast<std::size_t>(columns), std::max<std::size_t>(panels.size(), 1));
  const std::size_t down = (panels.size() + across - 1) / across;
  std::vector<double> widths(across, 0), heights(down, 0);
  for (std::size_t i = 0; i < panels.size(); ++i) {
    widths[i % across] = std::max(widths[i % across], panels[i].width);
    heights[i / across] = std::max(heights[i / across], panels[i].height);
  }
  Scene scene{.title = title};
  for (const double width : widths) scene.width += width + (scene.width > 0 ? kGap : 0);
  const double text = title.empty() ? 0 : text_width(title, kTitleSize);
  scene.width = std::max(scene.width, text + 2 * kGap);
  double y = 0;
  if (!title.empty()) {
    scene.add(
        Text{.at = {scene.width / 2, kTitleSize * 1.5}, .text = title, .size = kTitleSize, .anchor = Anchor::kMiddle});
    y = kTitleSize * 2.1;
  }
  for (std::size_t row = 0; row < down; ++row) {
    double x = 0;
    for (std::size_t i = row * across; i < std::min((row + 1) * across, panels.size()); ++i) {
      scene.add(Group{.elements = panels[i].elements, .offset = {x, y}});
      if (!panels[i].title.empty())
        scene.description += (scene.description.empty() ? "" : "; ") + plain_text(panels[i].title);
      x += widths[i % across] + kGap;
    }
    y += heights[row] + (row + 1 < down ? kGap : 0);
  }
  scene.height = y;
  return scene;
}

}  // namespace isinglass
