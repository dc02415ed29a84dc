#include "isinglass/data/generator.h"

#include <gtest/gtest.h>

#include "isinglass/base/error.h"

namespace isinglass {
namespace {

Value table(std::vector<std::pair<std::string, Value>> items) {
  return Value::Table(std::move(items));
}

RawData made(const Value& options) {
  return generators().read(options)();
}

void expect_near(const std::vector<double>& expected, const double* found, Index count) {
  ASSERT_EQ(static_cast<Index>(expected.size()), count);
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(expected[i], found[i], 1e-15) << i;
}

// The material's own numbers: np.random.seed(14), ten images; np.random.seed(14) and (20), twelve
// profiles.
TEST(GeneratorTest, SlopeImagesAreTheMaterialsImages) {
  const RawData raw = made("slope_images");
  EXPECT_EQ(raw.inputs->shape, (Shape{10, 5}));
  const std::vector<double> images{
      0.052352281066056106, 0.1664832363441266,    -0.29517183088210924,  -0.05838506960611656, 0.3861089938010565,
      -0.21396304321983786, -0.028946886616159684, -0.16724703454334405,  0.2363556638261105,   0.010286473511907673,
      -0.607586521206522,   -0.05166390936026327,  -0.1739854426927571,   0.4150899519958056,   0.2356576422260523,
      -1.8614679755802581,  -0.7873760151807356,   -0.233933293046039,    0.8897308765800559,   2.0042948362578525,
      -1.528938293580316,   -0.5710560848316508,   0.09420003562455748,   0.5009515312934798,   1.276731549030147,
      -3.3502901587367724,  -1.4022113555990683,   -0.2625899706099141,   1.6890385036269504,   3.2458064683627526,
      1.0315032917257985,   0.33961912544838996,   -0.18607287412324708,  -0.45736086293372535, -0.6077864925315539,
      0.8714882263829207,   0.45980994960411703,   0.29928276693898853,   -0.697515633022549,   -1.1634395711363914,
      -1.6159375174245703,  -1.1358308583365668,   -0.17254717445815995,  0.7205590117062302,   1.7073536032202739,
      -4.1175160571978475,  -2.216719883007588,    0.0013921429590033063, 1.9564248673081353,   4.106197693715764};
  const std::vector<double> labels{
      0.021760144576159962, 0.004059220050578018, 0.029195951838330257, 0.17167959640962982, 0.1090729729809947,
      0.2916855195373984,   -0.06756096352981515, -0.10760552657025514, 0.12752296919007466, 0.36018015533591535};
  expect_near(images, raw.inputs->data<double>(), raw.inputs->size());
  expect_near(labels, raw.columns.at(0).numbers.data(), 10);
  EXPECT_EQ(raw.columns[0].name, "slope");
  EXPECT_FALSE(raw.columns[0].is_label);
}

TEST(GeneratorTest, SlopeProfilesAreTheMaterialsTrainingData) {
  const RawData raw = made("slope_profiles");
  const std::vector<double> profiles{
      -0.00944856267732682, 0.0341613769249423,  0.05747516609402332,  0.7862328127868988,    -0.15011686222970955,
      -0.7057513554165011,  -1.1751686796997747, -0.20588531258853818, 1.361393721535122,     -1.1200463864119778,
      -0.02374896779422321, 0.8633647728513169,  -0.6049332678215942,  -0.10461912821780467,  0.5866399345546496,
      0.763641735377335,    0.09146727578852017, -0.6244409908559093,  0.3661549114720448,    0.0223998324508722,
      -0.4211655043635018,  -0.9696661703140351, -0.04700131462753048, 0.8443024136445219,    0.9062456771074578,
      -0.02759281842046875, -0.7776990571902069, 1.1329000956602442,   0.0005933112077609825, -1.2649890556274037,
      0.24881282025569085,  0.1421171616317209,  -0.27913716910302605, -0.11723525708943608,  -0.21665092081940807,
      0.0009168961389431352};
  const std::vector<double> labels{0.016521406389616265,  -0.11651821270871597, 0.17837441855203678,
                                   0.1016107140395376,    0.06755344852905323,  -0.06619619182952519,
                                   -0.060895852622622586, 0.10494560295460496,  -0.10585979509315004,
                                   -0.19006288920046036,  -0.02174031169928182, -0.039127600736530196};
  expect_near(profiles, raw.inputs->data<double>(), raw.inputs->size());
  expect_near(labels, raw.columns.at(0).numbers.data(), 12);
}

TEST(GeneratorTest, SlopeProfilesWithSeed20AreTheMaterialsTestData) {
  const RawData raw = made(table({{"kind", "slope_profiles"}, {"seed", 20}}));
  const std::vector<double> profiles{
      -0.447567515985221,   0.1502275707396579,   0.565124259208307,    1.2495146714517462,    0.09394693498560777,
      -1.3224472326800762,  -1.0900468246170283,  0.05341575886347986,  1.0502184939085988,    1.0595918097639423,
      -0.12795026616706043, -0.9562044272802896,  -0.8502426603840038,  -0.013395420028148395, 1.0669404271074916,
      0.13082048133457225,  0.112013225923654,    0.12503811404257834,  0.7194008989488772,    -0.022870906555427922,
      -1.0976402476691578,  0.7657339369406475,   0.09328663466100912,  -0.5519699996619937,   0.579037635442381,
      -0.06371489560460693, -0.8425728972222859,  -0.36412489500644085, -0.033849060455192446, 0.4246323575020524,
      -0.7983904690416559,  -0.04550377650644081, 0.9954404418419036,   -0.3072658101163429,   0.1204511275020844,
      0.5043276933371877};
  const std::vector<double> labels{0.11059002879421542,  -0.18070951118694764, 0.15481715534540913,
                                   -0.1474944288865034,  0.16598484149158388,  0.05214009109354394,
                                   -0.18709011836924658, -0.05025734233737966, -0.14829363195954934,
                                   0.06014814689923796,  0.14978023596222667,  0.10332996606424208};
  expect_near(profiles, raw.inputs->data<double>(), raw.inputs->size());
  expect_near(labels, raw.columns.at(0).numbers.data(), 12);
}

TEST(GeneratorTest, XorWithoutNoiseIsTheTruthTable) {
  const RawData raw = made("xor");
  expect_near({0, 0, 0, 1, 1, 0, 1, 1}, raw.inputs->data<double>(), raw.inputs->size());
  expect_near({0, 1, 1, 0}, raw.columns.at(0).numbers.data(), 4);
  EXPECT_TRUE(raw.columns[0].is_label);
}

TEST(GeneratorTest, SpiralWithoutNoiseLiesOnItsEquation) {
  const RawData raw = made(table({{"kind", "spirals"}, {"samples", 6}, {"noise", 0}, {"turns", 0.25}}));
  // r = 0, 1/2, 1 and a = 0, pi/4, pi/2; the other class stands opposite.
  const double h = 0.35355339059327379;
  expect_near({0, 0, 0, 0, h, h, -h, -h, 0, 1, 0, -1}, raw.inputs->data<double>(), 12);
}

TEST(GeneratorTest, TwoMoonsWithoutNoiseLieOnTheirCircles) {
  const RawData raw = made(table({{"kind", "two_moons"}, {"samples", 5}, {"noise", 0}}));
  // t = 0, pi/2, pi for the first moon; 0, pi/2 for the second.
  expect_near({1, 0, 0, 0.5, 0, 1, 1, -0.5, -1, 0}, raw.inputs->data<double>(), 10);
}

class EveryGeneratorTest : public testing::TestWithParam<std::string> {};

TEST_P(EveryGeneratorTest, IsReproducibleFromItsSeedAndHasTheSizeAskedFor) {
  const auto with_seed = [&](Index seed) {
    return made(table({{"kind", GetParam()}, {"samples", 7}, {"seed", seed}, {"rng", "counter"}}));
  };
  const RawData first = with_seed(3), again = with_seed(3), other = with_seed(4);
  EXPECT_EQ(first.rows, 7);
  EXPECT_EQ(first.inputs->shape[0], 7);
  ASSERT_EQ(first.columns.size(), 1u);
  EXPECT_TRUE(first.columns[0].is_target);
  EXPECT_EQ(first.columns[0].size(), 7);
  EXPECT_EQ(first.inputs->bytes, again.inputs->bytes);
  const bool has_noise = GetParam() != "xor";
  EXPECT_EQ(first.inputs->bytes != other.inputs->bytes, has_noise);
}

TEST_P(EveryGeneratorTest, MakesASingleSample) {
  const RawData raw = made(table({{"kind", GetParam()}, {"samples", 1}}));
  for (Index i = 0; i < raw.inputs->size(); ++i) EXPECT_TRUE(std::isfinite(raw.inputs->at(i)));
}

INSTANTIATE_TEST_SUITE_P(, EveryGeneratorTest, testing::ValuesIn(generators().names()),
                         [](const auto& param_info) { return param_info.param; });

TEST(GeneratorTest, RefusesUnknownKindsAndSettings) {
  EXPECT_THROW(made("slope_image"), OptionError);
  EXPECT_THROW(made(table({{"kind", "xor"}, {"sample", 4}})), OptionError);
  EXPECT_THROW(made(table({{"kind", "xor"}, {"samples", 0}})), OptionError);
  EXPECT_THROW(made(table({{"kind", "xor"}, {"samples", 1e12}})), OptionError);
  EXPECT_THROW(made(table({{"kind", "blobs"}, {"seed", -1}})), OptionError);
  EXPECT_THROW(made(table({{"kind", "blobs"}, {"rng", "mt19937"}})), OptionError);
}

}  // namespace
}  // namespace isinglass
