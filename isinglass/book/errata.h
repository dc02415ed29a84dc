// isinglass/book/errata.h - errors of the source material, each with what is right, in one table.
#pragma once
#include <string_view>
#include <vector>

namespace isinglass {

struct Erratum {
  std::string_view chapter;         // a name of all_chapters()
  std::string_view printed, right;  // with marks of figure/text_metrics.h
};

const std::vector<Erratum>& errata();

}  // namespace isinglass
