#include "isinglass/data/generator.h"

#include <cstring>

#include "isinglass/data/generators/blobs.h"
#include "isinglass/data/generators/slope_images.h"
#include "isinglass/data/generators/slope_profiles.h"
#include "isinglass/data/generators/spirals.h"
#include "isinglass/data/generators/two_moons.h"
#include "isinglass/data/generators/xor.h"

namespace isinglass {

const KindTable<Generator>& generators() {
  static const KindTable<Generator> table = [] {
    KindTable<Generator> t("generator");
    t.add(kind_of<Generator, Blobs>("generator"));
    t.add(kind_of<Generator, SlopeImages>("generator"));
    t.add(kind_of<Generator, SlopeProfiles>("generator"));
    t.add(kind_of<Generator, Spirals>("generator"));
    t.add(kind_of<Generator, TwoMoons>("generator"));
    t.add(kind_of<Generator, Xor>("generator"));
    return t;
  }();
  return table;
}

std::unique_ptr<RandomStream> GeneratorSettings::stream() const {
  if (rng == "numpy") return numpy_stream(static_cast<std::uint32_t>(seed));
  return counter_stream({.seed = static_cast<std::uint64_t>(seed), .purpose = Purpose::kData});
}

RawData made_data(const std::string& kind, const std::vector<double>& inputs, Index width, std::string target,
                  std::vector<double> targets, bool is_label) {
  const auto rows = static_cast<Index>(targets.size());
  Array array{DType::kF64, {rows, width}, {}};
  array.bytes.resize(inputs.size() * sizeof(double));
  std::memcpy(array.bytes.data(), inputs.data(), array.bytes.size());
  RawData raw = raw_from_arrays(std::move(array), nullptr, "generator " + kind);
  raw.columns.push_back(
      {.name = std::move(target), .is_label = is_label, .is_target = true, .numbers = std::move(targets)});
  return raw;
}

}  // namespace isinglass
