// isinglass/io/toml.h - TOML 1.0 text <-> Value.
#pragma once
#include <string>
#include <string_view>

#include "isinglass/base/value.h"

namespace isinglass {

// Reads a TOML document into a table: keys in the order of the file, every value with the line and
// column (of characters, from 1) where it stands, a table with those of its header.
// Throws FormatError "name:line:column: ..." for what TOML does not allow, for dates and times
// (write them as strings), nesting deeper than 64, numbers out of range and text beyond 1 GiB.
// `name` is the file's name for messages.
//
// The reader is our own: toml++ 3.3 aborts in debug builds and is undefined in release
// builds for some malformed text ("a = [1, }x]", letters beyond ASCII outside of strings), nests
// without a limit for dotted keys, and loses the order of keys.
Value parse_toml(std::string_view text, const std::string& name);

// Writes a table so that parse_toml reads back equal values. Plain values come first, then [tables]
// and [[arrays of tables]], each group in its own order; an array of small tables is written as
// inline tables, one a line. Throws InputError when `table` is no table or a value within it is
// null, which TOML cannot say.
std::string write_toml(const Value& table);

}  // namespace isinglass
