// Bad input, one row of the tables below for each kind: every one ends with the right exit status and one clear
// line, and leaves no result behind, whole or half.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <optional>

#include "isinglass/io/png.h"
#include "isinglass/io/safetensors.h"
#include "tests/command.h"

namespace isinglass {
namespace {

using testing_command::Outcome;
using testing_command::Workplace;
using namespace std::string_literals;

struct File {
  std::string name, bytes;
};
struct Case {
  std::string name;
  std::vector<std::string> words;
  int status;
  std::string expected;  // part of the message
  std::vector<File> files = {};
  std::string (*model)(const std::string& good) = nullptr;  // makes model.safetensors out of a good one

  friend std::ostream& operator<<(std::ostream& out, const Case& c) { return out << c.name; }
};

// An experiment file; every section may be replaced.
struct Text {
  std::string data = "train = \"table.csv\"\ntarget = \"y\"\n";
  std::string model = "layers = [{ kind = \"dense\", units = 1 }]\n";
  std::string train = "epochs = 2\n";
  std::string top = "";

  operator std::string() const {  // NOLINT(google-explicit-constructor): it is the bytes of a file
    return top + "[data]\n" + data + "[model]\n" + model + "[train]\n" + train;
  }
};

const std::string kTable = "a,b,y\n1,2,3\n2,3,5\n3,5,8\n4,1,5\n";

Case with_table(std::string name, std::string table, std::string expected, std::string more_data = "") {
  return {std::move(name),
          {"train", "x.toml"},
          2,
          std::move(expected),
          {{"x.toml", Text{.data = Text{}.data + more_data}}, {"table.csv", std::move(table)}}};
}
Case with_experiment(std::string name, const Text& text, std::string expected, int status = 2) {
  return {std::move(name), {"train", "x.toml"}, status, std::move(expected), {{"x.toml", text}, {"table.csv", kTable}}};
}
Case with_words(std::string name, std::vector<std::string> words, std::string expected) {
  return {std::move(name), std::move(words), 2, std::move(expected), {{"x.toml", Text()}, {"table.csv", kTable}}};
}
Case with_data_files(std::string name, const std::string& train, std::string expected, std::vector<File> files) {
  Case c{std::move(name), {"train", "x.toml"}, 2, std::move(expected), std::move(files)};
  c.files.push_back({"x.toml", Text{.data = "train = " + train + "\n"}});
  return c;
}
Case with_model(std::string name, std::string (*model)(const std::string&), std::string expected) {
  return {std::move(name),
          {"evaluate", "model.safetensors", "--data", "table.csv"},
          2,
          std::move(expected),
          {{"table.csv", kTable}},
          model};
}
std::string same(const std::string& good) {
  return good;
}
// New samples for a model of a (number), colour (red or blue) and the class y.
Case with_samples(std::string name, std::string samples, std::string expected) {
  return {std::move(name),
          {"predict", "model.safetensors", "new.csv", "-o", "out.csv"},
          2,
          std::move(expected),
          {{"new.csv", std::move(samples)}},
          same};
}

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

const std::string kIdxTwoBytes = "\0\0\x08\x01\0\0\0\x02\x05\x06"s;
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

std::vector<Case> experiments() {
  const auto layers = [](const std::string& list) { return Text{.model = "layers = [" + list + "]\n"}; };
  const std::string dense = "{ kind = \"dense\", units = 1 }";
  return {
      with_experiment("TomlSyntax", {.top = "seed = = 1\n"}, "x.toml:1:"),
      with_experiment("TomlTwice", {.top = "seed = 1\nseed = 2\n"}, "x.toml:2:"),
      with_experiment("TomlThatIsNoText", {.top = "# \xff\xfe\n"}, "x.toml"),
      with_experiment("TomlDate", {.top = "seed = 2024-01-01\n"}, "x.toml:1:"),
      with_experiment("UnknownTopKey", {.top = "sead = 1\n"},
                      "x.toml:1:8: an experiment has no setting 'sead'; did you mean 'seed'?"),
      with_experiment("UnknownDataKey", {.data = Text{}.data + "sclae = \"unit\"\n"}, "did you mean 'scale'?"),
      with_experiment("UnknownModelKey", {.model = Text{}.model + "layer = 2\n"}, "did you mean 'layers'?"),
      with_experiment("UnknownTrainKey", {.train = "epoch = 5\n"},
                      "x.toml:7:9: [train] has no setting 'epoch'; did you mean 'epochs'?"),
      with_experiment("UnknownLayerKey", layers("{ kind = \"dense\", unit = 1 }"), "did you mean 'units'?"),
      with_experiment("UnknownSection", {.train = "epochs = 1\n[trian]\n"}, "did you mean 'train'?"),
      with_experiment("UnknownLayer", layers("{ kind = \"dence\", units = 1 }"), "did you mean 'dense'?"),
      with_experiment("UnknownActivation", layers("{ kind = \"dense\", units = 1, activation = \"sigmiod\" }"),
                      "did you mean 'sigmoid'?"),
      with_experiment("UnknownOptimiser", {.train = "optimiser = \"adma\"\n"}, "did you mean 'adam'?"),
      with_experiment("UnknownLoss", {.train = "loss = \"mean_sqared\"\n"}, "did you mean 'mean_squared'?"),
      with_experiment("UnknownSchedule", {.train = "schedule = \"cosin\"\n"}, "did you mean 'cosine'?"),
      with_experiment("UnknownInitialiser", {.model = Text{}.model + "kernel_initialiser = \"zero\"\n"},
                      "did you mean 'zeros'?"),
      with_experiment("EpochsInWords", {.train = "epochs = \"ten\"\n"},
                      "x.toml:7:10: expected an integer, got the string \"ten\""),
      with_experiment("HalfAnEpoch", {.train = "epochs = 0.5\n"}, "expected an integer"),
      with_experiment("NegativeBatch", {.train = "batch_size = -1\n"}, "x.toml:7:"),
      with_experiment("LearningRateZero", {.train = "optimiser = { kind = \"sgd\", learning_rate = 0 }\n"},
                      "expected a number greater than 0"),
      with_experiment("LearningRateInfinite", {.train = "optimiser = { kind = \"sgd\", learning_rate = inf }\n"},
                      "x.toml:7:"),
      with_experiment("LearningRateNaN", {.train = "optimiser = { kind = \"sgd\", learning_rate = nan }\n"},
                      "x.toml:7:"),
      with_experiment("MomentumTooLarge", {.train = "optimiser = { kind = \"momentum\", momentum = 1.5 }\n"}, "1.5"),
      with_experiment("DropoutOfEverything", layers("{ kind = \"dropout\", rate = 1.5 }, " + dense), "1.5"),
      with_experiment("NegativeSeed", {.top = "seed = -1\n"}, "x.toml:1:8: "),
      with_experiment("UnknownPrecision", {.top = "precision = \"half\"\n"}, "float, double"),
      with_experiment("NoUnits", layers("{ kind = \"dense\" }"), "units"),
      with_experiment("UnitsZero", layers("{ kind = \"dense\", units = 0 }"), "at least 1"),
      with_experiment("NoLayers", {.model = "layers = []\n"}, "layers"),
      with_experiment("LayersAndWidths", {.model = Text{}.model + "widths = [2, 1]\n"}, "one of them, not both"),
      with_experiment("WidthsOfOtherData", {.model = "widths = [3, 1]\n"}, "3 inputs"),
      with_experiment("TooManyOutputs", layers("{ kind = \"dense\", units = 4 }"), "4 output"),
      with_experiment("ReshapeToAnotherSize", layers("{ kind = \"reshape\", shape = [3] }, " + dense),
                      "layer1 (reshape)"),
      with_experiment("EndlessNetwork", {.model = "widths = [2, 1000000000000, 1000000000000, 1]\n"}, "too large"),
      with_experiment("CrossEntropyOfALinearOutput", {.train = "loss = \"categorical_cross_entropy\"\n"}, "softmax"),
      with_experiment("StepThatCannotBeTrained",
                      layers("{ kind = \"dense\", units = 2, activation = \"binary_step\" }, " + dense), "binary_step"),
      with_experiment("InputOfAnotherShape", {.model = Text{}.model + "input = [5]\n"}, "(5)"),
      with_experiment("Diverges",
                      {.train = "optimiser = { kind = \"sgd\", learning_rate = 1e9 }\nepochs = 100\nbatch_size = 1\n"},
                      "training diverged in epoch", 1),
      {"NoTrainSection", {"train", "x.toml"}, 2, "[train]", {{"x.toml", "[data]\n[model]\n"}}},
      {"EmptyExperiment", {"train", "x.toml"}, 2, "[data]", {{"x.toml", ""}}},
      {"DeepNesting", {"train", "x.toml"}, 2, "x.toml", {{"x.toml", "a = " + std::string(10000, '[') + "\n"}}},
  };
}

std::vector<Case> command_lines() {
  return {
      with_words("UnknownCommand", {"trian", "x.toml"}, "did you mean 'train'?"),
      with_words("UnknownOption", {"train", "x.toml", "--epochs=5"}, "no option \"--epochs\""),
      with_words("OptionWithATypo", {"train", "x.toml", "--quite"}, "did you mean '--quiet'?"),
      with_words("NoExperiment", {"train"}, "needs EXPERIMENT"),
      with_words("TwoExperiments", {"train", "x.toml", "y.toml"}, "unexpected argument \"y.toml\""),
      with_words("OutTwice", {"train", "x.toml", "--out", "a", "--out", "b"}, "--out is given 2 times"),
      with_words("OutWithoutADirectory", {"train", "x.toml", "--out"}, "--out"),
      with_words("ThreadsInWords", {"train", "x.toml", "--threads", "two"}, "--threads: expected a whole number"),
      with_words("NegativeThreads", {"train", "x.toml", "--threads", "-2"}, "found \"-2\""),
      with_words("OneFold", {"train", "x.toml", "--folds", "1"}, "--folds: expected a whole number"),
      with_words("MoreFoldsThanSamples", {"train", "x.toml", "--folds", "9"}, "9"),
      with_words("SetWithoutAValue", {"train", "x.toml", "--set", "train.epochs"}, "--set takes KEY=VALUE"),
      with_words("SetAnUnknownKey", {"train", "x.toml", "--set", "train.epoch=5"},
                 "--set train.epoch: [train] has no setting 'epoch'; did you mean 'epochs'?"),
      with_words("SetTheWrongType", {"train", "x.toml", "--set", "train.epochs=many"},
                 "--set train.epochs: expected an integer"),
      with_words("SetWithinANumber", {"train", "x.toml", "--set", "train.epochs.most=1"}, "not a table"),
      with_words("NoSuchExperiment", {"train", "nowhere.toml"}, "nowhere.toml"),
      with_words("ADirectoryAsExperiment", {"train", "."}, "is a directory"),
      with_words("NothingToResume", {"train", "x.toml", "--resume"}, "checkpoint.safetensors"),
      with_words("FoldsCannotResume", {"train", "x.toml", "--resume", "--folds", "2"}, "--resume"),
      with_words("UnwritableOutput", {"train", "x.toml", "--out", "table.csv/run"}, "table.csv/run"),
      with_words("NoSuchModel", {"evaluate", "runs/x", "--data", "table.csv"}, "runs/x"),
      with_words("ADirectoryWithoutAModel", {"evaluate", ".", "--data", "table.csv"}, "model.safetensors"),
      with_words("NoData", {"evaluate", "runs/x"}, "needs --data"),
      with_words("ATableAsModel", {"describe", "table.csv"}, "table.csv"),
      with_words("UnknownDataSet", {"datasets", "get", "mnit"}, "did you mean 'mnist'?"),
      with_words("GetNothing", {"datasets", "get"}, "name of a data set"),
      with_words("UnknownVerb", {"datasets", "put", "mnist"}, "\"put\""),
      with_words("CheckNothing", {"check", "x.toml", "--most", "0"}, "--most"),
      with_words("ControlCharacters", {"train", "no\nsuch\x1b[31mfile"}, "no\\x0asuch\\x1b[31mfile"),
  };
}

std::string safetensors(std::uint64_t length, const std::string& header) {
  std::string bytes;
  for (int i = 0; i < 8; ++i) bytes += static_cast<char>(length >> (8 * i) & 255);
  return bytes + header;
}
std::string safetensors(const std::string& header) {
  return safetensors(header.size(), header);
}

// The good model with one text of its metadata replaced.
std::string with_metadata(const std::string& good, const std::string& key, const std::string& text) {
  Safetensors file = parse_safetensors(good, "model");
  for (auto& [name, value] : file.metadata)
    if (name == key) value = text;
  return write_safetensors(file);
}

std::vector<Case> models() {
  return {
      with_model(
          "EmptyModel", [](const std::string&) { return ""s; }, "model.safetensors"),
      with_model(
          "TruncatedModel", [](const std::string& m) { return m.substr(0, m.size() - 1); }, "model.safetensors"),
      with_model(
          "BytesBehindTheModel", [](const std::string& m) { return m + "x"; }, "model.safetensors"),
      with_model(
          "HeaderLongerThanTheFile", [](const std::string&) { return safetensors(1000, "{}"); }, "model.safetensors"),
      with_model(
          "HeaderOfExabytes", [](const std::string&) { return safetensors(std::uint64_t{1} << 63, "{}"); },
          "100000000"),
      with_model(
          "HeaderThatIsNoJson", [](const std::string&) { return safetensors("{{{{"); }, "model.safetensors"),
      with_model(
          "HeaderTooDeep", [](const std::string&) { return safetensors("{\"a\":" + std::string(100000, '[')); },
          "model.safetensors"),
      with_model(
          "TensorOutsideOfTheFile",
          [](const std::string&) { return safetensors(R"({"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}})"); },
          "\"a\""),
      with_model(
          "OverlappingTensors",
          [](const std::string&) {
            return safetensors(R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},)"
                               R"("b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}})") +
                   "xyz";
          },
          "\"b\""),
      with_model(
          "ShapeThatWrapsAround",
          [](const std::string&) {
            return safetensors(R"({"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}})");
          },
          "\"a\""),
      with_model(
          "SafetensorsOfSomebodyElse", [](const std::string&) { return write_safetensors({}); },
          "not a model of Isinglass"),
      with_model(
          "ModelOfAnotherVersion", [](const std::string& m) { return with_metadata(m, "version", "99"); }, "'99'"),
      with_model(
          "ArchitectureThatIsNoJson", [](const std::string& m) { return with_metadata(m, "architecture", "{"); },
          "architecture"),
      with_model(
          "ArchitectureOfOtherTensors",
          [](const std::string& m) {
            return with_metadata(m, "architecture", R"({"layers":[{"kind":"dense","units":7}]})");
          },
          "layer1.kernel"),
      with_model(
          "ArchitectureBeyondMemory",
          [](const std::string& m) {
            return with_metadata(m, "architecture", R"({"layers":[{"kind":"dense","units":4611686018427387904}]})");
          },
          "model.safetensors"),
      with_model(
          "PreprocessingOfNothing", [](const std::string& m) { return with_metadata(m, "preprocessor", "{}"); },
          "target_kind"),
      with_model(
          "LossWithoutAName", [](const std::string& m) { return with_metadata(m, "loss", "\"los\""); }, "los"),
      with_samples("SamplesWithoutAColumn", "colour\nred\n", "there is no column \"a\""),
      with_samples("SamplesOfAnUnseenCategory", "a,colour\n1,green\n", "new.csv:2: "),
      with_samples("SamplesThatAreNoNumbers", "a,colour\n1,red\nmany,red\n", "new.csv:3: "),
      with_samples("SamplesWithNaN", "a,colour\nnan,red\n", "new.csv:2: "),
      with_samples("SamplesInfinite", "a,colour\n1,red\ninf,red\n", "new.csv:3: "),
      with_samples("NoSamples", "a,colour\n", "new.csv"),
      {"UnseenClass",
       {"evaluate", "model.safetensors", "--data", "new.csv"},
       2,
       "new.csv:2: ",
       {{"new.csv", "a,colour,y\n1,red,perhaps\n"}},
       same},
      {"EvaluateWithoutTargets",
       {"evaluate", "model.safetensors", "--data", "new.csv"},
       2,
       "\"y\"",
       {{"new.csv", "a,colour\n1,red\n"}},
       same},
      {"ArraysForATable", {"predict", "model.safetensors", "new.idx"}, 2, "new.idx", {{"new.idx", kIdxTwoBytes}}, same},
      {"PredictIntoNowhere",
       {"predict", "model.safetensors", "new.csv", "-o", "no/such/out.csv"},
       2,
       "no/such/out.csv",
       {{"new.csv", "a,colour\n1,red\n"}},
       same},
      {"PredictIntoAnUnknownFormat",
       {"predict", "model.safetensors", "new.csv", "-o", "out.xls"},
       2,
       ".npy",
       {{"new.csv", "a,colour\n1,red\n"}},
       same},
      {"PredictOverTheInput",
       {"predict", "model.safetensors", "new.csv", "-o", "./new.csv"},
       2,
       "input itself",
       {{"new.csv", "a,colour\n1,red\n"}},
       same},
      {"EvaluateOnAnExperimentOfAnotherKind",
       {"evaluate", "model.safetensors", "--data", "x.toml"},
       2,
       "x.toml",
       {{"x.toml", Text()}, {"table.csv", kTable}},
       same},
      {"SetOfAModel", {"describe", "model.safetensors", "--set", "seed=1"}, 2, "--set", {}, same},
  };
}

// The bytes of a model of a, colour and the class y, trained once.
const std::string& good_model() {
  static const std::string bytes = [] {
    const Workplace place;
    place.write("table.csv", "a,colour,y\n1,red,no\n2,blue,yes\n3,red,yes\n4,blue,no\n");
    place.write("x.toml", Text{.model = "layers = [{ kind = \"dense\", units = 2, activation = \"softmax\" }]\n"});
    const Outcome run = place.run({"train", "x.toml", "--quiet"});
    EXPECT_EQ(run.status, 0) << run.err;
    return place.read("runs/x/model.safetensors");
  }();
  return bytes;
}

class BadInput : public testing::TestWithParam<Case> {};

TEST_P(BadInput, GivesOneClearLineAndLeavesNothing) {
  const Case& c = GetParam();
  const Workplace place;
  for (const File& file : c.files) place.write(file.name, file.bytes);
  if (c.model != nullptr) place.write("model.safetensors", c.model(good_model()));
  const std::vector<std::string> before = place.list();
  const Outcome run = place.run(c.words);
  EXPECT_EQ(run.status, c.status) << run.err;
  EXPECT_EQ(run.out, "");
  EXPECT_NE(run.err.find(c.expected), std::string::npos) << run.err << "expected: " << c.expected;

  // A run that began to compute has said how many samples there are, and keeps its settings and its record.
  std::vector<std::string> after = place.list();
  std::string message = run.err;
  if (c.status == 1) {
    std::erase_if(after, [](const std::string& n) {
      return n == "runs" || n == "runs/x" || n == "runs/x/experiment.toml" || n == "runs/x/run.db";
    });
    message = message.substr(message.find("isinglass: "));
  }
  EXPECT_TRUE(message.starts_with("isinglass: ")) << message;
  EXPECT_EQ(std::ranges::count(message, '\n'), 1) << message;
  EXPECT_TRUE(message.ends_with('\n'));
  EXPECT_EQ(after, before);
  for (const File& file : c.files) EXPECT_EQ(place.read(file.name), file.bytes) << file.name;
}

std::string name_of(const testing::TestParamInfo<Case>& info) {
  return info.param.name;
}
INSTANTIATE_TEST_SUITE_P(Tables, BadInput, testing::ValuesIn(tables()), name_of);
INSTANTIATE_TEST_SUITE_P(Images, BadInput, testing::ValuesIn(images()), name_of);
INSTANTIATE_TEST_SUITE_P(Arrays, BadInput, testing::ValuesIn(arrays()), name_of);
INSTANTIATE_TEST_SUITE_P(Experiments, BadInput, testing::ValuesIn(experiments()), name_of);
INSTANTIATE_TEST_SUITE_P(CommandLines, BadInput, testing::ValuesIn(command_lines()), name_of);
INSTANTIATE_TEST_SUITE_P(Models, BadInput, testing::ValuesIn(models()), name_of);

TEST(DivergedTraining, NamesEpochBatchLayerAndQuantity) {
  const Workplace place;
  place.write("table.csv", kTable);
  place.write("x.toml",
              Text{.train = "optimiser = { kind = \"sgd\", learning_rate = 1e9 }\nepochs = 100\nbatch_size = 2\n"});
  const Outcome run = place.run({"train", "x.toml", "--quiet"});
  EXPECT_EQ(run.status, 1);
  for (const char* part : {"epoch ", "batch ", "layer1."}) EXPECT_NE(run.err.find(part), std::string::npos) << run.err;
}

// What looks odd and is right.
TEST(OddInput, IsRead) {
  const std::vector<std::pair<std::string, std::string>> tables{
      {"byte order mark", "\xef\xbb\xbf" + kTable},
      {"CRLF", "a,b,y\r\n1,2,3\r\n2,3,5\r\n"},
      {"CR", "a,b,y\r1,2,3\r2,3,5\r"},
      {"both",
       "\xef\xbb\xbf"
       "a;b;y\r\n1;2;3\r\n2;3;5"},
      {"quotes and spaces", "\"a\",b, y\n\"1\", 2 ,3\n2,+3,5.0e0\n"},
      {"empty lines", "a,b,y\n\n1,2,3\n\n\n2,3,5\n\n"},
      {"one sample", "a,b,y\n1,2,3\n"},
  };
  for (const auto& [what, table] : tables) {
    const Workplace place;
    place.write("table.csv", table);
    place.write("x.toml", "\xef\xbb\xbf" + std::string(Text()));
    const Outcome run = place.run({"train", "x.toml", "--quiet"});
    EXPECT_EQ(run.status, 0) << what << ": " << run.err;
  }
}

}  // namespace
}  // namespace isinglass
