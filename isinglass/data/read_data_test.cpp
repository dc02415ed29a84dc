#include "isinglass/data/read_data.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <filesystem>
#include <functional>

#include "isinglass/base/error.h"
#include "isinglass/io/file.h"
#include "isinglass/io/idx.h"
#include "isinglass/io/npy.h"
#include "isinglass/io/toml.h"

namespace isinglass {
namespace {

// Files of one test in a directory of its own.
class ReadDataTest : public testing::Test {
 protected:
  void SetUp() override {
    directory_ =
        testing::TempDir() + "isinglass_read_data_" + testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::remove_all(directory_);
    make_directories(directory_);
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  std::string file(const std::string& name, const std::string& bytes) {
    write_file(directory_ + "/" + name, bytes);
    return directory_ + "/" + name;
  }
  RawData read(const std::string& name, const std::string& bytes) { return read_data_files({file(name, bytes)}); }
  RawData part(const std::string& toml) {
    return read_part(DataPart::read(*parse_toml("part = " + toml, "e.toml").find("part")), directory_);
  }

  std::string directory_;
};

Array small_bytes(Shape shape) {
  Array array{DType::kU8, std::move(shape), {}};
  for (Index i = 0; i < array.size(); ++i) array.bytes.push_back(static_cast<std::byte>(i));
  return array;
}

std::string gzipped(const std::string& bytes) {
  std::string out(bytes.size() + 100, '\0');
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

const char* const kCsv = "a,b\n1,x\n2,y\n";

TEST_F(ReadDataTest, ReadsTables) {
  EXPECT_EQ(read("t.csv", kCsv).columns.size(), 2u);
  EXPECT_EQ(read("t.tsv", "a\tb\n1\tx\n").columns.size(), 2u);
  EXPECT_EQ(read("t.csv.gz", gzipped(kCsv)).rows, 2);
  EXPECT_EQ(read("t.json", "[{\"a\": 1}, {\"a\": 2}]").rows, 2);
  EXPECT_EQ(read("bom.csv",
                 "\xEF\xBB\xBF"
                 "a,b\r\n1,x\r\n")
                .column_names()
                .front(),
            "a");
}

TEST_F(ReadDataTest, AnUnknownEndingLeavesItToTheContent) {
  EXPECT_EQ(read("table", kCsv).columns.size(), 2u);
  EXPECT_EQ(read("records", " [{\"a\": 1}]").columns.size(), 1u);
  EXPECT_EQ(read("images", write_idx(small_bytes({2, 3}))).inputs->shape, (Shape{2, 3}));
  EXPECT_EQ(read("array", write_npy(small_bytes({2, 3}))).inputs->shape, (Shape{2, 3}));
  EXPECT_EQ(read("arrays", write_npz({{"x", small_bytes({2, 3})}})).inputs->shape, (Shape{2, 3}));
  EXPECT_THROW(read("program", std::string("\x7F"
                                           "ELF\0\0",
                                           6)),
               FormatError);
}

TEST_F(ReadDataTest, ReadsArraysWithTheirLabels) {
  const std::string images = file("train-images-idx3-ubyte.gz", gzipped(write_idx(small_bytes({2, 2, 2}))));
  const std::string labels = file("train-labels-idx1-ubyte", write_idx(small_bytes({2})));
  const RawData raw = read_data_files({images, labels});
  EXPECT_EQ(raw.inputs->shape, (Shape{2, 2, 2}));
  EXPECT_TRUE(raw.columns.at(0).is_label);
  EXPECT_EQ(raw.columns[0].numbers, (std::vector<double>{0, 1}));
}

TEST_F(ReadDataTest, ReadsNamedArrays) {
  const RawData raw =
      read("d.npz", write_npz({{"w", small_bytes({2})}, {"y", small_bytes({2, 1})}, {"x", small_bytes({2, 3})}}));
  EXPECT_EQ(raw.inputs->shape, (Shape{2, 3}));
  EXPECT_EQ(raw.column_names(), (std::vector<std::string>{"target", "w"}));
  EXPECT_TRUE(raw.columns[0].is_target);
  EXPECT_FALSE(raw.columns[1].is_target);
  EXPECT_THROW(read("none.npz", write_npz({{"a", small_bytes({2, 3})}})), FormatError);
  EXPECT_THROW(read("odd.npz", write_npz({{"x", small_bytes({2, 3})}, {"z", small_bytes({3})}})), ShapeError);
}

TEST_F(ReadDataTest, APartMayBeAFileInlineDataOrAGenerator) {
  file("t.csv", kCsv);
  EXPECT_EQ(part("\"t.csv\"").source, directory_ + "/t.csv");
  EXPECT_EQ(part("{ rows = [{ a = 1, b = \"x\" }, { a = 2 }] }").columns.size(), 2u);
  EXPECT_EQ(part("{ inputs = [[1, 2]], targets = [[3]] }").columns.size(), 1u);
  EXPECT_EQ(part("{ generator = { kind = \"slope_images\" } }").rows, 10);
  EXPECT_THROW(part("{}"), OptionError);
  EXPECT_THROW(part("{ files = \"t.csv\", inputs = [[1]] }"), OptionError);
  EXPECT_THROW(part("{ files = \"t.csv\", targets = [[1]] }"), OptionError);
  EXPECT_THROW(part("[\"a\", \"b\", \"c\"]"), OptionError);
}

TEST_F(ReadDataTest, BadFilesAreRefused) {
  const std::string npy = write_npy(small_bytes({2, 3})), idx = write_idx(small_bytes({2, 3}));
  const std::string labels = file("labels.npy", write_npy(small_bytes({3})));
  const std::string images = file("images.npy", npy);
  const struct {
    const char* name;
    std::string bytes;
  } cases[] = {
      {"empty.csv", ""},
      {"header_only.csv", "a,b\n"},
      {"ragged.csv", "a,b\n1,2\n3\n"},
      {"open_quote.csv", "a,b\n\"1,2\n"},
      {"nul.csv", std::string("a,b\n1,\0\n", 8)},
      {"twice.csv", "a,a\n1,2\n"},
      {"broken.json", "[{\"a\": 1},"},
      {"object.json", "{\"a\": 1}"},
      {"nested.json", "[{\"a\": {\"b\": 1}}]"},
      {"magic.idx", "\x01" + idx.substr(1)},
      {"type.idx", std::string(idx).replace(2, 1, "\x07")},
      {"short.idx", idx.substr(0, idx.size() - 1)},
      {"long.idx", idx + "x"},
      {"huge.idx", std::string("\0\0\x08\x03\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 16)},
      {"short.npy", npy.substr(0, npy.size() - 1)},
      {"header.npy", npy.substr(0, 20)},
      {"text.npy", "a,b\n1,2\n"},
      {"scalar.npy", write_npy(small_bytes({}))},
      {"no_samples.npy", write_npy(small_bytes({0, 4}))},
      {"broken.npz", write_npz({{"x", small_bytes({2, 3})}}).substr(0, 60)},
      {"cut.csv.gz", gzipped(kCsv).substr(0, 15)},
  };
  for (const auto& c : cases) EXPECT_THROW(read(c.name, c.bytes), InputError) << c.name;
  EXPECT_THROW(read_data_files({directory_ + "/none.csv"}), FileError);
  EXPECT_THROW(read_data_files({directory_}), FormatError);  // a folder, but not of images
  EXPECT_THROW(read_data_files({images, labels}), ShapeError);
  EXPECT_THROW(read_data_files({images, file("labels.csv", kCsv)}), FormatError);
}

}  // namespace
}  // namespace isinglass
