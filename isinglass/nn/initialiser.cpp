#include "isinglass/nn/initialiser.h"

#include "isinglass/nn/initialisers.h"

namespace isinglass {
namespace {

template <class... S>
KindTable<Initialiser> table_of() {
  KindTable<Initialiser> table("initialiser");
  (table.add(kind_of<Initialiser, S>("initialiser")), ...);
  return table;
}

}  // namespace

KindTable<Initialiser>& initialiser_table() {
  static KindTable<Initialiser> table = table_of<Zeros, Constant, Normal, Uniform, Xavier, GlorotUniform, GlorotNormal,
                                                 HeUniform, HeNormal, LecunNormal>();
  return table;
}

Initialiser Initialiser::read(const Value& value) {
  return initialiser_table().read(value);
}

}  // namespace isinglass
