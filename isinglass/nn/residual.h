// isinglass/nn/residual.h - a chain of layers with a shortcut around it.
//
//     y = x + chain(x)                (1)  the chain keeps the shape
//
// Source: He, Zhang, Ren & Sun, CVPR 2016, arXiv:1512.03385.
#pragma once
#include "isinglass/nn/add.h"
#include "isinglass/nn/dense.h"
#include "isinglass/nn/tanh.h"

namespace isinglass {

struct Residual {
  static constexpr std::string_view kName = "residual", kSummary = "x + chain(x): a chain of layers with a shortcut";
  Chain layers = {};

  static void options(auto& v) { v("layers", &Residual::layers, "the chain of layers", Constraint{}.required()); }

  std::vector<Chain> branches() const { return {layers, {}}; }  // the empty chain is the shortcut
  Layer merge() const { return Add{.is_residual = true}; }      // (1)

  static std::vector<Sample<Residual>> samples() {
    return {{{.layers = {{.layer = Dense{.units = 4}, .activation = Tanh{}}}}, {{4}}},
            {{.layers = {{.layer = Tanh{}}, {.layer = Dense{.units = 3}}}}, {{3}}}};
  }
};

ISINGLASS_LAYER(Residual)

}  // namespace isinglass
