// isinglass/bench/export_problem.cpp - a workload as files for other programs.
#include <filesystem>

#include "isinglass/bench/problem.h"
#include "isinglass/io/file.h"
#include "isinglass/io/json.h"
#include "isinglass/io/npy.h"

namespace isinglass {
namespace {

template <class T>
void write_array(const std::string& path, Shape shape, std::span<const T> numbers) {
  Array array{.type = std::same_as<T, float>    ? DType::kF32
                      : std::same_as<T, double> ? DType::kF64
                                                : DType::kI64,
              .shape = std::move(shape)};
  const auto bytes = std::as_bytes(numbers);
  array.bytes.assign(bytes.begin(), bytes.end());
  write_file(path, write_npy(array));
}

// PATH-x.npy (N, n_in), and PATH-labels.npy (N) of classes or PATH-y.npy (N, n_out) of values.
template <class T>
void write_data(const std::string& path, const Dataset& data) {
  const Index n = data.size();
  std::vector<T> x(static_cast<std::size_t>(n * data.inputs())), y(static_cast<std::size_t>(n * data.outputs()));
  data.gather<T>(all_rows(n), {x.data(), n, data.inputs()}, {y.data(), n, data.outputs()}, {});
  write_array<T>(path + "-x.npy", {n, data.inputs()}, x);
  if (data.is_classification())
    write_array<Index>(path + "-labels.npy", {n}, data.labels());
  else if (data.target_kind() == TargetKind::kValues)
    write_array<T>(path + "-y.npy", {n, data.outputs()}, y);
}

Value nodes_document(const Graph& graph) {
  Value::Array nodes;
  for (const GraphNode& node : graph.nodes) {
    Value document = node.layer.write();
    Value::Array parameters;
    for (const std::size_t p : node.parameters) parameters.emplace_back(graph.parameters[p].name);
    document.set("parameters", std::move(parameters));
    document.set("output_shape", OptionType<Shape>::write(node.out));
    nodes.push_back(std::move(document));
  }
  return nodes;
}

// Workloads on the same named data share the files, those with the inputs for targets among themselves.
std::string data_name(const Problem& problem) {
  const std::string& source = problem.experiment.data.source;
  if (source.empty()) return problem.workload.name;
  return source + (problem.data.train.target_kind() == TargetKind::kInputs ? "-inputs" : "");
}

Value document_of(const Problem& problem) {
  const Workload& w = problem.workload;
  Value document = Value::Table{};
  document.set("workload", w.name);
  document.set("kind", name_of(w.kind));
  document.set("precision", problem.experiment.precision);
  document.set("data", data_name(problem));
  document.set("has_test", problem.data.test.has_value());
  document.set("target", problem.data.train.target_kind() == TargetKind::kInputs ? "inputs"
                         : problem.data.train.is_classification()                ? "labels"
                                                                                 : "values");
  document.set("input_shape", OptionType<Shape>::write(problem.graph.input));
  document.set("nodes", nodes_document(problem.graph));
  document.set("loss", problem.loss.kind());
  document.set("optimiser", problem.experiment.train.optimiser.write());
  document.set("batch", problem.batch());
  document.set("steps", w.steps);
  document.set("warm_up", w.warm_up);
  document.set("metric", name_of(w.metric));
  document.set("tolerance", w.tolerance);
  document.set("beside", w.beside);
  document.set("recording", w.recording);
  document.set("summary", w.summary);
  document.set("flop", problem.flop());
  if (w.kind == Workload::kPopulation) {
    Value::Array rates;
    for (Index k = 0; k < kMembers; ++k) rates.emplace_back(member_learning_rate(k));
    document.set("learning_rates", std::move(rates));
  }
  return document;
}

template <class T>
void export_as(const Problem& problem, const std::string& directory) {
  const std::string data = directory + "/" + data_name(problem);
  const bool is_there = problem.workload.data == Workload::kNamed && std::filesystem::exists(data + "-train-x.npy");
  if (!is_there) {
    if (problem.data.test) write_data<T>(data + "-test", *problem.data.test);
    write_data<T>(data + "-train", problem.data.train);
  }
  Parameters<T> parameters(problem.graph);
  parameters.initialise(problem.experiment.random());
  for (std::size_t k = 0; k < problem.graph.parameters.size(); ++k) {
    const GraphParameter& p = problem.graph.parameters[k];
    write_array<T>(directory + "/" + problem.workload.name + "-" + p.name + ".npy", p.spec.shape,
                   std::span<const T>(&parameters[k](0, 0), static_cast<std::size_t>(p.size())));
  }
}

}  // namespace

void export_problem(const Problem& problem, const std::string& directory) {
  make_directories(directory);
  problem.experiment.is_double() ? export_as<double>(problem, directory) : export_as<float>(problem, directory);
  write_file(directory + "/" + problem.workload.name + ".json", write_json(document_of(problem), 1) + "\n");
}

}  // namespace isinglass
