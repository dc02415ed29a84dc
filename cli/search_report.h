// cli/search_report.h - what a search found and how, as text; as JSON it is search/search_events.h.
#pragma once
#include <string>

#include "isinglass/search/search.h"

namespace isinglass {

// The members, best first, at most twenty of them.
std::string members_table(const SearchSummary& summary, const Space& space);

// Every event, and the winner's way.
std::string lineage_text(const SearchRecord& record);

}  // namespace isinglass
