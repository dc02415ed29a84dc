// isinglass/search/search_events.h - what happened in a search as JSON, for the command line and the studio alike.
#pragma once
#include <string_view>

#include "isinglass/search/search_store.h"

namespace isinglass {

Value make_search_event(std::string_view name);
Value report_event(const SearchReport& report, const Space& space);
Value lineage_event(const SearchEvent& event, const Space& space);

// The winner's way, [{ member, begin, end, values }]; empty before there is a best member.
Value winner_document(const SearchRecord& record);
// { score, events: [..], winner: [..] }.
Value lineage_document(const SearchRecord& record);

}  // namespace isinglass
