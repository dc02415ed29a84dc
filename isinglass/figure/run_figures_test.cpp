// Figures of whole runs: metrics, weights, activations, boundaries and codes.
#include "isinglass/base/error.h"
#include "isinglass/figure/figure_rig.h"
#include "isinglass/figure/run_activations.h"
#include "isinglass/figure/run_boundary.h"
#include "isinglass/figure/run_codes.h"
#include "isinglass/figure/run_metrics.h"
#include "isinglass/figure/run_network.h"
#include "isinglass/figure/run_rig.h"
#include "isinglass/figure/run_weights.h"
#include "isinglass/figure/series_data.h"

namespace isinglass {
namespace {

const std::string kImages =
    "layers = [{ kind = \"reshape\", shape = [1, 8, 8] }, { kind = \"conv2d\", kernels = 4, activation = \"relu\" }, "
    "{ kind = \"max_pool2d\" }, { kind = \"flatten\" }, { kind = \"dense\", units = 3, activation = \"softmax\" }]";
const std::string kPlane = "widths = [2, 30, 3]\noutput_activation = \"softmax\"";

std::vector<SeriesData> read(const Scene& scene) {
  expect_sound(scene);
  return read_series(to_svg(scene), "f.svg");
}
double number(RunReader& run, const std::string& quantity, Index epoch, std::optional<Index> sample = {}) {
  return run.number(parse_quantity(quantity, run.graph()), epoch, sample).value;
}

TEST(RunNetwork, HasTheNumbersOfTheRun) {
  for (const char* precision : {"float", "double"}) {
    const TrainedRun trained("network",
                             "precision = \"" + std::string(precision) + "\"\n" + classes_experiment(2, kPlane));
    RunReader run = trained.reader();
    const std::vector<Index> samples{3, 0, 17};
    for (const Index epoch : {0, 5, 12}) {
      const RunNetwork network(run, epoch);
      const auto outputs = network.values(run.graph().output_value(), run.data().train, samples);
      for (std::size_t s = 0; s < samples.size(); ++s)
        for (std::size_t j = 0; j < 3; ++j)
          EXPECT_EQ(outputs[3 * s + j], number(run, "layer2.out[" + std::to_string(j) + "]", epoch, samples[s]));
      EXPECT_EQ(network.outputs(inputs_of(run.data().train, samples)), outputs);
      EXPECT_EQ(network.parameter(0, 4), number(run, "layer1.kernel[4]", epoch));
    }
    EXPECT_THROW(RunNetwork(run, 13), InputError);
    EXPECT_THROW(part_of(run, "test"), InputError);
    EXPECT_THROW(part_of(run, "tset"), OptionError);
  }
}

TEST(RunMetrics, RecordedOnesOrAllAnew) {
  const TrainedRun recorded("recorded_metrics", classes_experiment(2, kPlane, "validation_fraction = 0.3"));
  RunReader a = recorded.reader();
  const auto known = read(draw_metrics(a));
  const auto& accuracy = series_named(known, "validation.accuracy");
  for (std::size_t i = 0; i < accuracy.column("x").size(); ++i)
    EXPECT_EQ(accuracy.column("y")[i],
              number(a, "validation.accuracy", static_cast<Index>(accuracy.column("x")[i]) - 1));
  const TrainedRun without("metrics_anew", classes_experiment(2, kPlane));
  RunReader b = without.reader();
  const auto anew = read(draw_metrics(b));
  EXPECT_EQ(series_named(anew, "train.accuracy").column("x").size(), 13u);
  EXPECT_EQ(series_named(anew, "train.accuracy").column("y").back(), number(b, "train.accuracy", 12));
}

TEST(RunMetrics, LayersAndParameters) {
  const TrainedRun trained("layers", classes_experiment(2, kPlane));
  RunReader run = trained.reader();
  const auto norms = read(draw(layer_chart(run, "gradient_norm")));
  EXPECT_EQ(series_named(norms, "layer2.gradient_norm").column("x").size(), 12u);
  EXPECT_EQ(series_named(read(draw_parameters(run)), "layer1.weight_norm").column("x").front(), 1);
  EXPECT_THROW(layer_chart(run, "gradient"), OptionError);
  const TrainedRun small("small", dense_experiment("[record]\nlevel = \"off\"\n"));
  RunReader other = small.reader();
  EXPECT_EQ(series_named(read(draw_parameters(other)), "b(6)").column("y").front(), number(other, "b(6)", 0));
  EXPECT_THROW(layer_chart(other, "gradient_norm"), InputError) << "nothing was recorded";
}

TEST(RunMetrics, Confusion) {
  const TrainedRun trained("confusion", classes_experiment(2, kPlane, "test_fraction = 0.2"));
  RunReader run = trained.reader();
  const HeatMap map = confusion_of(run, 12);
  double samples = 0;
  for (const double count : map.values) samples += count;
  EXPECT_EQ(samples, static_cast<double>(run.data().test->size()));
  read(draw(map));
  EXPECT_EQ(confusion_of(run, 12, "train").rows, 3);
  const TrainedRun other("responses", dense_experiment());
  RunReader responses = other.reader();
  EXPECT_THROW(confusion_of(responses, 1), InputError);
}

TEST(RunBoundary, OfClassesAndOfAmounts) {
  const TrainedRun trained("boundary", classes_experiment(2, kPlane));
  RunReader run = trained.reader();
  const DecisionBoundary boundary = boundary_of(run, 12);
  EXPECT_EQ(boundary.classes.size(), 3u);
  std::size_t points = 0;
  for (const Series& series : boundary.points) points += series.x.size();
  EXPECT_EQ(points, 90u);
  read(draw(boundary));
  EXPECT_THROW(boundary_of(run, 12, {"x1", "x9"}), OptionError);
  EXPECT_THROW(boundary_of(run, 12, {"x1", "x1"}), OptionError);
  EXPECT_THROW(boundary_of(run, 12, {"x1"}), OptionError);
  const TrainedRun other("amounts", dense_experiment());
  RunReader amounts = other.reader();
  EXPECT_THROW(boundary_of(amounts, 1), OptionError) << "three inputs";
  read(draw(boundary_of(amounts, 1, {"x1", "x3"})));
  const TrainedRun autoencoder("several", autoencoder_experiment(2, 1));
  RunReader several = autoencoder.reader();
  EXPECT_THROW(boundary_of(several, 1), InputError);
}

TEST(RunWeights, AsMatrixAndAsImages) {
  const TrainedRun trained("matrix", dense_experiment());
  RunReader run = trained.reader();
  const auto matrix = read(draw_weights(run, 3));
  for (Index i = 0; i < 6; ++i)
    EXPECT_EQ(series_named(matrix, "heat map").column("values")[static_cast<std::size_t>(i)],
              number(run, "layer1.kernel[" + std::to_string(i) + "]", 3));
  read(draw_weights(run, 3, "layer2"));
  EXPECT_THROW(draw_weights(run, 3, "layer3"), OptionError);
  const TrainedRun images("kernels", classes_experiment(64, kImages));
  RunReader other = images.reader();
  const auto kernels = read(draw_weights(other, 12));
  EXPECT_EQ(series_named(kernels, "image 3").column("values")[1], number(other, "layer2.kernel[0,0,1,3]", 12));
  EXPECT_THROW(draw_weights(other, 12, "layer3"), OptionError) << "pooling has no kernel";
  const TrainedRun flat("units", classes_experiment(64, "widths = [64, 40, 3]\noutput_activation = \"softmax\""));
  RunReader units = flat.reader();
  EXPECT_EQ(series_named(read(draw_weights(units, 0)), "image 5").column("values")[7],
            number(units, "layer1.kernel[7,5]", 0));
}

TEST(RunActivations, HistogramsAndMaps) {
  const TrainedRun trained("maps", classes_experiment(64, kImages));
  RunReader run = trained.reader();
  double outputs = 0;
  for (const SeriesData& series : read(draw_activations(run, 12)))
    for (const double count : series.column("count")) outputs += count;
  EXPECT_EQ(outputs, 90 * (4 * 36 + 4 * 9 + 3));
  const auto maps = read(draw_feature_maps(run, 12, 7));
  EXPECT_EQ(maps.back().column("values")[8], number(run, "layer3.out[35]", 12, 7));
  EXPECT_THROW(draw_feature_maps(run, 12, 90), InputError);
  const TrainedRun other("no_maps", dense_experiment());
  RunReader flat = other.reader();
  read(draw_activations(flat, 0));
  EXPECT_THROW(draw_feature_maps(flat, 1, 0), InputError);
}

TEST(RunCodes, OfCurvesAndImages) {
  const TrainedRun trained("codes", autoencoder_experiment(3, 1));
  RunReader run = trained.reader();
  const auto pairs = read(draw_reconstructions(run, 5, "", 4));
  EXPECT_EQ(series_named(pairs, "input@6").column("y")[1], number(run, "I2", 5, 6));
  EXPECT_EQ(series_named(pairs, "output@6").column("y")[1], number(run, "O6", 5, 6));
  EXPECT_THROW(draw_reconstructions(run, 5, "", 40), InputError);
  EXPECT_EQ(series_named(read(draw(latent_chart(run, 5))), "code").column("y")[9], number(run, "M4", 5, 9));
  const TrainedRun images("code_images", autoencoder_experiment(64, 2));
  RunReader other = images.reader();
  EXPECT_EQ(series_named(read(draw_reconstructions(other, 5)), "image 8").column("values").size(), 64u);
  const Chart plane = latent_chart(other, 5);
  EXPECT_EQ(plane.series[0].x.size(), 40u);
  read(draw(plane));
  const TrainedRun dense("no_code", dense_experiment());
  RunReader no_code = dense.reader();
  EXPECT_THROW(draw_reconstructions(no_code, 5), InputError);
  EXPECT_THROW(latent_chart(no_code, 5), InputError);
}

}  // namespace
}  // namespace isinglass
