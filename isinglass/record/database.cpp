#include "isinglass/record/database.h"

#include <sqlite3.h>

#include <cmath>
#include <filesystem>
#include <limits>

#include "isinglass/base/error.h"

namespace isinglass {
namespace {

constexpr int kMostBytes = 1 << 30;  // of one row

[[noreturn]] void fail(const std::string& path, sqlite3* database, int code) {
  const std::string reason = database != nullptr ? sqlite3_errmsg(database) : sqlite3_errstr(code);
  switch (code & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_ERROR:  // a table or column is missing
    case SQLITE_SCHEMA:
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_TOOBIG:
      throw FormatError(path + ": the run store is damaged (" + reason + "); remove it, or train the run again");
    case SQLITE_NOMEM:
      throw std::bad_alloc();
    case SQLITE_FULL:
      throw FileError(path + ": the disk is full; make room, or give the run a smaller [record] budget");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      throw FileError(path + ": another program is writing to the run store; wait until it is done");
    default:
      throw FileError(path + ": the run store cannot be read or written (" + reason + ")");
  }
}

// As an address for SQLite; the options stand behind it.
std::string address_of(const std::string& path, std::string_view options) {
  std::string address = "file:";
  for (const char c : path) {
    if (c == '?' || c == '#' || c == '%') {
      constexpr char kDigits[] = "0123456789ABCDEF";
      address += {'%', kDigits[static_cast<unsigned char>(c) >> 4], kDigits[c & 15]};
    } else {
      address += c;
    }
  }
  return address + std::string(options);
}

}  // namespace

void Statement::Finalise::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}
void Database::Close::operator()(sqlite3* database) const {
  sqlite3_close_v2(database);
}

Database::Database(const std::string& path, Access access) : path_(path) {
  if (access != Access::kCreate && !std::filesystem::is_regular_file(path))
    throw FileError(path + ": there is no such run store");
  const int common = SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX;
  if (access != Access::kRead) {
    open(address_of(path, ""), common | SQLITE_OPEN_READWRITE | (access == Access::kCreate ? SQLITE_OPEN_CREATE : 0));
    return;
  }
  try {  // as one who may write, so that a log that a killed run left is taken in
    open(address_of(path, ""), common | SQLITE_OPEN_READWRITE);
    execute("PRAGMA query_only = ON");
    number("SELECT count(*) FROM sqlite_master");
  } catch (const FileError&) {  // in a directory where nobody may write there is no log beside the store
    if (std::filesystem::exists(path + "-wal") || std::filesystem::exists(path + "-journal")) throw;
    open(address_of(path, "?immutable=1"), common | SQLITE_OPEN_READONLY);
  }
}

void Database::open(const std::string& address, int flags) {
  sqlite3* opened = nullptr;
  const int code = sqlite3_open_v2(address.c_str(), &opened, flags, nullptr);
  database_.reset(opened);
  if (code != SQLITE_OK) fail(path_, opened, code);
  constexpr int kPatience = 5000;  // milliseconds
  sqlite3_busy_timeout(opened, kPatience);
  sqlite3_limit(opened, SQLITE_LIMIT_LENGTH, kMostBytes);
  sqlite3_db_config(opened, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(opened, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
}

void Database::execute(const char* statements) {
  const int code = sqlite3_exec(database_.get(), statements, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(path_, database_.get(), code);
}

Statement Database::prepare(std::string_view statement) {
  Statement s;
  sqlite3_stmt* prepared = nullptr;
  const int code =
      sqlite3_prepare_v2(database_.get(), statement.data(), static_cast<int>(statement.size()), &prepared, nullptr);
  s.statement_.reset(prepared);
  s.database_ = database_.get();
  s.path_ = path_;
  if (code != SQLITE_OK) fail(path_, database_.get(), code);
  return s;
}

Index Database::number(std::string_view statement) {
  Statement s = prepare(statement);
  return s.step() ? s.integer(0) : 0;
}

Index Database::bytes() {
  return number("PRAGMA page_count") * number("PRAGMA page_size");
}

Statement& Statement::bind(int parameter, Index value) {
  sqlite3_bind_int64(statement_.get(), parameter + 1, value);
  return *this;
}
Statement& Statement::bind(int parameter, double value) {
  sqlite3_bind_double(statement_.get(), parameter + 1, value);
  return *this;
}
Statement& Statement::bind(int parameter, std::string_view text) {
  sqlite3_bind_text64(statement_.get(), parameter + 1, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  return *this;
}
Statement& Statement::bind(int parameter, std::span<const std::byte> bytes) {
  sqlite3_bind_blob64(statement_.get(), parameter + 1, bytes.data(), bytes.size(), SQLITE_STATIC);
  return *this;
}
Statement& Statement::bind_null(int parameter) {
  sqlite3_bind_null(statement_.get(), parameter + 1);
  return *this;
}

bool Statement::step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  sqlite3_reset(statement_.get());
  if (code != SQLITE_DONE) fail(path_, database_, code);
  return false;
}

void Statement::run() {
  while (step()) {
  }
}

void Statement::reset() {
  sqlite3_reset(statement_.get());
}

void Statement::wrong_type(int column, std::string_view expected) const {
  throw FormatError(path_ + ": the run store is damaged: '" + sqlite3_column_name(statement_.get(), column) +
                    "' should be " + std::string(expected) + "; remove it, or train the run again");
}

Index Statement::integer(int column) const {
  if (sqlite3_column_type(statement_.get(), column) != SQLITE_INTEGER) wrong_type(column, "an integer");
  return sqlite3_column_int64(statement_.get(), column);
}

double Statement::real(int column) const {
  const int type = sqlite3_column_type(statement_.get(), column);
  if (type == SQLITE_NULL) return std::numeric_limits<double>::quiet_NaN();
  if (type != SQLITE_FLOAT && type != SQLITE_INTEGER) wrong_type(column, "a number");
  return sqlite3_column_double(statement_.get(), column);
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

std::string Statement::text(int column) const {
  if (sqlite3_column_type(statement_.get(), column) != SQLITE_TEXT) wrong_type(column, "text");
  const unsigned char* text = sqlite3_column_text(statement_.get(), column);
  return std::string(reinterpret_cast<const char*>(text),
                     static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column)));
}

std::span<const std::byte> Statement::bytes(int column) const {
  if (sqlite3_column_type(statement_.get(), column) != SQLITE_BLOB) wrong_type(column, "bytes");
  const void* bytes = sqlite3_column_blob(statement_.get(), column);
  return {static_cast<const std::byte*>(bytes),
          static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

}  // namespace isinglass
