// isinglass/base/thread_pool.cpp - workers that spin, then park.
//
// One atomic word, the gate, is all that workers and caller share:
//
//     bits 0..11   workers inside the job     bit 12   the job is open     bits 13..31   number of
//     the job
//
// run() writes the job while the gate is closed and empty, opens it, works along, closes it and
// waits until the workers inside have left. A worker enters by adding one to an open gate, so none
// can enter a job that is over, and a worker that sleeps through a job costs nothing. The job's
// number (modulo 2^19) only tells a worker that it has already been in; mistaking a job for an old
// one loses its help, never a part.
//
// Parts are dealt like cards: part p is in the hand of thread p % threads, which takes its own first
// and then those that others have not come to. So a thread mostly meets the memory that it wrote in
// the job before, and none waits for parts of a thread that is not running.
#include "isinglass/base/thread_pool.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#ifdef __linux__
#  include <sched.h>
#endif

#include "isinglass/base/error.h"

namespace isinglass {
namespace {

constexpr std::uint32_t kOne = 1, kInside = (1U << 12) - 1, kOpen = 1U << 12, kNumber = 1U << 13;
constexpr Index kMostThreads = 1024;
// A parked worker takes some 50 microseconds to come back; that long, waiting costs less than sleep.
constexpr auto kSpin = std::chrono::microseconds(50);

inline void pause() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

// Spins until ready() or the time is over; returns ready().
template <class Ready>
bool spin(std::chrono::microseconds limit, Ready ready) {
  if (ready()) return true;
  if (limit.count() == 0) return false;
  const auto end = std::chrono::steady_clock::now() + limit;
  do {
    for (int i = 0; i < 8; ++i) {
      pause();
      if (ready()) return true;
    }
  } while (std::chrono::steady_clock::now() < end);
  return false;
}

}  // namespace

struct ThreadPool::Shared {
  struct alignas(64) Hand {
    std::atomic<Index> next{0};  // the first of its parts that nobody has taken
  };
  alignas(64) std::atomic<std::uint32_t> gate{0};
  alignas(64) std::atomic<std::uint32_t> emptied{0};  // counts moments at which the last worker left a closed job
  std::atomic<bool> stop{false};
  Job job;
  Index parts = 0;
  std::chrono::microseconds spin_time = kSpin;
  std::vector<Hand> hands;  // of the caller, then of each worker
  std::vector<std::thread> workers;

  void take_parts(Index thread) {
    const Index threads = static_cast<Index>(hands.size());
    for (Index i = 0; i < threads; ++i) {
      const Index owner = (thread + i) % threads;
      std::atomic<Index>& next = hands[static_cast<std::size_t>(owner)].next;
      // Looked at before it is written, so that threads which find nothing do not take the line from its owner.
      while (next.load(std::memory_order_relaxed) < parts) {
        const Index part = next.fetch_add(threads, std::memory_order_relaxed);
        if (part < parts) job.run(job.context, part);
      }
    }
  }

  void leave() {
    const std::uint32_t left = gate.fetch_sub(kOne, std::memory_order_acq_rel) - kOne;
    if ((left & (kOpen | kInside)) != 0) return;
    emptied.fetch_add(1, std::memory_order_release);
    emptied.notify_one();
  }

  void work(Index thread) {
    std::uint32_t seen = 0;  // number of the job last entered; jobs count from 1
    const auto is_new = [&seen](std::uint32_t g) { return (g & kOpen) != 0 && g / kNumber != seen; };
    while (!stop.load(std::memory_order_acquire)) {
      std::uint32_t now = gate.load(std::memory_order_acquire);
      if (!is_new(now)) {
        const bool ready = spin(spin_time, [&] {
          now = gate.load(std::memory_order_acquire);
          return is_new(now) || stop.load(std::memory_order_relaxed);
        });
        if (!ready) gate.wait(now, std::memory_order_acquire);
        continue;
      }
      if (!gate.compare_exchange_weak(now, now + kOne, std::memory_order_acq_rel)) continue;
      seen = now / kNumber;
      take_parts(thread);
      leave();
    }
  }

  void open() {
    for (Index t = 0; t < static_cast<Index>(hands.size()); ++t)
      hands[static_cast<std::size_t>(t)].next.store(t, std::memory_order_relaxed);
    const std::uint32_t number = gate.load(std::memory_order_relaxed) / kNumber + 1;
    gate.store(number * kNumber | kOpen, std::memory_order_release);
    const Index wanted = parts - 1;
    if (wanted >= static_cast<Index>(workers.size())) return gate.notify_all();
    for (Index i = 0; i < wanted; ++i) gate.notify_one();
  }

  void close_and_wait() {
    gate.fetch_and(~kOpen, std::memory_order_acq_rel);
    const auto is_empty = [this] { return (gate.load(std::memory_order_acquire) & kInside) == 0; };
    while (!spin(spin_time, is_empty)) {
      const std::uint32_t before = emptied.load(std::memory_order_acquire);
      if (is_empty()) return;
      emptied.wait(before, std::memory_order_acquire);
    }
  }

  void join() {
    stop.store(true, std::memory_order_release);
    gate.fetch_add(kNumber, std::memory_order_acq_rel);  // a sleeper wakes only for a changed word
    gate.notify_all();
    for (std::thread& worker : workers) worker.join();
  }
};

Index ThreadPool::processors() {
#ifdef __linux__
  // A mask wider than cpu_set_t makes the call fail; then the count of the standard library serves.
  cpu_set_t mask;
  if (sched_getaffinity(0, sizeof mask, &mask) == 0) return std::max<Index>(1, CPU_COUNT(&mask));
#endif
  return std::max<Index>(1, std::thread::hardware_concurrency());
}

ThreadPool::ThreadPool(Index threads) : shared_(std::make_unique<Shared>()) {
  if (threads < 0 || threads > kMostThreads)
    throw OptionError("threads: expected 0 (one for each processor) or 1 to " + std::to_string(kMostThreads) +
                      ", found " + std::to_string(threads));
  const Index available = processors();
  if (threads == 0) threads = std::min(available, kMostThreads);
  // With fewer processors than threads a spinning thread keeps a working one from running.
  if (threads > available) shared_->spin_time = std::chrono::microseconds(0);
  try {
    shared_->hands = std::vector<Shared::Hand>(static_cast<std::size_t>(threads));
    shared_->workers.reserve(static_cast<std::size_t>(threads - 1));
    for (Index i = 1; i < threads; ++i) shared_->workers.emplace_back([shared = shared_.get(), i] { shared->work(i); });
  } catch (const std::system_error& error) {
    const std::size_t started = shared_->workers.size() + 1;
    shared_->join();
    throw Error("threads: the system started only " + std::to_string(started) + " of " + std::to_string(threads) +
                " threads (" + error.what() + "); ask for fewer");
  }
}

ThreadPool::~ThreadPool() {
  shared_->join();
}

Index ThreadPool::threads() const {
  return static_cast<Index>(shared_->workers.size()) + 1;
}

void ThreadPool::run(Index parts, Job job) {
  if (parts <= 1 || shared_->workers.empty()) {
    for (Index part = 0; part < parts; ++part) job.run(job.context, part);
    return;
  }
  shared_->job = job;
  shared_->parts = parts;
  shared_->open();
  shared_->take_parts(0);
  shared_->close_and_wait();
}

}  // namespace isinglass
