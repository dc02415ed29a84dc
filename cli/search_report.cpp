#include "cli/search_report.h"

#include <fmt/format.h>

#include "cli/output.h"

namespace isinglass {
namespace {

using Table = std::vector<std::vector<std::string>>;

std::string cell(const Value& value) {
  if (const double* real = value.as_real()) return fmt::format("{:.4g}", *real);
  if (const std::string* text = value.as_string()) return one_line(*text);
  return one_line(value.preview());
}

// What differs, such as "learning_rate 0.1 -> 0.08, l2 1e-05 -> 1.25e-05".
std::string changes_text(const Space& space, const Values& before, const Values& after) {
  std::string text;
  const std::vector<std::string> names = short_names(space);
  for (std::size_t d = 0; d < space.size(); ++d) {
    if (before.size() == space.size() && before[d] == after[d]) continue;
    text += (text.empty() ? "" : ", ") + names[d] + " " +
            (before.size() == space.size() ? cell(before[d]) + " -> " : std::string()) + cell(after[d]);
  }
  return text.empty() ? "nothing" : text;
}

}  // namespace

std::string members_table(const SearchSummary& summary, const Space& space) {
  constexpr std::size_t kMost = 20;
  Table rows{{"member", "epochs", summary.score}};
  for (const std::string& name : short_names(space)) rows[0].push_back(name);
  for (const auto& [number, member] : summary.ranked) {
    if (rows.size() > kMost) break;
    rows.push_back({std::to_string(number), std::to_string(member.epoch),
                    member.has_failed ? "diverged"
                    : member.score    ? fmt::format("{:.6g}", *member.score)
                                      : "-"});
    for (const Value& value : member.values) rows.back().push_back(cell(value));
  }
  const std::size_t left = summary.ranked.size() + 1 - rows.size();
  return aligned(rows, "rrr") + (left > 0 ? fmt::format("and {} more\n", left) : "");
}

std::string lineage_text(const SearchRecord& record) {
  Table rows{{"epoch", "member", "event", "parent", "what changed"}};
  for (const SearchEvent& e : record.events)
    rows.push_back({std::to_string(e.epoch), std::to_string(e.member), kEventNames[e.kind],
                    e.parent >= 0 ? std::to_string(e.parent) : "",
                    e.kind == SearchEvent::kFail   ? one_line(e.text)
                    : e.kind == SearchEvent::kStop ? "trains no longer"
                                                   : changes_text(record.space, e.before, e.values)});
  std::string text = aligned(rows, "rrlrl");
  if (record.best_member < 0) return text;
  text += fmt::format("\nThe winner, member {} after {} epochs ({} {:.6g}), came about so:\n", record.best_member,
                      record.best_epoch, record.score, record.best_score);
  Table way{{"epochs", "as member"}};
  for (const std::string& name : short_names(record.space)) way[0].push_back(name);
  for (const Stretch& s : lineage_of(record, record.best_member, record.best_epoch)) {
    way.push_back({fmt::format("{} to {}", s.begin, s.end - 1), std::to_string(s.member)});
    for (const Value& value : s.values) way.back().push_back(cell(value));
  }
  return text + aligned(way, "lr");
}

}  // namespace isinglass
