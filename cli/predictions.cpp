#include "cli/predictions.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <span>

#include "cli/output.h"
#include "isinglass/base/error.h"
#include "isinglass/io/csv.h"
#include "isinglass/io/file.h"
#include "isinglass/io/json.h"
#include "isinglass/io/npy.h"
#include "isinglass/io/text.h"

namespace isinglass {
namespace {

// The shortest text that reads back as the number that the network computed.
std::string cell(double number, bool is_float) {
  if (std::isnan(number)) return "";
  const auto narrow = static_cast<float>(number);
  return is_float && static_cast<double>(narrow) == number ? number_text(narrow) : number_text(number);
}

std::string to_csv(const Predictions& p) {
  std::vector<std::vector<std::string>> rows;
  for (Index i = 0; i < p.samples; ++i) {
    std::vector<std::string>& row = rows.emplace_back();
    if (!p.target.empty()) row.push_back(p.classes[static_cast<std::size_t>(i)].value_or(""));
    for (std::size_t c = 0; c < p.columns.size(); ++c) row.push_back(cell(p.at(i, c), p.is_float));
  }
  return write_csv(p.header(), rows);
}

Value to_records(const Predictions& p) {
  Value::Array records;
  for (Index i = 0; i < p.samples; ++i) {
    Value::Table record;
    const auto& name = p.classes[static_cast<std::size_t>(i)];
    if (!p.target.empty()) record.emplace_back(p.target, name ? Value(*name) : Value());
    for (std::size_t c = 0; c < p.columns.size(); ++c)
      record.emplace_back(p.columns[c], std::isnan(p.at(i, c)) ? Value() : Value(p.at(i, c)));
    records.emplace_back(std::move(record));
  }
  return records;
}

std::string to_npy(const Predictions& p) {
  const auto bytes = std::as_bytes(std::span(p.numbers));
  return write_npy({.type = DType::kF64,
                    .shape = {p.samples, static_cast<Index>(p.columns.size())},
                    .bytes = {bytes.begin(), bytes.end()}});
}

// The first samples as a table to look at.
std::string to_text(const Predictions& p) {
  constexpr Index kRows = 20;
  constexpr std::size_t kColumns = 12;
  const std::size_t columns = std::min(p.columns.size(), kColumns);
  std::vector<std::vector<std::string>> rows{{"sample"}};
  if (!p.target.empty()) rows[0].push_back(p.target);
  rows[0].insert(rows[0].end(), p.columns.begin(), p.columns.begin() + static_cast<std::ptrdiff_t>(columns));
  for (Index i = 0; i < std::min(p.samples, kRows); ++i) {
    std::vector<std::string>& row = rows.emplace_back(std::vector{std::to_string(i)});
    if (!p.target.empty()) row.push_back(p.classes[static_cast<std::size_t>(i)].value_or("-"));
    for (std::size_t c = 0; c < columns; ++c)
      row.push_back(std::isnan(p.at(i, c)) ? "-" : fmt::format("{:.5g}", p.at(i, c)));
  }
  std::string text = aligned(rows, p.target.empty() ? "r" : "rlr");
  if (p.samples > kRows || p.columns.size() > kColumns)
    text += fmt::format("of {} samples and {} columns; -o FILE.csv writes all\n", p.samples, p.columns.size());
  return text;
}

bool is_same_file(const std::string& a, const std::string& b) {
  std::error_code error;
  return std::filesystem::equivalent(a, b, error);
}

}  // namespace

void check_output(const std::string& output, const std::string& input) {
  if (output.empty() || output == "-") return;
  if (!output.ends_with(".csv") && !output.ends_with(".json") && !output.ends_with(".npy"))
    throw InputError("-o: expected a name that ends in .csv, .json or .npy, or - for CSV on standard output, found " +
                     in_quotes(output));
  if (is_same_file(input, output)) throw InputError("-o: " + output + " is the input itself; choose another name");
}

void deliver(const Predictions& p, const std::string& what, const std::string& model, const std::string& output,
             bool json) {
  if (json && output == "-") throw OptionError("--json and -o - both want standard output; leave one out");
  if (output.ends_with(".csv")) write_file(output, to_csv(p));
  if (output.ends_with(".json")) write_file(output, write_json(to_records(p), 1) + "\n");
  if (output.ends_with(".npy")) write_file(output, to_npy(p));
  if (json) {
    Value document = Value::Table{};
    document.set("model", model);
    document.set("samples", p.samples);
    if (!output.empty())
      document.set("output", output);
    else
      document.set(what, to_records(p));
    print_json(document);
  } else if (output.empty()) {
    print(to_text(p));
  } else if (output == "-") {
    print(to_csv(p));
  } else {
    say(fmt::format("{} {} in {}", p.samples, what, output));
  }
}

}  // namespace isinglass
