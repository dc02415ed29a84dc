// Tables, images and arrays that cannot be learned from.
#include <array>

#include "isinglass/io/png.h"
#include "tests/bad_input.h"

namespace isinglass::bad_input {
namespace {

using namespace std::string_literals;

std::vector<Case> tables() {
  const std::string numbers = "task = \"regression\"\n";
  return {
      with_table("RaggedShort", "a,b,y\n1,2,3\n2,3\n", "table.csv:3: "),
      with_table("RaggedLong", "a,b,y\n1,2,3,4\n", "table.csv:2: "),
      with_table("EmptyFile", "", "table.csv: the file is empty"),
      with_table("HeaderAlone", "a,b,y\n", "table.csv"),
      with_table("OpenQuote", "a,b,y\n1,\"2,3\n", "table.csv:2: "),
      with_table("NulByte", "a,b,y\n1,2,\0\n"s, "table.csv:2: "),
      with_table("RepeatedColumn", "a,a,y\n1,2,3\n", "\"a\""),
      with_table("NoTargetColumn", "a,b,z\n1,2,3\n", "\"y\", which is no column"),
      with_table("TargetWithATypo", "a,b,yy\n1,2,3\n", "did you mean 'yy'?"),
      with_table("TargetThatIsNoNumber", "a,b,y\n1,2,3\n2,3,many\n", "table.csv:3: ", numbers),
      with_table("HugeNumber", "a,b,y\n1,2,3\n2,3,1e999\n", "table.csv:3: ", numbers),
      with_table("EmptyCell", "a,b,y\n1,2,3\n2,,5\n", "table.csv:3: "),
      with_table("NaNFeature", "a,b,y\n1,2,3\n2,nan,5\n", "table.csv:3: "),
      with_table("MissingTarget", "a,b,y\n1,2,3\n2,3,\n", "table.csv:3: "),
      with_table("AColumnWithoutAnyValue", "a,b,y\n1,,3\n2,,5\n", "\"b\"", "missing = \"mean\"\n"),
      with_table("NothingLeft", "a,b,y\n1,,3\n2,,5\n", "no sample is left", "missing = \"drop\"\n"),
      with_table("UnknownFeature", kTable, "\"height\", which is no column", "features = [\"height\"]\n"),
      with_table("TargetAmongTheFeatures", kTable, "\"y\" cannot be among the features", "features = [\"a\", \"y\"]\n"),
      with_table("UnknownPolicy", kTable, "did you mean 'drop'?", "missing = \"dropp\"\n"),
      with_table("OneSampleToSplit", "a,b,y\n1,2,3\n", "no", "test_fraction = 0.5\n"),
      with_table("NegativeWeight", "a,b,y\n1,2,3\n1,-2,3\n", "weight", "weight_column = \"b\"\n"),
      with_table("StratifiedNumbers", kTable, "stratify", "stratify = true\ntest_fraction = 0.5\n"),
      with_table("BinaryInPlaceOfText", "\x80\x81\x82\xff\0\x01"s, "table.csv"),
  };
}

const std::string kNpyHeader = "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }              \n";
std::string npy(const std::string& header, std::size_t bytes) {
  return "\x93NUMPY\x01\0"s + static_cast<char>(header.size()) + "\0"s + header + std::string(bytes, '\0');
}

std::vector<Case> arrays() {
  return {
      with_data_files("NoSuchFile", "\"nowhere.csv\"", "nowhere.csv", {}),
      with_data_files("AFolderWithoutImages", "\".\"", "x.toml: expected nothing but images", {}),
      with_data_files("IdxMagic", "[\"i.idx\", \"t.idx\"]", "i.idx",
                      {{"i.idx", "\x01\x02\x08\x01\0\0\0\x02\x05\x06"s}, {"t.idx", kIdxTwoBytes}}),
      with_data_files("IdxType", "[\"i.idx\", \"t.idx\"]", "i.idx",
                      {{"i.idx", "\0\0\x07\x01\0\0\0\x02\x05\x06"s}, {"t.idx", kIdxTwoBytes}}),
      with_data_files("IdxTruncated", "[\"i.idx\", \"t.idx\"]", "i.idx",
                      {{"i.idx", "\0\0\x08\x01\0\0\0\x09\x05\x06"s}, {"t.idx", kIdxTwoBytes}}),
      with_data_files(
          "IdxThatPromisesFarMore", "[\"i.idx\", \"t.idx\"]", "i.idx",
          {{"i.idx", "\0\0\x08\x03\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x05"s}, {"t.idx", kIdxTwoBytes}}),
      with_data_files("FewerTargetsThanInputs", "[\"i.idx\", \"t.idx\"]", "2",
                      {{"i.idx", "\0\0\x08\x01\0\0\0\x03\x05\x06\x07"s}, {"t.idx", kIdxTwoBytes}}),
      with_data_files("BrokenGzip", "[\"i.idx.gz\", \"t.idx\"]", "i.idx.gz",
                      {{"i.idx.gz", "\x1f\x8b\x08\0\0\0\0\0\0\x03garbage"s}, {"t.idx", kIdxTwoBytes}}),
      with_data_files("NpyTruncated", "[\"i.npy\", \"t.idx\"]", "i.npy",
                      {{"i.npy", npy(kNpyHeader, 40)}, {"t.idx", kIdxTwoBytes}}),
      with_data_files("NpyOfObjects", "[\"i.npy\", \"t.idx\"]", "objects",
                      {{"i.npy", npy("{'descr': '|O', 'fortran_order': False, 'shape': (2,), }      \n", 16)},
                       {"t.idx", kIdxTwoBytes}}),
      with_data_files(
          "NpyThatPromisesFarMore", "[\"i.npy\", \"t.idx\"]", "i.npy",
          {{"i.npy", npy("{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296), } \n", 8)},
           {"t.idx", kIdxTwoBytes}}),
      with_data_files("NpzThatIsNoArchive", "\"i.npz\"", "i.npz", {{"i.npz", "PK\x03\x04garbage"}}),
      with_data_files("JsonSyntax", "\"t.json\"\ntarget = \"y\"", "t.json:1:", {{"t.json", "[{\"y\": 1,}]"}}),
      with_data_files("JsonOfNoRecords", "\"t.json\"\ntarget = \"y\"", "t.json", {{"t.json", "[1, 2]"}}),
      with_data_files("ThreeFiles", "[\"a\", \"b\", \"c\"]", "3", {}),
      with_experiment("RaggedInlineInputs", {.data = "inputs = [[1, 2], [3]]\ntargets = [[1], [2]]\n"}, "x.toml:2:"),
      with_experiment("FewerInlineTargets", {.data = "inputs = [[1, 2], [3, 4]]\ntargets = [[1]]\n"}, "2 targets"),
      with_experiment("InlineText", {.data = "inputs = [[1, \"two\"]]\ntargets = [[1]]\n"}, "\"two\""),
      with_experiment("TwoSources", {.data = "source = \"iris\"\ntrain = \"table.csv\"\n"}, "source"),
      with_experiment("NoSource", {.data = "target = \"y\"\n"}, "[data]"),
      with_experiment("UnknownSource", {.data = "source = \"irs\"\n"}, "did you mean 'iris'?"),
      with_experiment("SourceNotFetched", {.data = "source = \"iris\"\ntarget = \"species\"\n"},
                      "isinglass datasets get iris"),
  };
}

const std::string kGrey = "P5 2 1 255\nab";

// A good PNG image of one grey pixel.
std::string small_png() {
  return write_png({DType::kU8, {1, 1}, {std::byte{7}}});
}

Case with_images(std::string name, std::string expected, std::vector<File> images, std::string more_data = "") {
  Case c{std::move(name), {"train", "x.toml"}, 2, std::move(expected), std::move(images)};
  c.files.push_back({"x.toml", Text{.data = "train = \"photos/\"\n" + more_data}});
  return c;
}

std::vector<Case> images() {
  const std::string png = small_png(), autoencoder = "target = \"inputs\"\n";
  std::string corrupt = png;
  corrupt[corrupt.size() - 14] = static_cast<char>(corrupt[corrupt.size() - 14] ^ 1);
  return {
      with_images("ImagesOfTwoSizes",
                  "photos/cats/b.pgm is 1 x 2 pixels with 1 channel, but photos/cats/a.pgm is 2 x 1 pixels with 1 "
                  "channel; all images of a folder need the same size and depth",
                  {{"photos/cats/a.pgm", kGrey}, {"photos/cats/b.pgm", "P5 1 2 255\nab"}}),
      with_images("ImagesOfTwoDepths", "photos/dogs/b.ppm is 2 x 1 pixels with 3 channels, but photos/cats/a.pgm is",
                  {{"photos/cats/a.pgm", kGrey}, {"photos/dogs/b.ppm", "P6 2 1 255\nabcdef"}}),
      with_images("CorruptPng", "photos/cats/a.png: byte ", {{"photos/cats/a.png", corrupt}}),
      with_images("TruncatedPng", "the file is truncated",
                  {{"photos/cats/a.png", png.substr(0, png.size() - 15)}, {"photos/dogs/a.png", png}}),
      with_images("TextNamedPng",
                  "photos/cats/a.png: the file is named .png but begins with the text \"hello\"; expected a PNG, PGM "
                  "or PPM image",
                  {{"photos/cats/a.png", "hello\n"}}),
      with_images("EmptyImage", "found an empty file", {{"photos/cats/a.png", ""}}),
      with_images("ImageOfFarTooManyPixels", "photos/a.ppm: byte ", {{"photos/a.ppm", "P6 99999 99999 255\n"}},
                  autoencoder),
      with_images("EmptyFolder", "found none", {{"photos/.hidden", ""}}),
      with_images("EmptyFolderOfAClass", "photos/dogs: the folder of this class holds no image",
                  {{"photos/cats/a.pgm", kGrey}, {"photos/dogs/.hidden", ""}}),
      with_images("AFileThatIsNoImage", "photos/cats/notes.txt: expected nothing but images",
                  {{"photos/cats/a.pgm", kGrey}, {"photos/cats/notes.txt", "x"}}),
      with_images("ImagesBesideFolders", "photos/a.pgm: expected folders of classes alone",
                  {{"photos/cats/a.pgm", kGrey}, {"photos/a.pgm", kGrey}}),
      with_images("FoldersInFolders", "photos/cats/old: expected image files",
                  {{"photos/cats/a.pgm", kGrey}, {"photos/cats/old/a.pgm", kGrey}}),
      with_images("OneClass", "1 class", {{"photos/cats/a.pgm", kGrey}, {"photos/cats/b.pgm", kGrey}}),
      with_images("ImagesWithoutClasses", "target", {{"photos/a.pgm", kGrey}}),
      with_images("ShiftOutOfSight", "shift = 2 moves samples out of sight", {{"photos/a.pgm", kGrey}},
                  autoencoder + "augment = { shift = 2 }\n"),
      with_images("UnknownFlip", "did you mean 'horizontal'?", {{"photos/a.pgm", kGrey}},
                  autoencoder + "augment = { flip = \"horizontl\" }\n"),
      with_table("ShiftOfATable", kTable, "columns of a table", "augment = { shift = 1 }\n"),
      {"PredictWithATextNamedPng",
       {"predict", "model.safetensors", "new.png"},
       2,
       "new.png: the file is named .png but",
       {{"new.png", "a,colour\n1,red\n"}},
       same},
      {"EvaluateOnAnEmptyFolder",
       {"evaluate", "model.safetensors", "--data", "photos"},
       2,
       "photos: expected images",
       {{"photos/.hidden", ""}},
       same},
  };
}

class BadData : public BadInput {};
TEST_P(BadData, GivesOneClearLineAndLeavesNothing) {
  gives_one_clear_line_and_leaves_nothing();
}
INSTANTIATE_TEST_SUITE_P(Tables, BadData, testing::ValuesIn(tables()), name_of);
INSTANTIATE_TEST_SUITE_P(Images, BadData, testing::ValuesIn(images()), name_of);
INSTANTIATE_TEST_SUITE_P(Arrays, BadData, testing::ValuesIn(arrays()), name_of);

}  // namespace
}  // namespace isinglass::bad_input
