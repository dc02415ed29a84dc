// isinglass/io/json.h - JSON text <-> Value, strictly as RFC 8259 has it.
#pragma once
#include <string>
#include <string_view>

#include "isinglass/base/value.h"

namespace isinglass {

// Reads one JSON document; every value remembers its line and column (of characters, from 1).
// Integers that fit 64 bits become integers, all other numbers ("1.0", "1e3", "-0", 2^63) reals.
// Throws FormatError "name:line:column: ..." for anything the RFC does not allow, and also for a
// key that appears twice, a lone surrogate, a number beyond the range of double, nesting deeper
// than 64 and text beyond 1 GiB. A byte order mark is skipped. `name` is the file's name for
// messages.
Value parse_json(std::string_view text, const std::string& name);

// Writes a document on one line without spaces (indent 0), or with `indent` spaces a level, where
// an array of plain values stays on one line. Numbers are the shortest text that reads back as the
// same bits and type; as JSON has no other way, "NaN", "Infinity" and "-Infinity" become strings.
// Bytes that are no UTF-8 become the replacement character.
std::string write_json(const Value& value, int indent = 0);

}  // namespace isinglass
