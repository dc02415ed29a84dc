// isinglass/record/database.h - SQLite as the run store uses it: every failure is one line that names the file.
#pragma once
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "isinglass/base/shape.h"

struct sqlite3;
struct sqlite3_stmt;

namespace isinglass {

// A prepared statement; its database outlives it. Parameters and columns count from 0.
class Statement {
 public:
  Statement& bind(int parameter, Index value);
  Statement& bind(int parameter, double value);  // not a number: null
  Statement& bind(int parameter, std::string_view text);
  Statement& bind(int parameter, std::span<const std::byte> bytes);  // not copied: they outlive run()
  Statement& bind_null(int parameter);

  bool step();   // to the next row; false: there is none, and the statement can be bound anew
  void run();    // of a statement that gives no rows
  void reset();  // forgets the rows that are left

  // Of the present row. Throw FormatError when the column is of another type.
  Index integer(int column) const;
  double real(int column) const;  // null: not a number
  bool is_null(int column) const;
  std::string text(int column) const;
  std::span<const std::byte> bytes(int column) const;  // until the next step

 private:
  friend class Database;
  struct Finalise {
    void operator()(sqlite3_stmt* statement) const;
  };
  [[noreturn]] void wrong_type(int column, std::string_view expected) const;

  sqlite3* database_ = nullptr;
  std::string path_;
  std::unique_ptr<sqlite3_stmt, Finalise> statement_;
};

// Throws FileError when the file system refuses (missing, no permission, disk full), FormatError when the file is no
// database or is damaged. One thread at a time.
class Database {
 public:
  enum class Access { kRead, kWrite, kCreate };  // kCreate: there is no file yet
  Database(const std::string& path, Access access);

  void execute(const char* statements);
  Statement prepare(std::string_view statement);
  Index number(std::string_view statement);  // what it says in its first row and column
  const std::string& path() const { return path_; }
  Index bytes();  // of the file, without what still stands in the log

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };
  void open(const std::string& address, int flags);

  std::string path_;
  std::unique_ptr<sqlite3, Close> database_;
};

}  // namespace isinglass
