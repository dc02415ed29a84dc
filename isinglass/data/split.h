// isinglass/data/split.h - which samples train, which validate, which test.
//
// The samples are put into random order. Then either part takes its share of that order (plain), or
// the samples are sorted by class, those of a class staying in random order, and each part takes
// evenly spaced places (stratified): part and class agree with exact proportion to less than one
// sample on either side.
#pragma once
#include <span>
#include <vector>

#include "isinglass/base/random.h"
#include "isinglass/base/shape.h"

namespace isinglass {

// Rows 0 .. n-1, each in one part; every part in ascending order.
struct Split {
  std::vector<Index> train, validation, test;
};

// Sets aside round(n * fraction) samples for validation and for testing, at least one where the
// fraction is above 0. `labels` (one class a sample) asks for a stratified split; empty for a plain
// one. Throws InputError when a part would be left empty.
Split split_rows(Index n, double validation_fraction, double test_fraction, std::span<const Index> labels,
                 RandomStream& stream);

// Rows 0 .. n-1 dealt into k parts whose sizes differ by one at most; every part in ascending
// order. With labels, the counts of each class differ by one at most too. Throws InputError unless
// 2 <= k <= n.
std::vector<std::vector<Index>> folds(Index n, Index k, std::span<const Index> labels, RandomStream& stream);

}  // namespace isinglass
