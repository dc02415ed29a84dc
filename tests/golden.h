// tests/golden.h - files of numbers that tests compare with.
#pragma once
#include <string>
#include <vector>

#include "isinglass/base/options.h"
#include "isinglass/io/file.h"
#include "isinglass/io/json.h"

namespace isinglass {

inline std::string source_path(const std::string& path) {
  return std::string(ISINGLASS_SOURCE_DIR) + "/" + path;
}

inline Value read_golden(const std::string& name) {
  const std::string path = source_path("tests/golden/" + name);
  return parse_json(read_file(path), path);
}

inline double number(const Value& v) {
  return OptionType<double>::read(v, {});
}
inline std::vector<double> numbers(const Value& v) {
  return OptionType<std::vector<double>>::read(v, {});
}

}  // namespace isinglass
