// isinglass/record/pack_table.h - rows of one kind in a run store, many of them packed into each row of SQLite.
//
// A tiny network takes a step in less time than SQLite needs for a row. A pack holds the columns of its rows one after
// the other, eight bytes a number, little-endian. The first column is the key: a step or an epoch; packs are in its
// order, as are the rows within, and a key is in one pack alone.
#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "isinglass/record/database.h"
#include "isinglass/record/store_format.h"

namespace isinglass {

// StepRow, EpochRow, LayerStatistic, UnitStatistic or UnitNorm.
template <class Row>
class PackTable {
 public:
  static constexpr std::size_t kRowsOfPack = 4096;  // about: packs are parted between keys

  explicit PackTable(Database& database);

  // The rows of the last pack that begins at or before `key`: those of the key are among them, if they are anywhere.
  // Empty when there is none. Valid until the next call. Throws FormatError.
  const std::vector<Row>& up_to(Index key);
  std::vector<Row> all();

  // Takes rows in and sorts them; a step or epoch that comes again replaces the one that was there.
  void add(std::vector<Row>& rows);
  void cut(Index key);  // drops the rows from that key on

 private:
  struct Place {
    Index first = 0, last = 0, rows = 0;
  };
  std::optional<Place> last_place();
  bool read(Statement& statement, std::vector<Row>& rows);
  void take_out(const Place& place, std::vector<Row>& rows);
  void write(std::span<const Row> rows);
  [[noreturn]] void fail() const;

  std::string path_;
  Statement find_, next_, last_, insert_, remove_;
  std::vector<Row> rows_;  // of the pack that was read last
};

extern template class PackTable<StepRow>;
extern template class PackTable<EpochRow>;
extern template class PackTable<LayerStatistic>;
extern template class PackTable<UnitStatistic>;
extern template class PackTable<UnitNorm>;

}  // namespace isinglass
