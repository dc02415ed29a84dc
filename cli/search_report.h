// cli/search_report.h - what a search found and how, as text and as JSON.
#pragma once
#include <string>

#include "isinglass/search/search.h"

namespace isinglass {

Value make_search_event(std::string_view name);
Value report_event(const SearchReport& report, const Space& space);
Value lineage_event(const SearchEvent& event, const Space& space);

// The members, best first, at most twenty of them.
std::string members_table(const SearchSummary& summary, const Space& space);

// Every event, and the winner's way; { events: [..], winner: [{ member, begin, end, values }] }.
std::string lineage_text(const SearchRecord& record);
Value lineage_document(const SearchRecord& record);

}  // namespace isinglass
