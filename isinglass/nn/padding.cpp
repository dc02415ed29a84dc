#include "isinglass/nn/padding.h"

#include <algorithm>

namespace isinglass {

using kernels::Padding;

const std::vector<PaddingRow>& padding_table() {
  static const std::vector<PaddingRow> table = {
      {"none", "nothing is added: windows stay inside", "", "valid", Padding::kZero, {"valid"}},
      {"same", "zeros, as many as give ceil(in / stride) windows", "constant", "same", Padding::kZero, {}},
      {"zero", "zeros", "constant", "zeros", Padding::kZero, {"zeros"}},
      {"constant", "the number padding_value", "constant", "constant", Padding::kConstant, {}},
      {"nearest", "the nearest number of the image", "edge", "replicate", Padding::kNearest, {"edge", "replicate"}},
      {"reflect", "the mirror image; the edge is not repeated", "reflect", "reflect", Padding::kReflect, {"mirror"}},
  };
  return table;
}

static const PaddingRow* find(std::string_view name) {
  for (const PaddingRow& row : padding_table())
    if (row.name == name || std::find(row.aliases.begin(), row.aliases.end(), name) != row.aliases.end()) return &row;
  return nullptr;
}

PaddingName PaddingName::read(const Value& value) {
  std::vector<std::string> names;
  for (const PaddingRow& row : padding_table()) names.emplace_back(row.name);
  const std::string name = OptionType<std::string>::read(value, {});
  const PaddingRow* row = find(name);
  if (row == nullptr) detail::check_choice(value, name, one_of(names));
  return {std::string(row->name)};
}

Padding PaddingName::padding() const {
  return find(name)->padding;
}

}  // namespace isinglass
