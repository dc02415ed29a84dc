#include "isinglass/nn/loss.h"

#include "isinglass/nn/losses.h"

namespace isinglass {
namespace {

template <class... S>
KindTable<Loss> table_of() {
  KindTable<Loss> table("loss");
  (table.add(kind_of<Loss, S>("loss")), ...);
  return table;
}

}  // namespace

KindTable<Loss>& loss_table() {
  static KindTable<Loss> table =
      table_of<HalfSquared, MeanSquared, MeanAbsolute, Huber, BinaryCrossEntropy, CategoricalCrossEntropy>();
  return table;
}

Loss Loss::read(const Value& value) {
  return loss_table().read(value);
}

}  // namespace isinglass
