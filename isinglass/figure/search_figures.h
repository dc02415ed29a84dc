// isinglass/figure/search_figures.h - pictures of a search: its members, the values that they tried, how soon it was good.
#pragma once
#include <vector>

#include "isinglass/figure/chart.h"
#include "isinglass/figure/colour_bar.h"
#include "isinglass/search/search_store.h"

namespace isinglass {

// Where time goes by as epochs, or, when members fall back in theirs, as seconds.
class SearchClock {
 public:
  explicit SearchClock(const SearchRecord& record);
  double of(const SearchReport& r) const { return in_seconds_ ? r.seconds : static_cast<double>(r.epoch); }
  double of(const SearchEvent& e) const { return in_seconds_ ? e.seconds : static_cast<double>(e.epoch); }
  bool in_seconds() const { return in_seconds_; }
  std::string label() const { return in_seconds_ ? "seconds" : "epochs of training"; }

 private:
  bool in_seconds_ = false;
};

// The colour of a score. The first scores are often far from all others: the worst fifth share one colour. There has to
// be a report.
ColourScale score_scale(const SearchRecord& record);
NumberColours score_colours(const SearchRecord& record);

// A ribbon for each member, from look to look in the colour of its score, with an arrow for each copy and the winner's
// way in a frame. Throws InputError when there is no report, or more than kMostRibbons members.
constexpr Index kMostRibbons = 120;
Scene draw_members(const SearchRecord& record);

// A panel for each dimension: the value that each member had, in the colour of its last score; the winner's in bold.
Scene draw_traces(const SearchRecord& record);

// The best score so far against the epochs of all members together.
Series best_so_far(const SearchRecord& record);

// A line for each search. Throws InputError when their scores are not of the same name.
Chart best_chart(const std::vector<SearchRecord>& records);

}  // namespace isinglass
