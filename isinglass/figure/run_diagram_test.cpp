#include "isinglass/figure/run_diagram.h"

#include "isinglass/base/error.h"
#include "isinglass/figure/figure_rig.h"
#include "isinglass/figure/run_rig.h"
#include "isinglass/figure/series_data.h"

namespace isinglass {
namespace {

// Every series that is named by a quantity has the run's number; how many there are.
int expect_numbers(const Scene& scene, RunReader& run, Index epoch, Index sample, double sign = 1) {
  int count = 0;
  for (const SeriesData& series : read_series(to_svg(scene), "f.svg")) {
    if (series.name.starts_with("product(")) continue;
    const bool is_turned = series.name.starts_with("dP/d");
    const std::string name = is_turned ? "dL/d" + series.name.substr(4) : series.name;
    const Address address = parse_quantity(name, run.graph());
    const bool has_sample = address.kind != Address::kParameter || address.is_derivative;
    const double number = run.number(address, epoch, has_sample ? std::optional(sample) : std::nullopt).value;
    EXPECT_EQ(series.column("value"), std::vector<double>{is_turned ? sign * number : number}) << name;
    ++count;
  }
  return count;
}

std::size_t numbers_shown(const Scene& scene) {
  std::size_t count = 0;
  for (const Text& text : texts_of(scene)) count += text.text.find(" = ") != std::string::npos;
  return count;
}

TEST(RunDiagram, OfADenseNetworkHasEveryNumber) {
  const TrainedRun trained("dense", dense_experiment());
  RunReader run = trained.reader();
  for (const Index epoch : {0, 1, 40})
    for (const Index sample : {0, 1}) {
      const Scene scene = draw_network(run, epoch, sample);
      expect_sound(scene);
      // Inputs and their derivatives; biases, nodes and theirs, pre-activations' derivatives; weights and theirs.
      EXPECT_EQ(expect_numbers(scene, run, epoch, sample), 3 * 2 + 3 * 5 + 8 * 2);
      EXPECT_EQ(numbers_shown(scene), 37u) << "all of them have room";
    }
  const Scene book = draw_network(run, 1, 0, {.signs = SignConvention::kBook});
  expect_sound(book);
  EXPECT_EQ(expect_numbers(book, run, 1, 0, -1), 37);
  EXPECT_EQ(expect_numbers(draw_network(run, 1, 0, {.has_derivatives = false}), run, 1, 0), 3 + 3 * 2 + 8);
  EXPECT_THROW(draw_network(run, 41, 0), InputError);
  EXPECT_THROW(draw_network(run, -1, 0), InputError);
  EXPECT_THROW(draw_network(run, 0, 2), InputError);
}

TEST(RunDiagram, OfASmallConvolution) {
  const TrainedRun trained("convolution",
                           "seed = 13\nprecision = \"double\"\n[data]\ninputs = [[0.1, 0.2, 0.3, 0.4, 0.5, 0.6]]\n"
                           "targets = [[0.1]]\n[model]\nlayers = [{ kind = \"conv1d\", kernels = 1, kernel_size = 2, "
                           "stride = 2, activation = \"sigmoid\" }, { kind = \"flatten\" }, { kind = \"dense\", units "
                           "= 1 }]\n[train]\nepochs = 3\nbatch_size = 0\n");
  RunReader run = trained.reader();
  const Scene scene = draw_network(run, 2, 0);
  expect_sound(scene);
  expect_numbers(scene, run, 2, 0);
  const auto read = read_series(to_svg(scene), "f.svg");
  const double x3 = run.number(parse_quantity("I3", run.graph()), 2, 0).value;
  const double k7 = run.number(parse_quantity("k(7)", run.graph()), 2).value;
  EXPECT_EQ(series_named(read, "product(I3,k(7))").column("value")[0], x3 * k7) << "the second position, at stride 2";
}

TEST(RunDiagram, WideLayersShowTheirEnds) {
  const TrainedRun trained("wide", classes_experiment(30, "widths = [30, 20, 3]\noutput_activation = \"softmax\""));
  RunReader run = trained.reader();
  const Scene scene = draw_network(run, 12, 0);
  expect_sound(scene);
  EXPECT_GT(expect_numbers(scene, run, 12, 0), 12 * 12 + 12 * 3);
  const auto diagram = std::get<NetworkDiagram>(network_of(run, 0, 0, {.most_nodes = 4}));
  EXPECT_EQ(diagram.nodes.size(), 4u + 4 + 3);
  EXPECT_EQ(diagram.edges.size(), 4u * 4 + 4 * 3);
  EXPECT_EQ(diagram.layer_sizes, (std::vector<Index>{30, 20, 3}));
}

TEST(RunDiagram, OfAnAutoencoder) {
  const TrainedRun trained("autoencoder", autoencoder_experiment(3, 1));
  RunReader run = trained.reader();
  const Scene scene = draw_network(run, 5, 7);
  expect_sound(scene);
  expect_numbers(scene, run, 5, 7);
}

TEST(RunDiagram, NetworksOfImagesAreRefused) {
  const TrainedRun trained(
      "images", classes_experiment(64,
                                   "layers = [{ kind = \"reshape\", shape = [1, 8, 8] }, { kind = \"conv2d\", kernels "
                                   "= 2 }, { kind = \"flatten\" }, { kind = \"dense\", units = 3, activation = "
                                   "\"softmax\" }]"));
  RunReader run = trained.reader();
  EXPECT_THROW(draw_network(run, 0, 0), InputError);
}

}  // namespace
}  // namespace isinglass
