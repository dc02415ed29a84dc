#include "cli/figure_search.h"

#include "cli/output.h"
#include "isinglass/base/error.h"
#include "isinglass/figure/search_figures.h"
#include "isinglass/io/text.h"

namespace isinglass {

Scene search_figure(const std::string& directory, const std::string& kind, const std::vector<std::string>& beside) {
  if (!beside.empty() && kind != "best")
    throw OptionError("figure " + one_line(kind) + ": --beside has no meaning here; it is for best");
  std::vector<SearchRecord> records{SearchRecord::read(directory)};
  if (kind == "members") return draw_members(records[0]);
  if (kind == "traces") return draw_traces(records[0]);
  if (kind != "best")
    throw OptionError("figure: there is no kind " + in_quotes(kind) + " of a search" +
                      did_you_mean(kind, {"members", "traces", "best"}));
  for (const std::string& other : beside) records.push_back(SearchRecord::read(other));
  return draw(best_chart(records));
}

std::string search_kinds_text() {
  return "Kinds of a search:\n" +
         aligned(
             {{"  members", "each member over time in the colour of its score, who copied whom, the winner's way", ""},
              {"  traces", "the values that each member had, the winner's in bold", ""},
              {"  best", "the best score against the epochs of all members", "--beside"}},
             "l");
}

}  // namespace isinglass
