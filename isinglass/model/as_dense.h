// isinglass/model/as_dense.h - a convolution is a sparse, weight-shared dense layer: its matrix written out (spec C17).
//
//     y = x M + b      x (1, n_in), M (n_in, n_out), b (n_out)
//
// The entries come from the layer's own partial derivatives: M[i,j] = d y[j] / d x[i], each with the parameters that
// it is made of; b = y at x = 0. A layer that is no such map (an activation, max pooling) is refused: its output at
// random inputs is compared with x M + b.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "isinglass/base/expression.h"
#include "isinglass/model/parameters.h"

namespace isinglass {

struct DenseEquivalent {
  // An entry that is not zero by construction.
  struct Entry {
    Index input = 0, output = 0;
    double value = 0;
  };
  Shape in, out;
  Index n_in = 0, n_out = 0;
  std::vector<Entry> entries;        // by output, then by input
  std::vector<Expression> formulas;  // of each entry; empty when n_in n_out > kMostFormulas
  std::vector<Quantity> parameters;  // that stand in the entries, each once, in the order of the parameters
  std::vector<std::string> names;    // of these: "layer1.kernel[0,2,1]", zero-based
  Index shared = 0;                  // entries with a parameter that stands in others as well
  std::vector<double> bias;          // b
  std::vector<std::string> biases;   // b[j] as a formula of parameter names; empty when formulas are

  static constexpr Index kMostFormulas = 4096;
  Index size() const { return n_in * n_out; }
  Index nonzero() const { return static_cast<Index>(entries.size()); }
  Index zeros() const { return size() - nonzero(); }
  Index distinct() const { return static_cast<Index>(parameters.size()); }
  // Weights that a dense layer of this size has and this layer does not need.
  Index saved() const { return size() - distinct(); }
};

// Index of a layer by name or number: "layer2", "2". Throws OptionError.
std::size_t find_layer(const Graph& graph, const std::string& name);

// The dense layer that layer number `layer` (from 0) is, without its activation, in inference. Its parameters have the
// given values, or without them random ones: then only places and formulas mean something. Throws InputError for a
// layer with several inputs, one that is not linear, and one with more than 2^22 inputs, outputs, parameters or
// entries.
DenseEquivalent as_dense(const Graph& graph, std::size_t layer, const Parameters<double>* parameters = nullptr);

}  // namespace isinglass
