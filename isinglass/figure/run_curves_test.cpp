#include "isinglass/figure/run_curves.h"

#include "isinglass/base/error.h"
#include "isinglass/figure/figure_rig.h"
#include "isinglass/figure/run_rig.h"
#include "isinglass/figure/series_data.h"

namespace isinglass {
namespace {

void expect_numbers(const Series& series, RunReader& run, const std::string& quantity, std::optional<Index> sample,
                    double sign = 1) {
  ASSERT_EQ(series.x.size(), static_cast<std::size_t>(run.epochs()) + 1) << quantity;
  const Address address = parse_quantity(quantity, run.graph());
  for (Index epoch = 0; epoch <= run.epochs(); ++epoch) {
    EXPECT_EQ(series.x[static_cast<std::size_t>(epoch)], static_cast<double>(epoch + 1));
    EXPECT_EQ(series.y[static_cast<std::size_t>(epoch)], sign * run.number(address, epoch, sample).value)
        << quantity << " at epoch " << epoch;
  }
}

TEST(RunCurves, HaveTheNumbersOfTheRun) {
  const TrainedRun trained("curves", dense_experiment());
  RunReader run = trained.reader();
  for (const char* quantity : {"w(1,4)", "b(5)", "dL/dw(4,6)", "loss", "learning_rate"})
    expect_numbers(curve(run, quantity), run, quantity, {});
  const Series node = curve(run, "in(H4)", 1);
  expect_numbers(node, run, "in(H4)", 1);
  EXPECT_EQ(node.key, "in(H4)@1");
  const Series book = curve(run, "dL/dO6", {}, {.signs = SignConvention::kBook});
  EXPECT_EQ(book.key, "dP/dO6");
  expect_numbers(book, run, "dL/dO6", {}, -1);
  EXPECT_THROW(curve(run, "w(1,9)"), OptionError);
  EXPECT_THROW(curve(run, "H4", 9), InputError);
  EXPECT_THROW(curve(run, "validation.accuracy"), InputError);
}

TEST(RunCurves, WhatWasNotRecordedIsTheSame) {
  const TrainedRun recorded("recorded", dense_experiment());
  const TrainedRun anew("anew", dense_experiment("[record]\nlevel = \"off\"\n"));
  RunReader a = recorded.reader(), b = anew.reader();
  for (const char* quantity : {"w(1,4)", "H4", "dL/dw(4,6)", "loss"})
    EXPECT_EQ(curve(a, quantity).y, curve(b, quantity).y) << quantity;
}

TEST(RunCurves, ChartsAreSoundAndReadBack) {
  const TrainedRun trained("charts", dense_experiment());
  RunReader run = trained.reader();
  for (const Chart& chart : {loss_chart(run), weights_chart(run), biases_chart(run), predictions_chart(run)}) {
    EXPECT_EQ(chart.x.kind, Axis::kLog);
    const Scene scene = draw(chart);
    expect_sound(scene);
    const auto read = read_series(to_svg(scene), "f.svg");
    for (const Series& series : chart.series) EXPECT_EQ(series_named(read, series.key).column("y"), series.y);
  }
  EXPECT_EQ(weights_chart(run).series.size(), 8u);
  EXPECT_EQ(biases_chart(run).series.size(), 3u);
  const Chart predictions = predictions_chart(run, {1});
  ASSERT_EQ(predictions.series.size(), 2u);
  EXPECT_EQ(predictions.series[0].key, "O6@1");
  EXPECT_EQ(predictions.series[1].y, (std::vector<double>{0.6, 0.6}));
  EXPECT_THROW(predictions_chart(run, {2}), InputError);
  EXPECT_THROW(metric_chart(run, "rmse"), InputError) << "known at the end alone";
}

TEST(RunCurves, OfClassesWithValidationData) {
  const TrainedRun trained("classes", classes_experiment(2, "widths = [2, 30, 3]\noutput_activation = \"softmax\"",
                                                         "validation_fraction = 0.3"));
  RunReader run = trained.reader();
  const Chart loss = loss_chart(run);
  EXPECT_EQ(loss.x.kind, Axis::kLinear) << "few epochs";
  EXPECT_EQ(loss.series[0].key, "train.loss");
  EXPECT_EQ(loss.series[1].key, "validation.loss");
  EXPECT_EQ(loss.series[1].x.front(), 2) << "from the state after the first epoch on";
  EXPECT_EQ(known_metrics(run).front(), "accuracy");
  for (const Chart& chart : {loss, metric_chart(run, "accuracy"), predictions_chart(run)}) expect_sound(draw(chart));
  EXPECT_THROW(weights_chart(run), InputError) << "150 weights";
}

}  // namespace
}  // namespace isinglass
