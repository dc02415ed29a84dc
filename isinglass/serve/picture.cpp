#include "isinglass/serve/picture.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "isinglass/io/png.h"

namespace isinglass {
namespace {

constexpr Index kMostSide = 512;

std::string base64(std::string_view bytes) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t n = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) group = group << 8 | (k < n ? static_cast<unsigned char>(bytes[i + k]) : 0u);
    for (std::size_t k = 0; k < 4; ++k) out += k <= n ? kDigits[group >> (18 - 6 * k) & 63] : '=';
  }
  return out;
}

}  // namespace

Value picture(std::span<const double> numbers, const Shape& shape, double low, double high) {
  const bool has_channels = shape.size() == 3;
  if (shape.size() != 2 && !has_channels) return {};
  const Index channels = has_channels ? shape[0] : 1, h = shape[shape.size() - 2], w = shape[shape.size() - 1];
  if ((channels != 1 && channels != 3) || h > kMostSide || w > kMostSide || h < 2 || w < 2) return {};
  Array image{.type = DType::kU8, .shape = channels == 1 ? Shape{h, w} : Shape{h, w, 3}, .bytes = {}};
  image.bytes.resize(static_cast<std::size_t>(size_of(image.shape)));
  const double range = high > low ? high - low : 1;
  for (Index c = 0; c < channels; ++c)
    for (Index i = 0; i < h * w; ++i) {
      const double x = (numbers[static_cast<std::size_t>(c * h * w + i)] - low) / range;
      const double level = std::isfinite(x) ? std::clamp(std::round(255 * x), 0.0, 255.0) : 0;
      image.bytes[static_cast<std::size_t>(i * channels + c)] = static_cast<std::byte>(level);
    }
  return "data:image/png;base64," + base64(write_png(image));
}

Value picture_of(const Array& samples, Index row) {
  const Shape shape(samples.shape.begin() + 1, samples.shape.end());
  const Index width = size_of(shape);
  if (shape.size() < 2 || shape.size() > 3 || width > 3 * kMostSide * kMostSide) return {};
  std::vector<double> numbers;
  for (Index i = 0; i < width; ++i) numbers.push_back(samples.at(row * width + i));
  const auto [least, largest] = std::ranges::minmax(numbers);
  const bool is_bytes = samples.type == DType::kU8;
  return picture(numbers, shape, is_bytes ? 0 : least, is_bytes ? 255 : largest);
}

}  // namespace isinglass
