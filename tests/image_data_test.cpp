// Folders of images through the command: trained on, evaluated, predicted, augmented.
#include <gtest/gtest.h>

#include "isinglass/io/bytes.h"
#include "isinglass/io/png.h"
#include "tests/command.h"

namespace isinglass {
namespace {

using testing_command::Outcome;
using testing_command::Workplace;

// An image 6 x 6 with a bright bar that lies or stands, somewhere.
std::string bar(bool lies, Index place) {
  Array image{DType::kU8, {6, 6}, std::vector<std::byte>(36)};
  for (Index i = 0; i < 6; ++i)
    image.bytes[static_cast<std::size_t>(lies ? place * 6 + i : i * 6 + place)] = std::byte{250};
  return write_png(image);
}

void write_bars(const Workplace& place, const std::string& folder) {
  for (Index i = 0; i < 6; ++i) {
    place.write(folder + "/lying/" + std::to_string(i) + ".png", bar(true, i));
    place.write(folder + "/standing/" + std::to_string(i) + ".png", bar(false, i));
  }
}

std::string experiment(const std::string& more_data, const std::string& layers, Index epochs) {
  return "seed = 3\n[data]\ntrain = \"bars/\"\nscale = \"unit\"\n" + more_data +
         "[model]\nlayers = [{ kind = \"reshape\", shape = [36] }, { kind = \"dense\", units = 16, activation = "
         "\"tanh\" }, " +
         layers + "]\n[train]\noptimiser = { kind = \"adam\", learning_rate = 0.01 }\nbatch_size = 5\nepochs = " +
         std::to_string(epochs) + "\n";
}
constexpr const char* kClasses = "{ kind = \"dense\", units = 2, activation = \"softmax\" }";

void expect_done(const Outcome& run) {
  EXPECT_EQ(run.status, 0) << run.err;
}

TEST(ImageData, AFolderIsTrainedOnEvaluatedAndPredicted) {
  const Workplace place;
  write_bars(place, "bars");
  write_bars(place, "new");
  place.write("alone/x.png", bar(true, 2));
  place.write("x.toml", experiment("", kClasses, 150));
  expect_done(place.run({"train", "x.toml", "--quiet"}));

  const Outcome evaluated = place.run({"evaluate", "runs/x", "--data", "new", "--json"});
  expect_done(evaluated);
  EXPECT_NE(evaluated.out.find("\"accuracy\":1.0"), std::string::npos) << evaluated.out;
  expect_done(place.run({"predict", "runs/x", "alone", "-o", "folder.csv"}));
  expect_done(place.run({"predict", "runs/x", "alone/x.png", "-o", "image.csv"}));
  EXPECT_NE(place.read("folder.csv").find("lying,"), std::string::npos) << place.read("folder.csv");
  EXPECT_EQ(place.read("image.csv"), place.read("folder.csv"));

  place.write("colour/x.ppm", "P6 6 6 255\n" + std::string(108, 'x'));
  const Outcome refused = place.run({"predict", "runs/x", "colour"});
  EXPECT_EQ(refused.status, 2);
  EXPECT_NE(refused.err.find("expected samples of shape (1, 6, 6) as in training, found (3, 6, 6)"), std::string::npos)
      << refused.err;
}

struct AugmentedCase {
  const char *name, *data, *layers;
};
void PrintTo(const AugmentedCase& c, std::ostream* os) {
  *os << c.name;
}
class Augmented : public testing::TestWithParam<AugmentedCase> {};
INSTANTIATE_TEST_SUITE_P(
    , Augmented,
    testing::Values(AugmentedCase{"Classes", "augment = { shift = 1, flip = \"both\", noise = 0.1 }\n", kClasses},
                    AugmentedCase{"Autoencoder", "target = \"inputs\"\naugment = { shift = 1, noise = 0.1 }\n",
                                  "{ kind = \"dense\", units = 36 }"}),
    [](const auto& row) { return row.param.name; });

TEST_P(Augmented, EndsInTheSameBitsForAnyThreadsAndAfterAResume) {
  const Workplace place;
  write_bars(place, "bars");
  place.write("x.toml", experiment(GetParam().data, GetParam().layers, 6));
  place.write("plain.toml", experiment(GetParam().name == std::string("Classes") ? "" : "target = \"inputs\"\n",
                                       GetParam().layers, 6));
  const auto model_of = [&](const std::string& run, const std::string& file, const std::vector<std::string>& more) {
    std::vector<std::string> words{"train", file, "--quiet", "--out", run};
    words.insert(words.end(), more.begin(), more.end());
    expect_done(place.run(words));
    return place.read(run + "/model.safetensors");
  };
  const std::string whole = model_of("whole", "x.toml", {"--threads", "1"});
  EXPECT_EQ(model_of("threads", "x.toml", {"--threads", "3"}), whole);
  model_of("parts", "x.toml", {"--set", "train.epochs=2"});
  EXPECT_EQ(model_of("parts", "x.toml", {"--resume"}), whole);
  EXPECT_NE(model_of("plain", "plain.toml", {}), whole);
}

}  // namespace
}  // namespace isinglass
