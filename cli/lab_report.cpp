#include "cli/lab_report.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "cli/output.h"
#include "cli/progress.h"
#include "isinglass/base/error.h"
#include "isinglass/figure/raster.h"
#include "isinglass/io/text.h"

namespace isinglass {

std::string yes(bool is_so) {
  return is_so ? "yes" : "no";
}

std::string short_number(double x) {
  return std::isnan(x) ? "-" : fmt::format("{:.4g}", x);
}

int deliver_table(const LabTable& table, const std::string& sides, const std::string& remark, bool json) {
  if (!json) {
    print(aligned(table, sides) + remark);
    return 0;
  }
  Value::Array rows;
  for (std::size_t r = 1; r < table.size(); ++r) {
    Value row = Value::Table{};
    for (std::size_t c = 0; c < table[r].size(); ++c) row.set(table[0][c], table[r][c]);
    rows.push_back(std::move(row));
  }
  Value document = Value::Table{};
  document.set("rows", std::move(rows));
  print_json(document);
  return 0;
}

void check_output(const std::string& path) {
  if (!path.empty()) check_figure_path(path);
}

void deliver_figure(const Scene& figure, const std::string& path) {
  write_figure(figure, path);
  say("figure in " + path);
}

double read_number(const std::string& text, const std::string& option) {
  const std::optional<double> value = parse_real(text);
  if (!value) throw OptionError(option + ": expected a number, found " + in_quotes(text));
  return *value;
}

std::vector<double> read_numbers(const std::string& text, const std::string& option) {
  std::vector<double> numbers;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    const std::size_t first = std::min(text.find_first_not_of(' ', at), end);
    const std::size_t last = text.find_last_not_of(' ', end == 0 ? 0 : end - 1);
    numbers.push_back(read_number(first < end ? text.substr(first, last + 1 - first) : "", option));
    at = end + 1;
  }
  return numbers;
}

Argument figure_option(std::string* value) {
  return {"--output,-o", "FILE", "also as a figure, .svg or .png", value};
}

Argument json_flag(bool* value) {
  return {"--json", "", "one JSON document on standard output", value};
}

void LabProgress::operator()(double fraction) {
  using namespace std::chrono_literals;
  constexpr std::size_t kLength = 30;
  const std::lock_guard lock(mutex_);
  const Clock::time_point now = Clock::now();
  if (now - start_ < 1s || now - last_ < 100ms || !is_terminal(STDERR_FILENO)) return;
  last_ = now;
  is_on_screen_ = true;
  const auto full = static_cast<std::size_t>(std::clamp(fraction, 0.0, 1.0) * static_cast<double>(kLength));
  const double left = seconds_left(0, fraction, std::chrono::duration<double>(now - start_).count());
  const std::string line = fmt::format("{} [{}{}]  {} left", what_, std::string(full, '#'),
                                       std::string(kLength - full, '.'), duration_text(left));
  say_in_place(line.substr(0, static_cast<std::size_t>(std::max(terminal_width() - 1, 0))));
}

LabProgress::~LabProgress() {
  if (is_on_screen_) say_in_place("");
}

}  // namespace isinglass
