// isinglass/nn/parallel.h - chains of layers side by side, each with the same input.
//
//     y = [chain_0(x), chain_1(x), ...]     (1)  joined along the first axis; an empty chain passes x on
#pragma once
#include "isinglass/nn/concat.h"
#include "isinglass/nn/dense.h"
#include "isinglass/nn/tanh.h"

namespace isinglass {

struct Parallel {
  static constexpr std::string_view kName = "parallel",
                                    kSummary = "chains of layers side by side, their outputs joined";
  std::vector<Chain> chains = {};

  static void options(auto& v) { v("branches", &Parallel::chains, "the chains of layers", Constraint{}.required()); }

  std::vector<Chain> branches() const { return chains; }
  Layer merge() const { return Concat{}; }  // (1)

  static std::vector<Sample<Parallel>> samples() {
    return {{{.chains = {{{.layer = Dense{.units = 2}, .activation = Tanh{}}}, {}, {{.layer = Dense{.units = 3}}}}},
             {{4}}}};
  }
};

ISINGLASS_LAYER(Parallel)

}  // namespace isinglass
