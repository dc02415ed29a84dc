// cli/lab_report.h - what the topics of `isinglass lab` share: tables, figures, and how far a longer one is.
#pragma once
#include <chrono>
#include <mutex>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "isinglass/base/value.h"
#include "isinglass/figure/scene.h"

namespace isinglass {

using LabTable = std::vector<std::vector<std::string>>;

std::string yes(bool is_so);
std::string short_number(double x);  // four digits; "-" for NaN

// The table as it is for people, or as { "rows": [...] } with the header's names.
int deliver_table(const LabTable& table, const std::string& sides, const std::string& remark, bool json);

// Refuses an ending that no figure has, before the work is done; "" is no figure.
void check_output(const std::string& path);
// Where -o wants the figure; said on standard error.
void deliver_figure(const Scene& figure, const std::string& path);

// The number behind an option, or the numbers between its commas. Throw OptionError, led by the option's name.
double read_number(const std::string& text, const std::string& option);
std::vector<double> read_numbers(const std::string& text, const std::string& option);

Argument figure_option(std::string* value);
Argument json_flag(bool* value);

// A bar on a terminal, once a second has passed. May be told from several threads.
class LabProgress {
 public:
  explicit LabProgress(std::string what) : what_(std::move(what)) {}
  ~LabProgress();
  LabProgress(const LabProgress&) = delete;
  LabProgress& operator=(const LabProgress&) = delete;

  void operator()(double fraction);

 private:
  using Clock = std::chrono::steady_clock;
  std::string what_;
  std::mutex mutex_;
  Clock::time_point start_ = Clock::now(), last_ = start_;
  bool is_on_screen_ = false;
};

}  // namespace isinglass
