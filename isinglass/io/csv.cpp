#include "isinglass/io/csv.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "isinglass/base/error.h"
#include "isinglass/io/text.h"

namespace isinglass {
namespace {

constexpr std::string_view kDelimiters = ",;\t|";
constexpr std::size_t kMostColumns = std::size_t{1} << 20;
using Row = std::vector<std::string>;

[[noreturn]] void refuse(const std::string& name, Index line, const std::string& message) {
  throw FormatError(name + ":" + std::to_string(line) + ": " + message);
}

// LF, CRLF and CR each end one line.
Index count_lines(std::string_view text) {
  Index lines = 0;
  for (std::size_t i = 0; i < text.size(); ++i)
    lines += text[i] == '\n' || (text[i] == '\r' && (i + 1 == text.size() || text[i + 1] != '\n'));
  return lines;
}

std::string plural(std::size_t n, const std::string& noun) {
  return std::to_string(n) + " " + noun + (n == 1 ? "" : "s");
}

class Reader {
 public:
  Reader(std::string_view text, const std::string& name, char delimiter)
      : text_(text), name_(name), delimiter_(delimiter) {
    for (const char c : {delimiter, '"', '\r', '\n'}) ends_plain_[static_cast<unsigned char>(c)] = true;
  }

  // Skips empty lines; false at the end of the text.
  bool next_record() {
    while (at_ < text_.size() && take_line_end()) {
    }
    return at_ < text_.size();
  }

  Index line() const { return line_; }

  // Reads the record here into `row`, at most `limit` fields of it, and returns how many it has.
  std::size_t read_record(Row& row, std::size_t limit) {
    std::size_t count = 0;
    do {
      const bool is_wanted = ++count <= limit;
      if (at_ < text_.size() && text_[at_] == '"') {
        read_quoted();
        if (is_wanted) row.push_back(std::move(unquoted_));
      } else {
        const std::string_view field = read_plain();
        if (is_wanted) row.emplace_back(field);
      }
    } while (take_delimiter());
    take_line_end();
    return count;
  }

 private:
  bool take_delimiter() {
    if (at_ == text_.size() || text_[at_] != delimiter_) return false;
    ++at_;
    return true;
  }

  bool take_line_end() {
    const std::string_view rest = text_.substr(at_, 2);
    if (!rest.starts_with('\n') && !rest.starts_with('\r')) return false;
    at_ += rest == "\r\n" ? 2 : 1;
    ++line_;
    return true;
  }

  std::string_view read_plain() {
    const std::size_t start = at_;
    while (at_ < text_.size() && !ends_plain_[static_cast<unsigned char>(text_[at_])]) ++at_;
    if (at_ < text_.size() && text_[at_] == '"')
      refuse(name_, line_,
             "a quote inside the unquoted field " + in_quotes(text_.substr(start, at_ - start + 1)) +
                 "; quote the whole field and double the quote");
    return text_.substr(start, at_ - start);
  }

  // Leaves the field, without its quotes, in unquoted_.
  void read_quoted() {
    unquoted_.clear();
    const std::size_t start = at_++;
    for (;;) {
      const std::size_t end = text_.find('"', at_);
      if (end == std::string_view::npos)
        refuse(name_, line_,
               "the quoted field that begins here with " + in_quotes(text_.substr(start + 1, 20)) + " is never closed");
      unquoted_ += text_.substr(at_, end - at_);
      at_ = end + 1;
      if (at_ == text_.size() || text_[at_] != '"') break;
      unquoted_ += '"';
      ++at_;
    }
    line_ += count_lines(text_.substr(start, at_ - start));
    if (at_ < text_.size() && !ends_plain_[static_cast<unsigned char>(text_[at_])])
      refuse(name_, line_,
             "expected a delimiter or the end of the line after the quoted field " + in_quotes(unquoted_) + ", found " +
                 in_quotes(text_.substr(at_, 1)));
  }

  std::string_view text_;
  const std::string& name_;
  char delimiter_;
  std::array<bool, 256> ends_plain_{};
  std::string unquoted_;
  std::size_t at_ = 0;
  Index line_ = 1;
};

char find_delimiter(std::string_view text) {
  std::array<Index, 256> counts{};
  bool is_quoted = false, is_blank = true;
  for (const char c : text) {
    if (c == '"') is_quoted = !is_quoted;
    const bool ends_line = !is_quoted && (c == '\n' || c == '\r');
    if (ends_line && !is_blank) break;
    if (!ends_line) is_blank = false;
    if (!is_quoted) ++counts[static_cast<unsigned char>(c)];
  }
  return *std::max_element(kDelimiters.begin(), kDelimiters.end(), [&](char a, char b) {
    return counts[static_cast<unsigned char>(a)] < counts[static_cast<unsigned char>(b)];
  });
}

void check_header(const Row& header, const std::string& name, Index line) {
  std::map<std::string_view, std::size_t> column_of;
  for (std::size_t i = 0; i < header.size(); ++i) {
    if (header[i].empty())
      refuse(name, line,
             "expected a name for column " + std::to_string(i + 1) + " in the header, found nothing" +
                 (i > 0 && i + 1 == header.size() ? "; does each line end with a superfluous delimiter?" : ""));
    const auto [first, is_new] = column_of.emplace(header[i], i);
    if (!is_new)
      refuse(name, line,
             "columns " + std::to_string(first->second + 1) + " and " + std::to_string(i + 1) + " have the same name " +
                 in_quotes(header[i]));
  }
}

void check_text(std::string_view text, const std::string& name) {
  if (text.empty()) throw FormatError(name + ": the file is empty, expected rows of data");
  const std::size_t nul = text.find('\0');
  if (nul != std::string_view::npos)
    refuse(name, 1 + count_lines(text.substr(0, nul)),
           "a NUL byte; expected text (UTF-8): is this a binary file, or UTF-16 text to convert?");
}

char delimiter_for(const CsvOptions& options, std::string_view text) {
  const char delimiter = options.delimiter;
  if (delimiter == '"' || delimiter == '\n' || delimiter == '\r')
    throw OptionError("delimiter: expected a character other than a quote or line end, found " +
                      in_quotes(std::string(1, delimiter)));
  return delimiter == 0 ? find_delimiter(text) : delimiter;
}

bool needs_quotes(std::string_view field) {
  // The other delimiters as well: the reader guesses which one it is.
  return field.find_first_of(",;\t|\"\r\n") != std::string_view::npos ||
         without_byte_order_mark(field).size() != field.size();
}

void append_record(std::string& out, const Row& row) {
  // A record of one empty field would be an empty line, which the reader skips.
  if (row.size() == 1 && row[0].empty()) out += "\"\"";
  for (const std::string& field : row) {
    if (&field != &row.front()) out += ',';
    if (!needs_quotes(field)) {
      out += field;
      continue;
    }
    out += '"';
    for (const char c : field) out.append(c == '"' ? 2 : 1, c);
    out += '"';
  }
  out += '\n';
}

}  // namespace

Csv parse_csv(std::string_view text, const std::string& name, const CsvOptions& options) {
  text = without_byte_order_mark(text);
  check_text(text, name);
  Reader reader(text, name, delimiter_for(options, text));
  if (!reader.next_record()) throw FormatError(name + ": the file holds only empty lines, expected rows of data");

  Csv csv;
  std::size_t width = kMostColumns;
  const auto read_first = [&](Row& row) {
    const Index line = reader.line();
    const std::size_t count = reader.read_record(row, width);
    if (count > kMostColumns)
      refuse(name, line, "expected at most " + plural(kMostColumns, "column") + ", found " + std::to_string(count));
    width = count;
  };
  if (options.has_header) {
    const Index line = reader.line();
    read_first(csv.header);
    check_header(csv.header, name, line);
    if (!reader.next_record())
      refuse(name, line, "found a header of " + plural(width, "column") + " but no rows below it");
  } else {
    csv.lines.push_back(reader.line());
    read_first(csv.rows.emplace_back());
  }
  while (reader.next_record()) {
    const Index line = reader.line();
    Row row;
    row.reserve(width);
    const std::size_t count = reader.read_record(row, width);
    if (count != width)
      refuse(name, line,
             "expected " + plural(width, "field") + " as in the " + (options.has_header ? "header" : "first row") +
                 ", found " + std::to_string(count));
    csv.rows.push_back(std::move(row));
    csv.lines.push_back(line);
  }
  return csv;
}

std::string write_csv(const std::vector<std::string>& header, const std::vector<std::vector<std::string>>& rows) {
  const std::size_t width = header.empty() && !rows.empty() ? rows[0].size() : header.size();
  std::string out;
  if (!header.empty()) append_record(out, header);
  for (const Row& row : rows) {
    if (row.size() != width || row.empty())
      throw ShapeError("CSV row " + std::to_string(&row - rows.data()) + ": expected " + plural(width, "field") +
                       ", found " + std::to_string(row.size()));
    append_record(out, row);
  }
  return out;
}

}  // namespace isinglass
