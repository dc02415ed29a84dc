#include "isinglass/lab/symmetry.h"

#include <algorithm>
#include <cmath>

#include "isinglass/data/load.h"
#include "isinglass/io/toml.h"
#include "isinglass/train/experiment.h"
#include "isinglass/train/trainer.h"

namespace isinglass {
namespace {

constexpr const char* kExclusiveOr = R"(
precision = "double"
[data]
inputs = [[0, 0], [0, 1], [1, 0], [1, 1]]
targets = [[0], [1], [1], [0]]
[model]
widths = [2, 2, 1]
activation = "sigmoid"
output_activation = "sigmoid"
[train]
loss = "half_squared"
optimiser = { kind = "sgd", learning_rate = 2 }
batch_size = 0
sampling = "in_order"
)";

std::string initialiser_of(const std::string& name) {
  if (name == "zeros") return "\"zeros\"";
  if (name == "equal") return "{ kind = \"constant\", value = 0.3 }";
  if (name == "random") return "{ kind = \"uniform\", low = -1, high = 1 }";
  throw OptionError("unknown start '" + name + "'" + did_you_mean(name, {"zeros", "equal", "random"}));
}

// 0, 1, 10, 100, ..; finely 0 to 100, 110 to 1000, 1100, ...
bool is_shown(Index epoch, bool finely) {
  while (epoch >= (finely ? 100 : 10) && epoch % 10 == 0) epoch /= 10;
  return epoch <= (finely ? 99 : 1);
}

}  // namespace

std::vector<SymmetryRow> symmetry_experiment(const std::string& initialiser, Index epochs, Index seed, bool finely) {
  Value file = parse_toml(kExclusiveOr, "symmetry");
  set_override(file, "seed=" + std::to_string(seed));
  set_override(file, "model.kernel_initialiser=" + initialiser_of(initialiser));
  set_override(file, "train.epochs=" + std::to_string(epochs));
  const Experiment experiment = Experiment::read(file);
  const LoadedData data = load_data(experiment.data, ".", *experiment.split_stream());
  const Graph graph = Graph::build(experiment.model, data.train.input_shape());
  ThreadPool pool(1);
  Trainer<double> trainer({.graph = graph,
                           .options = experiment.train,
                           .loss = resolve_loss(experiment.train, graph, false),
                           .random = experiment.random(),
                           .preprocessor = data.preprocessor,
                           .pool = pool,
                           .train = data.train});
  std::vector<SymmetryRow> rows;
  const auto look = [&](Index epoch, double loss) {
    const View<const double> w = std::as_const(trainer.parameters())[0];
    SymmetryRow row{.epoch = epoch, .loss = loss, .first = {w(0, 0), w(1, 0)}, .second = {w(0, 1), w(1, 1)}};
    for (Index i = 0; i < 2; ++i) row.difference = std::max(row.difference, std::abs(w(i, 0) - w(i, 1)));
    rows.push_back(std::move(row));
  };
  look(0, std::nan(""));
  trainer.run({.on_epoch = [&](const EpochReport& report) {
    if (rows.size() == 1) rows[0].loss = report.train_loss;
    if (is_shown(report.epoch + 1, finely)) look(report.epoch + 1, report.train_loss);
  }});
  return rows;
}

}  // namespace isinglass
