#include "isinglass/data/split.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "isinglass/base/error.h"

namespace isinglass {
namespace {

void check_labels(Index n, std::span<const Index> labels) {
  if (!labels.empty() && static_cast<Index>(labels.size()) != n)
    throw ShapeError("expected one class for each of " + std::to_string(n) + " samples, found " +
                     std::to_string(labels.size()));
}

void sort_by_class(std::vector<Index>& rows, std::span<const Index> labels) {
  std::ranges::stable_sort(rows, {}, [&](Index row) { return labels[static_cast<std::size_t>(row)]; });
}

// Moves `count` of the rows into the part returned: the first ones, or evenly spaced ones.
std::vector<Index> take(std::vector<Index>& rows, Index count, bool spaced) {
  const auto n = static_cast<Index>(rows.size());
  std::vector<Index> taken, left;
  for (Index i = 0; i < n; ++i) {
    const bool is_taken = spaced ? (i + 1) * count / n > i * count / n : i < count;
    (is_taken ? taken : left).push_back(rows[static_cast<std::size_t>(i)]);
  }
  rows = std::move(left);
  std::ranges::sort(taken);
  return taken;
}

Index share(Index n, double fraction) {
  if (fraction <= 0) return 0;
  return std::max<Index>(1, std::llround(static_cast<double>(n) * fraction));
}

}  // namespace

Split split_rows(Index n, double validation_fraction, double test_fraction, std::span<const Index> labels,
                 RandomStream& stream) {
  check_labels(n, labels);
  const Index validation = share(n, validation_fraction), test = share(n, test_fraction);
  if (validation + test >= n)
    throw InputError("of " + std::to_string(n) + " samples, " + std::to_string(validation) + " for validation and " +
                     std::to_string(test) +
                     " for testing leave none for training; lower validation_fraction or test_fraction");
  Split split;
  if (validation + test == 0) {
    split.train.resize(static_cast<std::size_t>(n));
    for (Index i = 0; i < n; ++i) split.train[static_cast<std::size_t>(i)] = i;
    return split;
  }
  std::vector<Index> rows = stream.permutation(n);
  if (!labels.empty()) sort_by_class(rows, labels);
  split.test = take(rows, test, !labels.empty());
  split.validation = take(rows, validation, !labels.empty());
  std::ranges::sort(rows);
  split.train = std::move(rows);
  return split;
}

std::vector<std::vector<Index>> folds(Index n, Index k, std::span<const Index> labels, RandomStream& stream) {
  check_labels(n, labels);
  if (k < 2 || k > n)
    throw InputError("expected 2 to " + std::to_string(n) + " folds of " + std::to_string(n) + " samples, found " +
                     std::to_string(k));
  std::vector<Index> rows = stream.permutation(n);
  if (!labels.empty()) sort_by_class(rows, labels);
  std::vector<std::vector<Index>> parts(static_cast<std::size_t>(k));
  for (Index i = 0; i < n; ++i) parts[static_cast<std::size_t>(i % k)].push_back(rows[static_cast<std::size_t>(i)]);
  for (std::vector<Index>& part : parts) std::ranges::sort(part);
  return parts;
}

}  // namespace isinglass
