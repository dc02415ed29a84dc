#include "isinglass/serve/lab_routes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <regex>

#include "isinglass/base/error.h"
#include "isinglass/io/json.h"
#include "isinglass/lab/depth_experiment.h"
#include "isinglass/serve/answer_rig.h"

namespace isinglass {
namespace {

using testing_serve::answer_of;
using testing_serve::number_at;
using testing_serve::numbers_at;
using testing_serve::refusal_of;

const std::vector<HttpRoute> kRoutes = lab_routes();

Value get(const std::string& path, std::map<std::string, std::string> query = {}) {
  return answer_of(kRoutes, "GET", path, std::move(query));
}
Value post(const std::string& path, const std::string& body) {
  return answer_of(kRoutes, "POST", path, {}, body);
}

TEST(LabRoutes, HaveFourteenFunctions) {
  const Value document = get("/api/functions");
  EXPECT_EQ(document.find("functions")->as_array()->size(), 14u);
  for (const Value& function : *document.find("functions")->as_array()) {
    EXPECT_FALSE(function.find("formula")->as_string()->empty());
    EXPECT_FALSE(function.find("derivative")->as_string()->empty());
  }
}

TEST(LabRoutes, DrawAFunctionAndReadItAtAPoint) {
  const Value document =
      post("/api/functions/curves",
           R"({"functions":[{"name":"sigmoid"},{"name":"elu","settings":[2]}],"low":-4,"high":4,"at":-1})");
  const std::vector<double> x = numbers_at(document, {"x"});
  EXPECT_EQ(x.front(), -4);
  EXPECT_EQ(x.back(), 4);
  const Value& sigmoid = (*document.find("curves")->as_array())[0];
  EXPECT_EQ(numbers_at(sigmoid, {"y"}).size(), x.size());
  EXPECT_DOUBLE_EQ(number_at(sigmoid, {"at", "y"}), 1 / (1 + std::exp(1)));
  EXPECT_NEAR(number_at((*document.find("curves")->as_array())[1], {"at", "slope"}), 2 * std::exp(-1), 1e-15);
}

TEST(LabRoutes, StartsAreThoseOfTheLab) {
  const Value document = get("/api/initialisation", {{"activation", "relu"}, {"units", "50"}, {"gain", "150"}});
  const Value::Array& starts = *document.find("starts")->as_array();
  ASSERT_EQ(starts.size(), 5u);
  const std::vector<DepthRow> expected = depth_experiment(
      {.activation = "relu", .scale = scale_of("he", 50), .units = 50, .samples = 200}, *numpy_stream(13));
  const Value::Array& rows = *starts[2].find("rows")->as_array();
  ASSERT_EQ(rows.size(), expected.size());
  for (std::size_t l = 0; l < rows.size(); ++l) {
    EXPECT_EQ(number_at(rows[l], {"deviation"}), expected[l].deviation);
    EXPECT_EQ(number_at(rows[l], {"gradient_deviation"}), expected[l].gradient_deviation);
  }
  EXPECT_EQ(*starts[0].find("verdict")->as_string(), "vanishes");
  EXPECT_EQ(*starts[2].find("verdict")->as_string(), "lives");
  EXPECT_DOUBLE_EQ(number_at(starts[4], {"scale"}), 1.5 / std::sqrt(50));
}

TEST(LabRoutes, UnitsThatStartAlikeStayAlike) {
  const Value document = get("/api/symmetry", {{"epochs", "200"}});
  const Value::Array& starts = *document.find("starts")->as_array();
  EXPECT_EQ(number_at(starts[1].find("rows")->as_array()->back(), {"difference"}), 0);
  EXPECT_GT(number_at(starts[2].find("rows")->as_array()->back(), {"difference"}), 0.1);
}

TEST(LabRoutes, ConvolveByHand) {
  const Value document = post("/api/convolution", R"({"image":[[1,2,3],[4,5,6],[7,8,9]],"kernel":[[1,0],[0,-1]],
                                                     "at":[1,0],"weight":[0,1]})");
  EXPECT_EQ(numbers_at(document, {"output", "values"}), (std::vector<double>{-4, -4, -4, -4}));
  EXPECT_EQ(number_at(document, {"window", "value"}), -4);
  EXPECT_EQ(document.find("window")->find("taps")->as_array()->size(), 4u);
  EXPECT_EQ(number_at((*document.find("window")->find("taps")->as_array())[3], {"product"}), -8);
  // dL/dy = y/4 = -1 everywhere; weight (0,1) reads 2, 3, 5, 6.
  EXPECT_EQ(number_at(document, {"learning", "sum"}), -16);
  EXPECT_EQ(numbers_at(document, {"learning", "gradient", "values"})[1], -16);
  EXPECT_EQ(number_at(document, {"learning", "loss"}), 8);
}

TEST(LabRoutes, AWantedKernelIsLearnedStepByStep) {
  std::string kernel = "[0,0,0]";
  double loss = 0;
  for (int i = 0; i < 300; ++i) {
    const Value document = post("/api/convolution", R"({"image":[[0.9,0.1,0.4,1,0.3,0.8,0.2,0.7]],"kernel":)" + kernel +
                                                        R"(,"wanted":"central_difference","rate":1})");
    loss = number_at(document, {"learning", "loss"});
    kernel = write_json(*document.find("learning")->find("next")->find("values"));
  }
  EXPECT_LT(loss, 1e-5);
}

TEST(LabRoutes, PoolAndPad) {
  const Value largest = post("/api/convolution", R"({"image":[[1,5,2,8]],"operation":"max","stride":2})");
  EXPECT_EQ(numbers_at(largest, {"output", "values"}), (std::vector<double>{5, 8}));
  const Value padded =
      post("/api/convolution", R"({"image":[[1,2,4]],"kernel":[1,1],"padding":"constant","pad":1,"padding_value":10})");
  EXPECT_EQ(numbers_at(padded, {"output", "values"}), (std::vector<double>{11, 3, 6, 14}));
  const Value strided = post("/api/convolution", R"({"image":[[1,2,3,4,5,6]],"kernel":[1,1],"stride":4})");
  EXPECT_EQ(numbers_at(strided, {"unread", "cols"}), (std::vector<double>{2, 3}));
}

TEST(LabRoutes, AnUploadedPictureIsMadeSmall) {
  std::string bytes = "P5 96 2 255\n";
  for (int i = 0; i < 192; ++i) bytes += static_cast<char>(i % 2 == 0 ? 0 : 255);
  const Value picture = answer_of(kRoutes, "POST", "/api/picture", {}, bytes);
  EXPECT_EQ(number_at(picture, {"rows"}), 1);
  EXPECT_EQ(number_at(picture, {"cols"}), 48);
  for (const double value : numbers_at(picture, {"values"})) EXPECT_EQ(value, 0.5);
}

TEST(LabRoutes, SayWhatIsWrong) {
  const auto refuses = [](const std::string& path, const std::string& body, const std::string& expected) {
    const std::string line = refusal_of(kRoutes, "POST", path, {}, body);
    EXPECT_NE(line.find(expected), std::string::npos) << line;
  };
  refuses("/api/convolution", "{}", "image: expected rows");
  refuses("/api/convolution", R"({"image":[[1,2],[3]],"kernel":"identity"})", "rows of one length");
  refuses("/api/convolution", R"({"image":[[1,"x"]],"kernel":"identity"})", "expected finite numbers");
  refuses("/api/convolution", R"({"image":[[1,2],[3,4]],"kernel":"sobel"})", "did you mean");
  refuses("/api/convolution", R"({"image":[[1,2],[3,4]],"kernel":"sobel_x"})", "floor((2 + 2*0 - 3)/1) + 1 = 0");
  refuses("/api/convolution", R"({"image":[[1,2]],"kernel":[1],"stride":0})", "from 1 to 64");
  refuses("/api/convolution", R"({"image":[[1,2]],"kernel":[1],"operation":"maxx"})", "did you mean 'max'");
  refuses("/api/convolution", R"({"image":[[1,2,3]],"kernel":[1,1],"wanted":"blur_3"})", "another size");
  refuses("/api/functions/curves", R"({"functions":[{"name":"rellu"}]})", "did you mean 'relu'");
  refuses("/api/functions/curves", R"({"functions":[],"low":2,"high":1})", "low < high");
  refuses("/api/picture", "GIF89a", "picture");
  EXPECT_NE(refusal_of(kRoutes, "GET", "/api/initialisation", {{"activation", "dense"}}).find("no 'dense'"),
            std::string::npos);
  EXPECT_NE(refusal_of(kRoutes, "GET", "/api/initialisation", {{"units", "9999"}}).find("2 to 256"), std::string::npos);
}

}  // namespace
}  // namespace isinglass
