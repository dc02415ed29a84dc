#include "isinglass/data/read_data.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include "isinglass/base/error.h"
#include "isinglass/data/generator.h"
#include "isinglass/data/image_folder.h"
#include "isinglass/io/csv.h"
#include "isinglass/io/file.h"
#include "isinglass/io/gzip.h"
#include "isinglass/io/idx.h"
#include "isinglass/io/image.h"
#include "isinglass/io/json.h"
#include "isinglass/io/npy.h"
#include "isinglass/io/png.h"
#include "isinglass/io/text.h"

namespace isinglass {
namespace {

enum class Format { kCsv, kJson, kIdx, kNpy, kNpz, kImage };

Format format_by_content(std::string_view bytes, const std::string& path) {
  if (bytes.starts_with("\x93NUMPY")) return Format::kNpy;
  if (is_png(bytes)) return Format::kImage;
  if (bytes.starts_with("PK\x03\x04")) return Format::kNpz;
  if (bytes.starts_with(std::string_view("\0\0", 2))) return Format::kIdx;
  if (bytes.find('\0') != std::string_view::npos)
    throw FormatError(path + ": expected CSV, JSON, IDX, NPY, NPZ or PNG, found other binary data");
  const std::size_t first = without_byte_order_mark(bytes).find_first_not_of(" \t\r\n");
  const char c = first == std::string_view::npos ? ' ' : without_byte_order_mark(bytes)[first];
  return c == '[' || c == '{' ? Format::kJson : Format::kCsv;
}

Format format_of(const std::string& path, std::string_view bytes) {
  constexpr std::array<std::pair<std::string_view, Format>, 8> kEndings{{{".csv", Format::kCsv},
                                                                         {".tsv", Format::kCsv},
                                                                         {".txt", Format::kCsv},
                                                                         {".json", Format::kJson},
                                                                         {".idx", Format::kIdx},
                                                                         {"-ubyte", Format::kIdx},
                                                                         {".npy", Format::kNpy},
                                                                         {".npz", Format::kNpz}}};
  std::string_view name = path;
  if (name.ends_with(".gz")) name.remove_suffix(3);
  for (const auto& [ending, format] : kEndings)
    if (name.ends_with(ending)) return format;
  return is_image_name(name) ? Format::kImage : format_by_content(bytes, path);
}

std::string read_unpacked(const std::string& path) {
  std::string bytes = read_file(path);
  return is_gzip(bytes) ? gunzip(bytes, path) : bytes;
}

RawData raw_from_npz(NamedArrays arrays, const std::string& path) {
  const auto take = [&](const std::vector<std::string>& names) {
    std::optional<Array> taken;
    const auto place =
        std::ranges::find_if(arrays, [&](const auto& a) { return std::ranges::find(names, a.first) != names.end(); });
    if (place != arrays.end()) {
      taken = std::move(place->second);
      arrays.erase(place);
    }
    return taken;
  };
  std::string names;
  for (const auto& [name, array] : arrays) names.append(" ").append(in_quotes(name));
  std::optional<Array> inputs = take({"inputs", "x", "X", "images", "data"});
  const std::optional<Array> targets = take({"targets", "y", "Y", "labels"});
  if (!inputs)
    throw FormatError(path + ": expected an array \"inputs\" (or x, X, images, data), found" +
                      (names.empty() ? " none" : names));
  RawData raw = raw_from_arrays(std::move(*inputs), targets ? &*targets : nullptr, path);
  for (const auto& [name, array] : arrays) {
    if (array.shape != Shape{raw.rows})
      throw ShapeError(path + ": expected a number for each of " + std::to_string(raw.rows) + " samples in the array " +
                       in_quotes(name) + ", found shape " + to_string(array.shape));
    for (Column& column : columns_of(array, name, path)) raw.columns.push_back(std::move(column));
  }
  return raw;
}

// An array out of a file that can hold only one.
Array read_array(const std::string& path) {
  const std::string bytes = read_unpacked(path);
  switch (format_of(path, bytes)) {
    case Format::kIdx:
      return parse_idx(bytes, path);
    case Format::kNpy:
      return parse_npy(bytes, path);
    default:
      throw FormatError(path + ": expected an IDX or NPY file of inputs or targets");
  }
}

RawData read_one_file(const std::string& path) {
  std::error_code error;  // of a path that is nowhere; reading it says so
  if (std::filesystem::is_directory(path, error)) return read_image_folder(path);
  const std::string bytes = read_unpacked(path);
  switch (format_of(path, bytes)) {
    case Format::kCsv:
      return raw_from_csv(parse_csv(bytes, path), path);
    case Format::kJson:
      return raw_from_records(parse_json(bytes, path), path);
    case Format::kIdx:
      return raw_from_arrays(parse_idx(bytes, path), nullptr, path);
    case Format::kNpy:
      return raw_from_arrays(parse_npy(bytes, path), nullptr, path);
    case Format::kNpz:
      return raw_from_npz(parse_npz(bytes, path), path);
    case Format::kImage:
      return raw_from_image(parse_image(bytes, path), path);
  }
  return {};
}

}  // namespace

RawData read_data_files(const std::vector<std::string>& paths) {
  if (paths.size() == 1) return read_one_file(paths[0]);
  if (paths.size() != 2)
    throw OptionError("expected a file, or a file of inputs and one of targets, found " + std::to_string(paths.size()) +
                      " files");
  const Array targets = read_array(paths[1]);
  return raw_from_arrays(read_array(paths[0]), &targets, paths[0]);
}

RawData read_part(const DataPart& part, const std::string& base_directory) {
  const int given = !part.files.empty() + !part.inputs.is_null() + !part.rows.is_null() + !part.generator.is_null();
  if (given != 1 || (!part.targets.is_null() && part.inputs.is_null()))
    throw OptionError("a part of [data] needs exactly one of files, inputs (with targets), rows and generator");
  if (!part.rows.is_null()) return raw_from_records(part.rows, "rows");
  if (!part.generator.is_null()) return generators().read(part.generator)();
  if (!part.inputs.is_null()) return raw_from_values(part.inputs, part.targets, "inputs");
  std::vector<std::string> paths;
  for (const std::string& file : part.files.names)
    paths.push_back((std::filesystem::path(base_directory) / file).string());
  return read_data_files(paths);
}

}  // namespace isinglass
