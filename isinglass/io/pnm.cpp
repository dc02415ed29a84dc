#include "isinglass/io/pnm.h"

#include <algorithm>

#include "isinglass/base/error.h"
#include "isinglass/io/bytes.h"
#include "isinglass/io/png.h"
#include "isinglass/io/text.h"

namespace isinglass {
namespace {

constexpr std::string_view kSpace = " \t\n\v\f\r";

bool is_space(char c) {
  return kSpace.find(c) != std::string_view::npos;
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

class PnmReader {
 public:
  PnmReader(std::string_view bytes, const std::string& name) : bytes_(bytes), name_(name) {}
  Array read();

 private:
  // Passes over white space and comments.
  void skip() {
    while (at_ < bytes_.size() && (is_space(bytes_[at_]) || bytes_[at_] == '#'))
      at_ = bytes_[at_] == '#' ? std::min(bytes_.find('\n', at_), bytes_.size()) : at_ + 1;
  }
  // The next number, low to high.
  Index number(Index low, Index high, const char* what);
  void read_plain(Array& image, Index most);
  void read_binary(Array& image, Index most);
  [[noreturn]] void fail(const std::string& message) const {
    throw FormatError(name_ + ": byte " + std::to_string(at_) + ": " + message);
  }

  std::string_view bytes_;
  const std::string& name_;
  std::size_t at_ = 2;  // behind "P5"
};

Index PnmReader::number(Index low, Index high, const char* what) {
  skip();
  const std::size_t start = at_;
  Index value = 0;
  while (at_ < bytes_.size() && is_digit(bytes_[at_])) value = std::min(value * 10 + (bytes_[at_++] - '0'), high + 1);
  const bool ends = at_ == bytes_.size() || is_space(bytes_[at_]) || bytes_[at_] == '#';
  if (at_ > start && ends && value >= low && value <= high) return value;
  const std::size_t end = std::min(bytes_.find_first_of(kSpace, start), bytes_.size());
  at_ = start;
  fail("expected " + std::string(what) + " from " + std::to_string(low) + " to " + std::to_string(high) + ", found " +
       (start == bytes_.size() ? "the end; the file is truncated" : in_quotes(bytes_.substr(start, end - start))));
}

void PnmReader::read_plain(Array& image, Index most) {
  for (std::byte& byte : image.bytes)
    byte = static_cast<std::byte>((255 * number(0, most, "a value") + most / 2) / most);
  skip();
  if (at_ != bytes_.size()) fail("expected the end of the file, found more values");
}

void PnmReader::read_binary(Array& image, Index most) {
  const std::string_view values = bytes_.substr(at_);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Index value = static_cast<unsigned char>(values[i]);
    if (value > most) {
      at_ += i;
      fail("expected values up to " + std::to_string(most) + ", found " + std::to_string(value));
    }
    image.bytes[i] = static_cast<std::byte>((255 * value + most / 2) / most);
  }
}

Array PnmReader::read() {
  const bool is_plain = bytes_[1] == '2' || bytes_[1] == '3', is_colour = bytes_[1] == '3' || bytes_[1] == '6';
  const Index width = number(1, kMostPixels, "a width"), height = number(1, kMostPixels, "a height");
  const Index most = number(1, 255, "a largest value");
  if (width > kMostPixels / height)
    fail("expected at most " + std::to_string(kMostPixels) + " pixels, found " + std::to_string(width) + " x " +
         std::to_string(height));
  if (!is_plain && (at_ == bytes_.size() || !is_space(bytes_[at_++])))
    fail("expected one white space before the values");
  Array image{DType::kU8, {height, width}, {}};
  if (is_colour) image.shape.push_back(3);

  // Sizes agree before memory is taken; a plain value has a digit and a space before it.
  const auto count = static_cast<std::size_t>(image.size()), left = bytes_.size() - at_;
  if (is_plain ? left < 2 * count : left != count)
    fail("expected " + std::to_string(count) + (is_plain ? " values, found only " : " bytes of values, found ") +
         std::to_string(left) + (is_plain ? " bytes" : ""));
  image.bytes.resize(count);
  if (is_plain)
    read_plain(image, most);
  else
    read_binary(image, most);
  return image;
}

}  // namespace

bool is_pnm(std::string_view bytes) {
  return bytes.size() > 2 && bytes[0] == 'P' && std::string_view("2356").find(bytes[1]) != std::string_view::npos &&
         (is_space(bytes[2]) || bytes[2] == '#');
}

Array parse_pnm(std::string_view bytes, const std::string& name) {
  if (!is_pnm(bytes))
    throw FormatError(name + ": expected a PGM or PPM image (P2, P3, P5 or P6 and a white space), found " +
                      (bytes.empty() ? "an empty file" : hex(bytes.substr(0, 4))));
  return PnmReader(bytes, name).read();
}

}  // namespace isinglass
