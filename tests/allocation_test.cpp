// A training step allocates nothing.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>

#include "tests/training_rig.h"

// These replace the global operators in pairs, which g++ cannot see.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
static std::atomic<long> allocations{0};

static void* counted(std::size_t size, std::size_t alignment) noexcept {
  ++allocations;
  return std::aligned_alloc(alignment, (std::max<std::size_t>(size, 1) + alignment - 1) / alignment * alignment);
}
static void* checked(void* memory) {
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
constexpr std::size_t kDefault = alignof(std::max_align_t);

void* operator new(std::size_t size) {
  return checked(counted(size, kDefault));
}
void* operator new[](std::size_t size) {
  return checked(counted(size, kDefault));
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return counted(size, kDefault);
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  return counted(size, kDefault);
}
void* operator new(std::size_t size, std::align_val_t a) {
  return checked(counted(size, static_cast<std::size_t>(a)));
}
void* operator new[](std::size_t size, std::align_val_t a) {
  return checked(counted(size, static_cast<std::size_t>(a)));
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete[](void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, const std::nothrow_t&) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, const std::nothrow_t&) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept {
  std::free(memory);
}

namespace isinglass {
namespace {

class Allocation : public testing::TestWithParam<Index> {};
INSTANTIATE_TEST_SUITE_P(Threads, Allocation, testing::Values(1, 2));

// Allocations of a network's training steps, once every batch size has been seen.
long allocations_of(const char* model, Index threads) {
  TrainingRig<float> rig("", model, "optimiser = \"adam\"\nepochs = 3\nbatch_size = 32\nclip_norm = 1.0", threads);
  // Full batches and the partial last one have both been seen in epoch 0; an epoch itself may allocate its order.
  long before = 0, in_steps = 0;
  rig.trainer.run({.on_batch = [&](const BatchReport& report) {
    if (report.epoch > 0 && report.batch > 1) in_steps += allocations - before;
    before = allocations;
  }});
  return in_steps;
}

TEST_P(Allocation, NoneBetweenTheFirstAndTheLastBatchOfAnEpoch) {
  EXPECT_EQ(allocations_of("layers = [{ kind = \"residual\", layers = [{ kind = \"dense\", units = 700, activation = "
                           "\"tanh\" }, { kind = \"dense\", units = 5 }] },"
                           "{ kind = \"dense\", units = 512, activation = \"elu\" }, { kind = \"dropout\" }, { kind = "
                           "\"maxout\", units = 64, pieces = 3 },"
                           "{ kind = \"dense\", units = 3, activation = \"softmax\" }]",
                           GetParam()),
            0);
  EXPECT_EQ(allocations_of(kImageModel, GetParam()), 0);
}

}  // namespace
}  // namespace isinglass
