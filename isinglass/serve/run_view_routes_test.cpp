#include "isinglass/serve/run_view_routes.h"

#include <cstring>
#include <filesystem>

#include "isinglass/book/examples.h"
#include "isinglass/io/toml.h"
#include "isinglass/record/run_reader.h"
#include "isinglass/serve/answer_rig.h"

namespace isinglass {
namespace {

using testing_serve::answer_of;
using testing_serve::ask;
using testing_serve::number_at;
using testing_serve::numbers_at;
using testing_serve::refusal_of;

// An example, trained for some epochs, as a studio sees it.
class RunViewTest : public testing::Test {
 protected:
  ~RunViewTest() override { std::filesystem::remove_all(directory_); }

  void train(const std::string& example, Index epochs) {
    directory_ = testing::TempDir() + "/views-" + testing::UnitTest::GetInstance()->current_test_info()->name() + "-" +
                 std::to_string(::getpid());
    Value file = parse_toml(example_text(example), example);
    set_override(file, "train.epochs=" + std::to_string(epochs));
    run_ = std::make_unique<ObservedRun>("r", Experiment::read(file), RunSettings{.directory = directory_});
    run_->live()->play(0);
    while (!run_->live()->is_over()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    steps_ = run_->live()->status().step;
    routes_ = run_view_routes([this](const std::string&) -> ObservedRun& { return *run_; });
  }
  Value get(const std::string& path, std::map<std::string, std::string> query = {}) const {
    return answer_of(routes_, "GET", "/api/runs/r/" + path, std::move(query));
  }
  Value decode(const std::string& body) const { return answer_of(routes_, "POST", "/api/runs/r/decode", {}, body); }

  std::string directory_;
  std::unique_ptr<ObservedRun> run_;
  std::vector<HttpRoute> routes_;
  Index steps_ = 0;
};

TEST_F(RunViewTest, TheCodeOfASampleDecodesToItsRecordedReconstruction) {
  train("autoencoder-3-2-1-2-3", 300);
  RunReader reader(directory_, 1);
  const auto recorded = [&](const char* name, Index sample) {
    return reader.number(parse_quantity(name, reader.graph()), 120, sample).value;
  };
  const Value codes = get("codes", {{"step", "120"}});
  const Value::Array& pairs = *codes.find("pairs")->as_array();
  ASSERT_EQ(pairs.size(), 12u);
  for (Index sample = 0; sample < 12; ++sample) {
    const Value& pair = pairs[static_cast<std::size_t>(sample)];
    const std::vector<double> expected{recorded("O9", sample), recorded("O10", sample), recorded("O11", sample)};
    EXPECT_EQ(numbers_at(pair, {"output"}), expected);
    EXPECT_EQ(numbers_at(pair, {"latent"}), std::vector<double>{recorded("M6", sample)});
    const Value decoded = decode("{\"step\":120,\"latent\":" + write_json(*pair.find("latent")) + "}");
    EXPECT_EQ(numbers_at(decoded, {"output"}), expected);
    EXPECT_EQ(numbers_at(decode("{\"step\":120,\"sample\":" + std::to_string(sample) + "}"), {"output"}), expected);
  }
}

TEST_F(RunViewTest, SamplesHaveTheLabelThatTheNetworkNeverSaw) {
  train("autoencoder-3-2-1-2-3", 5);
  for (const char* part : {"train", "test"}) {
    const Value codes = get("codes", {{"part", part}});
    EXPECT_EQ(codes.find("points")->as_array()->size(), 12u);
    EXPECT_EQ(*codes.find("amount")->as_string(), "slope");
    EXPECT_TRUE(std::isfinite(number_at(codes, {"fit", "r_squared"})));
    EXPECT_NE(codes.find("points")->as_array()->front().find("label"), nullptr);
  }
}

TEST_F(RunViewTest, APointBetweenTwoSamplesIsBetweenTheirCodes) {
  train("autoencoder-3-2-1-2-3", 5);
  const auto latent = [&](const std::string& what) {
    return numbers_at(decode("{\"step\":3," + what + "}"), {"latent"})[0];
  };
  const double a = latent("\"sample\":2"), b = latent("\"sample\":7");
  EXPECT_EQ(latent("\"between\":[2,7],\"at\":0"), a);
  EXPECT_NEAR(latent("\"between\":[2,7],\"at\":0.25"), a + 0.25 * (b - a), 1e-15);
}

TEST_F(RunViewTest, AGridHoldsWhatTheUnitsSay) {
  train("xor", 40);
  const Value plane = get("plane", {{"step", "9"}});
  const Value::Array& units = *plane.find("units")->as_array();
  ASSERT_EQ(units.size(), 3u);
  EXPECT_EQ(*units[0].find("name")->as_string(), "H3");
  constexpr Index kCells = 5;
  const HttpAnswer grids = ask(routes_, "GET", "/api/runs/r/boundary", {{"step", "9"}, {"cells", "5"}});
  EXPECT_EQ(grids.type, "application/octet-stream");
  std::vector<float> numbers(grids.body.size() / sizeof(float));
  std::memcpy(numbers.data(), grids.body.data(), grids.body.size());
  ASSERT_EQ(static_cast<Index>(numbers.size()), 3 * kCells * kCells);
  // By hand from the weights of that moment, in the cell of the lowest x and y.
  const Value moment = run_->moment({.step = 9, .sample = 0});
  const auto w = [&](const char* name) { return number_at(moment, {"numbers", name}); };
  const double low = number_at(plane, {"x", "low"}), high = number_at(plane, {"x", "high"});
  const double x = low + (high - low) / (2 * kCells);
  const double h3 = std::tanh(w("w(1,3)") * x + w("w(2,3)") * x + w("b(3)"));
  const double h4 = std::tanh(w("w(1,4)") * x + w("w(2,4)") * x + w("b(4)"));
  EXPECT_NEAR(numbers[0], h3, 1e-6);
  EXPECT_NEAR(numbers[2 * kCells * kCells], std::tanh(w("w(3,5)") * h3 + w("w(4,5)") * h4 + w("b(5)")), 1e-6);
  EXPECT_EQ(number_at(units[2], {"level"}), 0.5);
}

TEST_F(RunViewTest, OfSeveralClassesOneWins) {
  train("spirals", 3);
  const Value plane = get("plane");
  EXPECT_EQ(plane.find("classes")->as_array()->size(), 3u);
  EXPECT_EQ(number_at(plane, {"winner"}) + 1, number_at(plane, {"grids"}));
  // A rectified unit decides where its pre-activation is 0.
  const Value& unit = plane.find("units")->as_array()->front();
  EXPECT_EQ(number_at(unit, {"line"}), number_at(unit, {"grid"}) + 1);
}

TEST_F(RunViewTest, AxesCanBeChosen) {
  train("xor-bias-column", 2);
  EXPECT_EQ(number_at(get("plane"), {"x", "input"}), 1);
  EXPECT_EQ(number_at(get("plane", {{"x", "0"}, {"y", "2"}}), {"y", "input"}), 2);
  EXPECT_NE(refusal_of(routes_, "GET", "/api/runs/r/plane", {{"x", "3"}}).find("0 to 2"), std::string::npos);
  EXPECT_NE(refusal_of(routes_, "GET", "/api/runs/r/plane", {{"x", "1"}, {"y", "1"}}).find("different"),
            std::string::npos);
  EXPECT_NE(refusal_of(routes_, "GET", "/api/runs/r/boundary", {{"cells", "4000"}}).find("2 to 160"),
            std::string::npos);
  EXPECT_NE(refusal_of(routes_, "GET", "/api/runs/r/codes").find("no autoencoder"), std::string::npos);
  EXPECT_NE(refusal_of(routes_, "GET", "/api/runs/r/plane", {{"step", "999999"}}).find("steps 0 to"),
            std::string::npos);
}

TEST_F(RunViewTest, RefusesCodesThatThereAreNot) {
  train("autoencoder-3-2-1-2-3", 2);
  const auto refusal = [&](const std::string& body) {
    return refusal_of(routes_, "POST", "/api/runs/r/decode", {}, body);
  };
  EXPECT_NE(refusal("{\"latent\":[1,2]}").find("at most 1"), std::string::npos);
  EXPECT_NE(refusal("{\"latent\":[\"x\"]}").find("finite"), std::string::npos);
  EXPECT_NE(refusal("{\"sample\":12}").find("0 to 11"), std::string::npos);
  EXPECT_NE(refusal("{\"part\":\"validation\"}").find("no 'validation' data"), std::string::npos);
  EXPECT_NE(refusal_of(routes_, "GET", "/api/runs/r/codes", {{"first", "12"}}).find("0 to 11"), std::string::npos);
}

}  // namespace
}  // namespace isinglass
