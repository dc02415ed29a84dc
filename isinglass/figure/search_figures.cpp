#include "isinglass/figure/search_figures.h"

#include <algorithm>
#include <cmath>

#include "isinglass/base/error.h"
#include "isinglass/figure/colour_bar.h"
#include "isinglass/figure/panels.h"

namespace isinglass {
namespace {

std::vector<SearchReport> reports_of(const SearchRecord& record, Index member) {
  std::vector<SearchReport> own;
  for (const SearchReport& r : record.reports)
    if (r.member == member) own.push_back(r);
  return own;
}

void check(const SearchRecord& record) {
  if (record.reports.empty()) throw InputError(record.name + ": the search has no report yet");
}

void add_arrow(Group& group, Point from, Point to) {
  constexpr double kHead = 6;
  const double down = to.y > from.y ? 1 : -1;
  const Point neck{to.x, to.y - down * kHead};
  group.elements.push_back(Polyline{.points = {from, neck}, .stroke = Stroke{kPaper, 4}});
  group.elements.push_back(Circle{.centre = from, .radius = 3.2, .fill = kInk, .stroke = Stroke{kPaper, 1}});
  group.elements.push_back(Polyline{.points = {from, neck}, .stroke = Stroke{kInk, 1.6}});
  group.elements.push_back(
      Polyline{.points = {to, {to.x - 4, to.y - down * kHead * 1.4}, {to.x + 4, to.y - down * kHead * 1.4}},
               .stroke = Stroke{kPaper, 0.8},
               .fill = kInk,
               .closed = true});
}

class Ribbons {
 public:
  Ribbons(const SearchRecord& record, const ChartFrame& frame, double height)
      : record_(record), clock_(record), frame_(frame), height_(height) {}

  void draw(Scene& scene, const NumberColours& colours) const {
    for (Index k = 0; k < record_.members; ++k) {
      Group group{.data = SeriesData{"member " + std::to_string(k), {{"x", {}}, {"score", {}}}}};
      double begin = 0;
      for (const SearchReport& r : reports_of(record_, k)) {
        const double end = clock_.of(r);
        group.elements.push_back(Group{.elements = {Rectangle{.box = box(k, begin, end), .fill = colours(r.score)}},
                                       .note = "member " + std::to_string(k) + ", epoch " + std::to_string(r.epoch) +
                                               ": " + number_text(r.score)});
        group.data->columns[0].second.push_back(end);
        group.data->columns[1].second.push_back(r.score);
        begin = end;
      }
      scene.add(std::move(group));
    }
  }
  // The winner's way. By seconds it cannot be told where its stretches began.
  void draw_winner(Scene& scene) const {
    if (clock_.in_seconds() || record_.best_member < 0) return;
    for (const Stretch& s : lineage_of(record_, record_.best_member, record_.best_epoch))
      scene.add(Rectangle{.box = box(s.member, static_cast<double>(s.begin), static_cast<double>(s.end)),
                          .stroke = Stroke{kPositive, 2.4}});
  }
  // Those of one moment beside each other.
  void draw_copies(Scene& scene) const {
    Group group{.clip = frame_.plot()};
    for (std::size_t i = 0; i < record_.events.size(); ++i) {
      const SearchEvent& e = record_.events[i];
      if (e.kind != SearchEvent::kExploit) continue;
      const auto same = [&](const SearchEvent& o) { return o.kind == e.kind && clock_.of(o) == clock_.of(e); };
      const auto before =
          std::count_if(record_.events.begin(), record_.events.begin() + static_cast<std::ptrdiff_t>(i), same);
      const auto all = std::ranges::count_if(record_.events, same);
      const double x = frame_.x()(clock_.of(e)) + 10 * (static_cast<double>(before) - static_cast<double>(all - 1) / 2);
      const double from = frame_.y()(static_cast<double>(e.parent)), to = frame_.y()(static_cast<double>(e.member));
      add_arrow(group, {x, from}, {x, to + (to > from ? -0.3 : 0.3) * height_});
    }
    scene.add(std::move(group));
  }

 private:
  Box box(Index member, double begin, double end) const {
    const double x = frame_.x()(begin), y = frame_.y()(static_cast<double>(member));
    return {x, y - height_ * 0.39, std::max(0.5, frame_.x()(end) - x), height_ * 0.78};
  }

  const SearchRecord& record_;
  SearchClock clock_;
  const ChartFrame& frame_;
  double height_;
};

Axis axis_of(const Dimension& d) {
  Axis axis{.kind = d.kind == Dimension::kLogUniform ? Axis::kLog : Axis::kLinear};
  if (d.kind != Dimension::kChoice) return axis;
  for (std::size_t i = 0; i < d.choices.size(); ++i)
    axis.ticks.push_back(
        {static_cast<double>(i), d.choices[i].as_string() ? *d.choices[i].as_string() : d.choices[i].preview()});
  return axis;
}

double height_of(const Dimension& d, const Value& value) {
  if (d.kind == Dimension::kChoice) return static_cast<double>(std::ranges::find(d.choices, value) - d.choices.begin());
  return value.as_integer() ? static_cast<double>(*value.as_integer()) : *value.as_real();
}

Scene draw_trace(const SearchRecord& record, std::size_t which, const NumberColours& colours, const std::string& name) {
  const Dimension& d = record.space[which];
  const SearchClock clock(record);
  Chart chart{.title = name, .x_label = clock.label(), .y_label = "value", .y = axis_of(d)};
  chart.look = {.width = 460, .height = 320};
  const auto step = [&](Series& series, double begin, double end, const Value& value) {
    const double y = height_of(d, value);
    series.x.insert(series.x.end(), {begin, end});
    series.y.insert(series.y.end(), {y, y});
  };
  for (Index k = 0; k < record.members; ++k) {
    const std::vector<SearchReport> reports = reports_of(record, k);
    if (reports.empty()) continue;
    Colour colour = colours(reports.back().score);
    colour.opacity = 0.85;
    Series series{.name = "", .key = name + " of member " + std::to_string(k), .colour = colour, .width = 1.4};
    double begin = 0;
    for (const SearchReport& r : reports) {
      step(series, begin, clock.of(r), r.values[which]);
      begin = clock.of(r);
    }
    chart.series.push_back(std::move(series));
  }
  if (!clock.in_seconds() && record.best_member >= 0) {
    Series winner{.name = "winner", .key = name + " of the winner", .colour = kPositive, .width = 3.2};
    for (const Stretch& s : lineage_of(record, record.best_member, record.best_epoch))
      step(winner, static_cast<double>(s.begin), static_cast<double>(s.end), s.values[which]);
    chart.series.push_back(std::move(winner));
  }
  return draw(chart);
}

}  // namespace

SearchClock::SearchClock(const SearchRecord& record) {
  std::vector<Index> last(static_cast<std::size_t>(record.members), 0);
  for (const SearchReport& r : record.reports) {
    Index& epoch = last.at(static_cast<std::size_t>(r.member));
    in_seconds_ = in_seconds_ || r.epoch <= epoch;
    epoch = r.epoch;
  }
}

ColourScale score_scale(const SearchRecord& record) {
  std::vector<double> scores;
  for (const SearchReport& r : record.reports) scores.push_back(r.score);
  std::ranges::sort(scores);
  const std::size_t fifth = scores.size() / 5;
  ColourScale scale{.map = ColourMap::kViridis, .label = record.score + (record.sign < 0 ? ", lower is better" : "")};
  (record.sign > 0 ? scale.low : scale.high) = record.sign > 0 ? scores[fifth] : scores[scores.size() - 1 - fifth];
  (record.sign > 0 ? scale.high : scale.low) = record.sign > 0 ? scores.back() : scores.front();
  if (*scale.low >= *scale.high) scale.low = scale.high = std::nullopt;
  return scale;
}

NumberColours score_colours(const SearchRecord& record) {
  std::vector<double> scores;
  for (const SearchReport& r : record.reports) scores.push_back(r.score);
  return {score_scale(record), scores};
}

Scene draw_members(const SearchRecord& record) {
  check(record);
  if (record.members > kMostRibbons)
    throw InputError(record.name + ": a figure has room for " + std::to_string(kMostRibbons) + " members, found " +
                     std::to_string(record.members) + "; `isinglass figure DIR best` has no such limit");
  const SearchClock clock(record);
  const NumberColours colours = score_colours(record);
  const double n = static_cast<double>(record.members), row = std::clamp(620 / n, 6.0, 30.0);
  Axis rows{.low = -0.6, .high = n - 0.4, .is_reversed = true};
  for (Index k = 0; k < record.members; k += row < 12 ? 5 : 1)
    rows.ticks.push_back({static_cast<double>(k), std::to_string(k)});
  double end = 0;
  for (const SearchReport& r : record.reports) end = std::max(end, clock.of(r));
  ChartFrame::Request request{.title = "Members of " + record.name + " (" + record.method + ")",
                              .x_label = clock.label(),
                              .y_label = "member",
                              .x = {.low = 0, .high = end},
                              .y = rows,
                              .look = {.width = 760, .height = 110 + row * n},
                              .extra_right = colours.bar_width() + 24,
                              .has_grid = false};
  const ChartFrame frame(std::move(request));
  Scene scene{.width = frame.width(),
              .height = 110 + row * n,
              .title = "Members of " + record.name,
              .description = std::to_string(record.members) + " members over " + clock.label() + ", coloured by " +
                             record.score + "; arrows from parents to copies; the winner's way framed"};
  frame.draw_behind(scene);
  const Ribbons ribbons(record, frame, row);
  ribbons.draw(scene, colours);
  ribbons.draw_winner(scene);
  ribbons.draw_copies(scene);
  frame.draw_around(scene);
  const Box& plot = frame.plot();
  colours.draw_bar(scene, {plot.right() + 18, plot.y, colours.bar_width(), plot.height});
  return scene;
}

Scene draw_traces(const SearchRecord& record) {
  check(record);
  const NumberColours colours = score_colours(record);
  const std::vector<std::string> names = short_names(record.space);
  std::vector<Scene> panels;
  for (std::size_t d = 0; d < record.space.size(); ++d) panels.push_back(draw_trace(record, d, colours, names[d]));
  return arrange(panels, std::min<Index>(3, static_cast<Index>(panels.size())),
                 "What the members of " + record.name + " tried (yellow: " + (record.sign > 0 ? "best" : "worst") +
                     " " + record.score + ")");
}

Series best_so_far(const SearchRecord& record) {
  Series series{.name = record.name + " (" + record.method + ")", .key = record.name, .width = 2.4};
  std::vector<Index> epochs(static_cast<std::size_t>(record.members), 0);
  double spent = 0, best = 0;
  for (const SearchReport& r : record.in_order()) {
    Index& epoch = epochs.at(static_cast<std::size_t>(r.member));
    if (!series.x.empty()) {
      series.x.push_back(spent + static_cast<double>(std::max<Index>(0, r.epoch - epoch)));
      series.y.push_back(best);
    }
    spent += static_cast<double>(std::max<Index>(0, r.epoch - epoch));
    epoch = r.epoch;
    best = series.x.empty() || record.sign * (r.score - best) > 0 ? r.score : best;
    series.x.push_back(spent);
    series.y.push_back(best);
  }
  return series;
}

Chart best_chart(const std::vector<SearchRecord>& records) {
  Chart chart{.title = records.size() == 1 ? "Best so far in " + records[0].name : "Best so far",
              .x_label = "epochs of all members together",
              .y_label = "best " + records.at(0).score};
  for (const SearchRecord& record : records) {
    check(record);
    if (record.score != records[0].score)
      throw InputError(record.name + ": the score is " + record.score + ", that of " + records[0].name + " is " +
                       records[0].score + "; they have no common axis");
    chart.series.push_back(best_so_far(record));
  }
  chart.look = {.width = 720, .height = 420};
  return chart;
}

}  // namespace isinglass
