// isinglass/nn/initialiser.h - where parameters start, and the table of all initialisers.
#pragma once
#include <functional>
#include <string_view>

#include "isinglass/base/kind_table.h"
#include "isinglass/base/random.h"

namespace isinglass {

// Draws one parameter after the other; copies share nothing that changes.
class Initialiser {
 public:
  static constexpr std::string_view kTypeName = "initialiser";

  // S has kName, kSummary, options(v) and double draw(RandomStream&, Index fan_in, Index fan_out) const.
  template <class S>
  requires requires(const S& s, RandomStream& stream) { s.draw(stream, Index{}, Index{}); }
  Initialiser(S s)  // NOLINT(google-explicit-constructor): Constant{0.5} is an Initialiser
      : write_([s] { return write_kind(s); }),
        draw_([s](RandomStream& stream, Index fan_in, Index fan_out) { return s.draw(stream, fan_in, fan_out); }) {}

  static Initialiser read(const Value& value);
  Value write() const { return write_(); }
  // fan_in, fan_out: the connections into and out of a unit, at least 1.
  double draw(RandomStream& stream, Index fan_in, Index fan_out) const { return draw_(stream, fan_in, fan_out); }

 private:
  std::function<Value()> write_;
  std::function<double(RandomStream&, Index, Index)> draw_;
};

KindTable<Initialiser>& initialiser_table();

}  // namespace isinglass
