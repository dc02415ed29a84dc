// isinglass/io/safetensors.h - named arrays and text in a file that runs no code when it is read.
//
//   8 bytes   N, little-endian, at most 100,000,000
//   N bytes   JSON, '{' first: {"__metadata__": {text: text, ...}, name: {"dtype": "F32",
//             "shape": [2, 3], "data_offsets": [begin, end]}, ...}, padded with spaces
//   the rest  the elements, little-endian and row-major; every byte belongs to one array
//
// Source: the README of huggingface/safetensors. The reader refuses all that the reference refuses,
// and beyond it: duplicate names, unknown fields, booleans other than 0 and 1, space before the
// '{', more than 64 dimensions.
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "isinglass/io/array.h"

namespace isinglass {

struct Safetensors {
  std::vector<std::pair<std::string, std::string>> metadata;
  std::vector<std::pair<std::string, Array>> tensors;

  // The array of that name, null where there is none.
  const Array* find(std::string_view name) const;
};

// Metadata in the order of the header, arrays in the order of their bytes. Throws FormatError, also
// for element types that Array lacks (F16, BF16, F8_E4M3, ...), by name. `name` leads the messages.
Safetensors parse_safetensors(std::string_view bytes, const std::string& name);

// Equal contents give equal bytes whatever their order: metadata sorted by key, arrays by falling
// size of their elements, then by name; the header is padded so that every array is aligned to its
// elements. Throws InputError for what the reader would refuse: duplicate names, text that is not
// UTF-8, an array called "__metadata__", more than 64 dimensions, booleans other than 0 and 1.
std::string write_safetensors(const Safetensors& contents);

}  // namespace isinglass
