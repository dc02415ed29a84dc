// isinglass/model/parameters.h - the trained numbers of a network, in one flat vector.
#pragma once
#include <string>

#include "isinglass/base/buffer.h"
#include "isinglass/base/random.h"
#include "isinglass/model/graph.h"

namespace isinglass {

// How a run draws its random numbers.
struct RandomSettings {
  std::uint64_t seed = 0;
  // NumPy's legacy stream, shared by everything that draws in sequence; null: counter-based streams.
  std::shared_ptr<RandomStream> numpy;
};

// One number for each parameter of a graph: the weights, their gradients, or a state of an optimiser.
template <class T>
class Parameters {
 public:
  explicit Parameters(const Graph& graph) : graph_(&graph), flat_(graph.flat_size()) {}

  View<T> operator[](std::size_t k) { return {flat_.data() + graph_->parameters[k].offset, rows(k), cols(k)}; }
  View<const T> operator[](std::size_t k) const {
    return {flat_.data() + graph_->parameters[k].offset, rows(k), cols(k)};
  }
  std::span<T> flat() { return flat_.span(); }
  std::span<const T> flat() const { return flat_.span(); }
  const Graph& graph() const { return *graph_; }

  // Draws every parameter anew, in the graph's initial_order.
  void initialise(const RandomSettings& random);

 private:
  Index rows(std::size_t k) const { return graph_->parameters[k].rows; }
  Index cols(std::size_t k) const { return graph_->parameters[k].cols; }

  const Graph* graph_;  // outlives this
  Buffer<T> flat_;
};

extern template class Parameters<float>;
extern template class Parameters<double>;

}  // namespace isinglass
