// isinglass/io/csv.h - CSV text <-> rows of strings, strictly as RFC 4180 has it.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "isinglass/base/shape.h"

namespace isinglass {

struct Csv {
  std::vector<std::string> header;             // unique, non-empty names; empty without a header
  std::vector<std::vector<std::string>> rows;  // at least one; all of the header's width
  std::vector<Index> lines;                    // the line, from 1, where each row starts
};

struct CsvOptions {
  // 0: the one of comma, semicolon, tab and | that the first record holds most often outside
  // quotes.
  char delimiter = 0;
  bool has_header = true;
};

// Fields are taken as they stand, spaces included; a field that begins with a quote ends at the
// next single quote, holds delimiters and line ends, and "" inside stands for one quote. Lines end
// with LF, CRLF or CR; empty lines and a byte order mark are skipped. Throws FormatError
// "name:line: ..." for rows of another width than the first, misplaced or open quotes, NUL bytes,
// empty or repeated header names, more than 2^20 columns, and text without rows.
Csv parse_csv(std::string_view text, const std::string& name, const CsvOptions& options = {});

// Comma-separated lines that parse_csv reads back; quotes only where needed. An empty header is not
// written. All rows must be of the header's width, or of one width without header (ShapeError).
std::string write_csv(const std::vector<std::string>& header, const std::vector<std::vector<std::string>>& rows);

}  // namespace isinglass
