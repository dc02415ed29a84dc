// `isinglass explain` as a user calls it.
#include <gtest/gtest.h>

#include "isinglass/io/json.h"
#include "tests/command.h"
#include "tests/golden.h"

namespace isinglass {
namespace {

using testing_command::Outcome;
using testing_command::Workplace;

const std::string kExample = source_path("examples/ann-3-2-1.toml");

double real(const Value& document, const char* key) {
  return *document.find(key)->as_real();
}

TEST(Explain, AnExperimentAtAnyEpochByTrainingUpToIt) {
  const Value golden = read_golden("ann_3_2_1.json");
  const Workplace place;
  for (const char* epoch : {"0", "1", "9", "999"}) {
    const Outcome run = place.run({"explain", kExample, "dL/dw(1,4)", "--epoch", epoch, "--sample", "0", "--json"});
    ASSERT_EQ(run.status, 0) << run.err;
    const Value document = parse_json(run.out, "explain");
    const double gradient = numbers(*golden.find("epochs")->find(epoch)->find("dL/dlayer1.kernel"))[0];
    EXPECT_NEAR(real(document, "sum_of_paths"), gradient, 1e-13) << epoch;
    EXPECT_NEAR(real(document, "recorded"), gradient, 1e-13) << epoch;
    EXPECT_NEAR(real(document, "finite_difference"), gradient, 1e-8) << epoch;
    EXPECT_EQ(document.find("paths")->as_array()->size(), 1u);
  }
}

TEST(Explain, ARunWithWhatItRecorded) {
  const Workplace place;
  ASSERT_EQ(place.run({"train", kExample, "--set", "train.epochs=20", "--out", "run", "--quiet"}).status, 0);
  const Outcome run = place.run({"explain", "run", "dL/db(5)", "--epoch", "7"});
  ASSERT_EQ(run.status, 0) << run.err;
  EXPECT_TRUE(run.out.starts_with("dL/db(5) at epoch 7")) << run.out;
  EXPECT_NE(run.out.find("recorded in the run"), std::string::npos) << run.out;
  const Outcome last = place.run({"explain", "run", "dL/db(5)"});
  EXPECT_TRUE(last.out.starts_with("dL/db(5) at epoch 20")) << last.out;
}

TEST(Explain, InTheSignsOfTheBook) {
  const Workplace place;
  const Outcome standard = place.run({"explain", kExample, "dL/dI2", "--json"});
  const Outcome book = place.run({"explain", kExample, "dL/dI2", "--json", "--convention", "book"});
  EXPECT_EQ(real(parse_json(book.out, "book"), "sum_of_paths"),
            -real(parse_json(standard.out, "standard"), "sum_of_paths"));
}

TEST(Explain, SaysInOneLineWhatIsWrong) {
  const Workplace place;
  const auto error = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {"explain", kExample});
    const Outcome run = place.run(words);
    EXPECT_EQ(run.status, 2) << run.err;
    EXPECT_EQ(run.out, "");
    EXPECT_EQ(std::ranges::count(run.err, '\n'), 1) << run.err;
    return run.err;
  };
  EXPECT_NE(error({"dL/dw(1,7)"}).find("did you mean"), std::string::npos);
  EXPECT_NE(error({"w(1,4)"}).find("ask for dL/dw(1,4)"), std::string::npos);
  EXPECT_NE(error({"loss"}).find("is no derivative"), std::string::npos);
  EXPECT_NE(error({"dL/dI1", "--epoch", "1001"}).find("--epoch"), std::string::npos);
  EXPECT_NE(error({"dL/dI1", "--sample", "1"}).find("--sample"), std::string::npos);
  EXPECT_NE(error({"dL/dI1", "--format", "htm"}).find("did you mean 'html'"), std::string::npos);
  EXPECT_NE(error({"dL/dI1", "--convention", "mine"}).find("--convention"), std::string::npos);
}

}  // namespace
}  // namespace isinglass
