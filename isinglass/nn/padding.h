// isinglass/nn/padding.h - what a layer reads outside of an image: one table of names.
#pragma once
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "isinglass/base/options.h"
#include "isinglass/kernels/window.h"

namespace isinglass {

struct PaddingRow {
  std::string_view name, summary;
  std::string_view numpy, pytorch;  // what np.pad(mode=...) and PyTorch call it; "" when they have no name
  kernels::Padding padding;
  std::vector<std::string_view> aliases;
};
const std::vector<PaddingRow>& padding_table();

// A name of the table or one of its aliases, as a setting.
struct PaddingName {
  static constexpr std::string_view kTypeName = "padding";
  std::string name = "none";

  static PaddingName read(const Value& value);  // OptionError for an unknown name
  Value write() const { return name; }
  kernels::Padding padding() const;
};

// One number for every axis of an image, or one for each: 3 or [3, 5]. Copying it allocates nothing.
struct Sizes {
  std::array<Index, 2> values{};
  std::size_t count = 0;  // 0: "auto", which the owner explains

  Sizes() = default;
  Sizes(Index value) : values{value}, count(1) {}  // NOLINT(google-explicit-constructor)
  Sizes(Index rows, Index cols) : values{rows, cols}, count(2) {}
  bool empty() const { return count == 0; }
  Index operator[](std::size_t axis) const { return count == 1 ? values[0] : values[axis]; }
};

template <>
struct OptionType<Sizes> {
  static std::string name() { return "integer, two integers or \"auto\""; }
  static Sizes read(const Value& v, const Constraint& c) {
    if (v.as_string() != nullptr && *v.as_string() == "auto") return {};
    if (v.as_array() == nullptr) return OptionType<Index>::read(v, c);
    const std::vector<Index> list = OptionType<std::vector<Index>>::read(v, c);
    if (list.size() != 1 && list.size() != 2) detail::wrong_type(v, "one integer, or two for height and width");
    return list.size() == 1 ? Sizes(list[0]) : Sizes(list[0], list[1]);
  }
  static Value write(const Sizes& sizes) {
    if (sizes.empty()) return "auto";
    if (sizes.count == 1) return sizes.values[0];
    return Value::Array{sizes.values[0], sizes.values[1]};
  }
};

}  // namespace isinglass
