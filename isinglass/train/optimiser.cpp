#define ISINGLASS_FILLS_TABLES  // base/kind_table.h
#include "isinglass/train/optimiser.h"

#include "isinglass/train/optimisers.h"

namespace isinglass {

KindTable<Optimiser>& optimiser_table() {
  static KindTable<Optimiser> table("optimiser");
  return table;
}

Optimiser::Optimiser() : Optimiser(Sgd{}) {}

Optimiser Optimiser::read(const Value& v) {
  return optimiser_table().read(v);
}

}  // namespace isinglass
