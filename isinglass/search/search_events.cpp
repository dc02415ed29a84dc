#include "isinglass/search/search_events.h"

namespace isinglass {

Value make_search_event(std::string_view name) {
  Value event = Value::Table{};
  event.set("event", name);
  return event;
}

Value report_event(const SearchReport& report, const Space& space) {
  Value event = make_search_event("epoch");
  event.set("member", report.member);
  event.set("epoch", report.epoch);
  event.set("score", report.score);
  event.set("loss", report.loss);
  if (!report.validation.is_null()) event.set("validation", report.validation);
  event.set("seconds", report.seconds);
  event.set("values", named_values(space, report.values));
  return event;
}

Value lineage_event(const SearchEvent& e, const Space& space) {
  Value event = make_search_event(kEventNames[e.kind]);
  event.set("member", e.member);
  event.set("epoch", e.epoch);
  event.set("seconds", e.seconds);
  if (e.parent >= 0) event.set("parent", e.parent);
  if (!e.before.empty()) event.set("before", named_values(space, e.before));
  event.set("values", named_values(space, e.values));
  if (!e.text.empty()) event.set("message", e.text);
  return event;
}

Value winner_document(const SearchRecord& record) {
  Value winner = Value::Array{};
  if (record.best_member < 0) return winner;
  for (const Stretch& s : lineage_of(record, record.best_member, record.best_epoch)) {
    Value stretch = Value::Table{};
    stretch.set("member", s.member);
    stretch.set("begin", s.begin);
    stretch.set("end", s.end);
    stretch.set("values", named_values(record.space, s.values));
    winner.as_array()->push_back(std::move(stretch));
  }
  return winner;
}

Value lineage_document(const SearchRecord& record) {
  Value events = Value::Array{};
  for (const SearchEvent& e : record.events) events.as_array()->push_back(lineage_event(e, record.space));
  Value document = Value::Table{};
  document.set("score", record.score);
  document.set("events", std::move(events));
  document.set("winner", winner_document(record));
  return document;
}

}  // namespace isinglass
