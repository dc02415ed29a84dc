// The chapters of the book: figures hold the numbers of their runs, and these are the golden ones.
#include <gtest/gtest.h>

#include <cmath>

#include "isinglass/book/arithmetic.h"
#include "isinglass/book/errata.h"
#include "isinglass/book/examples.h"
#include "isinglass/book/notes_parts.h"
#include "isinglass/figure/chart.h"
#include "isinglass/lab/activation_table.h"
#include "isinglass/lab/depth_experiment.h"
#include "tests/book_rig.h"

namespace isinglass {
namespace {

const std::vector<double>& y_of(const std::vector<SeriesData>& all, const std::string& name) {
  return series_named(all, name).column("y");
}

TEST(Book, ActivationFiguresHaveWhatTheLayersCompute) {
  const BookRig book(activations_chapter);
  int panels = 0;
  for (const char* figure : {"activations-sigmoid-tanh-relu", "activations-step-linear"})
    for (const SeriesData& series : book.series(figure)) {
      if (series.name.empty()) continue;
      const bool is_slope = series.name.ends_with('\'');
      const std::string name = series.name.substr(0, series.name.size() - is_slope);
      const std::vector<double>& x = series.column("x");
      ASSERT_EQ(x.size(), 1000u);
      EXPECT_EQ(x.front(), -3);
      EXPECT_EQ(x.back(), 3);
      EXPECT_NEAR(x[500], 0.003003003003003, 1e-15);
      const ActivationCurve curve = curve_of(Layer::read(name), x);
      for (std::size_t i = 0; i < x.size(); ++i)
        expect_bits(series.column("y")[i], (is_slope ? curve.slope : curve.y)[i], series.name);
      ++panels;
    }
  EXPECT_EQ(panels, 10);
}

TEST(Book, ActivationNumbersAreTheGoldenOnes) {
  const BookRig book(activations_chapter);
  const Value golden = read_golden("activations.json");
  const Value& document = book.numbers("activations");
  const std::vector<double> x = numbers(*document.find("x")), golden_x = numbers(*golden.find("x"));
  std::vector<std::string> compared;  // of swish the first, which has the settings of the table
  for (const Value& function : *golden.find("functions")->as_array()) {
    const std::string kind = *function.find("layer")->find("kind")->as_string();
    const Value* mine = document.find("functions")->find(kind);
    if (mine == nullptr || std::ranges::find(compared, kind) != compared.end()) continue;
    for (const char* what : {"value", "derivative"})
      for (std::size_t i = 0; i < golden_x.size(); ++i) {
        const auto place = std::ranges::find(x, golden_x[i]);
        ASSERT_NE(place, x.end()) << golden_x[i];
        const double expected = numbers(*function.find(what))[i];
        EXPECT_NEAR(numbers(*mine->find(what))[static_cast<std::size_t>(place - x.begin())], expected,
                    1e-15 * std::abs(expected) + 1e-320)
            << kind << " " << golden_x[i];
      }
    compared.push_back(kind);
  }
  EXPECT_EQ(compared.size(), 11u);
}

TEST(Book, TheSmallestNetwork) {
  BookRig book(ann_chapter);
  RunReader& run = book.runs.run("ann-3-2-1");
  const Value golden = read_golden("ann_3_2_1.json");
  // 8 weights and 3 biases with their gradients; outputs of 6 nodes, pre-activations of 2, with their derivatives.
  EXPECT_GE(expect_diagram(book.series("ann-network"), run, 1, 0), 2 * (11 + 6) + 2);
  const std::vector<SeriesData> curves = book.series("ann-convergence");
  EXPECT_EQ(expect_curves(curves, run), 1 + 8 + 3);
  EXPECT_EQ(expect_golden_curves(curves, golden, run), 9 * 12);
  EXPECT_EQ(y_of(curves, "target(O6)@0"), std::vector<double>({0.3, 0.3}));

  GoldenNumbers document(book.numbers("ann-3-2-1"), run.graph());
  document.expect(golden);
  EXPECT_EQ(document.compared(), 9 * 28);
  const Value& collapsed = *book.numbers("ann-3-2-1").find("without activations at epoch 0");
  EXPECT_NEAR(number(*collapsed.find("intercept")), -0.17830761682052212, 1e-15);
  expect_near(numbers(*collapsed.find("slopes")), {0.2590051392504118, 0.16590391737086413, 0.03679813443115652}, 1e-15,
              "slopes");
}

TEST(Book, TheConvolutionalNetworks) {
  BookRig book(cnn_chapter);
  RunReader& single = book.runs.run("cnn-single");
  RunReader& batch = book.runs.run("cnn-batch");
  EXPECT_GE(expect_diagram(book.series("cnn-network"), single, 0, 0), 8 + 9);
  const std::vector<SeriesData> one = book.series("cnn-single-convergence"), ten = book.series("cnn-batch-convergence");
  EXPECT_EQ(expect_curves(one, single), 1 + 8);
  EXPECT_EQ(expect_curves(ten, batch), 10 + 8);
  EXPECT_EQ(expect_golden_curves(one, read_golden("cnn_single.json"), single), 9 * 9);
  EXPECT_EQ(expect_golden_curves(ten, read_golden("cnn_batch.json"), batch), 9 * 18);

  const Value golden = read_golden("cnn_batch.json");
  const std::vector<SeriesData> data = book.series("cnn-data");
  expect_near(y_of(data, "label"), numbers(*golden.find("labels")), 1e-15, "labels");
  for (Index n = 0; n < 10; ++n) {
    const auto which = static_cast<std::size_t>(n);
    const std::vector<double>& pixels = y_of(data, "sample " + std::to_string(n));
    expect_near(pixels, numbers((*golden.find("images")->as_array())[which]), 1e-15, "image");
    for (Index i = 0; i < 5; ++i)
      expect_bits(pixels[static_cast<std::size_t>(i)],
                  batch.number(parse_quantity("I" + std::to_string(i + 1), batch.graph()), 0, n).value, "pixel");
    expect_bits(y_of(ten, "target(O12)@" + std::to_string(n))[0], batch.moment(0).targets[which], "target");
  }
}

std::vector<std::string> last_column(const BookTable& table) {
  std::vector<std::string> cells;
  for (const std::vector<std::string>& row : table.rows) cells.push_back(row.back());
  return cells;
}

TEST(Book, CountsSizesAndRates) {
  EXPECT_EQ(last_column(parameter_table()), (std::vector<std::string>{"11", "283", "183"}));
  EXPECT_EQ(parameter_table().rows[2][1], "162");
  EXPECT_EQ(last_column(map_size_table()), (std::vector<std::string>{"3", "2", "2", "4", "3", "3", "24", "28", "6"}));
  const BookTable rates = decay_table();
  EXPECT_EQ(rates.rows[5][1], "0.117521");
  EXPECT_EQ(rates.rows[5][2], "0.181818");
}

TEST(Book, ConvolutionsOfASmallImage) {
  const std::vector<SeriesData> maps = read_series(to_svg(convolution_figure().scene), "figure");
  ASSERT_EQ(maps.size(), 6u);
  const std::vector<std::vector<double>> expected = {
      {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16},
      {3.5, 4.5, 5.5, 7.5, 8.5, 9.5, 11.5, 12.5, 13.5},
      {3.5, 5.5, 11.5, 13.5},
      {6, 7, 10, 11},
      {1.5555555555555556, 2.6666666666666665, 3.3333333333333335, 2.4444444444444446, 3.6666666666666665, 6, 7, 5,
       6.333333333333333, 10, 11, 7.666666666666667, 5.111111111111111, 8, 8.666666666666666, 6},
      {6, 8, 14, 16}};
  for (std::size_t i = 0; i < expected.size(); ++i)
    expect_near(maps[i].column("values"), expected[i], 1e-14, "panel " + std::to_string(i));
}

TEST(Book, NumbersOfTheConvolutionalNetworks) {
  BookRig book(cnn_chapter);
  const Value golden = read_golden("cnn_single.json");
  GoldenNumbers single(book.numbers("cnn-single"), book.runs.run("cnn-single").graph());
  single.expect(golden);
  EXPECT_EQ(single.compared(), 9 * (8 + 8 + 7 + 1 + 7 + 5));
  const Value& partials = *book.numbers("cnn-single").find("uses of k(6), k(7), k(8) at each position");
  for (const auto& [epoch, state] : *golden.find("epochs")->as_table())
    expect_near(all_numbers(*partials.find(epoch)), all_numbers(*state.find("kernel partials")), 1e-13, epoch);
  GoldenNumbers batch(book.numbers("cnn-batch"), book.runs.run("cnn-batch").graph());
  batch.expect(read_golden("cnn_batch.json"));
  EXPECT_GE(batch.compared(), 9 * (16 + 11) + 4 * 10 * 7);
}

// The three numbers of line `n` of a figure of data or of reconstructions.
std::vector<double> line(const std::vector<SeriesData>& all, const std::string& name) {
  return series_named(all, name).column("x");
}

TEST(Book, TheAutoencoder) {
  BookRig book(autoencoder_chapter);
  RunReader& run = book.runs.run("autoencoder-3-2-1-2-3");
  const Value golden = read_golden("autoencoder.json");
  EXPECT_GE(expect_diagram(book.series("autoencoder-network"), run, 10000, 0), 24 + 11);

  const SeriesData losses = series_named(book.series("autoencoder-loss"), "loss");
  const std::vector<double>& loss = losses.column("y");
  ASSERT_EQ(loss.size(), 10001u);
  EXPECT_EQ(losses.column("x").front(), 0);
  EXPECT_EQ(losses.column("x").back(), 10000);
  const Address of_loss = parse_quantity("loss", run.graph());
  for (Index e = 0; e <= 10000; ++e)
    expect_bits(loss[static_cast<std::size_t>(e)], run.number(of_loss, e).value, "loss");
  const std::vector<double> every_100th = numbers(*golden.find("loss every 100th epoch"));
  for (std::size_t k = 0; k < every_100th.size(); ++k)
    EXPECT_NEAR(loss[100 * k], every_100th[k], k < 50 ? 1e-12 : 1e-11) << 100 * k;

  const std::vector<SeriesData> latent = book.series("autoencoder-latent");
  expect_near(series_named(latent, "M6").column("x"), numbers(*golden.find("slopes")), 1e-15, "slopes");
  for (Index n = 0; n < 12; ++n)
    expect_bits(y_of(latent, "M6")[static_cast<std::size_t>(n)],
                run.number(parse_quantity("M6", run.graph()), 9999, n).value, "M6");
  const FittedLine fit = fit_line(series_named(latent, "M6").column("x"), y_of(latent, "M6"));
  EXPECT_NEAR(fit.slope, -1.6196398157807774, 1e-10);
  EXPECT_NEAR(fit.intercept, 0.4746074957177244, 1e-11);
  EXPECT_NEAR(fit.r_squared, 0.9425913370145447, 1e-11);
  const SeriesData& drawn = series_named(latent, "fit");
  for (std::size_t i = 0; i < 2; ++i)
    EXPECT_NEAR(drawn.column("y")[i], fit.intercept + fit.slope * drawn.column("x")[i], 1e-15);
}

TEST(Book, LinesOfTheAutoencoder) {
  BookRig book(autoencoder_chapter);
  RunReader& run = book.runs.run("autoencoder-3-2-1-2-3");
  const Value golden = read_golden("autoencoder.json");
  const auto address = [&](const char* letter, Index i) {
    return parse_quantity(letter + std::to_string(i), run.graph());
  };
  const std::vector<SeriesData> train = book.series("autoencoder-data"), test = book.series("autoencoder-test-data"),
                                trained = book.series("autoencoder-training-reconstructions"),
                                tested = book.series("autoencoder-test-reconstructions");
  expect_near(y_of(train, "label"), numbers(*golden.find("slopes")), 1e-15, "slopes");
  const Value::Array& outputs = *golden.find("epochs")->find("9999")->find("layer4.out")->as_array();
  const Value::Array& test_outputs = *golden.find("final")->find("test layer4.out")->as_array();
  for (Index n = 0; n < 12; ++n) {
    const auto which = static_cast<std::size_t>(n);
    const std::string sample = "sample " + std::to_string(n);
    const std::string here = std::to_string(n + 1), there = std::to_string(n + 13);
    expect_near(line(train, sample), numbers((*golden.find("train")->as_array())[which]), 1e-15, sample);
    expect_near(line(test, sample), numbers((*golden.find("test")->as_array())[which]), 1e-15, sample);
    EXPECT_EQ(line(trained, "data " + here), line(train, sample));
    EXPECT_EQ(line(tested, "data " + there), line(test, sample));
    expect_near(line(trained, "reconstruction " + here), numbers(outputs[which]), 1e-11, here);
    expect_near(line(tested, "reconstruction " + there), numbers(test_outputs[which]), 1e-11, there);
    for (Index i = 0; i < 3; ++i) {
      const auto at = static_cast<std::size_t>(i);
      expect_bits(line(train, sample)[at], run.number(address("I", i + 1), 0, n).value, sample);
      expect_bits(line(test, sample)[at], run.number_in("test", address("I", i + 1), 10000, n).value, sample);
      expect_bits(line(trained, "reconstruction " + here)[at], run.number(address("O", i + 9), 9999, n).value, here);
      expect_bits(line(tested, "reconstruction " + there)[at],
                  run.number_in("test", address("O", i + 9), 10000, n).value, there);
    }
  }
  GoldenNumbers document(book.numbers("autoencoder-3-2-1-2-3"), run.graph());
  document.expect(golden);
  EXPECT_EQ(document.compared(), 7 * (24 + 24 + 1 + 12 + 12 * 8));
}

TEST(Book, ExclusiveOr) {
  BookRig book(xor_part);
  RunReader& run = book.runs.run("xor");
  EXPECT_GE(expect_diagram(book.series("notes-xor"), run, 2500, 1), 9 + 5);
  const Value all_golden = read_golden("xor.json");
  // Outputs of the training's end, for the samples in their order.
  for (const char* name : {"xor", "xor-bias-column"}) {
    const Value& golden = *all_golden.find("cases")->find(name);
    const Value& final = *book.numbers(name).find("final");
    const std::vector<double> predictions = numbers(*golden.find("predictions"));
    const Graph& graph = book.runs.run(name).graph();
    const std::string output = name_of(parse_quantity("layer2.out[0]", graph), graph);
    for (std::size_t n = 0; n < 4; ++n)
      EXPECT_NEAR(number(*(*final.find("samples")->as_array())[n].find("values")->find(output)), predictions[n], 1e-11);
    for (const auto& [tensor, expected] : *golden.find("steps")->find("9999")->as_table())
      for (std::size_t i = 0; i < numbers(expected).size(); ++i) {
        const std::string element = name_of(parse_quantity(tensor + "[" + std::to_string(i) + "]", graph), graph);
        EXPECT_NEAR(number(*final.find("parameters")->find(element)), numbers(expected)[i], 1e-11) << element;
      }
  }
}

TEST(Book, LogicByHand) {
  const Value logic = logic_part().numbers[0].document;
  const std::vector<std::pair<const char*, std::vector<double>>> wanted = {
      {"not", {0.9999546021312976, 4.5397868702434395e-05}},
      {"and", {9.357622968839299e-14, 4.5397868702434395e-05, 4.5397868702434395e-05, 0.9999546021312976}},
      {"nor", {0.9999546021312976, 4.5397868702434395e-05, 4.5397868702434395e-05, 9.357622968839299e-14}},
      {"nor as printed",
       {4.5397868702434395e-05, 9.357622968839299e-14, 9.357622968839299e-14, 1.9287498479639178e-22}},
      {"xnor", {0.9999545608951235, 4.5480378505112356e-05, 4.5480378505112356e-05, 0.9999545608951235}},
      {"xor", {4.5439104876545724e-05, 0.9999545196214948, 0.9999545196214948, 4.5439104876545724e-05}}};
  for (const auto& [name, outputs] : wanted) expect_near(numbers(*logic.find(name)), outputs, 1e-15, name);
}

TEST(Book, TenLayersBeginAsNumPyHasThem) {
  const BookRig book(notes_chapter);
  const Value& document = book.numbers("initialization");
  const std::vector<std::pair<const char*, double>> last = {
      {"tanh 0.01", 3.0205396525283146e-07}, {"tanh xavier", 0.23149917423772495}, {"tanh he", 0.5598304666772335},
      {"tanh 1", 0.9818446199622862},        {"relu 0.01", 8.51109954795552e-09},  {"relu xavier", 0.02723551855345766},
      {"relu he", 0.8715365937106446},       {"relu 1", 851109954795.552}};
  const std::vector<SeriesData> drawn = book.series("notes-initialization-depth");
  for (const auto& [name, deviation] : last) {
    const Value::Array& layers = *document.find(name)->as_array();
    ASSERT_EQ(layers.size(), 11u);
    EXPECT_NEAR(number(*layers[10].find("deviation")) / deviation, 1, 1e-9) << name;
    for (std::size_t l = 0; l < 11; ++l) {
      expect_bits(y_of(drawn, std::string(name) + " output")[l], number(*layers[l].find("deviation")), name);
      expect_bits(y_of(drawn, std::string(name) + " gradient")[l], number(*layers[l].find("gradient_deviation")), name);
    }
  }
  // No output of tanh lies outside of its histogram.
  const std::vector<SeriesData> histograms = book.series("notes-initialization");
  ASSERT_EQ(histograms.size(), 60u);
  double sum = 0;
  for (const double count : histograms[0].column("count")) sum += count;
  EXPECT_EQ(sum, 500000);
}

TEST(Book, HoldsTheExamplesAsTheyAre) {
  ASSERT_GE(embedded_examples().size(), 6u);
  for (const EmbeddedExample& example : embedded_examples())
    EXPECT_EQ(example.text, read_file(source_path("examples/" + std::string(example.name) + ".toml"))) << example.name;
  try {
    example_text("ann-3-2-2");
    FAIL();
  } catch (const InputError& error) {
    EXPECT_NE(std::string(error.what()).find("did you mean 'ann-3-2-1'"), std::string::npos) << error.what();
  }
}

TEST(Book, EveryErrorBelongsToAChapter) {
  std::vector<std::pair<std::string_view, int>> counts;
  for (const ChapterKind& kind : all_chapters())
    counts.emplace_back(kind.name, std::ranges::count(errata(), kind.name, &Erratum::chapter));
  EXPECT_EQ(counts, (std::vector<std::pair<std::string_view, int>>{
                        {"activations", 8}, {"ann", 17}, {"cnn", 13}, {"autoencoder", 10}, {"notes", 16}}));
  EXPECT_EQ(errata().size(), 64u);
}

}  // namespace
}  // namespace isinglass
