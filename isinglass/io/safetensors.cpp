#include "isinglass/io/safetensors.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>

#include "isinglass/base/error.h"
#include "isinglass/io/bytes.h"
#include "isinglass/io/text.h"

namespace isinglass {
namespace {

constexpr std::uint64_t kLargestHeader = 100'000'000;
constexpr std::size_t kMostDimensions = 64;
constexpr std::size_t kAlignment = 8;  // of the buffer within the file: that of the largest type
constexpr std::string_view kMetadata = "__metadata__";

// One array as the header describes it.
struct Entry {
  std::string name;
  DType type = DType::kF32;
  Shape shape;
  std::vector<std::uint64_t> offsets;  // begin and end within the buffer
  bool has_type = false, has_shape = false, has_offsets = false;
};

DType type_named(const std::string& text, const std::string& where) {
  std::vector<std::string> known;
  for (int i = 0; i <= static_cast<int>(DType::kF64); ++i) {
    const auto type = static_cast<DType>(i);
    if (text == name_of(type)) return type;
    known.emplace_back(name_of(type));
  }
  throw FormatError(where + ": dtype " + in_quotes(text) + " is not read; convert the array" + did_you_mean("", known));
}

// Receives the header from the JSON parser event by event, so that nothing is built, and no depth
// reached, that the format has no place for.
class HeaderReader {
 public:
  explicit HeaderReader(const std::string& name) : name_(name) {}

  std::vector<std::pair<std::string, std::string>> metadata;
  std::vector<Entry> entries;

  bool null() { refuse("null"); }
  bool boolean(bool value) { refuse(value ? "true" : "false"); }
  bool number_integer(std::int64_t value) { refuse(value == 0 ? "-0" : std::to_string(value)); }
  bool number_float(double, const std::string& text) { refuse(text.substr(0, 40)); }
  bool binary(nlohmann::json::binary_t&) { refuse("binary data"); }
  bool number_unsigned(std::uint64_t value);
  bool string(const std::string& text);
  bool start_object(std::size_t);
  bool key(const std::string& text);
  bool end_object();
  bool start_array(std::size_t);
  bool end_array();
  bool parse_error(std::size_t position, const std::string& token, const std::exception&) {
    throw FormatError(name_ + ": byte " + std::to_string(sizeof(std::uint64_t) + position) +
                      ": expected a header of JSON in UTF-8, found " + in_quotes(token));
  }

 private:
  // What the format has at the place that the parser has reached.
  enum class Place { kHeader, kName, kEntry, kText, kMetadataKey, kField, kType, kShape, kExtent, kOffsets, kOffset };

  [[noreturn]] void refuse(const std::string& found) const;
  std::string where() const;

  const std::string& name_;
  Place place_ = Place::kHeader;
  bool in_metadata_ = false, metadata_seen_ = false;
};

std::string HeaderReader::where() const {
  if (in_metadata_) return name_ + ": __metadata__";
  return entries.empty() ? name_ : name_ + ": tensor " + in_quotes(entries.back().name);
}

void HeaderReader::refuse(const std::string& found) const {
  constexpr std::array<const char*, 11> kExpected{"a JSON object",
                                                  "the name of a tensor",
                                                  "an object",
                                                  "text as every value",
                                                  "a key",
                                                  "the fields dtype, shape and data_offsets, each once",
                                                  "the dtype as text",
                                                  "the shape as an array",
                                                  "extents of 0 to 2^62, at most 64 of them",
                                                  "the data_offsets as an array",
                                                  "two data_offsets of 0 to 2^64 - 1"};
  throw FormatError(where() + ": expected " + kExpected[static_cast<std::size_t>(place_)] + ", found " + found);
}

bool HeaderReader::number_unsigned(std::uint64_t value) {
  const bool is_extent =
      place_ == Place::kExtent && value <= std::uint64_t{1} << 62 && entries.back().shape.size() < kMostDimensions;
  const bool is_offset = place_ == Place::kOffset && entries.back().offsets.size() < 2;
  if (is_extent)
    entries.back().shape.push_back(static_cast<Index>(value));
  else if (is_offset)
    entries.back().offsets.push_back(value);
  else
    refuse(std::to_string(value));
  return true;
}

bool HeaderReader::string(const std::string& text) {
  if (place_ == Place::kText) {
    metadata.back().second = text;
    place_ = Place::kMetadataKey;
  } else if (place_ == Place::kType) {
    entries.back().type = type_named(text, where());
    place_ = Place::kField;
  } else {
    refuse(in_quotes(text));
  }
  return true;
}

bool HeaderReader::start_object(std::size_t) {
  if (place_ == Place::kHeader)
    place_ = Place::kName;
  else if (place_ == Place::kEntry)
    place_ = in_metadata_ ? Place::kMetadataKey : Place::kField;
  else
    refuse("an object");
  return true;
}

bool HeaderReader::key(const std::string& text) {
  if (place_ == Place::kName) {
    in_metadata_ = text == kMetadata;
    if (in_metadata_ && metadata_seen_) refuse("__metadata__ twice");
    metadata_seen_ |= in_metadata_;
    if (!in_metadata_) entries.emplace_back().name = text;
    place_ = Place::kEntry;
  } else if (place_ == Place::kMetadataKey) {
    metadata.emplace_back(text, "");
    place_ = Place::kText;
  } else {
    Entry& entry = entries.back();
    const auto take = [&](std::string_view field, bool& seen, Place next) {
      if (text != field || seen) return false;
      seen = true;
      place_ = next;
      return true;
    };
    if (!take("dtype", entry.has_type, Place::kType) && !take("shape", entry.has_shape, Place::kShape) &&
        !take("data_offsets", entry.has_offsets, Place::kOffsets))
      refuse(in_quotes(text));
  }
  return true;
}

bool HeaderReader::end_object() {
  if (place_ == Place::kField) {
    const Entry& entry = entries.back();
    if (!entry.has_type || !entry.has_shape || !entry.has_offsets) refuse("fewer");
  }
  place_ = Place::kName;
  in_metadata_ = false;
  return true;
}

bool HeaderReader::start_array(std::size_t) {
  if (place_ == Place::kShape)
    place_ = Place::kExtent;
  else if (place_ == Place::kOffsets)
    place_ = Place::kOffset;
  else
    refuse("an array");
  return true;
}

bool HeaderReader::end_array() {
  if (place_ == Place::kOffset && entries.back().offsets.size() != 2) refuse("fewer");
  place_ = Place::kField;
  return true;
}

// The first name that stands twice in a list of pairs or entries; null where none does.
template <class Item, class Name>
const std::string* duplicate_of(const std::vector<Item>& items, Name name) {
  std::vector<const std::string*> names;
  for (const Item& item : items) names.push_back(&(item.*name));
  std::ranges::sort(names, {}, [](const std::string* text) -> const std::string& { return *text; });
  const auto twice = std::ranges::adjacent_find(names, [](const auto* a, const auto* b) { return *a == *b; });
  return twice == names.end() ? nullptr : *twice;
}

HeaderReader read_header(std::string_view header, const std::string& name) {
  if (!header.starts_with('{'))
    throw FormatError(name + ": byte 8: expected a header that begins with '{', found " +
                      (header.empty() ? "an empty one" : in_quotes(header.substr(0, 20))));
  // The JSON parser takes a zero byte for the end of its text.
  if (const std::size_t at = header.find('\0'); at != header.npos)
    throw FormatError(name + ": byte " + std::to_string(sizeof(std::uint64_t) + at) +
                      ": expected a header of JSON padded with spaces, found a zero byte");
  HeaderReader reader(name);
  nlohmann::json::sax_parse(header.begin(), header.end(), &reader);
  if (const std::string* twice = duplicate_of(reader.metadata, &std::pair<std::string, std::string>::first))
    throw FormatError(name + ": __metadata__: expected every key once, found twice " + in_quotes(*twice));
  if (const std::string* twice = duplicate_of(reader.entries, &Entry::name))
    throw FormatError(name + ": expected every tensor once, found twice " + in_quotes(*twice));
  std::ranges::stable_sort(reader.entries, {}, &Entry::offsets);
  return reader;
}

std::string json_text(const std::string& text) {
  try {
    return nlohmann::json(text).dump();
  } catch (const nlohmann::json::exception&) {
    throw InputError("safetensors holds text in UTF-8, not " + in_quotes(text));
  }
}

// References to the pairs, sorted.
template <class Pair, class Less>
std::vector<const Pair*> sorted(const std::vector<Pair>& pairs, Less less) {
  std::vector<const Pair*> pointers;
  for (const Pair& pair : pairs) pointers.push_back(&pair);
  std::ranges::sort(pointers, [&](const Pair* a, const Pair* b) { return less(*a, *b); });
  if (const std::string* twice = duplicate_of(pairs, &Pair::first))
    throw InputError("safetensors holds every name once, not twice " + in_quotes(*twice));
  return pointers;
}

}  // namespace

const Array* Safetensors::find(std::string_view name) const {
  for (const auto& [key, array] : tensors)
    if (key == name) return &array;
  return nullptr;
}

Safetensors parse_safetensors(std::string_view bytes, const std::string& name) {
  ByteReader reader(bytes, name);
  const auto length = reader.number<std::uint64_t>(ByteOrder::kLittle, "header length");
  if (length > kLargestHeader)
    throw FormatError(name + ": expected a header of at most 100000000 bytes, found a length of " +
                      std::to_string(length) + "; this is no safetensors file");
  HeaderReader header = read_header(reader.take(length, "header"), name);
  const std::string_view buffer = reader.rest();

  Safetensors contents;
  contents.metadata = std::move(header.metadata);
  std::uint64_t end = 0;
  for (Entry& entry : header.entries) {
    const std::string where = name + ": tensor " + in_quotes(entry.name);
    if (entry.offsets[0] != end)
      throw FormatError(where + ": expected its bytes to begin at " + std::to_string(end) +
                        ", where the last tensor ends, found " + std::to_string(entry.offsets[0]));
    if (entry.offsets[1] < end || entry.offsets[1] > buffer.size())
      throw FormatError(where + ": expected its bytes to end between " + std::to_string(end) + " and " +
                        std::to_string(buffer.size()) + ", found " + std::to_string(entry.offsets[1]));
    end = entry.offsets[1];
    const std::string_view data = buffer.substr(entry.offsets[0], end - entry.offsets[0]);
    contents.tensors.emplace_back(std::move(entry.name), make_array(entry.type, std::move(entry.shape), data, where));
  }
  if (end != buffer.size())
    throw FormatError(name + ": expected the file to end after the last tensor, found " +
                      std::to_string(buffer.size() - end) + " more bytes");
  return contents;
}

std::string write_safetensors(const Safetensors& contents) {
  const auto by_key = [](const auto& a, const auto& b) { return a.first < b.first; };
  const auto by_alignment = [](const auto& a, const auto& b) {
    const Index width_a = size_of(a.second.type), width_b = size_of(b.second.type);
    return width_a != width_b ? width_a > width_b : a.first < b.first;
  };
  std::string header = "{", buffer;
  for (const auto* pair : sorted(contents.metadata, by_key)) {
    header += header.size() == 1 ? "\"" + std::string(kMetadata) + "\":{" : ",";
    header += json_text(pair->first) + ":" + json_text(pair->second);
  }
  if (!contents.metadata.empty()) header += "}";
  for (const auto* pair : sorted(contents.tensors, by_alignment)) {
    const auto& [name, array] = *pair;
    if (name == kMetadata) throw InputError("no tensor can be called __metadata__");
    if (array.shape.size() > kMostDimensions)
      throw InputError("safetensors: tensor " + in_quotes(name) + " has " + std::to_string(array.shape.size()) +
                       " dimensions, of at most 64");
    const std::size_t begin = buffer.size();
    buffer += checked_bytes(array, "tensor " + in_quotes(name));
    header += (header.size() == 1 ? "" : ",") + json_text(name) + ":{\"dtype\":\"" + std::string(name_of(array.type)) +
              "\",\"shape\":[";
    for (std::size_t axis = 0; axis < array.shape.size(); ++axis)
      header += (axis > 0 ? "," : "") + std::to_string(array.shape[axis]);
    header += "],\"data_offsets\":[" + std::to_string(begin) + "," + std::to_string(buffer.size()) + "]}";
  }
  header += "}";
  header.append((kAlignment - header.size() % kAlignment) % kAlignment, ' ');
  if (header.size() > kLargestHeader)
    throw InputError("safetensors holds a header of at most 100000000 bytes, not " + std::to_string(header.size()));
  std::string bytes;
  append_number(bytes, static_cast<std::uint64_t>(header.size()), ByteOrder::kLittle);
  return bytes.append(header).append(buffer);
}

}  // namespace isinglass
