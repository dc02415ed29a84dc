// isinglass/data/generator.h - made data, for teaching and for tests: a table of generators.
//
//     generator = { kind = "slope_images", samples = 10, seed = 14 }
//
// A generator is a struct in generators/ with kName, kSummary, options() and operator()() const.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "isinglass/base/kind_table.h"
#include "isinglass/base/random.h"
#include "isinglass/data/raw_data.h"

namespace isinglass {

using Generator = std::function<RawData()>;

// All generators by name; generators().read(value)() makes the data that a table in a file asks
// for.
const KindTable<Generator>& generators();

// What all generators are asked for. "numpy" draws as np.random.seed(seed) would, "counter" by
// counter.
struct GeneratorSettings {
  Index samples = 100, seed = 0;
  std::string rng = "counter";

  std::unique_ptr<RandomStream> stream() const;

  template <class S>
  static void options(auto& v, S*) {
    v("samples", &S::samples, "number of samples", between(1, 1e7));
    v("seed", &S::seed, "seed of the random numbers", between(0, 4294967295.0));
    v("rng", &S::rng, "generator of the random numbers", one_of({"numpy", "counter"}));
  }
};

// Samples of `width` numbers each, one after the other, with their targets.
RawData made_data(const std::string& kind, const std::vector<double>& inputs, Index width, std::string target,
                  std::vector<double> targets, bool is_label);

}  // namespace isinglass
