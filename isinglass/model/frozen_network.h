// isinglass/model/frozen_network.h - a network with given parameters, as it would be used: on any inputs, or from its code on.
//
// In the precision that it was trained in, and nothing is dropped out.
#pragma once
#include <vector>

#include "isinglass/model/parameters.h"

namespace isinglass {

class FrozenNetwork {
 public:
  // `flat` as in Parameters; `is_float`: computes in float, else in double. `graph` outlives this.
  FrozenNetwork(const Graph& graph, std::vector<double> flat, bool is_float)
      : graph_(&graph), flat_(std::move(flat)), is_float_(is_float) {}

  const Graph& graph() const { return *graph_; }
  double parameter(std::size_t which, Index element) const;

  // Values of the network for inputs as it sees them; each in row after row. All have as many rows as there are inputs.
  std::vector<std::vector<double>> values(const std::vector<ValueId>& which, const std::vector<double>& inputs) const;
  std::vector<double> values(ValueId which, const std::vector<double>& inputs) const;

  // Outputs of an autoencoder for codes, row after row.
  std::vector<double> decoded(const std::vector<double>& codes) const;

 private:
  template <class T>
  std::vector<std::vector<double>> computed(const std::vector<ValueId>& which, ValueId from,
                                            const std::vector<double>& numbers) const;
  std::vector<std::vector<double>> values(const std::vector<ValueId>& which, ValueId from,
                                          const std::vector<double>& numbers) const;

  const Graph* graph_;
  std::vector<double> flat_;
  bool is_float_;
};

}  // namespace isinglass
