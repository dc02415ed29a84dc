#include "isinglass/io/npy.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "isinglass/base/error.h"
#include "isinglass/io/bytes.h"
#include "isinglass/io/text.h"
#include "isinglass/io/zip.h"

namespace isinglass {
namespace {

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr std::uint32_t kLongestHeader = 10000;  // NumPy's own limit
constexpr std::size_t kMostDimensions = 64;      // NumPy's own limit
constexpr std::string_view kSuffix = ".npy";

constexpr std::array<std::pair<std::string_view, DType>, 11> kDescriptions{{{"b1", DType::kBool},
                                                                            {"u1", DType::kU8},
                                                                            {"i1", DType::kI8},
                                                                            {"u2", DType::kU16},
                                                                            {"i2", DType::kI16},
                                                                            {"u4", DType::kU32},
                                                                            {"i4", DType::kI32},
                                                                            {"u8", DType::kU64},
                                                                            {"i8", DType::kI64},
                                                                            {"f4", DType::kF32},
                                                                            {"f8", DType::kF64}}};

struct Header {
  DType type = DType::kF64;
  bool big_endian = false, fortran_order = false;
  Shape shape;
};

std::string_view kind_of(std::string_view description) {
  if (description == "f2") return "half precision; save it as float32";
  if (description.starts_with('f')) return "extended precision; save it as float64";
  switch (description.empty() ? ' ' : description[0]) {
    case 'O':
      return "Python objects, whose pickles can run code; save numbers";
    case 'c':
      return "complex numbers; save the real and imaginary parts";
    case 'S':
    case 'a':
    case 'U':
      return "text; save numbers";
    case 'M':
    case 'm':
      return "dates or durations; save them as int64";
    case 'V':
      return "raw records; save each field as an array of its own";
    default:
      return "no type of numbers";
  }
}

// Reads the one dictionary that NumPy writes; any other Python is refused.
class HeaderReader {
 public:
  HeaderReader(std::string_view text, std::uint64_t offset, const std::string& name)
      : text_(text), offset_(offset), name_(name) {}

  Header read();

 private:
  [[noreturn]] void fail(const std::string& expected) const {
    throw FormatError(name_ + ": byte " + std::to_string(offset_ + at_) + ": expected " + expected + ", found " +
                      (at_ == text_.size() ? "the end of the header" : in_quotes(text_.substr(at_, 20))));
  }
  void skip_spaces() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) ++at_;
  }
  // Consumes `token` and returns true when it comes next.
  bool accept(std::string_view token) {
    skip_spaces();
    if (!text_.substr(at_).starts_with(token)) return false;
    at_ += token.size();
    return true;
  }
  void expect(std::string_view token) {
    if (!accept(token)) fail(in_quotes(token));
  }
  std::string_view string(const std::string& what);
  void description(Header& header);
  bool boolean();
  Index extent();
  Shape shape();

  std::string_view text_;
  std::uint64_t offset_;
  const std::string& name_;
  std::size_t at_ = 0;
};

std::string_view HeaderReader::string(const std::string& what) {
  skip_spaces();
  const char quote = at_ < text_.size() ? text_[at_] : ' ';
  const std::size_t end = quote == '\'' || quote == '"' ? text_.find(quote, at_ + 1) : text_.npos;
  if (end == text_.npos) fail(what + " in quotes");
  const std::string_view content = text_.substr(at_ + 1, end - at_ - 1);
  at_ = end + 1;
  return content;
}

void HeaderReader::description(Header& header) {
  skip_spaces();
  if (text_.substr(at_).starts_with('['))
    fail("one number type for all elements (save each field of a record as an array of its own)");
  const std::string_view whole = string("the element type");
  const char order = whole.empty() ? ' ' : whole[0];
  const std::string_view type = whole.substr(std::string_view("<>|=").find(order) != whole.npos ? 1 : 0);
  const auto* known = std::ranges::find(kDescriptions, type, &std::pair<std::string_view, DType>::first);
  if (known == kDescriptions.end())
    throw FormatError(name_ + ": expected elements of type b1, i1, i2, i4, i8, u1, u2, u4, u8, f4 or f8, found " +
                      in_quotes(whole) + " (" + std::string(kind_of(type)) + ")");
  header.type = known->second;
  header.big_endian = order == '>';
  if (order != '<' && order != '>' && (order != '|' || size_of(header.type) > 1))
    throw FormatError(name_ + ": expected an element type with its byte order, such as '<f4', found " +
                      in_quotes(whole));
}

bool HeaderReader::boolean() {
  if (accept("True")) return true;
  if (!accept("False")) fail("True or False");
  return false;
}

Index HeaderReader::extent() {
  skip_spaces();
  Index extent = 0;
  const char* first = text_.data() + at_;
  const auto [end, error] = std::from_chars(first, text_.data() + text_.size(), extent);
  if (error != std::errc() || *first == '-') fail("a whole number of 0 to 2^63 - 1");
  at_ += static_cast<std::size_t>(end - first);
  accept("L");  // how Python 2 spelt a long integer
  return extent;
}

// A tuple: "()", "(3,)", "(3, 4)" or "(3, 4,)"; "(3)" would be a number.
Shape HeaderReader::shape() {
  Shape shape;
  expect("(");
  while (!accept(")")) {
    if (shape.size() == kMostDimensions) fail("at most 64 dimensions");
    shape.push_back(extent());
    if (accept(",")) continue;
    if (shape.size() == 1) fail("',' (a tuple)");
    expect(")");
    break;
  }
  return shape;
}

Header HeaderReader::read() {
  Header header;
  std::array<bool, 3> seen{};
  constexpr std::array<std::string_view, 3> kKeys{"descr", "fortran_order", "shape"};
  expect("{");
  while (!accept("}")) {
    const std::size_t start = at_;
    const auto key = static_cast<std::size_t>(std::ranges::find(kKeys, string("a key")) - kKeys.begin());
    if (key == kKeys.size() || seen[key]) {
      at_ = start;
      fail("each of the keys 'descr', 'fortran_order' and 'shape' once");
    }
    seen[key] = true;
    expect(":");
    if (key == 0) description(header);
    if (key == 1) header.fortran_order = boolean();
    if (key == 2) header.shape = shape();
    if (accept(",")) continue;
    expect("}");
    break;
  }
  if (std::ranges::count(seen, true) != 3) fail("the keys 'descr', 'fortran_order' and 'shape'");
  skip_spaces();
  if (at_ != text_.size()) fail("only spaces after the dictionary");
  return header;
}

// Reorders elements that lie with the first axis fastest so that the last axis is fastest.
void to_row_major(Array& array) {
  const Index size = array.size(), width = size_of(array.type);
  if (array.shape.size() < 2 || size < 2) return;
  std::vector<std::byte> reordered(array.bytes.size());
  std::vector<Index> index(array.shape.size()), stride(array.shape.size());
  Index product = 1;
  for (std::size_t axis = 0; axis < stride.size(); ++axis) {
    stride[axis] = product;
    product *= array.shape[axis];
  }
  Index from = 0;
  for (Index to = 0; to < size; ++to) {
    std::memcpy(reordered.data() + to * width, array.bytes.data() + from * width, static_cast<std::size_t>(width));
    for (std::size_t axis = index.size(); axis-- > 0;) {
      from += stride[axis];
      if (++index[axis] < array.shape[axis]) break;
      from -= stride[axis] * array.shape[axis];
      index[axis] = 0;
    }
  }
  array.bytes = std::move(reordered);
}

}  // namespace

Array parse_npy(std::string_view bytes, const std::string& name) {
  if (!bytes.starts_with(kMagic))
    throw FormatError(name + ": expected the NPY magic " + hex(kMagic) + ", found " +
                      (bytes.empty() ? "an empty file" : hex(bytes.substr(0, kMagic.size()))));
  ByteReader reader(bytes, name);
  reader.take(kMagic.size(), "magic");
  const std::string_view version = reader.take(2, "version");
  if (version[0] < 1 || version[0] > 3 || version[1] != 0)
    throw FormatError(name + ": expected NPY version 1.0, 2.0 or 3.0, found the bytes " + hex(version));
  const std::uint32_t length = version[0] == 1 ? reader.number<std::uint16_t>(ByteOrder::kLittle, "header length")
                                               : reader.number<std::uint32_t>(ByteOrder::kLittle, "header length");
  if (length > kLongestHeader) reader.fail("expected a header of at most 10000 bytes, found " + std::to_string(length));

  const std::uint64_t offset = reader.offset();
  Header header = HeaderReader(reader.take(length, "header"), offset, name).read();
  const std::string where = name + ": byte " + std::to_string(reader.offset());
  Array array = make_array(header.type, std::move(header.shape), reader.rest(), where);
  if (header.big_endian) reverse_bytes(array.bytes, size_of(array.type));
  if (header.fortran_order) to_row_major(array);
  return array;
}

std::string write_npy(const Array& array) {
  constexpr std::size_t kAlignment = 64, kPreamble = 10;  // magic, version, length
  if (array.shape.size() > kMostDimensions)
    throw InputError("NPY holds at most 64 dimensions, not " + std::to_string(array.shape.size()));
  const std::string_view elements = checked_bytes(array, "NPY");
  const auto* known = std::ranges::find(kDescriptions, array.type, &std::pair<std::string_view, DType>::second);
  std::string header = "{'descr': '";
  header += size_of(array.type) > 1 ? '<' : '|';
  header += std::string(known->first) + "', 'fortran_order': False, 'shape': (";
  for (std::size_t axis = 0; axis < array.shape.size(); ++axis)
    header += (axis > 0 ? " " : "") + std::to_string(array.shape[axis]) +
              (axis + 1 < array.shape.size() || axis == 0 ? "," : "");
  header += "), }";
  const std::size_t unpadded = kPreamble + header.size() + 1;
  header.append((kAlignment - unpadded % kAlignment) % kAlignment, ' ');
  header += '\n';

  std::string bytes = std::string(kMagic) + std::string("\1\0", 2);
  append_number(bytes, static_cast<std::uint16_t>(header.size()), ByteOrder::kLittle);
  return bytes.append(header).append(elements);
}

NamedArrays parse_npz(std::string_view bytes, const std::string& name) {
  NamedArrays arrays;
  for (const auto& [entry, contents] : parse_zip(bytes, name)) {
    if (!entry.ends_with(kSuffix) || entry.size() == kSuffix.size())
      throw FormatError(name + ": expected entries that end in .npy, found " + in_quotes(entry));
    arrays.emplace_back(entry.substr(0, entry.size() - kSuffix.size()),
                        parse_npy(contents, name + ": " + in_quotes(entry)));
  }
  return arrays;
}

std::string write_npz(const NamedArrays& arrays) {
  std::vector<std::pair<std::string, std::string>> entries;
  for (const auto& [name, array] : arrays) entries.emplace_back(name + std::string(kSuffix), write_npy(array));
  return write_zip(entries);
}

}  // namespace isinglass
