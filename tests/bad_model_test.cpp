// Models that are damaged, or asked for what they do not have.
#include "isinglass/io/safetensors.h"
#include "tests/bad_input.h"

namespace isinglass::bad_input {
namespace {

using namespace std::string_literals;

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

class BadModel : public BadInput {};
TEST_P(BadModel, GivesOneClearLineAndLeavesNothing) {
  gives_one_clear_line_and_leaves_nothing();
}
INSTANTIATE_TEST_SUITE_P(, BadModel, testing::ValuesIn(models()), name_of);

}  // namespace
}  // namespace isinglass::bad_input
