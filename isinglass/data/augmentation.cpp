#include "isinglass/data/augmentation.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <numbers>

namespace isinglass {
namespace {

enum Stream : std::uint32_t { kMoves = 0, kNoise = 1 };  // the key's layer

RandomKey key_of(const RandomKey& batch, Stream stream) {
  return {batch.seed, Purpose::kAugment, stream, batch.step};
}

struct Image {
  Index channels = 1, height = 1, width = 1;
};

Image image_of(const Shape& shape) {
  Image image{.width = shape.back()};
  if (shape.size() >= 2) image.height = shape[shape.size() - 2];
  for (std::size_t i = 0; i + 2 < shape.size(); ++i) image.channels *= shape[i];
  return image;
}

// 32 random bits to a number in -most .. most; the bias is below most / 2^31.
Index within(std::uint64_t bits, Index most) {
  const auto choices = static_cast<std::uint64_t>(2 * most + 1);
  return static_cast<Index>((bits & 0xFFFFFFFF) * choices >> 32) - most;
}

template <class T>
void shift_plane(T* plane, const Image& image, Index dy, Index dx, T fill) {
  const Index skipped = std::max<Index>(0, -dx), filled = std::max<Index>(0, dx);
  const Index kept = image.width - skipped - filled;
  for (Index k = 0; k < image.height; ++k) {
    const Index row = dy > 0 ? image.height - 1 - k : k;  // a row is read before it is written
    T* out = plane + row * image.width;
    if (row < dy || row - dy >= image.height) {
      std::fill_n(out, image.width, fill);
      continue;
    }
    const T* in = out - dy * image.width;
    std::memmove(out + filled, in + skipped, static_cast<std::size_t>(kept) * sizeof(T));
    std::fill_n(out, filled, fill);
    std::fill_n(out + filled + kept, skipped, fill);
  }
}

template <class T>
void flip_plane(T* plane, const Image& image, bool horizontally, bool vertically) {
  for (Index r = 0; r < image.height && horizontally; ++r)
    std::reverse(plane + r * image.width, plane + (r + 1) * image.width);
  for (Index r = 0; r < image.height / 2 && vertically; ++r)
    std::swap_ranges(plane + r * image.width, plane + (r + 1) * image.width,
                     plane + (image.height - 1 - r) * image.width);
}

}  // namespace

void Augmentation::check(const Shape& sample_shape) const {
  const std::string what = "but a sample of the data has the shape " + to_string(sample_shape);
  if (flip != "none" && sample_shape.size() < 2)
    throw OptionError("[data] augment: flip needs images (H, W) or (C, H, W), " + what +
                      "; leave flip out, or give the images' shape as input_shape");
  const Image image = image_of(sample_shape);
  for (const Index extent : {image.height, image.width})
    if (extent > 1 && shift >= extent)
      throw OptionError("[data] augment: shift = " + std::to_string(shift) + " moves samples out of sight; expected " +
                        "at most " + std::to_string(extent - 1) + ", as a sample has the shape " +
                        to_string(sample_shape));
}

template <class T>
void Augmentation::move(View<T> x, const Shape& sample_shape, const RandomKey& key, Index first, T fill) const {
  if (!moves()) return;
  const Image image = image_of(sample_shape);
  const RandomKey moves_key = key_of(key, kMoves);
  const bool may_flip_across = flip == "horizontal" || flip == "both",
             may_flip_down = flip == "vertical" || flip == "both";
  for (Index r = 0; r < x.rows; ++r) {
    std::array<std::uint64_t, 2> bits;
    moves_key.fill_bits(2 * static_cast<std::uint64_t>(first + r), bits);
    const Index dx = image.width > 1 ? within(bits[0], shift) : 0;
    const Index dy = image.height > 1 ? within(bits[0] >> 32, shift) : 0;
    const bool across = may_flip_across && (bits[1] & 1) != 0, down = may_flip_down && (bits[1] & 2) != 0;
    for (Index c = 0; c < image.channels; ++c) {
      T* plane = x.row(r).data() + c * image.height * image.width;
      flip_plane(plane, image, across, down);
      if (dx != 0 || dy != 0) shift_plane(plane, image, dy, dx, fill);
    }
  }
}

template <class T>
void Augmentation::add_noise(View<T> x, const RandomKey& key, Index first) const {
  if (noise == 0) return;
  constexpr Index kBlock = 256;  // draws at a time, an even number
  const RandomKey noise_key = key_of(key, kNoise);
  const Index draws = x.cols + x.cols % 2;  // of a sample: Box-Muller turns two uniforms into two normals
  std::array<std::uint64_t, kBlock> bits;
  for (Index r = 0; r < x.rows; ++r) {
    const std::span<T> row = x.row(r);
    for (Index i = 0; i < x.cols; i += 2) {
      const auto at = static_cast<std::size_t>(i % kBlock);
      if (at == 0)
        noise_key.fill_bits(static_cast<std::uint64_t>((first + r) * draws + i),
                            std::span(bits).first(static_cast<std::size_t>(std::min(kBlock, draws - i))));
      const double u = (static_cast<double>(bits[at] >> 11) + 1) * 0x1p-53;  // in (0, 1]
      const double angle = 2 * std::numbers::pi * (static_cast<double>(bits[at + 1] >> 11) * 0x1p-53);
      const double radius = noise * std::sqrt(-2 * std::log(u));
      const auto here = static_cast<std::size_t>(i);
      row[here] += static_cast<T>(radius * std::cos(angle));
      if (here + 1 < row.size()) row[here + 1] += static_cast<T>(radius * std::sin(angle));
    }
  }
}

template void Augmentation::move(View<float>, const Shape&, const RandomKey&, Index, float) const;
template void Augmentation::move(View<double>, const Shape&, const RandomKey&, Index, double) const;
template void Augmentation::add_noise(View<float>, const RandomKey&, Index) const;
template void Augmentation::add_noise(View<double>, const RandomKey&, Index) const;

Augmentation Augmentation::read(const Value& v) {
  Augmentation a;
  read_options(v, a, "[data] augment");
  return a;
}

Value Augmentation::write() const {
  return is_none() ? Value() : write_options(*this);
}

}  // namespace isinglass
