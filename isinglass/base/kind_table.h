// isinglass/base/kind_table.h - a table of interchangeable things that files name by their kind.
//
// Layers, losses, initialisers, optimisers and schedules each have one. A file says "relu", or
// { kind = "leaky_relu", negative_slope = 0.1 } with options.
#pragma once
#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "isinglass/base/options.h"

namespace isinglass {

// One row: T is the type-erased value (Layer, Loss, ...).
template <class T>
struct Kind {
  std::string name, summary;
  std::vector<OptionInfo> options;
  // Makes the thing from a table of options; keys in `extra` belong to somebody else.
  std::function<T(const Value& table, const std::vector<std::string>& extra)> make;
};

// The row of struct S, whose options() lists its settings.
template <class T, class S>
Kind<T> kind_of(const std::string& what) {
  return {.name = std::string(S::kName),
          .summary = std::string(S::kSummary),
          .options = describe_options<S>(),
          .make = [what](const Value& table, const std::vector<std::string>& extra) -> T {
            S settings{};
            read_options(table, settings, what + " " + std::string(S::kName), extra);
            return T(std::move(settings));
          }};
}

// Row is Kind<T> or a struct derived from it.
template <class T, class Row = Kind<T>>
class KindTable {
 public:
  explicit KindTable(std::string what) : what_(std::move(what)) {}

  void add(Row row) {
    const auto place = std::lower_bound(rows_.begin(), rows_.end(), row.name,
                                        [](const Row& r, const std::string& name) { return r.name < name; });
    rows_.insert(place, std::move(row));
  }
  const std::vector<Row>& rows() const { return rows_; }  // sorted by name
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const Row& row : rows_) names.push_back(row.name);
    return names;
  }
  // Throws OptionError with the near names; `where` heads the message.
  const Row& find(const std::string& name, const std::string& where = "") const {
    for (const Row& row : rows_)
      if (row.name == name) return row;
    throw OptionError(where + "there is no " + what_ + " '" + name + "'" + did_you_mean(name, names()));
  }
  // A name, or a table with the key "kind". Throws OptionError with file and line.
  T read(const Value& value, std::vector<std::string> extra = {}) const {
    if (const std::string* name = value.as_string()) {
      Value empty = Value::Table{};
      empty.set_location(value.location());
      return find(*name, value.where()).make(empty, extra);
    }
    const Value* kind = value.find("kind");
    if (kind == nullptr || kind->as_string() == nullptr)
      throw OptionError(value.where() + "expected the name of a " + what_ + " or a table with 'kind', got " +
                        value.preview());
    extra.emplace_back("kind");
    return find(*kind->as_string(), kind->where()).make(value, extra);
  }

 private:
  std::string what_;
  std::vector<Row> rows_;
};

// What KindTable::read reads: the options of S under its kind.
template <class S>
Value write_kind(const S& settings) {
  Value table = Value::Table{};
  table.set("kind", S::kName);
  const Value options = write_options(settings);
  for (const auto& [name, value] : *options.as_table()) table.set(name, value);
  return table;
}

// A kind of the library ends its file with ISINGLASS_ENTERS(optimiser, Adam): the file that keeps the table, and defines
// ISINGLASS_FILLS_TABLES, calls register_optimiser<Adam>(). Others who include it compile nothing of it that they do not
// use.
#ifdef ISINGLASS_FILLS_TABLES
#  define ISINGLASS_ENTERS(table, Struct) inline const bool k##Struct##Entered = register_##table<Struct>();
#else
#  define ISINGLASS_ENTERS(table, Struct)
#endif

}  // namespace isinglass
