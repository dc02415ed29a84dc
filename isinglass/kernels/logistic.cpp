#include "isinglass/kernels/logistic.h"

namespace isinglass::kernels::detail {

const LogisticTable logistic_table = [] {
  LogisticTable table;
  for (std::size_t k = 0; k < kPoints; ++k) {
    const long double power = std::exp(-static_cast<long double>(k) / 32);
    table.s[k] = static_cast<double>(power / (1 + power));
    table.tangent[k] = static_cast<double>(std::tanh(static_cast<long double>(k) / 64));
    table.points[k] = point_of(table.s[k]);
  }
  return table;
}();

}  // namespace isinglass::kernels::detail
