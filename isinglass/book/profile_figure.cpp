#include "isinglass/book/profile_figure.h"

#include <algorithm>

#include "isinglass/book/spread_labels.h"
#include "isinglass/figure/number_label.h"
#include "isinglass/figure/text_metrics.h"

namespace isinglass {
namespace {

constexpr double kLabelSize = 11, kLead = 9;  // kLead: from a leader's end to the letters
const Stroke kLeader{.colour = kPaleInk, .width = 0.8};

std::vector<double> positions_of(const std::vector<double>& sample) {
  std::vector<double> positions;
  for (std::size_t i = 1; i <= sample.size(); ++i) positions.push_back(static_cast<double>(i));
  return positions;
}

std::vector<Tick> node_ticks(std::size_t count, const char* letter) {
  std::vector<Tick> ticks;
  for (std::size_t i = 1; i <= count; ++i)
    ticks.push_back({static_cast<double>(i), std::string(letter) + "_{" + std::to_string(i) + "}"});
  return ticks;
}

// The samples as series; `is_across`: values are the y.
std::vector<Series> series_of(const Profiles& profiles, bool is_across) {
  const std::vector<Colour> colours = colours_by_label(profiles.labels);
  std::vector<Series> series;
  for (std::size_t i = 0; i < profiles.samples.size(); ++i) {
    Series one{.name = "", .key = "sample " + std::to_string(i), .marker = Marker::kCircle, .colour = colours[i]};
    one.x = positions_of(profiles.samples[i]);
    one.y = profiles.samples[i];
    if (!is_across) std::swap(one.x, one.y);
    series.push_back(std::move(one));
  }
  return series;
}

Scene drawn(const Profiles& profiles, const ChartFrame& frame, const std::vector<Series>& series, double height,
            Group labels) {
  Scene scene{.width = frame.width(), .height = height, .title = profiles.title};
  scene.description = std::to_string(series.size()) + " samples as lines, with " + profiles.label_name;
  frame.draw_behind(scene);
  for (const Element& leader : labels.elements) scene.add(leader);
  labels.elements.clear();
  for (std::size_t i = 0; i < series.size(); ++i) scene.add(draw_series(series[i], look_of(series[i], i), frame));
  frame.draw_around(scene);
  labels.data = SeriesData{"label", {{"y", profiles.labels}}};
  scene.add(std::move(labels));
  return scene;
}

}  // namespace

std::vector<Colour> colours_by_label(const std::vector<double>& labels) {
  std::vector<Colour> colours;
  for (const double label : labels) {
    const auto rank = std::ranges::count_if(labels, [&](double other) { return other < label; });
    colours.push_back(ordered_colour(static_cast<std::size_t>(rank), labels.size()));
  }
  return colours;
}

Scene draw_across(const Profiles& profiles, const Axis& values) {
  const double width = 720, height = 480, room = 92;
  const std::vector<Series> series = series_of(profiles, true);
  const std::size_t count = profiles.samples.front().size();
  const ChartFrame frame({.title = profiles.title,
                          .x_label = "pixel",
                          .y_label = "z",
                          .x = {.low = 0.7, .high = static_cast<double>(count) + 0.3, .ticks = node_ticks(count, "I")},
                          .y = values,
                          .look = {.width = width, .height = height},
                          .extra_right = room});
  std::vector<double> ends;
  for (const auto& sample : profiles.samples) ends.push_back(frame.y()(sample.back()));
  const Box& plot = frame.plot();
  const std::vector<double> places =
      spread_labels(ends, kLabelSize * 1.25, plot.y + 2.2 * kLabelSize, plot.bottom() - kLabelSize);
  Group group;
  for (std::size_t i = 0; i < ends.size(); ++i)
    group.elements.push_back(Polyline{.points = {{frame.x()(static_cast<double>(count)), ends[i]},
                                                 {plot.right() + 4, places[i]},
                                                 {plot.right() + kLead, places[i]}},
                                      .stroke = kLeader});
  Scene scene = drawn(profiles, frame, series, height, std::move(group));
  const double left = plot.right() + kLead + 4;
  scene.add(Text{.at = {left, plot.y + kLabelSize * 0.6}, .text = profiles.label_name, .size = kLabelSize});
  for (std::size_t i = 0; i < ends.size(); ++i)
    scene.add(Text{
        .at = {left, places[i] + kLabelSize * 0.36}, .text = fixed_label(profiles.labels[i], 3), .size = kLabelSize});
  return scene;
}

Scene draw_down(const Profiles& profiles, const Axis& values) {
  const double width = 900, height = 480;
  const std::vector<Series> series = series_of(profiles, false);
  const std::size_t count = profiles.samples.front().size();
  const double last = static_cast<double>(count);
  const ChartFrame frame({.title = profiles.title,
                          .x_label = "z",
                          .y_label = "input node",
                          .x = values,
                          .y = {.low = 0.45, .high = last + 0.55, .is_reversed = true, .ticks = node_ticks(count, "I")},
                          .look = {.width = width, .height = height}});
  const Box& plot = frame.plot();
  Group group;
  std::vector<Text> texts;
  // Along the top or bottom edge of the plot, behind a word that says what they are.
  const auto label = [&](const std::string& what, double from, double edge, const std::vector<std::string>& words,
                         auto value_of) {
    std::vector<double> wanted;
    double gap = 0;
    for (std::size_t i = 0; i < words.size(); ++i) {
      wanted.push_back(frame.x()(value_of(profiles.samples[i])));
      gap = std::max(gap, text_width(words[i], kLabelSize) + 8);
    }
    const bool is_top = edge < from;
    const double baseline = is_top ? edge + kLabelSize * 1.3 : edge - kLabelSize * 0.6;
    const double turn = is_top ? baseline + 3 : baseline - kLabelSize;
    const double begin = plot.x + text_width(what, kLabelSize) + 12;
    const std::vector<double> places = spread_labels(wanted, gap, begin + gap / 2, plot.right() - gap / 2);
    texts.push_back({.at = {plot.x + 5, baseline}, .text = what, .size = kLabelSize, .colour = kPaleInk});
    for (std::size_t i = 0; i < words.size(); ++i) {
      group.elements.push_back(Polyline{.points = {{wanted[i], from}, {places[i], turn}}, .stroke = kLeader});
      texts.push_back({.at = {places[i], baseline}, .text = words[i], .size = kLabelSize, .anchor = Anchor::kMiddle});
    }
  };
  std::vector<std::string> slopes;
  for (const double slope : profiles.labels) slopes.push_back(fixed_label(slope, 3));
  label("sample", frame.y()(1), plot.y, profiles.names, [](const auto& sample) { return sample.front(); });
  label(profiles.label_name, frame.y()(last), plot.bottom(), slopes, [](const auto& sample) { return sample.back(); });
  Scene scene = drawn(profiles, frame, series, height, std::move(group));
  for (Text& text : texts) scene.add(std::move(text));
  return scene;
}

}  // namespace isinglass
