// cli/as_dense.h - `describe --as-dense LAYER`: the dense matrix that a layer is (spec C17).
#pragma once
#include <string>

#include "isinglass/model/as_dense.h"

namespace isinglass {

// Prints counts and, for a small layer, the matrix: with symbols, and with values where parameters are given.
void show_as_dense(const Graph& graph, const std::string& layer, const Parameters<double>* parameters, bool json);

}  // namespace isinglass
