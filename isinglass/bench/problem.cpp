#include "isinglass/bench/problem.h"

#include <algorithm>

#include "isinglass/bench/made_data.h"
#include "isinglass/io/toml.h"

namespace isinglass {

Index Problem::batch() const {
  if (workload.kind == Workload::kPrediction) return workload.batch;
  const Index size = experiment.train.batch_size;
  return size == 0 ? data.train.size() : std::min(size, data.train.size());
}

Index Problem::number_size() const {
  return experiment.is_double() ? static_cast<Index>(sizeof(double)) : static_cast<Index>(sizeof(float));
}

const Dataset& Problem::scored() const {
  return data.test ? *data.test : data.train;
}

double Problem::flop() const {
  double products = 0;  // of one sample
  // Of each value: whether a parameter stands before it, so that its gradient is wanted.
  std::vector<bool> is_trained(graph.nodes.size() + 1, false);
  for (std::size_t k = 0; k < graph.nodes.size(); ++k) {
    const GraphNode& node = graph.nodes[k];
    const bool has_trained_input = std::ranges::any_of(node.inputs, [&](ValueId v) { return is_trained[v]; });
    is_trained[k + 1] = has_trained_input || !node.parameters.empty();
    if (node.parameters.empty()) continue;
    const int passes = workload.kind == Workload::kPrediction ? 1 : has_trained_input ? 3 : 2;
    products += passes * node.layer.operations(node.in);
  }
  return 2 * products * static_cast<double>(batch());
}

double Problem::bytes() const {
  const double states = static_cast<double>(experiment.train.optimiser.state_names().size());
  const double visits = workload.kind == Workload::kPrediction ? 1 : 2 + 2 * states;
  const double numbers =
      visits * static_cast<double>(graph.parameter_count()) + static_cast<double>(batch() * data.train.inputs());
  return numbers * static_cast<double>(number_size());
}

Problem load_problem(const Workload& workload) {
  const bool is_named = workload.data == Workload::kNamed;
  const Experiment experiment = [&] {
    Value file = parse_toml(workload.experiment, workload.name);
    if (!is_named) file.set("data", Value::Table{});
    Experiment e = Experiment::read(file);
    e.train.sampling = "in_order";
    if (!workload.precision.empty()) e.precision = workload.precision;
    e.record.level = workload.recording.empty() ? "off" : workload.recording;
    return e;
  }();
  const auto& widths = experiment.model.widths;
  LoadedData data = is_named ? load_data(experiment.data, ".", *counter_stream({}))
                             : make_data(workload.data, widths.front(), widths.back());
  const Graph graph = Graph::build(experiment.model, data.train.input_shape());
  const Loss loss = resolve_loss(experiment.train, graph, data.train.is_classification());
  return {workload, experiment, std::move(data), graph, loss};
}

}  // namespace isinglass
