#include "isinglass/figure/series_data.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>

#include "isinglass/base/error.h"
#include "isinglass/base/value.h"
#include "isinglass/figure/svg.h"
#include "isinglass/io/text.h"

namespace isinglass {
namespace {

constexpr std::string_view kOpening = "<g class=\"series", kEnd = "\"", kRest = "-rest\"";

std::optional<double> number_of(std::string_view text) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (text == "nan") return std::numeric_limits<double>::quiet_NaN();
  if (text == "inf") return kInfinity;
  if (text == "-inf") return -kInfinity;
  return parse_real(text);
}

// Reads one opening tag, attribute by attribute.
class TagReader {
 public:
  TagReader(std::string_view tag, const std::string& name) : rest_(tag), name_(name) {}

  SeriesData read() {
    SeriesData data;
    while (rest_.starts_with(" data-")) {
      rest_.remove_prefix(6);
      const std::string key(up_to("=\""));
      const std::string_view value = up_to("\"");
      if (key == "name")
        data.name = xml_unescaped(value);
      else
        data.columns.emplace_back(key, numbers(value));
    }
    return data;
  }

 private:
  std::string_view up_to(std::string_view end) {
    const std::size_t length = rest_.find(end);
    if (length == std::string_view::npos)
      throw FormatError(name_ + ": an attribute of a series does not end; the file is damaged or not one of ours");
    const std::string_view found = rest_.substr(0, length);
    rest_.remove_prefix(length + end.size());
    return found;
  }

  std::vector<double> numbers(std::string_view text) const {
    std::vector<double> all;
    while (!text.empty()) {
      const std::string_view word = text.substr(0, text.find(' '));
      const std::optional<double> number = number_of(word);
      if (!number) throw FormatError(name_ + ": expected a number of a series, found " + in_quotes(word));
      all.push_back(*number);
      text.remove_prefix(std::min(word.size() + 1, text.size()));
    }
    return all;
  }

  std::string_view rest_;
  const std::string& name_;
};

}  // namespace

const std::vector<double>& SeriesData::column(const std::string& column_name) const {
  std::vector<std::string> known;
  for (const auto& [key, numbers] : columns) {
    if (key == column_name) return numbers;
    known.push_back(key);
  }
  throw InputError("series '" + name + "' has no column '" + column_name + "'" + did_you_mean(column_name, known));
}

// A column's numbers from `begin` on, as many as one tag holds.
static std::string column_attribute(const std::string& key, const std::vector<double>& numbers, std::size_t begin) {
  const std::size_t end = std::min(numbers.size(), begin + kNumbersOfATag);
  std::string out = " data-" + xml_escaped(key) + "=\"";
  for (std::size_t i = begin; i < end; ++i) out += (i > begin ? " " : "") + number_text(numbers[i]);
  return out + '"';
}

std::string series_attributes(const SeriesData& data) {
  std::string out = " data-name=\"" + xml_escaped(data.name) + "\"";
  for (const auto& [key, numbers] : data.columns) out += column_attribute(key, numbers, 0);
  return out;
}

std::string series_rest(const SeriesData& data) {
  std::string out;
  for (const auto& [key, numbers] : data.columns)
    for (std::size_t begin = kNumbersOfATag; begin < numbers.size(); begin += kNumbersOfATag)
      out += std::string(kOpening) + std::string(kRest) + column_attribute(key, numbers, begin) + "/>\n";
  return out;
}

static void append_rest(std::vector<SeriesData>& all, const SeriesData& rest, const std::string& name) {
  for (const auto& [key, numbers] : rest.columns) {
    std::vector<double>* column = nullptr;
    if (!all.empty())
      for (auto& [known, values] : all.back().columns)
        if (known == key) column = &values;
    if (column == nullptr)
      throw FormatError(name + ": the rest of a column stands before its beginning; the file is damaged");
    column->insert(column->end(), numbers.begin(), numbers.end());
  }
}

std::vector<SeriesData> read_series(std::string_view svg, const std::string& name) {
  std::vector<SeriesData> all;
  for (std::size_t at = svg.find(kOpening); at != std::string_view::npos; at = svg.find(kOpening, at)) {
    at += kOpening.size();
    const bool is_rest = svg.substr(at).starts_with(kRest);
    if (!is_rest && !svg.substr(at).starts_with(kEnd)) continue;
    at += is_rest ? kRest.size() : kEnd.size();
    SeriesData read = TagReader(svg.substr(at), name).read();
    if (!is_rest)
      all.push_back(std::move(read));
    else
      append_rest(all, read, name);
  }
  return all;
}

const SeriesData& series_named(const std::vector<SeriesData>& all, const std::string& series_name) {
  std::vector<std::string> known;
  for (const SeriesData& data : all) {
    if (data.name == series_name) return data;
    known.push_back(data.name);
  }
  throw InputError("the figure has no series '" + series_name + "'" + did_you_mean(series_name, known));
}

}  // namespace isinglass
