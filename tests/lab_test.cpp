// `isinglass lab` and `describe --as-dense` from end to end.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "isinglass/figure/figure_rig.h"
#include "isinglass/figure/series_data.h"
#include "isinglass/io/csv.h"
#include "isinglass/io/image.h"
#include "isinglass/io/json.h"
#include "isinglass/io/png.h"
#include "tests/lab_rig.h"

namespace isinglass {
namespace {

using testing_command::Outcome;
using testing_command::Workplace;
using testing_lab::document;
using testing_lab::expect_refusals;
using testing_lab::item;
using testing_lab::number;

// A dark half and a bright half, 6 x 8; in colour, only red has the edge.
std::string edge_image(Index channels) {
  Array image{.type = DType::kU8, .shape = {6, 8}};
  if (channels == 3) image.shape.push_back(3);
  for (Index r = 0; r < 6; ++r)
    for (Index c = 0; c < 8; ++c)
      for (Index k = 0; k < channels; ++k) image.bytes.push_back(static_cast<std::byte>(k == 0 && c >= 4 ? 90 : 60));
  return write_png(image);
}

TEST(Lab, TellsItsTopics) {
  const Workplace place;
  const Outcome help = place.run({"lab", "--help"});
  EXPECT_EQ(help.status, 0);
  EXPECT_HAS(help.out, "\n  convolution ");
  EXPECT_HAS(help.out, "Example:\n  isinglass lab ");
  EXPECT_EQ(place.run({"lab"}).out, help.out);
  const Outcome topic = place.run({"lab", "convolution", "--help"});
  EXPECT_EQ(topic.status, 0);
  EXPECT_HAS(topic.out, "--kernel");
  EXPECT_HAS(topic.out, "Example:\n  isinglass lab convolution ");
  expect_refusals(place, {{{"lab", "alchemy"}, "lab: there is no topic \"alchemy\"; known: activations"}});
}

TEST(Lab, ShowsWhatNetworksDo) {
  const Workplace place;
  EXPECT_HAS(place.run({"lab", "activations"}).out, "y * (1 - y)");
  EXPECT_HAS(place.run({"lab", "collapse"}).out, "3 linear layers with 54 parameters are one affine map with 8");
  EXPECT_HAS(place.run({"lab", "symmetry", "--epochs", "10"}).out, "A 2-2-1 network on XOR");
  const Outcome depth = place.run({"lab", "initialization", "--units", "20", "--samples", "30", "--json"});
  EXPECT_EQ(depth.status, 0) << depth.err;
  EXPECT_EQ(parse_json(depth.out, "lab").find("rows")->as_array()->size(), 44u);
  place.write("bent.toml", "[data]\ninputs = [[0, 1]]\ntargets = [[1]]\n[model]\nwidths = [2, 3, 1]\n[train]\n");
  expect_refusals(place, {{{"lab", "collapse", "bent.toml"}, "layer1 (dense + relu) is not linear"}});
}

TEST(Lab, DrawsItsIdeas) {
  const Workplace place;
  place.write("edge.png", edge_image(3));
  const auto drawn = [&](std::vector<std::string> words) {
    words.insert(words.begin(), "lab");
    words.insert(words.end(), {"-o", "figure.svg"});
    const Outcome run = place.run(words);
    EXPECT_EQ(run.status, 0) << run.err;
    EXPECT_EQ(xml_fault(place.read("figure.svg")), "");
    return read_series(place.read("figure.svg"), "figure.svg");
  };
  const auto activations = drawn({"activations"});
  EXPECT_EQ(series_named(activations, "sigmoid").column("y")[300], 0.5);
  EXPECT_EQ(series_named(activations, "dsigmoid/dx").column("y")[300], 0.25);
  double outputs = 0;
  const auto depth = drawn({"initialization", "--units", "20", "--samples", "30", "--layers", "3"});
  ASSERT_EQ(depth.size(), 4u * 3);
  for (const double count : depth[5].column("count")) outputs += count;
  EXPECT_EQ(outputs, 20 * 30);
  const auto symmetry = drawn({"symmetry", "--epochs", "30"});
  EXPECT_EQ(series_named(symmetry, "equal.w(1,3)").column("y"), series_named(symmetry, "equal.w(1,4)").column("y"));
  EXPECT_NE(series_named(symmetry, "random.w(1,3)").column("y"), series_named(symmetry, "random.w(1,4)").column("y"));
  EXPECT_EQ(series_named(symmetry, "random.w(1,3)").column("x").size(), 31u);
  const auto collapse = drawn({"collapse"});
  const auto& predictions = series_named(collapse, "predictions");
  for (std::size_t i = 0; i < predictions.column("x").size(); ++i)
    EXPECT_NEAR(predictions.column("x")[i], predictions.column("y")[i], 1e-12);
  EXPECT_EQ(drawn({"convolution", "--signal"}).size(), 1u + 1 + 2 * 2) << "the kernel over its axis, two signals";
  const auto image = drawn({"convolution", "edge.png", "--kernel", "sobel_x", "--padding", "nearest"});
  EXPECT_EQ(series_named(image, "heat map").column("values")[2], 1);
  expect_refusals(place, {{{"lab", "collapse", "-o", "x.pdf"}, "x.pdf: a figure is written as .svg or .png"}});
}

TEST(Lab, FindsEdgesAndShowsZeroAs128) {
  const Workplace place;
  place.write("edge.png", edge_image(1));
  const Outcome run =
      place.run({"lab", "convolution", "edge.png", "--kernel", "sobel_x", "--padding", "nearest", "-o", "out.png"});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_HAS(run.out, "kernel sobel_x (3 x 3), sum 0");
  EXPECT_HAS(run.out, "edge.png: 8 x 6 pixels -> 8 x 6, stride 1");
  EXPECT_HAS(run.out, "75.0000     30.0000      0       120");
  EXPECT_HAS(run.out, "0 shown as 128, 0 of 48 numbers clipped");
  const Array out = parse_image(place.read("out.png"), "out.png");
  EXPECT_EQ(out.shape, (Shape{6, 8}));
  EXPECT_EQ(out.at(0), 128);
  EXPECT_EQ(out.at(8 + 3), 128 + 4 * 30);
  EXPECT_EQ(out.at(8 + 5), 128);
}

TEST(Lab, ASmoothingKernelKeepsTheMeanOfEveryChannel) {
  const Workplace place;
  place.write("edge.png", edge_image(3));
  const Value report =
      document(place.run({"lab", "convolution", "edge.png", "--kernel", "gaussian_3", "--json", "-o", "out.png"}));
  EXPECT_NEAR(number(report.find("sum")), 1, 1e-15);
  for (std::size_t c = 0; c < 3; ++c) {
    const Value& channel = item(report, "channels", c);
    EXPECT_NEAR(number(channel.find("mean_after")), number(channel.find("mean_before")), 1e-10);
  }
  EXPECT_EQ(number(&item(report, "output_shape", 2)), 3);
  const Array out = parse_image(place.read("out.png"), "out.png");
  EXPECT_EQ(out.shape, (Shape{6, 8, 3}));
  EXPECT_EQ(out.at(3 * 3), 68);  // a quarter of 30 more, rounded from 67.5
  EXPECT_EQ(out.at(3 * 3 + 1), 60);
}

TEST(Lab, TrueConvolutionFlipsTheKernel) {
  const Workplace place;
  place.write("edge.png", edge_image(1));
  const std::vector<std::string> words{"lab", "convolution", "edge.png", "--kernel", "[[-1,0,1]]", "--json"};
  EXPECT_EQ(number(item(document(place.run(words)), "channels", 0).find("greatest")), 30);
  std::vector<std::string> flipped = words;
  flipped.emplace_back("--true");
  const Value report = document(place.run(flipped));
  EXPECT_EQ(number(item(report, "channels", 0).find("greatest")), 0);
  EXPECT_EQ(number(item(report, "channels", 0).find("least")), -30);
}

TEST(Lab, StridesAndPadsAsLayersDo) {
  const Workplace place;
  place.write("ramp.pgm", "P2 4 4 16 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n");
  const Value report = document(place.run(
      {"lab", "convolution", "ramp.pgm", "--kernel", "blur_2", "--padding", "none", "--stride", "2", "--json"}));
  EXPECT_EQ(number(&item(report, "output_shape", 0)), 2);
  EXPECT_NEAR(number(item(report, "channels", 0).find("least")), (16 + 32 + 80 + 96) / 4.0, 0.5);  // of 255 / 16 v
  EXPECT_EQ(place.list(), (std::vector<std::string>{"ramp.pgm"}));
}

TEST(Lab, ListsKernelsWithTheirSums) {
  const Workplace place;
  const Outcome run = place.run({"lab", "convolution", "--list"});
  EXPECT_EQ(run.status, 0);
  EXPECT_HAS(run.out, "\nlaplacian: ");
  EXPECT_HAS(run.out, "sum 0\n  0   1  0\n  1  -4  1\n  0   1  0\n");
  EXPECT_HAS(run.out, "kernels for signals\n");
  const Value list = document(place.run({"lab", "convolution", "--list", "--json"}));
  EXPECT_GE(list.find("images")->as_array()->size(), 15U);
  EXPECT_GE(list.find("signals")->as_array()->size(), 8U);
}

TEST(Lab, RefusesWrongRequestsInOneLine) {
  const Workplace place;
  place.write("edge.png", edge_image(1));
  place.write("text.png", "hello");
  place.write("x.csv", "1\n2\n3\n");
  const auto with = [](std::vector<std::string> more) {
    more.insert(more.begin(), {"lab", "convolution"});
    return more;
  };
  expect_refusals(
      place,
      {{with({}), "needs IMAGE"},
       {with({"edge.png"}), "needs --kernel"},
       {with({"edge.png", "--kernel", "sobelx"}), "did you mean 'sobel_x'?"},
       {with({"edge.png", "--kernel", "[[1,2],[3]]"}), "found rows of 2 and 1"},
       {with({"edge.png", "--kernel", "blur_3", "--padding", "nearst"}), "--padding: "},
       {with({"edge.png", "--kernel", "blur_3", "--padding", "constant", "--padding-value", "x"}), "expected a number"},
       {with({"edge.png", "--kernel", "blur_3", "--padding-value", "3"}), "belongs to --padding constant"},
       {with({"edge.png", "--kernel", "blur_3", "--stride", "0"}), "--stride: expected a whole number"},
       {with({"edge.png", "--kernel", "blur_3", "-o", "out.jpg"}), "ends in .png"},
       {with({"edge.png", "--kernel", "blur_3", "-o", "edge.png"}), "is the input itself"},
       {with({"edge.png", "--kernel", "[[1,2,3,4,5,6,7,8,9]]", "--padding", "none"}), "floor((8 + 2*0 - 9)/1) + 1 = 0"},
       {with({"edge.png", "--kernel", "blur_3", "--window", "3"}), "belong to --signal"},
       {with({"text.png", "--kernel", "blur_3"}), "text.png"},
       {with({"none.png", "--kernel", "blur_3"}), "none.png"},
       {with({"--signal", "--window", "4"}), "--window: expected an odd number"},
       {with({"--signal", "--weights", "uniforn"}), "did you mean 'uniform'?"},
       {with({"--signal", "--stride", "2"}), "--stride is for images"},
       {with({"--signal", "--padding", "zero"}), "belong to --kernel"},
       {with({"--signal", "--kernel", "sobel_x"}), "no kernel 'sobel_x' for signals"},
       {with({"--signal", "--kernel", "blur_3", "--padding", "none"}), "leaves 58 of 60 values"},
       {with({"edge.png", "--signal"}), "edge.png"},
       {with({"x.csv", "--signal", "-o", "x.csv"}), "is the input itself"},
       {with({"x.csv", "--signal", "-o", "x.jpg"}), "ends in .csv"}});
  EXPECT_EQ(place.list(), (std::vector<std::string>{"edge.png", "text.png", "x.csv"}));
}

TEST(Lab, AveragesASignalFromAllAndFromFewSamples) {
  const Workplace place;
  const Outcome run = place.run({"lab", "convolution", "--signal", "--window", "5", "--weights", "distance"});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_HAS(run.out, "over a window of 5 samples, distance weights");
  EXPECT_HAS(run.out, "from all 60 samples; sparse_average: from 20 of them");
  EXPECT_HAS(run.out, " x     signal    average    sparse  sparse_average\n");
  EXPECT_HAS(run.out, "\xE2\x96\x88");  // a full block
  EXPECT_EQ(run.out, place.run({"lab", "convolution", "--signal", "--window", "5", "--weights", "distance"}).out);
  const Value report = document(place.run({"lab", "convolution", "--signal", "--json", "-o", "out.csv"}));
  EXPECT_EQ(number(report.find("window")), 7);
  EXPECT_EQ(number(report.find("samples")), 60);
  double mean = 0;
  for (std::size_t i = 7; i < 14; ++i) mean += number(&item(report, "signal", i)) / 7;
  EXPECT_NEAR(number(&item(report, "average", 10)), mean, 1e-12);
  EXPECT_EQ(std::ranges::count_if(*report.find("sparse")->as_array(), [](const Value& v) { return v.is_null(); }), 40);
  const Csv csv = parse_csv(place.read("out.csv"), "out.csv");
  EXPECT_EQ(csv.header, (std::vector<std::string>{"x", "signal", "average", "sparse", "sparse_average"}));
  EXPECT_EQ(csv.rows.size(), 60U);
}

TEST(Lab, AveragesAndFiltersAUsersSignal) {
  const Workplace place;
  place.write("s.csv", "t,value\n0,1\n1,2\n2,6\n3,\n4,11\n");
  const Value report = document(place.run({"lab", "convolution", "s.csv", "--signal", "--window", "3", "--json"}));
  EXPECT_EQ(number(&item(report, "average", 1)), 3);
  EXPECT_EQ(number(&item(report, "average", 3)), 8.5);  // of its two neighbours
  expect_refusals(place, {{{"lab", "convolution", "s.csv", "--signal", "--kernel", "difference"}, "1 of 5 values"}});
  place.write("whole.csv", "0\n1\n4\n9\n");
  const Value filtered =
      document(place.run({"lab", "convolution", "whole.csv", "--signal", "--kernel", "difference", "--json"}));
  EXPECT_EQ(*filtered.find("result"), Value(Value::Array{1.0, 3.0, 5.0, 0.0}));
}

constexpr const char* kSmallCnn = R"(
[data]
inputs = [[0.1, 0.2, 0.3, 0.4, 0.5]]
targets = [[1]]
[model]
layers = [{ kind = "conv1d", kernels = 1, kernel_size = 3, activation = "sigmoid" }, { kind = "flatten" }, { kind = "dense", units = 1 }]
[train]
epochs = 1
)";

TEST(AsDenseCommand, ShowsAConvolutionAsAMatrix) {
  const Workplace place;
  place.write("cnn.toml", kSmallCnn);
  const Outcome run = place.run({"describe", "cnn.toml", "--as-dense", "layer1"});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_HAS(run.out, "layer1 (conv1d) (5) -> (1, 3) as a dense layer, y = x M + b: M (5, 3)");
  EXPECT_HAS(run.out, "15 entries: 6 zeros, 9 not zero, of which 9 share a parameter with others\n");
  EXPECT_HAS(run.out, "dense: 15 weights; this layer: 3; saved 12\n");
  EXPECT_HAS(run.out, "x[2]        c        b        a\nx[3]        .        c        b\n");
  EXPECT_HAS(run.out, "b     bias[0]  bias[0]  bias[0]\n");
  EXPECT_HAS(run.out, "a = layer1.kernel[0,0,0]\n");
  const Value report = document(place.run({"describe", "cnn.toml", "--as-dense", "1", "--json"}));
  EXPECT_EQ(number(report.find("zeros")), 6);
  EXPECT_EQ(number(report.find("saved")), 12);
  EXPECT_EQ(*item(report, "formulas", 2).as_array(),
            (Value::Array{"layer1.kernel[0,2,0]", "layer1.kernel[0,1,0]", "layer1.kernel[0,0,0]"}));
  EXPECT_EQ(report.find("matrix"), nullptr);
}

TEST(AsDenseCommand, ShowsTheValuesOfATrainedModel) {
  const Workplace place;
  place.write("cnn.toml", kSmallCnn);
  ASSERT_EQ(place.run({"train", "cnn.toml", "--quiet", "--out", "run"}).status, 0);
  const Outcome run = place.run({"describe", "run", "--as-dense", "layer1"});
  EXPECT_HAS(run.out, "with the values of the trained model");
  const Value report = document(place.run({"describe", "run", "--as-dense", "layer1", "--json"}));
  EXPECT_EQ(number(&(*item(report, "matrix", 0).as_array())[0]), number(&(*item(report, "matrix", 1).as_array())[1]));
  EXPECT_EQ(number(&(*item(report, "matrix", 4).as_array())[0]), 0);
  EXPECT_EQ(report.find("bias")->as_array()->size(), 3U);
  expect_refusals(place, {{{"describe", "run", "--as-dense", "layer9"}, "no layer 'layer9'"}});
}

}  // namespace
}  // namespace isinglass
