#include "isinglass/data/image_folder.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "isinglass/base/error.h"
#include "isinglass/data/load.h"
#include "isinglass/data/read_data.h"
#include "isinglass/io/bytes.h"
#include "isinglass/io/file.h"
#include "isinglass/io/idx.h"
#include "isinglass/io/npy.h"
#include "isinglass/io/png.h"
#include "isinglass/io/toml.h"

namespace isinglass {
namespace {

namespace fs = std::filesystem;
using namespace std::string_literals;

// A folder of the test's own; messages are compared without its path.
class ImageFolderTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        testing::TempDir() + "isinglass_image_folder_" + testing::UnitTest::GetInstance()->current_test_info()->name();
    fs::remove_all(folder_);
    make_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  void file(const std::string& name, const std::string& bytes) {
    make_directories(fs::path(folder_ + "/" + name).parent_path().string());
    write_file(folder_ + "/" + name, bytes);
  }
  std::string refusal(const std::string& name = "") {
    try {
      read_image_folder(folder_ + name);
    } catch (const InputError& error) {
      const std::string message = error.what();
      EXPECT_EQ(message.rfind(folder_, 0), 0u) << message;
      std::string without = message;
      for (std::size_t at; (at = without.find(folder_)) != std::string::npos;) without.erase(at, folder_.size());
      return without;
    }
    return "accepted";
  }

  std::string folder_;
};

std::string png(const Shape& shape, const std::string& bytes) {
  return write_png(make_array(DType::kU8, shape, bytes, "x"));
}

std::vector<Index> bytes_of(const RawData& raw) {
  std::vector<Index> out;
  for (Index i = 0; i < raw.inputs->size(); ++i) out.push_back(static_cast<Index>(raw.inputs->at(i)));
  return out;
}

std::vector<double> inputs_of(const Dataset& data) {
  std::vector<double> x(static_cast<std::size_t>(data.size() * data.inputs()));
  data.gather<double>(all_rows(data.size()), View<double>(x.data(), data.size(), data.inputs()), {}, {});
  return x;
}

TEST_F(ImageFolderTest, FoldersAreClassesAndFilesAreSamplesByName) {
  file("dogs/b.png", png({1, 2}, "cd"));
  file("dogs/a.PGM", "P5 2 1 255\nab");
  file("cats/z.pgm", "P2 2 1 255 101 102");
  file("cats/.hidden", "anything");
  file(".git/x", "anything");
  const RawData raw = read_image_folder(folder_);
  EXPECT_EQ(raw.rows, 3);
  EXPECT_EQ(raw.inputs->type, DType::kU8);
  EXPECT_EQ(raw.inputs->shape, (Shape{3, 1, 1, 2}));
  EXPECT_EQ(bytes_of(raw), (std::vector<Index>{'e', 'f', 'a', 'b', 'c', 'd'}));
  ASSERT_EQ(raw.columns.size(), 1u);
  EXPECT_TRUE(raw.columns[0].is_target);
  EXPECT_EQ(raw.columns[0].texts, (std::vector<std::string>{"cats", "dogs", "dogs"}));
  EXPECT_EQ(raw.where(1), folder_ + "/dogs/a.PGM: ");
}

TEST_F(ImageFolderTest, ColoursAreRedGreenBlueChannelsFirst) {
  file("x.ppm", "P6 2 1 255\nrgbRGB");
  file("y.png", png({1, 2, 3}, "123456"));
  const RawData raw = read_image_folder(folder_ + "/");
  EXPECT_EQ(raw.inputs->shape, (Shape{2, 3, 1, 2}));
  EXPECT_EQ(bytes_of(raw), (std::vector<Index>{'r', 'R', 'g', 'G', 'b', 'B', '1', '4', '2', '5', '3', '6'}));
  EXPECT_TRUE(raw.columns.empty());
}

TEST_F(ImageFolderTest, NamesOfFoldersThatAreNumbersAreClasses) {
  for (const char* name : {"10/a.pgm", "9/a.pgm", "9/b.pgm"}) file(name, "P5 1 1 255\na");
  DataOptions options;
  options.train.files = {{folder_}};
  const LoadedData data = load_data(options, "", *counter_stream({}));
  EXPECT_EQ(data.train.class_names(), (std::vector<std::string>{"9", "10"}));
  EXPECT_EQ(std::vector<Index>(data.train.labels().begin(), data.train.labels().end()), (std::vector<Index>{1, 0, 0}));
  file("09/a.pgm", "P5 1 1 255\na");
  EXPECT_EQ(refusal(), ": two folders of classes are called \"9\" when read as a number; rename one");
}

TEST_F(ImageFolderTest, ImagesMustAgreeInSizeAndDepth) {
  file("cats/a.png", png({2, 3}, "abcdef"));
  file("cats/b.png", png({4, 1, 3}, "abcdefghijkl"));
  EXPECT_EQ(refusal(),
            "/cats/b.png is 1 x 4 pixels with 3 channels, but /cats/a.png is 3 x 2 pixels with 1 channel; all images "
            "of a folder need the same size and depth");
  file("cats/b.png", png({3, 2}, "abcdef"));
  EXPECT_NE(refusal().find("/cats/b.png is 2 x 3 pixels with 1 channel"), std::string::npos);
}

TEST_F(ImageFolderTest, WhatIsNoFolderOfImagesIsRefusedByName) {
  EXPECT_EQ(refusal(),
            ": expected images (.png, .pgm or .ppm files), or a folder of images for each class, found none");
  EXPECT_NE(refusal("/nowhere").find("/nowhere: cannot list the folder: "), std::string::npos);
  file("cats/a.pgm", "P5 1 1 255\na");
  ASSERT_EQ(refusal(), "accepted");
  file("cats/notes.txt", "x");
  EXPECT_EQ(refusal(),
            "/cats/notes.txt: expected nothing but images (.png, .pgm or .ppm files) in this folder; move the file "
            "away");
  fs::remove(folder_ + "/cats/notes.txt");
  make_directories(folder_ + "/dogs");
  EXPECT_EQ(refusal(), "/dogs: the folder of this class holds no image; remove it");
  file("dogs/old/a.pgm", "P5 1 1 255\na");
  EXPECT_EQ(refusal(), "/dogs/old: expected image files in the folder of a class, found a folder; move its images up");
  fs::remove_all(folder_ + "/dogs");
  file("stray.png", "");
  EXPECT_EQ(refusal(),
            "/stray.png: expected folders of classes alone beside it; move the file into one of them or away");
}

TEST_F(ImageFolderTest, BrokenImagesAreNamed) {
  const std::string good = png({2, 2}, "abcd");
  file("a.png", good);
  file("b.png", "not an image");
  EXPECT_EQ(
      refusal(),
      "/b.png: the file is named .png but begins with the text \"not an image\"; expected a PNG, PGM or PPM image");
  file("b.png", good.substr(0, good.size() - 5));
  EXPECT_NE(refusal().find("the file is truncated"), std::string::npos);
  std::string damaged = good;
  damaged[damaged.size() - 20] = static_cast<char>(damaged[damaged.size() - 20] ^ 1);
  file("b.png", damaged);
  EXPECT_NE(refusal().find("/b.png: byte "), std::string::npos);
  fs::remove(folder_ + "/b.png");
  fs::create_symlink(folder_ + "/nowhere.png", folder_ + "/c.png");
  EXPECT_NE(refusal().find("/c.png: expected nothing but images"), std::string::npos);
}

TEST_F(ImageFolderTest, AFileIsOneSampleByItsNameOrItsContent) {
  file("a.ppm", "P6 2 1 255\nrgbRGB");
  file("unnamed", png({1, 2}, "ab"));
  const RawData colour = read_data_files({folder_ + "/a.ppm"});
  EXPECT_EQ(colour.inputs->shape, (Shape{1, 3, 1, 2}));
  EXPECT_EQ(bytes_of(colour), (std::vector<Index>{'r', 'R', 'g', 'G', 'b', 'B'}));
  EXPECT_EQ(read_data_files({folder_ + "/unnamed"}).inputs->shape, (Shape{1, 1, 1, 2}));
}

TEST_F(ImageFolderTest, BytesScaleByTheirRangeWhateverTheyHold) {
  file("a.pgm", "P2 3 1 255 0 51 204");
  DataOptions options;
  options.train.files = {{folder_}};
  options.target.names = {"inputs"};
  const auto scaled = [&](const std::string& scale) {
    options.scale = scale;
    return inputs_of(load_data(options, "", *counter_stream({})).train);
  };
  EXPECT_EQ(scaled("none"), (std::vector<double>{0, 51, 204}));
  EXPECT_EQ(scaled("unit"), (std::vector<double>{0, 0.2, 0.8}));
  EXPECT_EQ(scaled("symmetric"), (std::vector<double>{-1, -0.6, 0.6}));
  file("a.pgm", "P2 3 1 255 0 255 255");
  EXPECT_EQ(scaled("unit"), (std::vector<double>{0, 1, 1}));
  EXPECT_EQ(scaled("symmetric"), (std::vector<double>{-1, 1, 1}));
}

TEST_F(ImageFolderTest, ArraysOfImagesKeepTheirShape) {
  const Array grey = make_array(DType::kU8, {2, 2, 3}, "\0bcdefghijk\xFF"s, "x");
  const Array colour = make_array(DType::kU8, {1, 3, 2, 2}, "abcdefghijkl", "x");
  file("grey.idx", write_idx(grey));
  file("colour.npy", write_npy(colour));
  DataOptions options;
  options.target.names = {"inputs"};
  options.scale = "symmetric";
  options.train.files = {{folder_ + "/grey.idx"}};
  const Dataset images = load_data(options, "", *counter_stream({})).train;
  EXPECT_EQ(images.input_shape(), (Shape{2, 3}));
  EXPECT_EQ(inputs_of(images).front(), -1);
  EXPECT_EQ(inputs_of(images).back(), 1);
  options.input_shape = {1, 2, 3};
  EXPECT_EQ(load_data(options, "", *counter_stream({})).train.input_shape(), (Shape{1, 2, 3}));
  options.input_shape = {};
  options.train.files = {{folder_ + "/colour.npy"}};
  EXPECT_EQ(load_data(options, "", *counter_stream({})).train.input_shape(), (Shape{3, 2, 2}));
}

TEST_F(ImageFolderTest, OnlyTheTrainingPartIsAugmented) {
  for (const char* name : {"a/1.pgm", "a/2.pgm", "b/1.pgm", "b/2.pgm"}) file(name, "P5 2 1 255\nab");
  DataOptions options;
  options.train.files = {{folder_}};
  options.validation.files = {{folder_}};
  options.test_fraction = 0.5;
  options.augment = {.shift = 1};
  const LoadedData data = load_data(options, "", *counter_stream({}));
  EXPECT_TRUE(data.train.is_augmented());
  EXPECT_FALSE(data.validation->is_augmented());
  EXPECT_FALSE(data.test->is_augmented());
}

TEST(AugmentedTable, HasNoNeighboursToShift) {
  DataOptions options;
  read_options(parse_toml("rows = [{ a = 1, y = 2 }, { a = 2, y = 3 }]\ntarget = \"y\"\naugment = { shift = 1 }", "e"),
               options, "[data]");
  EXPECT_THROW(load_data(options, "", *counter_stream({})), OptionError);
  options.augment = {.noise = 0.1};
  EXPECT_TRUE(load_data(options, "", *counter_stream({})).train.is_augmented());
}

}  // namespace
}  // namespace isinglass
