// isinglass/figure/search_figures.h - pictures of a search: its members, the values that they tried, how soon it was good.
#pragma once
#include <vector>

#include "isinglass/figure/chart.h"
#include "isinglass/search/search_store.h"

namespace isinglass {

// A ribbon for each member, from look to look in the colour of its score, with an arrow for each copy and the winner's
// way in a frame. Throws InputError when there is no report, or more than kMostRibbons members.
constexpr Index kMostRibbons = 120;
Scene draw_members(const SearchRecord& record);

// A panel for each dimension: the value that each member had, in the colour of its last score; the winner's in bold.
Scene draw_traces(const SearchRecord& record);

// The best score so far against the epochs of all members together, a line for each search. Throws InputError when
// their scores are not of the same name.
Chart best_chart(const std::vector<SearchRecord>& records);

}  // namespace isinglass
