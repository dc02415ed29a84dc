#include "isinglass/figure/histogram.h"

#include <algorithm>
#include <cmath>

#include "isinglass/base/error.h"
#include "isinglass/figure/text_metrics.h"

namespace isinglass {

Histogram count_numbers(const std::vector<double>& numbers, Index bins, double low, double high) {
  constexpr Index kMostBins = 10000;
  if (bins < 1 || bins > kMostBins) throw InputError("a histogram has 1 to 10000 bars, found " + std::to_string(bins));
  Histogram histogram;
  for (Index i = 0; i <= bins; ++i) {
    const double t = static_cast<double>(i) / static_cast<double>(bins);
    histogram.edges.push_back(low * (1 - t) + high * t);
  }
  histogram.counts.resize(static_cast<std::size_t>(bins));
  for (const double number : numbers) {
    if (!(number >= low && number <= high)) continue;
    // The edges decide, not a quotient that may round over them.
    const auto above = std::ranges::upper_bound(histogram.edges, number) - histogram.edges.begin();
    ++histogram.counts[static_cast<std::size_t>(std::clamp<Index>(above - 1, 0, bins - 1))];
  }
  return histogram;
}

Histogram count_numbers(const std::vector<double>& numbers, Index bins) {
  DataRange range;
  range.include(numbers, Axis::kLinear);
  const AxisRange opened = axis_range({}, range, true, "x");
  return count_numbers(numbers, bins, opened.low, opened.high);
}

Scene draw(const Histogram& histogram) {
  const std::size_t bars = histogram.counts.size();
  const bool ascend = std::ranges::adjacent_find(histogram.edges, std::greater_equal<>()) == histogram.edges.end();
  if (histogram.edges.size() != bars + 1 || !ascend)
    throw InputError("histogram '" + plain_text(histogram.title) + "': expected " + std::to_string(bars + 1) +
                     " ascending edges for " + std::to_string(bars) + " counts, found " +
                     std::to_string(histogram.edges.size()) + (ascend ? "" : " that do not ascend"));
  ChartFrame::Request request{.title = histogram.title,
                              .x_label = histogram.x_label,
                              .y_label = histogram.look.has_y_numbers ? histogram.y_label : "",
                              .x = histogram.x,
                              .y = histogram.y,
                              .x_is_tight = true,
                              .y_is_tight = true,
                              .look = histogram.look};
  request.x_data.include(histogram.edges, request.x.kind);
  request.y_data.include(histogram.counts, request.y.kind);
  if (request.y.kind == Axis::kLinear) {
    request.y_data.include(0);
    request.y_data.include(request.y_data.high * 1.05);
  }
  const ChartFrame frame(std::move(request));

  Scene scene{.width = histogram.look.width, .height = histogram.look.height, .title = histogram.title};
  scene.description = plain_text(histogram.x_label) + " in " + std::to_string(bars) + " ranges";
  frame.draw_behind(scene);
  SeriesData data{"histogram", {{"low", {}}, {"high", {}}, {"count", histogram.counts}}};
  Group group{.clip = frame.plot()};
  for (std::size_t i = 0; i < bars; ++i) {
    data.columns[0].second.push_back(histogram.edges[i]);
    data.columns[1].second.push_back(histogram.edges[i + 1]);
    const double left = frame.x()(histogram.edges[i]), right = frame.x()(histogram.edges[i + 1]);
    const double top = frame.y()(histogram.counts[i]);
    if (std::isnan(left) || std::isnan(right) || std::isnan(top)) continue;
    const double gap = right - left > 6 ? 1 : 0;  // narrow bars would become pale
    group.elements.push_back(Rectangle{.box = {left + gap / 2, top, right - left - gap, frame.plot().bottom() - top},
                                       .fill = histogram.colour});
  }
  group.data = std::move(data);
  scene.add(std::move(group));
  frame.draw_around(scene);
  return scene;
}

}  // namespace isinglass
