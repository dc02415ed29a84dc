// isinglass/serve/search_document.h - a search as JSON: what it tries, what came of it, and where its pictures put that.
#pragma once
#include "isinglass/serve/live_search.h"

namespace isinglass {

// { id, name, method, score, lower_is_better, status, message, spent, total, seconds, members, epochs, is_live, best }.
Value search_summary(const std::string& id, const SearchLook& look);

// The summary and: `space`; `reports` and `events` as `isinglass search --json` prints them, each with its place in time
// (`begin` and `end`, `at`) and the reports with the `colour` of their score; `clock`, what time is counted in; `scale`,
// the colours; `curve`, the best so far; `standing`, the members, best first; `winner` with its `way` and `toml`.
Value search_document(const std::string& id, const SearchLook& look);

}  // namespace isinglass
