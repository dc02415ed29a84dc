// isinglass/serve/tensor_document.h - whole arrays of a moment as bytes, for networks that are too large to be named
// number by number.
//
// For each array: its number of dimensions d, the d sizes, the side b of the blocks it was reduced by (1: it is whole),
// as little-endian 32-bit counts, and then the numbers as little-endian 32-bit floats, the last index running fastest. A
// reduced array is a matrix, with the number of largest magnitude of each block of b x b.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "isinglass/record/replay.h"
#include "isinglass/serve/observed_run.h"

namespace isinglass {

// Larger arrays are reduced.
constexpr Index kMostTensorNumbers = 1 << 18;

// Of `names`, each
//     input, layer1.in, layer1.out            values of the request's sample
//     layer1.kernel, layer1.bias, ...         parameters
//     dL/d of any of these                    derivatives; zeros where a step does not compute them
//     update layer1.kernel                    what the next step adds; zeros when there is none
// one after the other. `replay` stands at the request's step, and is left one step further when an update was asked for.
std::string tensors(Replay& replay, const MomentRequest& request, bool has_next, std::span<const std::string> names);

}  // namespace isinglass
