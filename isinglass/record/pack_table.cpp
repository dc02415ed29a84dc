#include "isinglass/record/pack_table.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <tuple>

#include "isinglass/base/error.h"

namespace isinglass {
namespace {

constexpr Index kBeyond = std::numeric_limits<Index>::max();
constexpr Index kFewRows = 256;  // a last pack with fewer is written anew with those that follow

// The columns of each kind, as docs/run-store.md lists them; the first is the key.
template <class Row>
struct Columns;
template <>
struct Columns<StepRow> {
  static constexpr std::string_view kKind = "step";
  static constexpr bool kIsUnique = true;  // a key has one row
  static constexpr std::tuple kAll{&StepRow::step, &StepRow::epoch,         &StepRow::batch, &StepRow::samples,
                                   &StepRow::loss, &StepRow::learning_rate, &StepRow::frame};
};
template <>
struct Columns<EpochRow> {
  static constexpr std::string_view kKind = "epoch";
  static constexpr bool kIsUnique = true;
  static constexpr std::tuple kAll{&EpochRow::epoch, &EpochRow::loss, &EpochRow::monitored_loss, &EpochRow::seconds};
};
template <>
struct Columns<LayerStatistic> {
  using R = LayerStatistic;
  static constexpr std::string_view kKind = "layer_statistic";
  static constexpr bool kIsUnique = false;
  static constexpr std::tuple kAll{&R::step,      &R::layer,         &R::mean,        &R::deviation,   &R::dead,
                                   &R::saturated, &R::gradient_norm, &R::weight_norm, &R::update_ratio};
};
template <>
struct Columns<UnitStatistic> {
  using R = UnitStatistic;
  static constexpr std::string_view kKind = "unit_statistic";
  static constexpr bool kIsUnique = false;
  static constexpr std::tuple kAll{&R::step, &R::layer, &R::unit, &R::mean, &R::deviation, &R::dead, &R::saturated};
};
template <>
struct Columns<UnitNorm> {
  using R = UnitNorm;
  static constexpr std::string_view kKind = "unit_norm";
  static constexpr bool kIsUnique = false;
  static constexpr std::tuple kAll{&R::step, &R::layer, &R::unit, &R::gradient_norm, &R::weight_norm, &R::update_ratio};
};

constexpr std::size_t kNumberBytes = 8;
template <class Row>
constexpr std::size_t kRowBytes = kNumberBytes* std::tuple_size_v<decltype(Columns<Row>::kAll)>;

template <class Row>
Index key_of(const Row& row) {
  return row.*std::get<0>(Columns<Row>::kAll);
}

template <class Row, class F>
void for_each_column(F f) {
  std::apply([&](auto... column) { (f(column), ...); }, Columns<Row>::kAll);
}

template <class Row>
void pack(std::span<const Row> rows, std::vector<std::byte>& numbers) {
  numbers.resize(rows.size() * kRowBytes<Row>);
  std::byte* out = numbers.data();
  for_each_column<Row>([&](auto column) {
    static_assert(sizeof(rows[0].*column) == kNumberBytes);
    for (const Row& row : rows) {
      std::memcpy(out, &(row.*column), kNumberBytes);
      out += kNumberBytes;
    }
  });
}

// Counts are not negative, but for the frame of a step without one.
bool is_count(const StepRow& row, Index StepRow::*column) {
  return row.*column >= (column == &StepRow::frame ? -1 : 0);
}
template <class Row>
bool is_count(const Row& row, Index Row::*column) {
  return row.*column >= 0;
}
template <class Row>
bool is_count(const Row&, double Row::*) {
  return true;
}

template <class Row>
bool unpack(std::span<const std::byte> numbers, std::vector<Row>& rows) {
  bool is_right = true;
  const std::byte* in = numbers.data();
  for_each_column<Row>([&](auto column) {
    for (Row& row : rows) {
      std::memcpy(&(row.*column), in, kNumberBytes);
      in += kNumberBytes;
      is_right = is_right && is_count(row, column);
    }
  });
  return is_right;
}

template <class Row>
bool are_in_order(const Row& a, const Row& b) {
  return key_of(a) < key_of(b) || (!Columns<Row>::kIsUnique && key_of(a) == key_of(b));
}

// By key; of several with the same the last, where one is all that there may be.
template <class Row>
void arrange(std::vector<Row>& rows) {
  const auto out_of_order = [](const Row& a, const Row& b) { return !are_in_order(a, b); };
  if (std::ranges::adjacent_find(rows, out_of_order) == rows.end()) return;
  std::ranges::stable_sort(rows, {}, key_of<Row>);
  if (!Columns<Row>::kIsUnique) return;
  std::size_t count = 0;
  for (const Row& row : rows) {
    if (count > 0 && key_of(rows[count - 1]) == key_of(row)) --count;
    rows[count++] = row;
  }
  rows.resize(count);
}

}  // namespace

template <class Row>
PackTable<Row>::PackTable(Database& database)
    : path_(database.path()),
      find_(database.prepare("SELECT first, last, rows, numbers FROM pack WHERE kind = ? AND first <= ? ORDER BY first "
                             "DESC LIMIT 1")),
      next_(database.prepare("SELECT first, last, rows, numbers FROM pack WHERE kind = ? AND first >= ? ORDER BY first "
                             "LIMIT 1")),
      last_(database.prepare("SELECT first, last, rows FROM pack WHERE kind = ? ORDER BY first DESC LIMIT 1")),
      insert_(database.prepare("INSERT INTO pack VALUES (?, ?, ?, ?, ?)")),
      remove_(database.prepare("DELETE FROM pack WHERE kind = ? AND first >= ?")) {
  for (Statement* s : {&find_, &next_, &last_, &insert_, &remove_}) s->bind(0, Columns<Row>::kKind);
}

template <class Row>
void PackTable<Row>::fail() const {
  throw FormatError(path_ + ": the run store is damaged: a pack of the kind " + std::string(Columns<Row>::kKind) +
                    " has not the rows that it should; remove it, or train the run again");
}

// The pack that the statement finds; false: there is none.
template <class Row>
bool PackTable<Row>::read(Statement& statement, std::vector<Row>& rows) {
  rows.clear();
  if (!statement.step()) return false;
  const Place place{statement.integer(0), statement.integer(1), statement.integer(2)};
  const std::span<const std::byte> numbers = statement.bytes(3);
  const std::size_t count = numbers.size() / kRowBytes<Row>;
  if (count == 0 || numbers.size() % kRowBytes<Row> != 0 || place.rows != static_cast<Index>(count)) fail();
  rows.resize(count);
  const auto out_of_order = [](const Row& a, const Row& b) { return !are_in_order(a, b); };
  if (!unpack(numbers, rows) || key_of(rows.front()) != place.first || key_of(rows.back()) != place.last ||
      std::ranges::adjacent_find(rows, out_of_order) != rows.end()) {
    rows.clear();
    fail();
  }
  statement.reset();
  return true;
}

template <class Row>
const std::vector<Row>& PackTable<Row>::up_to(Index key) {
  const bool is_at_hand = !rows_.empty() && key_of(rows_.front()) <= key && key <= key_of(rows_.back());
  if (!is_at_hand) read(find_.bind(1, key), rows_);
  return rows_;
}

template <class Row>
std::vector<Row> PackTable<Row>::all() {
  std::vector<Row> rows, some;
  for (Index key = std::numeric_limits<Index>::min(); read(next_.bind(1, key), some); key = key_of(rows.back()) + 1) {
    rows.insert(rows.end(), some.begin(), some.end());
    if (key_of(rows.back()) == kBeyond) break;
  }
  return rows;
}

template <class Row>
auto PackTable<Row>::last_place() -> std::optional<Place> {
  if (!last_.step()) return std::nullopt;
  const Place place{last_.integer(0), last_.integer(1), last_.integer(2)};
  last_.reset();
  return place;
}

// Moves the rows of the last pack before `rows`.
template <class Row>
void PackTable<Row>::take_out(const Place& place, std::vector<Row>& rows) {
  if (!read(find_.bind(1, place.first), rows_)) fail();
  rows.insert(rows.begin(), rows_.begin(), rows_.end());
  remove_.bind(1, place.first).run();
  rows_.clear();
}

template <class Row>
void PackTable<Row>::add(std::vector<Row>& rows) {
  if (rows.empty()) return;
  arrange(rows);
  const Index first = key_of(rows.front());
  std::optional<Place> last = last_place();
  if (last && last->last < first && last->rows < kFewRows) {
    take_out(*last, rows);
  } else {
    for (; last && last->last >= first; last = last_place()) take_out(*last, rows);
    arrange(rows);
  }
  write(rows);
}

template <class Row>
void PackTable<Row>::cut(Index key) {
  std::vector<Row> rows;
  for (std::optional<Place> last = last_place(); last && last->last >= key; last = last_place()) {
    take_out(*last, rows);
    std::erase_if(rows, [&](const Row& row) { return key_of(row) >= key; });
    if (!rows.empty()) return write(rows);
  }
}

template <class Row>
void PackTable<Row>::write(std::span<const Row> rows) {
  std::vector<std::byte> numbers;  // the next table's will lie in the same place: memory that is new takes its time
  for (std::size_t begin = 0, end; begin < rows.size(); begin = end) {
    end = std::min(begin + kRowsOfPack, rows.size());
    while (end < rows.size() && key_of(rows[end]) == key_of(rows[end - 1])) ++end;
    pack(rows.subspan(begin, end - begin), numbers);
    insert_.bind(1, key_of(rows[begin])).bind(2, key_of(rows[end - 1])).bind(3, static_cast<Index>(end - begin));
    insert_.bind(4, std::span<const std::byte>(numbers)).run();
  }
  rows_.clear();
}

template class PackTable<StepRow>;
template class PackTable<EpochRow>;
template class PackTable<LayerStatistic>;
template class PackTable<UnitStatistic>;
template class PackTable<UnitNorm>;

}  // namespace isinglass
