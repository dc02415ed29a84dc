// isinglass/base/communicator_rig.h - ranks that are threads of one process, for tests.
#pragma once
#include <barrier>
#include <cstring>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "isinglass/base/communicator.h"

namespace isinglass {

class ThreadRanks {
 public:
  // Calls work(communicator) in a thread for each rank; what one throws ends the test program.
  static void run(Index size, const std::function<void(Communicator&)>& work) {
    Shared shared(size);
    std::vector<std::thread> threads;
    for (Index r = 0; r < size; ++r)
      threads.emplace_back([&shared, &work, r] {
        Rank rank(shared, r);
        work(rank);
      });
    for (std::thread& thread : threads) thread.join();
  }

 private:
  struct Shared {
    explicit Shared(Index size_) : size(size_), places(static_cast<std::size_t>(size_)), barrier(size_) {}
    const Index size;
    std::vector<void*> places;  // where each rank has its bytes
    std::barrier<> barrier;
  };
  class Rank : public Communicator {
   public:
    Rank(Shared& shared, Index rank) : shared_(shared), rank_(rank) {}
    Index rank() const override { return rank_; }
    Index size() const override { return shared_.size; }
    void all_gather(std::span<std::byte> bytes, std::span<const std::size_t> begins) override {
      show(bytes.data());
      for (std::size_t r = 0; r < shared_.places.size(); ++r)
        if (r != static_cast<std::size_t>(rank_) && begins[r + 1] > begins[r])
          std::memcpy(bytes.data() + begins[r], static_cast<std::byte*>(shared_.places[r]) + begins[r],
                      begins[r + 1] - begins[r]);
      shared_.barrier.arrive_and_wait();
    }
    void all_or(std::span<std::uint64_t> words) override {
      show(words.data());
      std::vector<std::uint64_t> all(words.size(), 0);
      for (void* place : shared_.places)
        for (std::size_t i = 0; i < all.size(); ++i) all[i] |= static_cast<std::uint64_t*>(place)[i];
      shared_.barrier.arrive_and_wait();
      std::memcpy(words.data(), all.data(), words.size_bytes());
      shared_.barrier.arrive_and_wait();
    }

   private:
    void show(void* place) {
      shared_.places[static_cast<std::size_t>(rank_)] = place;
      shared_.barrier.arrive_and_wait();
    }
    Shared& shared_;
    const Index rank_;
  };
};

}  // namespace isinglass
