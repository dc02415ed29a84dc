// isinglass/kernels/sample_lanes.h - the layout of a batch with samples in the lanes of vectors.
//
// Usually a sample is a row. In lanes, each block of kLaneSamples samples that follow each other, counted from the first
// one of a call, lies number by number: number j of sample n of a block of samples with `cols` numbers is at
// block + j kLaneSamples + n. A block takes the memory of its rows. The samples behind the last whole block stay rows.
// Who treats each number alike need not know.
#pragma once
#include "isinglass/base/shape.h"

namespace isinglass::kernels {

constexpr Index kLaneSamples = 16;

// Which operands of a layer are in lanes.
struct InLanes {
  bool x = false, y = false;
};

// Of so many samples, those in whole blocks.
constexpr Index in_blocks(Index samples) {
  return samples / kLaneSamples * kLaneSamples;
}

}  // namespace isinglass::kernels
