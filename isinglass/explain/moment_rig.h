// isinglass/explain/moment_rig.h - a network of a few lines with random numbers, for tests.
#pragma once
#include <string>
#include <vector>

#include "isinglass/explain/moment.h"
#include "isinglass/io/toml.h"

namespace isinglass {

struct MomentRig {
  std::string model;  // the section [model]
  Shape input;
  std::string loss = "half_squared";
  Index rows = 1;
  std::uint64_t seed = 5;
  std::vector<double> weights = {};

  // Parameters from their initialisers, biases and states changed a little; inputs normal, targets that sum to 1.
  Moment moment() const {
    Architecture architecture;
    read_options(parse_toml(model, "model.toml"), architecture, "[model]");
    Graph graph = Graph::build(architecture, input);
    Parameters<double> parameters(graph);
    parameters.initialise({.seed = seed});
    const auto stream = counter_stream({seed, Purpose::kData, 0, 0});
    for (const GraphParameter& p : graph.parameters)
      for (Index i = p.offset; i < p.offset + p.size(); ++i)
        parameters.flat()[static_cast<std::size_t>(i)] += 0.1 * stream->uniform();
    std::vector<double> inputs(static_cast<std::size_t>(rows * size_of(input)));
    for (double& x : inputs) x = stream->normal();
    const auto n_out = static_cast<std::size_t>(size_of(graph.value_shape(graph.output_value())));
    std::vector<double> targets(static_cast<std::size_t>(rows) * n_out);
    for (std::size_t n = 0; n < targets.size(); n += n_out) {
      double sum = 0;
      for (std::size_t j = n; j < n + n_out; ++j) sum += targets[j] = 0.1 + stream->uniform();
      for (std::size_t j = n; j < n + n_out; ++j) targets[j] /= n_out == 1 ? 2 : sum;
    }
    std::vector<double> numbers(parameters.flat().begin(), parameters.flat().end());
    return Moment({.graph = std::move(graph),
                   .loss = Loss::read(loss),
                   .parameters = std::move(numbers),
                   .inputs = std::move(inputs),
                   .targets = std::move(targets),
                   .weights = weights,
                   .key = {.seed = seed, .step = 3},
                   .epoch = 3});
  }
};

}  // namespace isinglass
