#include "isinglass/io/png.h"

#include <png.h>

#include <algorithm>
#include <array>
#include <csetjmp>
#include <cstdio>
#include <new>
#include <vector>

#include "isinglass/base/error.h"
#include "isinglass/io/bytes.h"

namespace isinglass {
namespace {

constexpr std::string_view kSignature("\x89PNG\r\n\x1A\n", 8);

// libpng reports an error by a jump back to where it was called, over the frames of its own C code.
// Only functions called from succeeds() may be jumped out of; they own nothing.
class PngReader {
 public:
  PngReader(std::string_view bytes, const std::string& name) : bytes_(bytes), name_(name) {
    png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, this, on_error, [](png_structp, png_const_charp) {});
    if (png_ == nullptr) throw std::bad_alloc();
    info_ = png_create_info_struct(png_);
    if (info_ == nullptr) {
      png_destroy_read_struct(&png_, nullptr, nullptr);
      throw std::bad_alloc();
    }
  }
  PngReader(const PngReader&) = delete;
  PngReader& operator=(const PngReader&) = delete;
  ~PngReader() { png_destroy_read_struct(&png_, &info_, nullptr); }

  Array read();

 private:
  static void on_error(png_structp png, png_const_charp message) {
    auto* reader = static_cast<PngReader*>(png_get_error_ptr(png));
    std::snprintf(reader->message_.data(), reader->message_.size(), "%s", message);
    png_longjmp(png, 1);
  }
  static void on_read(png_structp png, png_bytep out, std::size_t count) {
    auto* reader = static_cast<PngReader*>(png_get_io_ptr(png));
    if (count > reader->bytes_.size() - reader->offset_) {
      reader->is_truncated_ = true;
      png_error(png, "the file is truncated");
    }
    std::copy_n(reader->bytes_.data() + reader->offset_, count, reinterpret_cast<char*>(out));
    reader->offset_ += count;
  }

  // Runs one of the functions below; false when libpng jumped out of it.
  bool succeeds(void (*step)(PngReader&)) {
    if (setjmp(png_jmpbuf(png_)) != 0) return false;
    step(*this);
    return true;
  }
  static void read_header(PngReader& r);
  static void read_pixels(PngReader& r);

  void check_size() const;
  std::vector<std::byte> colours_of(const std::vector<std::byte>& indices) const;
  Index drop_alpha(std::vector<std::byte>& pixels) const;
  [[noreturn]] void fail() const;
  [[noreturn]] void refuse_transparent(std::size_t pixel) const;

  std::string_view bytes_;
  const std::string& name_;
  std::size_t offset_ = 0;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
  png_bytepp rows_ = nullptr;
  Index width_ = 0, height_ = 0, stored_bits_ = 0;  // stored_bits_: of a pixel in the file
  Index channels_ = 0;                              // as read_pixels gives them
  bool is_palette_ = false;
  bool is_truncated_ = false;
  std::array<char, 200> message_{};
};

void PngReader::read_header(PngReader& r) {
  png_set_read_fn(r.png_, &r, on_read);
  png_set_crc_action(r.png_, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
  png_set_benign_errors(r.png_, 0);
  // Texts, profiles and the like are passed over; their checksums still count.
  png_set_keep_unknown_chunks(r.png_, PNG_HANDLE_CHUNK_NEVER, nullptr, -1);
  png_read_info(r.png_, r.info_);
  r.width_ = png_get_image_width(r.png_, r.info_);
  r.height_ = png_get_image_height(r.png_, r.info_);
  r.stored_bits_ = png_get_bit_depth(r.png_, r.info_) * png_get_channels(r.png_, r.info_);
  r.is_palette_ = png_get_color_type(r.png_, r.info_) == PNG_COLOR_TYPE_PALETTE;
  if (r.is_palette_)
    png_set_packing(r.png_);  // indices of 8 bits; libpng would take those beyond the palette for black
  else
    png_set_expand(r.png_);  // few bits become 8, tRNS transparency becomes alpha
  png_set_scale_16(r.png_);
  png_set_interlace_handling(r.png_);
  png_read_update_info(r.png_, r.info_);
  r.channels_ = png_get_channels(r.png_, r.info_);
}

void PngReader::read_pixels(PngReader& r) {
  png_read_image(r.png_, r.rows_);
  png_read_end(r.png_, nullptr);
}

void PngReader::fail() const {
  const std::string where = name_ + ": byte " + std::to_string(offset_) + ": ";
  if (is_truncated_) throw FormatError(where + "expected more of the PNG image, found the end; the file is truncated");
  throw FormatError(where + "expected an undamaged PNG image, found: " + message_.data());
}

// Before memory is taken: few bytes cannot stand for many pixels, as deflate shrinks by 1032 at most.
void PngReader::check_size() const {
  constexpr Index kMostDeflation = 1032;
  const std::string size = std::to_string(width_) + " x " + std::to_string(height_) + " pixels";
  if (width_ > kMostPixels / height_)
    throw FormatError(name_ + ": expected at most " + std::to_string(kMostPixels) + " pixels, found " + size);
  if (width_ * height_ * stored_bits_ / 8 / kMostDeflation > static_cast<Index>(bytes_.size()))
    throw FormatError(name_ + ": " + std::to_string(bytes_.size()) + " bytes cannot hold " + size +
                      "; the file is truncated");
}

void PngReader::refuse_transparent(std::size_t pixel) const {
  const auto at = static_cast<Index>(pixel);
  throw FormatError(name_ + ": the pixel at column " + std::to_string(at % width_) + ", row " +
                    std::to_string(at / width_) +
                    " is transparent; save the image without transparency, on the background that is meant");
}

// The colours (H, W, 3) that indices (H, W) into the palette stand for.
std::vector<std::byte> PngReader::colours_of(const std::vector<std::byte>& indices) const {
  png_colorp palette = nullptr;
  png_bytep alpha = nullptr;
  int colours = 0, alphas = 0;
  png_get_PLTE(png_, info_, &palette, &colours);
  png_get_tRNS(png_, info_, &alpha, &alphas, nullptr);
  std::vector<std::byte> pixels(3 * indices.size());
  for (std::size_t i = 0; i < indices.size(); ++i) {
    const int index = std::to_integer<int>(indices[i]);
    if (index >= colours)
      throw FormatError(name_ + ": expected colours of a palette of " + std::to_string(colours) + ", found number " +
                        std::to_string(index));
    if (index < alphas && alpha[index] != 255) refuse_transparent(i);
    pixels[3 * i] = std::byte{palette[index].red};
    pixels[3 * i + 1] = std::byte{palette[index].green};
    pixels[3 * i + 2] = std::byte{palette[index].blue};
  }
  return pixels;
}

// Takes alpha, the last of 2 or 4 channels, out of the pixels; returns the channels that are left.
Index PngReader::drop_alpha(std::vector<std::byte>& pixels) const {
  if (channels_ != 2 && channels_ != 4) return channels_;
  const auto from = static_cast<std::size_t>(channels_), to = from - 1;
  const std::size_t count = pixels.size() / from;
  for (std::size_t i = 0; i < count; ++i) {
    if (pixels[i * from + to] != std::byte{255}) refuse_transparent(i);
    std::copy_n(pixels.begin() + static_cast<std::ptrdiff_t>(i * from), to,
                pixels.begin() + static_cast<std::ptrdiff_t>(i * to));
  }
  pixels.resize(count * to);
  return channels_ - 1;
}

Array PngReader::read() {
  if (!succeeds(read_header)) fail();
  check_size();
  const auto row_bytes = static_cast<std::size_t>(width_ * channels_);
  Array image{DType::kU8, {height_, width_}, std::vector<std::byte>(static_cast<std::size_t>(height_) * row_bytes)};
  std::vector<png_bytep> rows(static_cast<std::size_t>(height_));
  for (std::size_t r = 0; r < rows.size(); ++r)
    rows[r] = reinterpret_cast<png_bytep>(image.bytes.data() + r * row_bytes);
  rows_ = rows.data();
  if (!succeeds(read_pixels)) fail();
  if (offset_ != bytes_.size())
    throw FormatError(name_ + ": byte " + std::to_string(offset_) + ": expected the end of the file, found " +
                      std::to_string(bytes_.size() - offset_) + " more bytes");
  if (is_palette_) image.bytes = colours_of(image.bytes);
  if (is_palette_ || drop_alpha(image.bytes) == 3) image.shape.push_back(3);
  return image;
}

}  // namespace

bool is_png(std::string_view bytes) {
  return bytes.starts_with(kSignature);
}

Array parse_png(std::string_view bytes, const std::string& name) {
  if (!is_png(bytes))
    throw FormatError(name + ": expected a PNG image (" + hex(kSignature) + "), found " +
                      (bytes.empty() ? "an empty file" : hex(bytes.substr(0, kSignature.size()))));
  return PngReader(bytes, name).read();
}

std::string write_png(const Array& image) {
  const Shape& shape = image.shape;
  const bool is_grey = shape.size() == 2, is_colour = shape.size() == 3 && shape[2] == 3;
  if (image.type != DType::kU8 || !(is_grey || is_colour) || shape[0] < 1 || shape[1] < 1 ||
      shape[1] > kMostPixels / shape[0])
    throw InputError("PNG holds U8 (H, W) or (H, W, 3) of 1 to " + std::to_string(kMostPixels) + " pixels, not " +
                     std::string(name_of(image.type)) + " " + to_string(shape));
  const std::string_view pixels = checked_bytes(image, "PNG");
  png_image png{};
  png.version = PNG_IMAGE_VERSION;
  png.height = static_cast<png_uint_32>(shape[0]);
  png.width = static_cast<png_uint_32>(shape[1]);
  png.format = is_grey ? PNG_FORMAT_GRAY : PNG_FORMAT_RGB;
  const auto write = [&](void* memory, png_alloc_size_t& size) {
    if (png_image_write_to_memory(&png, memory, &size, 0, pixels.data(), 0, nullptr) == 0)
      throw InputError("PNG cannot hold " + to_string(shape) + ": " + png.message);
  };
  png_alloc_size_t size = 0;
  write(nullptr, size);  // asks how many bytes it takes
  std::string bytes(size, '\0');
  write(bytes.data(), size);
  return bytes;
}

}  // namespace isinglass
