#include "isinglass/search/search_store.h"

#include <algorithm>
#include <filesystem>

#include "isinglass/io/json.h"

namespace isinglass {
namespace {

constexpr Index kApplication = 0x49534753, kVersion = 1;  // "ISGS"
constexpr const char* kTables = R"(CREATE TABLE search (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE report (
  number INTEGER PRIMARY KEY,
  member INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  seconds REAL NOT NULL,
  score REAL,
  loss REAL,
  validation TEXT NOT NULL,
  "values" TEXT NOT NULL
);
CREATE TABLE event (
  number INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  seconds REAL NOT NULL,
  member INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  parent INTEGER,
  before TEXT NOT NULL,
  "values" TEXT NOT NULL,
  text TEXT NOT NULL
);
CREATE TABLE member (
  member INTEGER PRIMARY KEY,
  epoch INTEGER NOT NULL,
  seed INTEGER NOT NULL,
  look INTEGER NOT NULL,
  is_finished INTEGER NOT NULL,
  has_failed INTEGER NOT NULL,
  score REAL,
  "values" TEXT NOT NULL,
  experiment TEXT NOT NULL,
  state BLOB
);
)";

constexpr Index kBestMember = -1;  // its row in the table of members

std::string path_of(const std::string& directory) {
  return (std::filesystem::path(directory) / kSearchFile).string();
}

Database open_store(const std::string& directory, Database::Access access) {
  const std::string path = path_of(directory);
  if (access == Database::Access::kCreate)
    for (const char* end : {"", "-wal", "-shm", "-journal"}) std::filesystem::remove(path + end);
  Database database(path, access);
  if (access == Database::Access::kCreate) {
    database.execute(kTables);
    database.execute(("PRAGMA application_id = " + std::to_string(kApplication)).c_str());
    database.execute(("PRAGMA user_version = " + std::to_string(kVersion)).c_str());
    return database;
  }
  if (database.number("PRAGMA application_id") != kApplication)
    throw FormatError(path + ": this SQLite file is no record of a search");
  if (database.number("PRAGMA user_version") != kVersion)
    throw FormatError(path + ": the record is of another version of isinglass; run the search again");
  return database;
}

std::string text_of(const Space& space, const Values& values) {
  return values.empty() ? "{}" : write_json(named_values(space, values));
}

Values values_of(const Space& space, const std::string& text, const std::string& path) {
  const Value named = parse_json(text, path);
  return named.as_table() != nullptr && named.as_table()->empty() ? Values{} : read_values(space, named);
}

std::vector<SearchReport> read_reports(Database& database, const Space& space) {
  std::vector<SearchReport> reports;
  Statement s = database.prepare(
      "SELECT member, epoch, seconds, score, loss, validation, \"values\" FROM report ORDER BY number");
  while (s.step())
    reports.push_back({.member = s.integer(0),
                       .epoch = s.integer(1),
                       .seconds = s.real(2),
                       .score = s.real(3),
                       .loss = s.real(4),
                       .validation = parse_json(s.text(5), database.path()),
                       .values = values_of(space, s.text(6), database.path())});
  return reports;
}

std::vector<SearchEvent> read_events(Database& database, const Space& space) {
  std::vector<SearchEvent> events;
  Statement s = database.prepare(
      "SELECT kind, seconds, member, epoch, parent, before, \"values\", text FROM event ORDER BY number");
  while (s.step()) {
    const auto kind = std::ranges::find(kEventNames, s.text(0));
    if (kind == std::end(kEventNames))
      throw FormatError(database.path() + ": the record is damaged: an event '" + s.text(0) + "'");
    events.push_back({.kind = static_cast<SearchEvent::Kind>(kind - std::begin(kEventNames)),
                      .seconds = s.real(1),
                      .member = s.integer(2),
                      .epoch = s.integer(3),
                      .parent = s.is_null(4) ? -1 : s.integer(4),
                      .before = values_of(space, s.text(5), database.path()),
                      .values = values_of(space, s.text(6), database.path()),
                      .text = s.text(7)});
  }
  return events;
}

// The whole file, [search] included, as the command line read it.
Value whole_file(const SearchPlan& plan) {
  Value whole = plan.file;
  whole.set("search", write_options(plan.options));
  return whole;
}

}  // namespace

SearchStore::SearchStore(const std::string& directory, const SearchPlan& plan, bool goes_on)
    : plan_(plan), database_(open_store(directory, goes_on ? Database::Access::kWrite : Database::Access::kCreate)) {
  if (goes_on) return;
  database_.execute("BEGIN");
  set("experiment", write_json(whole_file(plan)));
  set("method", plan.options.method);
  set("score", plan.score);
  set("space", write_json(plan.options.space));
  set("members", std::to_string(plan.members()));
  set("epochs", std::to_string(plan.base.train.epochs));
  database_.execute("COMMIT");
}

void SearchStore::set(std::string_view key, std::string_view value) {
  database_.prepare("INSERT OR REPLACE INTO search VALUES (?, ?)").bind(0, key).bind(1, value).run();
}

void SearchStore::save(const Board::Moment& moment, const std::string& outcome) {
  database_.execute("BEGIN");
  Statement report = database_.prepare("INSERT INTO report VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  for (; reports_ < moment.reports.size(); ++reports_) {
    const SearchReport& r = moment.reports[reports_];
    const std::string validation = write_json(r.validation), values = text_of(plan_.space, r.values);
    report.bind(0, static_cast<Index>(reports_)).bind(1, r.member).bind(2, r.epoch).bind(3, r.seconds);
    report.bind(4, r.score).bind(5, r.loss).bind(6, validation).bind(7, values).run();
  }
  Statement event = database_.prepare("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
  for (; events_ < moment.events.size(); ++events_) {
    const SearchEvent& e = moment.events[events_];
    event.bind(0, static_cast<Index>(events_)).bind(1, kEventNames[e.kind]).bind(2, e.seconds).bind(3, e.member);
    event.bind(4, e.epoch).bind(6, text_of(plan_.space, e.before)).bind(7, text_of(plan_.space, e.values));
    if (e.parent < 0)
      event.bind_null(5);
    else
      event.bind(5, e.parent);
    event.bind(8, e.text).run();
  }
  write_members(moment, outcome != "done");
  set("outcome", outcome);
  set("spent", std::to_string(moment.spent));
  set("round", std::to_string(moment.round));
  set("seconds", number_text(moment.seconds));
  if (moment.best.member >= 0) {
    set("best_member", std::to_string(moment.best.member));
    set("best_epoch", std::to_string(moment.best.epoch));
    set("best_score", number_text(moment.best.score));
  }
  database_.execute("COMMIT");
}

void SearchStore::write_members(const Board::Moment& moment, bool with_states) {
  Statement s = database_.prepare("INSERT OR REPLACE INTO member VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  const auto write = [&](Index number, const SearchMember& m) {
    const std::string values = text_of(plan_.space, m.values), experiment = write_json(*m.file);
    s.bind(0, number).bind(1, m.epoch).bind(2, m.seed).bind(3, m.look).bind(4, Index{m.is_finished});
    s.bind(5, Index{m.has_failed}).bind(7, values).bind(8, experiment);
    if (m.score)
      s.bind(6, *m.score);
    else
      s.bind_null(6);
    if (with_states && m.state)
      s.bind(9, std::as_bytes(std::span(*m.state)));
    else
      s.bind_null(9);
    s.run();
  };
  for (std::size_t k = 0; k < moment.members.size(); ++k) write(static_cast<Index>(k), moment.members[k]);
  const BestMember& best = moment.best;
  if (best.member >= 0)
    write(kBestMember, {.epoch = best.epoch,
                        .seed = best.seed,
                        .file = best.file,
                        .values = best.values,
                        .state = best.state,
                        .score = best.score});
}

Board::Moment SearchStore::read(const Value& file) {
  const std::string& path = database_.path();
  const auto text = [&](const char* key) {
    Statement s = database_.prepare("SELECT value FROM search WHERE key = ?");
    s.bind(0, std::string_view(key));
    if (!s.step()) throw FormatError(path + ": the record is damaged: it lacks '" + std::string(key) + "'");
    return s.text(0);
  };
  const auto number = [&](const char* key) { return parse_json(text(key), path); };
  if (!(parse_json(text("experiment"), path) == parse_json(write_json(file), path)))
    throw OptionError(path +
                      ": the record is of another search; resume with the settings it was started with, or begin anew "
                      "without --resume");
  if (text("outcome") == "done") throw OptionError(path + ": this search is done; leave --resume out to begin it anew");
  Board::Moment moment;
  moment.reports = read_reports(database_, plan_.space);
  moment.events = read_events(database_, plan_.space);
  reports_ = moment.reports.size();
  events_ = moment.events.size();
  moment.spent = OptionType<Index>::read(number("spent"), at_least(0));
  moment.round = OptionType<Index>::read(number("round"), at_least(0));
  moment.seconds = OptionType<double>::read(number("seconds"), at_least(0));
  moment.members.resize(static_cast<std::size_t>(plan_.members()));
  Index rows = 0;
  Statement s = database_.prepare("SELECT * FROM member ORDER BY member");
  while (s.step()) {
    const Index which = s.integer(0);
    if (which < kBestMember || which >= plan_.members())
      throw FormatError(path + ": the record is damaged: there is no member " + std::to_string(which));
    SearchMember m{.epoch = s.integer(1),
                   .seed = s.integer(2),
                   .look = s.integer(3),
                   .file = std::make_shared<const Value>(parse_json(s.text(8), path)),
                   .values = values_of(plan_.space, s.text(7), path)};
    m.is_finished = s.integer(4) != 0;
    m.has_failed = s.integer(5) != 0;
    if (!s.is_null(6)) m.score = s.real(6);
    if (!s.is_null(9)) {
      const std::span<const std::byte> bytes = s.bytes(9);
      m.state = std::make_shared<const std::string>(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    }
    if (which == kBestMember) {
      moment.best = {.member = OptionType<Index>::read(number("best_member"), at_least(0)),
                     .epoch = m.epoch,
                     .seed = m.seed,
                     .score = m.score.value_or(0),
                     .file = m.file,
                     .values = m.values,
                     .state = m.state};
    } else {
      moment.members[static_cast<std::size_t>(which)] = std::move(m);
      ++rows;
    }
  }
  if (rows != plan_.members()) throw FormatError(path + ": the record is damaged: it lacks a member");
  // What is in force is what the lineage says.
  for (const SearchEvent& event : moment.events)
    if (event.kind <= SearchEvent::kExplore && event.member >= 0 && event.member < plan_.members())
      moment.members[static_cast<std::size_t>(event.member)].values = event.values;
  return moment;
}

SearchRecord SearchRecord::read(const std::string& directory) {
  if (!is_search(directory))
    throw FileError(directory + ": the directory has no " + kSearchFile + ", so it is no search");
  Database database = open_store(directory, Database::Access::kRead);
  SearchRecord record{.name = std::filesystem::path(directory).lexically_normal().filename().string()};
  if (record.name.empty())
    record.name = std::filesystem::path(directory).lexically_normal().parent_path().filename().string();
  Statement s = database.prepare("SELECT key, value FROM search");
  Value table = Value::Table{};
  while (s.step()) table.set(s.text(0), s.text(1));
  const auto text = [&](const char* key) -> std::string {
    const Value* value = table.find(key);
    return value != nullptr && value->as_string() != nullptr ? *value->as_string() : "";
  };
  const auto count = [&](const char* key, Index otherwise) {
    const std::string digits = text(key);
    return digits.empty() ? otherwise : OptionType<Index>::read(parse_json(digits, database.path()), {});
  };
  record.method = text("method");
  record.score = text("score");
  record.outcome = text("outcome");
  for (const char* smaller : {"loss", "rmse", "mae"})
    if (record.score.ends_with(smaller)) record.sign = -1;
  record.members = count("members", 0);
  record.epochs = count("epochs", 0);
  record.spent = count("spent", 0);
  record.best_member = count("best_member", -1);
  record.best_epoch = count("best_epoch", 0);
  if (!text("best_score").empty())
    record.best_score = OptionType<double>::read(parse_json(text("best_score"), database.path()), {});
  if (!text("seconds").empty())
    record.seconds = OptionType<double>::read(parse_json(text("seconds"), database.path()), {});
  record.space = read_space(parse_json(text("space"), database.path()));
  record.reports = read_reports(database, record.space);
  record.events = read_events(database, record.space);
  return record;
}

std::vector<SearchReport> SearchRecord::in_order() const {
  std::vector<SearchReport> sorted = reports;
  const bool side_by_side = method == "pbt" || method == "halving";
  std::ranges::stable_sort(sorted, [&](const SearchReport& a, const SearchReport& b) {
    return side_by_side ? std::pair(a.epoch, a.member) < std::pair(b.epoch, b.member)
                        : std::pair(a.member, a.epoch) < std::pair(b.member, b.epoch);
  });
  return sorted;
}

bool is_search(const std::string& directory) {
  return std::filesystem::exists(path_of(directory));
}

// Back from the end: what a member was before an exploit is its parent.
std::vector<Stretch> lineage_of(const SearchRecord& record, Index member, Index epoch) {
  std::vector<Stretch> stretches;
  Stretch now{.member = member, .end = epoch};
  const auto close = [&](Index begin, const Values& values) {
    now.begin = begin;
    now.values = values;
    if (now.begin < now.end) stretches.push_back(now);
    now.end = begin;
  };
  for (auto event = record.events.rbegin(); event != record.events.rend(); ++event) {
    if (event->member != now.member || event->epoch > now.end) continue;
    // Of the last look, what came after it does not belong to what was looked at.
    if (stretches.empty() && event->epoch == epoch && event->kind != SearchEvent::kStart) continue;
    if (event->kind == SearchEvent::kStart) {
      close(0, event->values);
      break;
    }
    if (event->kind == SearchEvent::kExplore || event->kind == SearchEvent::kExploit)
      close(event->epoch, event->values);
    if (event->kind == SearchEvent::kExploit) now.member = event->parent;
  }
  std::ranges::reverse(stretches);
  return stretches;
}

}  // namespace isinglass
