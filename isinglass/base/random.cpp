// isinglass/base/random.cpp - Philox4x32-10 and NumPy's legacy Mersenne twister.
//
// Sources: J. Salmon, M. Moraes, R. Dror, D. Shaw, "Parallel random numbers: as easy as 1, 2, 3",
// SC 2011; M. Matsumoto, T. Nishimura, "Mersenne twister", ACM TOMACS 8 (1998); NumPy's
// RandomState, whose stream is frozen.
#include "isinglass/base/random.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <numbers>
#include <numeric>
#include <optional>
#include <string_view>
#include <utility>

#include "isinglass/base/error.h"

namespace isinglass {
namespace {

constexpr std::string_view kCounterName = "philox4x32-10";
constexpr std::string_view kNumpyName = "numpy-mt19937";
constexpr int kIndexBits = 49, kStepBits = 48, kLayerBits = 24;

// Philox works on `kLanes` counters side by side, so that the compiler can use vector instructions.
template <std::size_t kLanes>
struct Block {
  std::uint32_t word[4][kLanes];

  void mix(std::array<std::uint32_t, 2> key) {
    for (int round = 0; round < 10; ++round) {
      for (std::size_t i = 0; i < kLanes; ++i) {
        const std::uint64_t product0 = std::uint64_t{0xD2511F53} * word[0][i];
        const std::uint64_t product1 = std::uint64_t{0xCD9E8D57} * word[2][i];
        word[0][i] = static_cast<std::uint32_t>(product1 >> 32) ^ word[1][i] ^ key[0];
        word[1][i] = static_cast<std::uint32_t>(product1);
        word[2][i] = static_cast<std::uint32_t>(product0 >> 32) ^ word[3][i] ^ key[1];
        word[3][i] = static_cast<std::uint32_t>(product0);
      }
      key[0] += 0x9E3779B9;  // the golden ratio
      key[1] += 0xBB67AE85;  // sqrt(3) - 1
    }
  }
  // Draw 0 or 1 of a lane.
  std::uint64_t draw(std::size_t lane, std::size_t half) const {
    return word[2 * half][lane] | std::uint64_t{word[2 * half + 1][lane]} << 32;
  }
};

std::array<std::uint32_t, 2> key_words(std::uint64_t seed) {
  return {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)};
}

// The block that holds draw `index`, before mixing (layout in random.h).
template <std::size_t kLanes>
void set_counter(Block<kLanes>& block, std::size_t lane, const RandomKey& key, std::uint64_t index) {
  const std::uint64_t pair = index >> 1;
  block.word[0][lane] = static_cast<std::uint32_t>(pair);
  block.word[1][lane] = static_cast<std::uint32_t>(pair >> 32 | (key.step >> 32) << 16);
  block.word[2][lane] = static_cast<std::uint32_t>(key.step);
  block.word[3][lane] = key.layer | static_cast<std::uint32_t>(key.purpose) << kLayerBits;
}

// out[i] = draw first + i.
void fill(const RandomKey& key, std::uint64_t first, std::span<std::uint64_t> out) {
  constexpr std::size_t kLanes = 32, kDraws = 2 * kLanes;
  Block<kLanes> block;
  std::array<std::uint64_t, kDraws> draws;
  for (std::size_t done = 0; done < out.size();) {
    const std::size_t skipped = (first + done) % 2;  // draws come in pairs
    const std::size_t count = std::min(out.size() - done, kDraws - skipped);
    for (std::size_t lane = 0; lane < kLanes; ++lane) set_counter(block, lane, key, first + done - skipped + 2 * lane);
    block.mix(key_words(key.seed));
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      draws[2 * lane] = block.draw(lane, 0);
      draws[2 * lane + 1] = block.draw(lane, 1);
    }
    std::copy_n(draws.begin() + static_cast<std::ptrdiff_t>(skipped), count,
                out.begin() + static_cast<std::ptrdiff_t>(done));
    done += count;
  }
}

// The same in wider vectors; integers, so that the bits cannot differ.
#if defined(__x86_64__)
[[gnu::target("avx2"), gnu::flatten]] void fill_avx2(const RandomKey& key, std::uint64_t first,
                                                     std::span<std::uint64_t> out) {
  fill(key, first, out);
}
[[gnu::target("avx512f,avx512vl,avx512dq,avx512bw"), gnu::flatten]] void fill_avx512(const RandomKey& key,
                                                                                     std::uint64_t first,
                                                                                     std::span<std::uint64_t> out) {
  fill(key, first, out);
}
#endif

void check_limits(const RandomKey& key, std::uint64_t last_index) {
  const auto purpose = static_cast<std::uint32_t>(key.purpose);
  if ((last_index >> kIndexBits | key.step >> kStepBits | key.layer >> kLayerBits | purpose >> 8) == 0) return;
  throw InputError("random numbers: index " + std::to_string(last_index) + ", step " + std::to_string(key.step) +
                   ", layer " + std::to_string(key.layer) + ", purpose " + std::to_string(purpose) +
                   " is beyond the limits 2^49, 2^48, 2^24, 2^8");
}

// Takes the blank-separated words of a state text one by one; every wrong word is a FormatError.
class StateReader {
 public:
  explicit StateReader(std::string_view text) : text_(text) {}

  std::string_view word(std::string_view expected) {
    start_ = next_;
    const std::string_view taken = text_.substr(start_, text_.find(' ', start_) - start_);
    next_ = std::min(text_.size(), start_ + taken.size() + 1);
    const bool blank_at_the_end = next_ == text_.size() && text_.ends_with(' ');
    if (taken.empty() || blank_at_the_end) fail(expected, taken);
    return taken;
  }
  void name(std::string_view expected) {
    const std::string_view taken = word(expected);
    if (taken != expected) fail(expected, taken);
  }
  // A number below 2^`bits` in the given base.
  std::uint64_t number(std::string_view expected, int base, int bits) {
    const std::string_view taken = word(expected);
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(taken.data(), taken.data() + taken.size(), value, base);
    const bool too_large = bits < 64 && value >> bits != 0;
    if (error != std::errc{} || end != taken.data() + taken.size() || too_large) fail(expected, taken);
    return value;
  }
  void end() {
    start_ = next_;
    if (start_ != text_.size()) fail("the end of the text", text_.substr(start_));
  }
  [[noreturn]] void fail(std::string_view expected, std::string_view found) const {
    throw FormatError("state of a random stream, byte " + std::to_string(start_) + ": expected " +
                      std::string(expected) + ", found '" + printable(found.substr(0, 40)) +
                      "'; was it saved with another generator?");
  }

 private:
  static std::string printable(std::string_view text) {
    std::string out(text);
    std::replace_if(
        out.begin(), out.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
    return out;
  }

  std::string_view text_;
  std::size_t start_ = 0, next_ = 0;  // of the word taken last, of the one after it
};

std::string hex(std::uint64_t number) {
  char text[16];
  const auto end = std::to_chars(std::begin(text), std::end(text), number, 16).ptr;
  return std::string(std::begin(text), end);
}

class CounterStream final : public RandomStream {
 public:
  explicit CounterStream(const RandomKey& key) : key_(key) { check_limits(key, 0); }

  double uniform() override { return static_cast<double>(next() >> 11) * 0x1p-53; }

  double normal() override {
    const double radius = std::sqrt(-2 * std::log(1 - uniform()));  // 1 - u is in (0, 1]
    return radius * std::cos(2 * std::numbers::pi * uniform());
  }

  std::uint64_t below(std::uint64_t n) override {
    if (n == 0) throw InputError("random numbers: below(0) has no result; the bound is at least 1");
    const std::uint64_t surplus = (0 - n) % n;  // 2^64 mod n: refusing these leaves equal shares
    std::uint64_t bits = next();
    while (bits < surplus) bits = next();
    return bits % n;
  }

  std::string state() const override {
    const std::uint64_t purpose = static_cast<std::uint32_t>(key_.purpose);
    std::string text(kCounterName);
    for (const std::uint64_t field : {key_.seed, purpose, std::uint64_t{key_.layer}, key_.step, index_})
      text.append(1, ' ').append(std::to_string(field));
    return text;
  }

  void set_state(const std::string& state) override {
    StateReader reader(state);
    reader.name(kCounterName);
    RandomKey key;
    key.seed = reader.number("a seed", 10, 64);
    key.purpose = static_cast<Purpose>(reader.number("a purpose below 2^8", 10, 8));
    key.layer = static_cast<std::uint32_t>(reader.number("a layer below 2^24", 10, kLayerBits));
    key.step = reader.number("a step below 2^48", 10, kStepBits);
    const std::uint64_t index = reader.number("a position below 2^49", 10, kIndexBits);
    reader.end();
    *this = CounterStream(key);
    index_ = index;
  }

 private:
  std::uint64_t next() {
    const std::uint64_t offset = index_ % kBuffered;
    // Refills when a run of draws begins or was left by set_state.
    if (filled_from_ != index_ - offset) {
      filled_from_ = index_ - offset;
      key_.fill_bits(filled_from_, buffer_);
    }
    ++index_;
    return buffer_[offset];
  }

  static constexpr std::uint64_t kBuffered = 16;
  RandomKey key_;
  std::uint64_t index_ = 0;
  std::uint64_t filled_from_ = ~std::uint64_t{0};  // no draw stands there
  std::array<std::uint64_t, kBuffered> buffer_ = {};
};

class NumpyStream final : public RandomStream {
 public:
  explicit NumpyStream(std::uint32_t seed) {
    words_[0] = seed;
    for (std::uint32_t i = 1; i < kWords; ++i) words_[i] = 1812433253U * (words_[i - 1] ^ words_[i - 1] >> 30) + i;
  }

  double uniform() override {
    const std::uint32_t high = next() >> 5, low = next() >> 6;
    return (high * 67108864.0 + low) / 9007199254740992.0;
  }

  double normal() override {
    if (kept_) return *std::exchange(kept_, std::nullopt);
    double x1 = 0, x2 = 0, square = 0;
    do {
      x1 = 2 * uniform() - 1;
      x2 = 2 * uniform() - 1;
      square = x1 * x1 + x2 * x2;
    } while (square >= 1 || square == 0);
    const double factor = std::sqrt(-2 * std::log(square) / square);
    kept_ = factor * x1;
    return factor * x2;
  }

  std::uint64_t below(std::uint64_t n) override {
    if (n == 0) throw InputError("random numbers: below(0) has no result; the bound is at least 1");
    const std::uint64_t largest = n - 1;
    if (largest == 0) return 0;  // draws nothing
    const std::uint64_t mask = ~std::uint64_t{0} >> std::countl_zero(largest);
    const bool two_words = largest >> 32 != 0;
    while (true) {
      std::uint64_t bits = next();
      if (two_words) bits = bits << 32 | next();
      if ((bits & mask) <= largest) return bits & mask;
    }
  }

  std::string state() const override {
    std::string text(kNumpyName);
    text.append(1, ' ').append(std::to_string(position_));
    text.append(1, ' ').append(kept_ ? hex(std::bit_cast<std::uint64_t>(*kept_)) : "-");
    for (const std::uint32_t word : words_) text.append(1, ' ').append(hex(word));
    return text;
  }

  void set_state(const std::string& state) override {
    StateReader reader(state);
    reader.name(kNumpyName);
    NumpyStream read(0);
    read.position_ = reader.number("a position up to 624", 10, 10);
    if (read.position_ > kWords) reader.fail("a position up to 624", std::to_string(read.position_));
    StateReader ahead = reader;
    if (ahead.word("the bits of a kept normal, or -") == "-") {
      reader = ahead;
    } else {
      const std::uint64_t bits = reader.number("the bits of a kept normal, or -", 16, 64);
      read.kept_ = std::bit_cast<double>(bits);
      if (!std::isfinite(*read.kept_)) reader.fail("a finite kept normal", hex(bits));
    }
    for (std::uint32_t& word : read.words_)
      word = static_cast<std::uint32_t>(reader.number("one of 624 words", 16, 32));
    reader.end();
    // From all zeros the recurrence yields zeros for ever. Of the first word only the top bit
    // counts.
    if (read.words_[0] >> 31 == 0 && std::count(read.words_.begin() + 1, read.words_.end(), 0U) == kWords - 1)
      reader.fail("a word that is not zero", "624 zeros");
    *this = read;
  }

 private:
  void refill() {
    for (std::size_t i = 0; i < kWords; ++i) {
      const std::uint32_t joined = (words_[i] & 0x80000000U) | (words_[(i + 1) % kWords] & 0x7fffffffU);
      words_[i] = words_[(i + 397) % kWords] ^ joined >> 1 ^ ((joined & 1) != 0 ? 0x9908b0dfU : 0U);
    }
    position_ = 0;
  }
  std::uint32_t next() {
    if (position_ == kWords) refill();
    std::uint32_t word = words_[position_++];
    word ^= word >> 11;
    word ^= word << 7 & 0x9d2c5680U;
    word ^= word << 15 & 0xefc60000U;
    return word ^ word >> 18;
  }

  static constexpr std::size_t kWords = 624;
  std::array<std::uint32_t, kWords> words_ = {};
  std::size_t position_ = kWords;
  std::optional<double> kept_;  // the second normal of a pair
};

}  // namespace

std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key) {
  Block<1> block = {{{counter[0]}, {counter[1]}, {counter[2]}, {counter[3]}}};
  block.mix(key);
  return {block.word[0][0], block.word[1][0], block.word[2][0], block.word[3][0]};
}

std::uint64_t RandomKey::bits(std::uint64_t index) const {
  check_limits(*this, index);
  Block<1> block;
  set_counter(block, 0, *this, index);
  block.mix(key_words(seed));
  return block.draw(0, index & 1);
}

void RandomKey::fill_bits(std::uint64_t first, std::span<std::uint64_t> out) const {
  if (out.empty()) return;
  check_limits(*this, first);
  check_limits(*this, first + (out.size() - 1));
#if defined(__x86_64__)
  static const bool has_avx512 = __builtin_cpu_supports("avx512dq") != 0 && __builtin_cpu_supports("avx512vl") != 0 &&
                                 __builtin_cpu_supports("avx512bw") != 0,
                    has_avx2 = __builtin_cpu_supports("avx2") != 0;
  if (has_avx512) return fill_avx512(*this, first, out);
  if (has_avx2) return fill_avx2(*this, first, out);
#endif
  fill(*this, first, out);
}

std::vector<Index> RandomStream::permutation(Index n) {
  if (n < 0) throw InputError("random numbers: permutation of " + std::to_string(n) + " items; expected 0 or more");
  std::vector<Index> order(static_cast<std::size_t>(n));
  std::iota(order.begin(), order.end(), Index{0});
  for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[below(i)]);
  return order;
}

std::unique_ptr<RandomStream> counter_stream(const RandomKey& key) {
  return std::make_unique<CounterStream>(key);
}

std::unique_ptr<RandomStream> numpy_stream(std::uint32_t seed) {
  return std::make_unique<NumpyStream>(seed);
}

}  // namespace isinglass
