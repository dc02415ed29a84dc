#include "isinglass/kernels/machine_probe.h"

#include <gtest/gtest.h>

namespace isinglass::kernels {
namespace {

// Rates are no facts to test; that they are positive, finite and possible is.
TEST(MachineProbe, RatesArePossible) {
  for (const Index threads : {1, 2}) {
    ThreadPool pool(threads);
    for (const double rate : {multiply_add_rate<float>(pool, 0), multiply_add_rate<double>(pool, 0),
                              read_rate(pool, 1, 0), read_rate(pool, 1e6, 0), shared_write_rate(pool, 5e5, 0)}) {
      EXPECT_GT(rate, 1e5);
      EXPECT_LT(rate, 1e14);
    }
  }
}

}  // namespace
}  // namespace isinglass::kernels
