#include "cli/lab_kernel.h"

#include <fmt/format.h>

#include <cmath>
#include <filesystem>

#include "cli/output.h"
#include "isinglass/base/error.h"
#include "isinglass/io/text.h"
#include "isinglass/lab/kernel_gallery.h"

namespace isinglass {
namespace {

// The sum without the rounding of its terms: 0 and 1 are shown as such.
double clean_sum(const Plane& kernel) {
  double magnitude = 0;
  for (const double weight : kernel.values) magnitude += std::abs(weight);
  const double total = sum(kernel), nearest = std::round(total);
  return std::abs(total - nearest) <= 1e-9 * magnitude ? nearest : total;
}

std::string numbers_text(double number) {
  return fmt::format("{:.6g}", number);
}

}  // namespace

std::string ChosenKernel::text() const {
  return fmt::format("kernel {} ({} x {}), sum {}, {}, padding {}\n{}", name, kernel.rows, kernel.cols,
                     numbers_text(clean_sum(kernel)),
                     is_true ? "true convolution (the kernel is flipped)" : "cross-correlation (not flipped)",
                     border.padding.name, kernel_text(kernel));
}

Value ChosenKernel::document() const {
  Value document = Value::Table{};
  document.set("kernel", kernel_document(kernel));
  document.set("kernel_name", name);
  document.set("sum", sum(kernel));
  document.set("is_flipped", is_true);
  document.set("padding", border.padding.name);
  return document;
}

ChosenKernel choose_kernel(const ConvolutionArguments& a, int dimensions) {
  ChosenKernel chosen{.kernel = read_kernel(a.kernel, dimensions, "--kernel"), .is_true = a.is_true};
  chosen.name = a.kernel.starts_with('[') ? "of your own" : a.kernel;
  try {
    chosen.border.padding = PaddingName::read(a.padding.empty() ? "nearest" : a.padding);
  } catch (const OptionError& error) {
    throw OptionError(std::string("--padding: ") + error.what());
  }
  if (a.padding_value.empty()) return chosen;
  const std::optional<double> value = parse_real(a.padding_value);
  if (!value) throw OptionError("--padding-value: expected a number, found " + in_quotes(a.padding_value));
  if (chosen.border.padding.name != "constant")
    throw OptionError("--padding-value belongs to --padding constant; padding is " + chosen.border.padding.name);
  chosen.border.value = *value;
  return chosen;
}

Plane apply(const ChosenKernel& chosen, const Plane& image, Index stride) {
  return chosen.is_true ? true_convolution(image, chosen.kernel, chosen.border, stride)
                        : cross_correlate(image, chosen.kernel, chosen.border, stride);
}

bool sums_to_zero(const Plane& kernel) {
  return clean_sum(kernel) == 0;
}

std::string effect_on_mean(const Plane& kernel) {
  const double total = clean_sum(kernel);
  if (total == 1) return "the kernel sums to 1: the mean stays, up to what the border adds";
  if (total == 0) return "the kernel sums to 0: even areas become 0";
  return "the kernel sums to " + numbers_text(total) + ": it multiplies the mean by that";
}

std::string kernel_text(const Plane& kernel) {
  constexpr Index kMostShown = 16;  // of each axis
  if (kernel.rows > kMostShown || kernel.cols > kMostShown)
    return fmt::format("  {} x {} numbers\n", kernel.rows, kernel.cols);
  std::vector<std::vector<std::string>> rows;
  for (Index r = 0; r < kernel.rows; ++r) {
    std::vector<std::string>& row = rows.emplace_back(std::vector<std::string>{""});
    for (Index c = 0; c < kernel.cols; ++c) row.push_back(numbers_text(kernel(r, c)));
  }
  return aligned(rows, "r");
}

Value kernel_document(const Plane& kernel) {
  Value::Array rows;
  for (Index r = 0; r < kernel.rows; ++r) {
    Value::Array row;
    for (Index c = 0; c < kernel.cols; ++c) row.emplace_back(kernel(r, c));
    rows.emplace_back(std::move(row));
  }
  return rows;
}

void list_kernels(bool json) {
  Value document = Value::Table{};
  for (const int dimensions : {2, 1}) {
    const char* title = dimensions == 1 ? "signals" : "images";
    std::string text = fmt::format("kernels for {}\n", title);
    Value::Array rows;
    for (const GalleryKernel& kernel : kernel_gallery(dimensions)) {
      text += fmt::format("\n{}: {}; sum {}\n{}", kernel.name, kernel.summary, numbers_text(clean_sum(kernel.kernel)),
                          kernel_text(kernel.kernel));
      Value row = Value::Table{};
      row.set("name", kernel.name);
      row.set("summary", kernel.summary);
      row.set("sum", clean_sum(kernel.kernel));
      row.set("kernel", kernel_document(kernel.kernel));
      rows.emplace_back(std::move(row));
    }
    document.set(title, std::move(rows));
    if (!json) print(text + (dimensions == 2 ? "\n" : ""));
  }
  if (json) print_json(document);
}

bool is_same_file(const std::string& a, const std::string& b) {
  std::error_code error;
  return std::filesystem::equivalent(a, b, error);
}

}  // namespace isinglass
