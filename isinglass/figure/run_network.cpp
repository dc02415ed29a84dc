#include "isinglass/figure/run_network.h"

#include <algorithm>

#include "isinglass/base/error.h"

namespace isinglass {
namespace {

template <class T>
Parameters<T> parameters_as(const Graph& graph, const std::vector<double>& flat) {
  Parameters<T> parameters(graph);
  for (std::size_t i = 0; i < flat.size(); ++i) parameters.flat()[i] = static_cast<T>(flat[i]);
  return parameters;
}

template <class T>
Evaluation evaluated(RunReader& run, const std::vector<double>& flat, const Dataset& data) {
  Parameters<T> parameters = parameters_as<T>(run.graph(), flat);
  ThreadPool pool(0);
  return Evaluator<T>(run.graph(), parameters, pool, run.loss(), run.data().preprocessor).evaluate(data);
}

struct Gathered {
  std::vector<double> inputs, targets;
};
Gathered gathered(const Dataset& data, std::span<const Index> samples) {
  const auto count = static_cast<Index>(samples.size()), n_in = data.inputs(), n_out = data.outputs();
  Gathered all{std::vector<double>(static_cast<std::size_t>(count * n_in)),
               std::vector<double>(static_cast<std::size_t>(count * n_out))};
  data.gather<double>(samples, {all.inputs.data(), count, n_in}, {all.targets.data(), count, n_out}, {});
  return all;
}

}  // namespace

RunNetwork::RunNetwork(RunReader& run, Index epoch)
    : run_(run),
      epoch_(epoch),
      parameters_(run.moment(epoch).parameters),
      network_(run.graph(), parameters_, run.experiment().precision == "float") {}

std::vector<double> RunNetwork::values(ValueId v, const Dataset& data, std::span<const Index> samples) const {
  return network_.values(v, inputs_of(data, samples));
}

std::vector<double> RunNetwork::outputs(const std::vector<double>& inputs) const {
  return network_.values(graph().output_value(), inputs);
}

Evaluation RunNetwork::evaluate(const Dataset& data) const {
  return run_.experiment().precision == "float" ? evaluated<float>(run_, parameters_, data)
                                                : evaluated<double>(run_, parameters_, data);
}

std::vector<double> inputs_of(const Dataset& data, std::span<const Index> samples) {
  return gathered(data, samples).inputs;
}

std::vector<double> targets_of(const Dataset& data, std::span<const Index> samples) {
  return gathered(data, samples).targets;
}

SamplesOfRun part_of(RunReader& run, const std::string& name) {
  if (!name.empty() && name != "train" && name != "validation" && name != "test")
    throw OptionError("--part: expected train, validation or test, got '" + name + "'" +
                      did_you_mean(name, {"train", "validation", "test"}));
  const LoadedData& data = run.data();
  if ((name.empty() || name == "test") && data.test) return {"test", &*data.test};
  if ((name.empty() || name == "validation") && data.validation) return {"validation", &*data.validation};
  if (name.empty() || name == "train") return {"train", &data.train};
  throw InputError(run.directory() + ": the run has no " + name + " data; take --part train");
}

std::vector<Index> spread_samples(Index samples, Index most) {
  const Index count = std::min(samples, most);
  std::vector<Index> chosen;
  for (Index i = 0; i < count; ++i) chosen.push_back(i * samples / count);
  return chosen;
}

}  // namespace isinglass
