#include "isinglass/serve/search_document.h"

#include <fmt/format.h>

#include <algorithm>

#include "isinglass/figure/search_figures.h"
#include "isinglass/io/toml.h"
#include "isinglass/search/search_events.h"
#include "isinglass/serve/request.h"

namespace isinglass {
namespace {

constexpr int kScaleColours = 9;
constexpr Index kMostReports = 4000, kMostCopies = 2000;  // in an answer: more than a picture can show

std::string css(const Colour& colour) {
  return fmt::format("#{:02x}{:02x}{:02x}", colour.red, colour.green, colour.blue);
}

Value space_document(const Space& space) {
  constexpr const char* kKinds[] = {"uniform", "log_uniform", "integer", "choice"};
  const std::vector<std::string> names = short_names(space);
  Value::Array dimensions;
  for (std::size_t d = 0; d < space.size(); ++d) {
    Value dimension = Value::Table{};
    dimension.set("key", space[d].key);
    dimension.set("name", names[d]);
    dimension.set("kind", kKinds[space[d].kind]);
    dimension.set("low", space[d].low);
    dimension.set("high", space[d].high);
    dimension.set("choices", Value::Array(space[d].choices));
    dimensions.push_back(std::move(dimension));
  }
  return dimensions;
}

Value reports_document(const SearchRecord& record) {
  const SearchClock clock(record);
  Value::Array reports;
  if (record.reports.empty()) return reports;
  const NumberColours colours = score_colours(record);
  struct Ribbon {
    Index looks = 0, seen = 0;
    double end = 0;
  };
  std::vector<Ribbon> ribbons(static_cast<std::size_t>(record.members));
  for (const SearchReport& report : record.reports) ++ribbons.at(static_cast<std::size_t>(report.member)).looks;
  const Index most = std::max<Index>(kMostReports / record.members, 1);
  for (const SearchReport& report : record.reports) {
    Ribbon& ribbon = ribbons[static_cast<std::size_t>(report.member)];
    const Index together = (ribbon.looks + most - 1) / most;  // the last of so many looks stands for all
    if (++ribbon.seen % together != 0 && ribbon.seen < ribbon.looks) continue;
    Value row = report_event(report, record.space);
    row.set("begin", ribbon.end);
    row.set("end", ribbon.end = clock.of(report));
    row.set("colour", css(colours(report.score)));
    reports.push_back(std::move(row));
  }
  return reports;
}

bool is_copy(const SearchEvent& event) {
  return event.kind == SearchEvent::kExploit || event.kind == SearchEvent::kExplore;
}

Value events_document(const SearchRecord& record) {
  const SearchClock clock(record);
  Value::Array events;
  Index left_out = std::ranges::count_if(record.events, is_copy) - kMostCopies;
  for (const SearchEvent& event : record.events) {
    if (is_copy(event) && left_out-- > 0) continue;
    Value row = lineage_event(event, record.space);
    row.set("at", clock.of(event));
    events.push_back(std::move(row));
  }
  return events;
}

Value scale_document(const SearchRecord& record) {
  if (record.reports.empty()) return {};
  const ColourScale scale = score_scale(record);
  const double low = scale.low.value_or(record.reports[0].score), high = scale.high.value_or(low);
  const NumberColours colours = score_colours(record);
  Value::Array list;
  for (int i = 0; i < kScaleColours; ++i) list.push_back(css(colours(low + (high - low) * i / (kScaleColours - 1))));
  Value out = Value::Table{};
  out.set("low", low);
  out.set("high", high);
  out.set("colours", std::move(list));
  return out;
}

Value curve_document(const SearchRecord& record) {
  const Series series = best_so_far(record);
  Value out = Value::Table{};
  out.set("epochs", numbers_document(series.x));
  out.set("best", numbers_document(series.y));
  return out;
}

// Where a member is, by all that was said of it.
struct Place {
  const SearchReport* last = nullptr;
  const Values* values = nullptr;
  std::string state;  // "failed", "stopped" or ""
};

Value standing_document(const SearchLook& look) {
  const SearchRecord& record = look.record;
  std::vector<Place> places(static_cast<std::size_t>(record.members));
  for (const SearchReport& report : record.reports) places.at(static_cast<std::size_t>(report.member)).last = &report;
  for (const SearchEvent& event : record.events) {
    Place& place = places.at(static_cast<std::size_t>(event.member));
    place.values = &event.values;
    place.state = event.kind == SearchEvent::kFail ? "failed" : event.kind == SearchEvent::kStop ? "stopped" : "";
  }
  std::vector<Standing> order;
  for (std::size_t k = 0; k < places.size(); ++k)
    order.push_back({.member = static_cast<Index>(k),
                     .score = places[k].last != nullptr ? record.sign * places[k].last->score : 0,
                     .has_failed = places[k].last == nullptr || places[k].state == "failed"});
  std::ranges::sort(order, is_better);
  Value::Array rows;
  for (const Standing& standing : order) {
    const Place& place = places[static_cast<std::size_t>(standing.member)];
    const bool is_whole = place.last != nullptr && place.last->epoch >= record.epochs;
    Value row = Value::Table{};
    row.set("member", standing.member);
    row.set("epoch", place.last != nullptr ? place.last->epoch : Index{0});
    row.set("score", place.last != nullptr ? Value(place.last->score) : Value());
    row.set("state", !place.state.empty()       ? place.state
                     : is_whole                 ? "finished"
                     : look.status == "running" ? "training"
                                                : "waiting");
    // Before the first look of the member its values are those that it began with.
    row.set("values", place.values != nullptr ? named_values(record.space, *place.values) : Value(Value::Table{}));
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace

Value search_summary(const std::string& id, const SearchLook& look) {
  const SearchRecord& record = look.record;
  Value out = Value::Table{}, best;
  out.set("id", id);
  out.set("method", record.method);
  out.set("score", record.score);
  out.set("lower_is_better", record.sign < 0);
  out.set("status", look.status);
  out.set("message", look.message);
  out.set("is_live", look.is_live);
  out.set("members", record.members);
  out.set("epochs", record.epochs);
  out.set("spent", record.spent);
  out.set("total", look.total);
  out.set("seconds", record.seconds);
  if (record.best_member >= 0) {
    best = Value::Table{};
    best.set("member", record.best_member);
    best.set("epoch", record.best_epoch);
    best.set("score", record.best_score);
  }
  out.set("best", std::move(best));
  return out;
}

Value search_document(const std::string& id, const SearchLook& look) {
  const SearchRecord& record = look.record;
  Value out = search_summary(id, look), winner = Value::Table{};
  out.set("space", space_document(record.space));
  out.set("clock", SearchClock(record).in_seconds() ? "seconds" : "epochs");
  out.set("reports", reports_document(record));
  out.set("events", events_document(record));
  out.set("scale", scale_document(record));
  out.set("curve", curve_document(record));
  out.set("standing", standing_document(look));
  winner.set("way", winner_document(record));
  winner.set("toml", look.winner.is_null() ? Value() : Value(write_toml(look.winner)));
  out.set("winner", std::move(winner));
  return out;
}

}  // namespace isinglass
