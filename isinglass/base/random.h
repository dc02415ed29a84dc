// isinglass/base/random.h - random numbers, every one from a stated seed.
//
// Two sources. The default is counter-based: Philox4x32-10 (Salmon et al., SC 2011, "Parallel
// random numbers: as easy as 1, 2, 3"), keyed by (seed, purpose, layer, step), so that draw number
// `index` of any moment can be computed alone and in any order. The other is NumPy's legacy
// generator (np.random.seed and np.random.*), a sequential stream, so that scripts which use it
// reproduce digit for digit.
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "isinglass/base/shape.h"

namespace isinglass {

// What a stream of random numbers is for; the values (below 2^8) are part of the key and never
// change.
enum class Purpose : std::uint32_t {
  kInitialise = 1,
  kShuffle = 2,
  kDropout = 3,
  kSplit = 4,
  kNoise = 5,
  kSlope = 6,
  kData = 7,
  kFolds = 8,
  kSearch = 9,
  kAugment = 10
};

// One stream of the counter-based generator. A value: copying it restarts nothing.
//
// Philox turns 192 bits (a key and a counter) into 128, which are two draws. No two draws share
// their input:
//
//     key      seed, low word first
//     counter  [0] index / 2, bits 0..31        [1] index / 2, bits 32..47, and above them step,
//     bits 32..47
//              [2] step, bits 0..31             [3] layer in 24 bits, and above them purpose in 8
//     draw     even index: output words 0 (low) and 1 (high); odd index: words 2 and 3
struct RandomKey {
  std::uint64_t seed = 0;
  Purpose purpose = Purpose::kInitialise;
  std::uint32_t layer = 0;  // which layer, or 0; below 2^24
  std::uint64_t step = 0;   // which step or epoch, or 0; below 2^48

  // 64 random bits of draw `index` (below 2^49); equal arguments give equal bits on every machine.
  // Throws InputError beyond the limits of the layout above.
  std::uint64_t bits(std::uint64_t index) const;
  // out[i] = bits(first + i), several times faster than one by one.
  void fill_bits(std::uint64_t first, std::span<std::uint64_t> out) const;
  // Uniform in [0, 1) with 53 random bits.
  double uniform(std::uint64_t index) const { return static_cast<double>(bits(index) >> 11) * 0x1p-53; }
};

// Philox4x32-10: four 32-bit words from a 128-bit counter and a 64-bit key (the paper's
// section 4.3).
std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key);

// A sequence of draws: what initialisers, shuffles, splits and generators consume.
class RandomStream {
 public:
  virtual ~RandomStream() = default;
  virtual double uniform() = 0;                      // in [0, 1)
  virtual double normal() = 0;                       // mean 0, deviation 1
  virtual std::uint64_t below(std::uint64_t n) = 0;  // uniform in 0 .. n-1; n at least 1
  std::vector<Index> permutation(Index n);           // 0 .. n-1 in random order (Fisher-Yates, from the end)
  // The generator with its key and position as one line of text, and going back to it: for bitwise
  // resume.
  virtual std::string state() const = 0;
  virtual void set_state(const std::string& state) = 0;  // throws FormatError for a foreign text
};

// Draws 0, 1, 2, ... of a key. Normals by Box-Muller (two draws each), integers by rejection,
// permutations by Fisher-Yates. Normals use the C library's log and cos: their last bit may differ
// between C libraries.
std::unique_ptr<RandomStream> counter_stream(const RandomKey& key);

// np.random.seed(seed) and then random_sample(), standard_normal() (polar method, the second value
// is kept), randint(n) (masked rejection) and permutation(n). `seed` below 2^32.
std::unique_ptr<RandomStream> numpy_stream(std::uint32_t seed);

}  // namespace isinglass
