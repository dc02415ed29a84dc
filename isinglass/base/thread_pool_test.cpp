// isinglass/base/thread_pool_test.cpp - every part runs once, run() waits for all, nothing is
// allocated.
#include "isinglass/base/thread_pool.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include "isinglass/base/error.h"

namespace isinglass {
namespace {

TEST(ThreadPool, EveryPartRunsOnce) {
  for (const Index threads : {1, 2, 3, 8}) {
    ThreadPool pool(threads);
    EXPECT_EQ(pool.threads(), threads);
    for (const Index parts : {0, 1, 2, 7, 1000}) {
      std::vector<int> runs(static_cast<std::size_t>(parts),
                            0);  // not atomic: a part belongs to one thread
      pool.run(parts, [&](Index part) { ++runs[static_cast<std::size_t>(part)]; });
      for (const int count : runs) ASSERT_EQ(count, 1) << threads << " threads, " << parts << " parts";
    }
  }
}

TEST(ThreadPool, ZeroTakesTheProcessorsOfThisProcess) {
  EXPECT_GE(ThreadPool::processors(), 1);
  EXPECT_EQ(ThreadPool(0).threads(), ThreadPool::processors());
}

TEST(ThreadPool, ImpossibleNumbersAreRefused) {
  EXPECT_THROW(ThreadPool(-1), OptionError);
  EXPECT_THROW(ThreadPool(1025), OptionError);
}

TEST(ThreadPool, OneThreadRunsOnTheCaller) {
  ThreadPool pool(1);
  const auto caller = std::this_thread::get_id();
  pool.run(3, [&](Index) { ASSERT_EQ(std::this_thread::get_id(), caller); });
}

// The context of each job dies when run() returns: a worker that lingers would touch a dead one
// (ThreadSanitizer and AddressSanitizer see it) or count into the wrong job.
TEST(ThreadPool, TenThousandSmallJobs) {
  ThreadPool pool(4);
  std::int64_t total = 0;
  for (int job = 0; job < 10000; ++job) {
    std::array<int, 5> runs = {};
    pool.run(static_cast<Index>(runs.size()), [&](Index part) { runs[static_cast<std::size_t>(part)] += job; });
    for (const int value : runs) total += value;
  }
  EXPECT_EQ(total, 5LL * 10000 * 9999 / 2);
}

TEST(ThreadPool, WakesParkedWorkers) {
  ThreadPool pool(2);
  for (int job = 0; job < 20; ++job) {
    std::this_thread::sleep_for(std::chrono::microseconds(200));
    std::atomic<int> met{0};
    // Each part waits for the other: only two threads at once can finish.
    pool.run(2, [&](Index) {
      ++met;
      while (met.load() < 2) std::this_thread::yield();
    });
    EXPECT_EQ(met.load(), 2);
  }
}

TEST(ThreadPool, AFewMoreThreadsThanProcessorsStillFinish) {
  ThreadPool pool(16);
  std::atomic<std::int64_t> sum{0};
  for (int job = 0; job < 200; ++job) pool.run(64, [&](Index part) { sum += part; });
  EXPECT_EQ(sum.load(), 200 * 64 * 63 / 2);
}

TEST(ThreadPool, PoolsCanBeMadeAndLeftIdle) {
  for (int i = 0; i < 50; ++i) ThreadPool pool(3);
}

}  // namespace
}  // namespace isinglass
