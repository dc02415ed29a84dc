#include "isinglass/train/metrics.h"

#include <gtest/gtest.h>

#include <cmath>

#include "isinglass/base/error.h"

namespace isinglass {
namespace {

using Numbers = std::vector<double>;

View<const double> matrix(const Numbers& numbers, Index cols) {
  return {numbers.data(), static_cast<Index>(numbers.size()) / cols, cols};
}

Numbers one_hot(const std::vector<int>& classes, int n_out) {
  Numbers out;
  for (const int c : classes)
    for (int k = 0; k < n_out; ++k) out.push_back(k == c ? 1 : 0);
  return out;
}

// Probabilities whose largest is that of the class.
Numbers probabilities(const std::vector<int>& classes, int n_out) {
  Numbers out = one_hot(classes, n_out);
  for (double& p : out) p = 0.1 + 0.2 * p;
  return out;
}

void expect_near(const Numbers& actual, const Numbers& expected) {
  ASSERT_EQ(actual.size(), expected.size());
  for (std::size_t i = 0; i < actual.size(); ++i) EXPECT_NEAR(actual[i], expected[i], 1e-14) << "at " << i;
}

// ---- Responses. Numbers of scikit-learn 1.2.1.

const Numbers kTargets{3, -1.5, 2.25, 0.5, -0.5, 4, 7, 2.75, 4.5, -3.25, 1, 0.125};
const Numbers kPredictions{2.5, -1, 2, 0.75, 0, 4.5, 8, 2.5, 4.25, -2, 1.5, -0.5};

Metrics responses(const Numbers& weights) {
  MetricSums sums = MetricSums::responses({"a", "b"});
  sums.add(matrix(kPredictions, 2), matrix(kTargets, 2), weights);
  return sums.result();
}

TEST(Metrics, OfSeveralResponses) {
  const Metrics m = responses({});
  EXPECT_EQ(m.samples, 6);
  expect_near({m.outputs[0].rmse, m.outputs[1].rmse, m.rmse},
              {0.5590169943749475, 0.6555055301063447, 0.6072612622406461});
  expect_near({m.outputs[0].mae, m.outputs[1].mae, m.mae}, {0.5, 0.5625, 0.53125});
  expect_near({m.outputs[0].r2, m.outputs[1].r2, m.r2}, {0.9463806970509383, 0.927360774818402, 0.9368707359346702});
}

TEST(Metrics, OfWeightedResponses) {
  const Metrics m = responses({1, 2, 0.5, 0, 3, 1.25});
  expect_near({m.outputs[0].rmse, m.outputs[1].rmse, m.rmse},
              {0.3592106040535498, 0.8557796859985296, 0.6074951450260397});
  expect_near({m.mae, m.r2}, {0.5423387096774194, 0.889945118315224});
}

TEST(Metrics, HaveTheSameBitsForAnySizeOfTheBatches) {
  constexpr Index kSamples = 1000;
  Numbers targets, predictions, weights;
  for (Index n = 0; n < kSamples; ++n) {
    const double x = static_cast<double>(n);
    targets.push_back(1e6 + std::sin(x));
    predictions.push_back(1e6 + std::sin(x) + 0.1 * std::cos(3 * x));
    weights.push_back(1 + 0.5 * std::cos(x));
  }
  const auto measure = [&](Index batch) {
    MetricSums sums = MetricSums::responses({"y"});
    for (Index n = 0; n < kSamples; n += batch) {
      const Index rows = std::min(batch, kSamples - n);
      sums.add(matrix(predictions, 1).middle_rows(n, rows), matrix(targets, 1).middle_rows(n, rows),
               std::span(weights).subspan(static_cast<std::size_t>(n), static_cast<std::size_t>(rows)));
    }
    const Metrics m = sums.result();
    return Numbers{m.rmse, m.mae, m.r2};
  };
  const Numbers whole = measure(kSamples);
  EXPECT_EQ(measure(1), whole);
  EXPECT_EQ(measure(7), whole);
  EXPECT_EQ(measure(512), whole);
}

TEST(Metrics, KeepTheirDigitsFarFromTheOrigin) {
  MetricSums sums = MetricSums::responses({"y"});
  const Numbers y{1e9 + 1, 1e9 + 2, 1e9 + 3, 1e9 + 4}, predicted{1e9 + 1, 1e9 + 2, 1e9 + 3, 1e9 + 5};
  sums.add(matrix(predicted, 1), matrix(y, 1));
  EXPECT_DOUBLE_EQ(sums.result().r2, 1 - 1 / 5.);
}

TEST(Metrics, OfConstantTargets) {
  const auto r2 = [](const Numbers& predicted) {
    MetricSums sums = MetricSums::responses({"y"});
    const Numbers y(predicted.size(), 0.1);
    sums.add(matrix(predicted, 1), matrix(y, 1));
    return sums.result().r2;
  };
  EXPECT_EQ(r2({0.1, 0.1, 0.1}), 1);
  EXPECT_EQ(r2({0.1, 0.1, 0.3}), 0);
  EXPECT_TRUE(std::isnan(r2({0.3})));  // one sample has no spread to compare with
}

TEST(Metrics, ShowAPredictionThatIsNotFinite) {
  const auto rmse = [](double predicted) {
    MetricSums sums = MetricSums::responses({"y"});
    const Numbers y{1, 2}, p{1, predicted};
    sums.add(matrix(p, 1), matrix(y, 1));
    return sums.result().rmse;
  };
  EXPECT_TRUE(std::isnan(rmse(std::nan(""))));
  EXPECT_EQ(rmse(HUGE_VAL), HUGE_VAL);
}

// ---- Classes. Numbers of scikit-learn 1.2.1, labels given, zero_division = 0.

const std::vector<int> kActual{0, 0, 0, 1, 1, 1, 1, 2, 2, 0, 1, 2};
const std::vector<int> kPredicted{0, 1, 0, 1, 1, 0, 1, 0, 1, 0, 1, 1};

Metrics classes(const Numbers& weights, std::vector<std::string> names = {"red", "green", "blue"}) {
  const int k = static_cast<int>(names.size());
  MetricSums sums = MetricSums::classes(std::move(names));
  sums.add(matrix(probabilities(kPredicted, k), k), matrix(one_hot(kActual, k), k), weights);
  return sums.result();
}

TEST(Metrics, OfClasses) {
  const Metrics m = classes({});
  EXPECT_EQ(m.confusion, (Numbers{3, 1, 0, 1, 4, 0, 1, 2, 0}));
  EXPECT_DOUBLE_EQ(m.accuracy, 7. / 12);
  expect_near({m.classes[0].precision, m.classes[1].precision, m.classes[2].precision}, {0.6, 0.5714285714285714, 0});
  expect_near({m.classes[0].recall, m.classes[1].recall, m.classes[2].recall}, {0.75, 0.8, 0});
  expect_near({m.classes[0].f1, m.classes[1].f1, m.classes[2].f1}, {0.6666666666666665, 0.6666666666666666, 0});
  expect_near({m.classes[0].support, m.classes[1].support, m.classes[2].support}, {4, 5, 3});
  expect_near({m.macro_precision, m.macro_recall, m.macro_f1},
              {0.3904761904761904, 0.5166666666666667, 0.44444444444444436});
}

TEST(Metrics, OfWeightedClasses) {
  const Metrics m = classes({1, 2, 0.5, 1, 1, 3, 1, 1, 0.25, 1, 1, 2});
  EXPECT_EQ(m.confusion, (Numbers{2.5, 2, 0, 3, 4, 0, 1, 2.25, 0}));
  EXPECT_DOUBLE_EQ(m.accuracy, 0.4406779661016949);
  expect_near({m.macro_precision, m.macro_recall, m.macro_f1},
              {0.2898212898212898, 0.37566137566137564, 0.3263785394932936});
  EXPECT_EQ(m.classes[2].support, 3.25);
}

TEST(Metrics, LeaveAClassThatNeverOccursOutOfTheMean) {
  const Metrics m = classes({}, {"red", "green", "blue", "unseen"});
  EXPECT_EQ(m.classes[3].f1, 0);
  EXPECT_EQ(m.classes[3].support, 0);
  EXPECT_DOUBLE_EQ(m.macro_f1, classes({}).macro_f1);
}

TEST(Metrics, OfOneSigmoidOutput) {
  const Numbers p{0.2, 0.9, 0.5, 0.7, 0.6, 0.1, 0.49}, y{0, 1, 1, 0, 1, 1, 0};
  MetricSums sums = MetricSums::classes({"no", "yes"});
  sums.add(matrix(p, 1), matrix(y, 1));
  const Metrics m = sums.result();
  EXPECT_EQ(m.confusion, (Numbers{2, 1, 2, 2}));
  EXPECT_DOUBLE_EQ(m.accuracy, 0.5714285714285714);
  expect_near({m.macro_f1}, {0.5714285714285715});

  MetricSums mixed = MetricSums::classes({"no", "yes"});
  mixed.add(matrix(p, 1), matrix(one_hot({0, 1, 1, 0, 1, 1, 0}, 2), 2));
  EXPECT_EQ(mixed.result().confusion, m.confusion);
}

TEST(Metrics, OfNothingAreUndefined) {
  const Metrics m = MetricSums::classes({"no", "yes"}).result();
  EXPECT_EQ(m.samples, 0);
  EXPECT_TRUE(std::isnan(m.accuracy) && std::isnan(m.macro_f1));
  EXPECT_TRUE(m.write().find("accuracy")->is_null());
  EXPECT_TRUE(std::isnan(MetricSums::responses({"y"}).result().rmse));
}

TEST(Metrics, OfVeryManyClassesKeepNoMatrix) {
  MetricSums sums = MetricSums::classes(std::vector<std::string>(100000, "x"));
  EXPECT_TRUE(sums.result().confusion.empty());
  EXPECT_EQ(sums.result().write().find("confusion"), nullptr);
}

// ---- As JSON and as text.

TEST(Metrics, AreWrittenWithTheKeysThatScriptsRead) {
  const Value m = classes({}).write();
  EXPECT_DOUBLE_EQ(*m.find("accuracy")->as_real(), 7. / 12);
  EXPECT_DOUBLE_EQ(*m.find("macro_f1")->as_real(), 4. / 9);
  EXPECT_EQ(m.find("confusion")->preview(), "[[3, 1, 0], [1, 4, 0], [1, 2, 0]]");
  const Value& blue = m.find("classes")->as_array()->at(2);
  EXPECT_EQ(*blue.find("name")->as_string(), "blue");
  for (const char* key : {"precision", "recall", "f1"}) EXPECT_EQ(*blue.find(key)->as_real(), 0) << key;
  EXPECT_EQ(*m.find("classes")->as_array()->at(1).find("support")->as_integer(), 5);
  EXPECT_EQ(m.find("rmse"), nullptr);
  EXPECT_EQ(*classes(Numbers(12, 0.5)).write().find("classes")->as_array()->at(1).find("support")->as_real(), 2.5);

  const Value r = responses({}).write();
  EXPECT_NEAR(*r.find("rmse")->as_real(), 0.6072612622406461, 1e-14);
  EXPECT_EQ(*r.find("outputs")->as_array()->at(1).find("name")->as_string(), "b");
  EXPECT_EQ(r.find("accuracy"), nullptr);
}

TEST(Metrics, AreATableOfClassesOnATerminal) {
  EXPECT_EQ(classes({}).text(),
            "accuracy 0.5833 of 12 samples\n"
            "\n"
            "class       precision  recall      F1  support\n"
            "red            0.6000  0.7500  0.6667        4\n"
            "green          0.5714  0.8000  0.6667        5\n"
            "blue           0.0000  0.0000  0.0000        3\n"
            "macro mean     0.3905  0.5167  0.4444       12\n"
            "\n"
            "confusion matrix: a row for each true class, a column for each predicted class\n"
            "       red  green  blue\n"
            "red      3      1     0\n"
            "green    1      4     0\n"
            "blue     1      2     0\n");
}

TEST(Metrics, AreATableOfResponsesOnATerminal) {
  EXPECT_EQ(responses({}).text(),
            "errors of 6 samples\n"
            "output      RMSE      MAE      R2\n"
            "a       0.559017      0.5  0.9464\n"
            "b       0.655506   0.5625  0.9274\n"
            "mean    0.607261  0.53125  0.9369\n");
}

TEST(Metrics, CutLongTablesAndKeepNamesHarmless) {
  std::vector<std::string> names(25, "a class with a rather long name");
  names[0] =
      "stra\xC3\x9F"
      "e\x1B[2J";
  const Metrics m = MetricSums::classes(names).result();
  const std::string text = m.text();
  EXPECT_NE(text.find("and 5 more classes\n"), std::string::npos);
  EXPECT_NE(text.find("stra\xC3\x9F"
                      "e?[2J"),
            std::string::npos);
  EXPECT_EQ(text.find('\x1B'), std::string::npos);
  std::size_t longest = 0, start = 0;
  for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n', start)) {
    longest = std::max(longest, end - start);
    start = end + 1;
  }
  EXPECT_LE(longest, 130U);
}

// ---- What is refused.

TEST(MetricSums, RefuseWhatDoesNotFit) {
  const Numbers six(6, 0.5);
  MetricSums sums = MetricSums::classes({"a", "b", "c"});
  EXPECT_THROW(sums.add(matrix(six, 3), matrix(six, 2)), ShapeError);
  EXPECT_THROW(sums.add(matrix(six, 1), matrix(six, 1)), ShapeError);
  EXPECT_THROW(sums.add(matrix(six, 3), matrix(six, 3), Numbers{1}), ShapeError);
  EXPECT_THROW(sums.add(matrix(six, 3), matrix(six, 3), Numbers{1, -1}), InputError);
  EXPECT_THROW(sums.add(matrix(six, 3), matrix(six, 3), Numbers{1, HUGE_VAL}), InputError);
  const Numbers broken{0.2, 0.3, 0.5, 0.1, std::nan(""), 0.2};
  EXPECT_THROW(sums.add(matrix(broken, 3), matrix(six, 3)), NumericError);
  EXPECT_EQ(sums.result().samples, 0);
  EXPECT_EQ(sums.result().classes[2].support, 0);
  EXPECT_THROW(MetricSums::classes({"only"}), InputError);
  EXPECT_THROW(MetricSums::responses({}), InputError);
}

TEST(MetricSums, NameTheShapes) {
  const Numbers six(6, 0.5);
  MetricSums sums = MetricSums::responses({"y"});
  try {
    sums.add(matrix(six, 2), matrix(six, 1));
    ADD_FAILURE() << "shapes that differ were accepted";
  } catch (const ShapeError& error) {
    EXPECT_STREQ(error.what(), "metrics: expected predictions and targets (N, 1), got (3, 2) and (6, 1)");
  }
}

TEST(AreaUnderRoc, CountsPairsInOrderAndTiesHalf) {
  EXPECT_EQ(area_under_roc(std::vector{3.0, 4.0}, std::vector{1.0, 2.0}), 1);
  EXPECT_EQ(area_under_roc(std::vector{1.0, 2.0, 3.0}, std::vector{2.0, 0.5}), 4.5 / 6);
  EXPECT_THROW(area_under_roc({}, std::vector{1.0}), InputError);
}

}  // namespace
}  // namespace isinglass
