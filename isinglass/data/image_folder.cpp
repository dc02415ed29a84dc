#include "isinglass/data/image_folder.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "isinglass/base/error.h"
#include "isinglass/io/file.h"
#include "isinglass/io/image.h"
#include "isinglass/io/text.h"

namespace isinglass {
namespace {

namespace fs = std::filesystem;

constexpr Index kMostBytes = Index{1} << 32;  // of pixels in a folder

struct ImageFile {
  std::string path, class_name;
};

bool is_folder(const fs::path& path) {
  std::error_code error;  // what cannot be looked at is no folder
  return fs::is_directory(path, error);
}

// What lies in a folder, sorted by name; hidden names are left out.
std::vector<fs::path> list_folder(const fs::path& folder) {
  std::vector<fs::path> paths;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
    if (!it->path().filename().string().starts_with('.')) paths.push_back(it->path());
  if (error) throw FileError(folder.string() + ": cannot list the folder: " + error.message());
  std::ranges::sort(paths, {}, [](const fs::path& path) { return path.filename().string(); });
  return paths;
}

void check_is_image(const fs::path& path) {
  std::error_code error;
  if (is_folder(path))
    throw FormatError(path.string() +
                      ": expected image files in the folder of a class, found a folder; move its images up");
  if (!is_image_name(path.filename().string()) || !fs::is_regular_file(path, error))
    throw FormatError(path.string() +
                      ": expected nothing but images (.png, .pgm or .ppm files) in this folder; move the file away");
}

std::vector<ImageFile> list_images(const fs::path& folder) {
  const std::vector<fs::path> paths = list_folder(folder);
  const bool has_classes = std::ranges::any_of(paths, is_folder);
  std::vector<ImageFile> files;
  for (const fs::path& path : paths) {
    if (!has_classes) {
      check_is_image(path);
      files.push_back({path.string(), ""});
      continue;
    }
    if (!is_folder(path))
      throw FormatError(path.string() +
                        ": expected folders of classes alone beside it; move the file into one of them or away");
    const std::vector<fs::path> images = list_folder(path);
    if (images.empty()) throw FormatError(path.string() + ": the folder of this class holds no image; remove it");
    for (const fs::path& image : images) {
      check_is_image(image);
      files.push_back({image.string(), path.filename().string()});
    }
  }
  if (files.empty())
    throw FormatError(folder.string() +
                      ": expected images (.png, .pgm or .ppm files), or a folder of images for each class, found none");
  return files;
}

Index channels_of(const Array& image) {
  return image.shape.size() == 3 ? image.shape[2] : 1;
}

// "32 x 24 pixels with 3 channels", width first.
std::string size_text(const Array& image) {
  const Index channels = channels_of(image);
  return std::to_string(image.shape[1]) + " x " + std::to_string(image.shape[0]) + " pixels with " +
         std::to_string(channels) + (channels == 1 ? " channel" : " channels");
}

// Appends the bytes of an image (H, W, C) as (C, H, W).
void append_channels_first(std::vector<std::byte>& out, const Array& image) {
  const auto channels = static_cast<std::size_t>(channels_of(image));
  for (std::size_t c = 0; c < channels; ++c)
    for (std::size_t i = c; i < image.bytes.size(); i += channels) out.push_back(image.bytes[i]);
}

Array read_images(const std::vector<ImageFile>& files, const std::string& folder) {
  Array all{DType::kU8, {}, {}};
  Array first;
  for (const ImageFile& file : files) {
    const Array image = parse_image(read_file(file.path), file.path);
    if (all.shape.empty()) {
      first = {DType::kU8, image.shape, {}};
      const auto count = static_cast<Index>(files.size());
      if (image.size() > kMostBytes / count)
        throw FormatError(folder + ": " + std::to_string(count) + " images of " + size_text(image) +
                          " are more than 4 GiB; make them smaller or fewer");
      all.shape = {count, channels_of(image), image.shape[0], image.shape[1]};
      all.bytes.reserve(static_cast<std::size_t>(all.size()));
    }
    if (image.shape != first.shape)
      throw FormatError(file.path + " is " + size_text(image) + ", but " + files[0].path + " is " + size_text(first) +
                        "; all images of a folder need the same size and depth");
    append_channels_first(all.bytes, image);
  }
  return all;
}

// The folders' names as they are, numbers too: a class is no amount.
Column class_column(const std::vector<ImageFile>& files, const std::string& folder) {
  Column column{.name = "target", .is_numeric = false, .is_target = true};
  for (const ImageFile& file : files) column.texts.push_back(file.class_name);
  std::set<std::string> names, categories;
  for (Index row = 0; row < column.size(); ++row)
    if (names.insert(column.texts[static_cast<std::size_t>(row)]).second &&
        !categories.insert(column.category(row)).second)
      throw FormatError(folder + ": two folders of classes are called " + in_quotes(column.category(row)) +
                        " when read as a number; rename one");
  return column;
}

}  // namespace

RawData read_image_folder(const std::string& path) {
  const std::vector<ImageFile> files = list_images(path);
  RawData raw = raw_from_arrays(read_images(files, path), nullptr, path);
  for (const ImageFile& file : files) raw.files.push_back(file.path);
  if (!files[0].class_name.empty()) raw.columns.push_back(class_column(files, path));
  return raw;
}

RawData raw_from_image(const Array& image, const std::string& source) {
  Array sample{DType::kU8, {1, channels_of(image), image.shape[0], image.shape[1]}, {}};
  sample.bytes.reserve(image.bytes.size());
  append_channels_first(sample.bytes, image);
  return raw_from_arrays(std::move(sample), nullptr, source);
}

}  // namespace isinglass
