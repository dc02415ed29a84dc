// isinglass/base/random_test.cpp - known answers of Philox and NumPy, streams that resume, hostile
// states.
#include "isinglass/base/random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "isinglass/base/error.h"

namespace isinglass {
namespace {

using Words4 = std::array<std::uint32_t, 4>;

// The known answers published with the paper's Random123 library.
TEST(Philox, KnownAnswers) {
  EXPECT_EQ(philox4x32({0, 0, 0, 0}, {0, 0}), (Words4{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox4x32({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}),
            (Words4{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (Words4{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(RandomKey, LayoutIsTheDocumentedOne) {
  const RandomKey key = {
      .seed = 0x1122334455667788, .purpose = Purpose::kDropout, .layer = 0xabcdef, .step = 0xc0ffee123456};
  const std::uint64_t index = 0x1aaaabbbbbbbb;  // odd
  const Words4 out = philox4x32({0x5ddddddd, 0xc0ffd555, 0xee123456, 0x03abcdef}, {0x55667788, 0x11223344});
  EXPECT_EQ(key.bits(index), out[2] | std::uint64_t{out[3]} << 32);
  EXPECT_EQ(key.bits(index - 1), out[0] | std::uint64_t{out[1]} << 32);
}

TEST(RandomKey, NeighbouringKeysShareNoDraw) {
  std::set<std::uint64_t> seen;
  std::size_t drawn = 0;
  for (const std::uint64_t seed : {0ULL, 1ULL, 1ULL << 32})
    for (const Purpose purpose : {Purpose::kInitialise, Purpose::kShuffle})
      for (const std::uint32_t layer : {0U, 1U, 0xffffffU})
        for (const std::uint64_t step : {0ULL, 1ULL, 1ULL << 32, (1ULL << 48) - 1})
          for (const std::uint64_t index : {0ULL, 1ULL, 2ULL, 1ULL << 33, (1ULL << 49) - 1}) {
            seen.insert(RandomKey{.seed = seed, .purpose = purpose, .layer = layer, .step = step}.bits(index));
            ++drawn;
          }
  EXPECT_EQ(seen.size(), drawn);
}

TEST(RandomKey, BeyondTheLimitsIsRefused) {
  EXPECT_THROW(RandomKey{}.bits(1ULL << 49), InputError);
  EXPECT_THROW(RandomKey{.layer = 1U << 24}.bits(0), InputError);
  EXPECT_THROW(RandomKey{.step = 1ULL << 48}.bits(0), InputError);
  EXPECT_THROW(counter_stream({.purpose = static_cast<Purpose>(256)}), InputError);
  std::vector<std::uint64_t> two(2);
  EXPECT_THROW(RandomKey{}.fill_bits((1ULL << 49) - 1, two), InputError);
}

TEST(RandomKey, FillEqualsOneByOne) {
  const RandomKey key = {.seed = 7, .purpose = Purpose::kNoise, .layer = 2, .step = 5};
  for (const std::uint64_t first : {0ULL, 1ULL, 17ULL, (1ULL << 33) - 3})
    for (const std::size_t count : {0U, 1U, 2U, 15U, 16U, 17U, 40U}) {
      std::vector<std::uint64_t> out(count);
      key.fill_bits(first, out);
      for (std::size_t i = 0; i < count; ++i) ASSERT_EQ(out[i], key.bits(first + i)) << first << " + " << i;
    }
}

TEST(CounterStream, DrawsAreThoseOfTheKey) {
  const RandomKey key = {.seed = 99, .purpose = Purpose::kSplit};
  const auto stream = counter_stream(key);
  for (std::uint64_t i = 0; i < 40; ++i) ASSERT_EQ(stream->uniform(), key.uniform(i));
}

TEST(CounterStream, MomentsAndRanges) {
  const auto stream = counter_stream({.seed = 1});
  const int n = 40000;
  double sum = 0, squares = 0, uniforms = 0;
  std::array<int, 6> counts = {};
  for (int i = 0; i < n; ++i) {
    const double z = stream->normal(), u = stream->uniform();
    ASSERT_TRUE(std::isfinite(z));
    ASSERT_TRUE(u >= 0 && u < 1);
    sum += z;
    squares += z * z;
    uniforms += u;
    ++counts[stream->below(counts.size())];
  }
  EXPECT_NEAR(sum / n, 0, 0.03);
  EXPECT_NEAR(squares / n, 1, 0.04);
  EXPECT_NEAR(uniforms / n, 0.5, 0.01);
  for (const int count : counts) EXPECT_NEAR(count, n / 6.0, 400);
  EXPECT_EQ(stream->below(1), 0U);
  for (int i = 0; i < 100; ++i) EXPECT_LT(stream->below((1ULL << 63) + 1), (1ULL << 63) + 1);
  EXPECT_THROW(stream->below(0), InputError);
}

TEST(CounterStream, PermutationHoldsEachItemOnce) {
  const auto stream = counter_stream({.seed = 3, .purpose = Purpose::kShuffle});
  std::vector<Index> order = stream->permutation(1000);
  EXPECT_FALSE(std::is_sorted(order.begin(), order.end()));
  std::sort(order.begin(), order.end());
  for (Index i = 0; i < 1000; ++i) ASSERT_EQ(order[static_cast<std::size_t>(i)], i);
  EXPECT_TRUE(stream->permutation(0).empty());
  EXPECT_THROW(stream->permutation(-1), InputError);
}

struct NumpyCase {
  std::uint32_t seed;
  std::vector<double> uniform, normal;
  std::vector<std::uint64_t> below_4, below_10;
  std::vector<Index> permutation_10;
  std::vector<double> mixed;  // twice: 4 u - 2, then three times 0.1 z
};

// The first draws of np.random.random_sample, randn, randint and permutation, each after
// np.random.seed(seed).
const std::vector<NumpyCase> kNumpyCases = {
    {.seed = 0,
     .uniform = {0.5488135039273248, 0.7151893663724195, 0.6027633760716439, 0.5448831829968969, 0.4236547993389047,
                 0.6458941130666561},
     .normal = {1.764052345967664, 0.4001572083672233, 0.9787379841057392, 2.240893199201458, 1.8675579901499675,
                -0.977277879876411, 0.9500884175255894},
     .below_4 = {0, 3, 1, 0, 3, 3, 3, 3, 1, 3, 1, 2},
     .below_10 = {5, 0, 3, 3, 7, 9, 3, 5, 2, 4, 7, 6},
     .permutation_10 = {2, 8, 4, 9, 1, 6, 7, 3, 0, 5},
     .mixed = {0.195254015709299, 0.07415917408091614, 0.15529137219128164, -0.2268328201180374, 0.5835764522666245,
               0.13335453816218967, 0.09500884175255894, -0.01513572082976979}},
    {.seed = 13,
     .uniform = {0.7777024105738202, 0.2375412200349123, 0.8242785326613685, 0.9657491980429997, 0.9726011139048933,
                 0.4534492474173122},
     .normal = {-0.712390662050588, 0.753766378659703, -0.044503078338053455, 0.45181233874578974, 1.3451017084510097,
                0.5323378882945463, 1.3501878997225267},
     .below_4 = {2, 0, 2, 0, 2, 2, 0, 1, 0, 2, 3, 2},
     .below_10 = {2, 0, 0, 6, 2, 4, 9, 3, 4, 2, 6, 5},
     .permutation_10 = {3, 5, 6, 1, 4, 7, 8, 9, 0, 2},
     .mixed = {1.1108096422952807, 0.06615502260395927, -0.053543373280677264, 0.22066354572659455, 1.1021060584193867,
               -0.09420233055103952, 0.13501878997225267, 0.08612113741693206}},
    {.seed = 42,
     .uniform = {0.3745401188473625, 0.9507143064099162, 0.7319939418114051, 0.5986584841970366, 0.15601864044243652,
                 0.15599452033620265},
     .normal = {0.4967141530112327, -0.13826430117118466, 0.6476885381006925, 1.5230298564080254, -0.23415337472333597,
                -0.23413695694918055, 1.5792128155073915},
     .below_4 = {2, 3, 0, 2, 2, 3, 0, 0, 2, 1, 2, 2},
     .below_10 = {6, 3, 7, 4, 6, 9, 2, 6, 7, 4, 3, 7},
     .permutation_10 = {8, 1, 5, 0, 7, 2, 9, 4, 3, 6},
     .mixed = {-0.50183952461055, -0.11118801180469205, 0.03189021846893834, 0.02790412922001377, 0.832290311184182,
               0.10105152848065264, -0.04694743859349521, 0.05425600435859647}},
    {.seed = 20,
     .uniform = {0.5881308010772742, 0.897713727909418, 0.891530729474708, 0.815837477307684, 0.03588958561685329,
                 0.6917575817588839},
     .normal = {0.8838931126173458, 0.1958650220376449, 0.3575365158852867, -2.3432619056402113, -1.0848325873173328,
                0.5596962894039177, 0.9394693498560777},
     .below_4 = {3, 2, 3, 3, 0, 2, 1, 0, 3, 2, 3, 2},
     .below_10 = {3, 9, 4, 6, 7, 2, 0, 6, 8, 5, 3, 0},
     .permutation_10 = {7, 1, 8, 5, 0, 2, 6, 9, 4, 3},
     .mixed = {0.3525232043090969, -0.09504431167612408, 0.1502275707396579, 0.2126010548992101, -1.2245991284682067,
               0.024915542983539554, 0.09394693498560777, -0.09784810421186954}}};

TEST(NumpyStream, FirstDrawsAreNumpys) {
  for (const NumpyCase& expected : kNumpyCases) {
    SCOPED_TRACE(expected.seed);
    auto stream = numpy_stream(expected.seed);
    for (const double u : expected.uniform) EXPECT_EQ(stream->uniform(), u);
    stream = numpy_stream(expected.seed);
    for (const double z : expected.normal) EXPECT_EQ(stream->normal(), z);
    stream = numpy_stream(expected.seed);
    for (const std::uint64_t i : expected.below_4) EXPECT_EQ(stream->below(4), i);
    stream = numpy_stream(expected.seed);
    for (const std::uint64_t i : expected.below_10) EXPECT_EQ(stream->below(10), i);
    stream = numpy_stream(expected.seed);
    EXPECT_EQ(stream->permutation(10), expected.permutation_10);
    stream = numpy_stream(expected.seed);
    for (std::size_t i = 0; i < expected.mixed.size(); ++i)
      EXPECT_EQ(i % 4 == 0 ? -2 + 4 * stream->uniform() : 0.1 * stream->normal(), expected.mixed[i]);
  }
}

TEST(NumpyStream, BelowOneDrawsNothing) {
  const auto one = numpy_stream(42), other = numpy_stream(42);
  EXPECT_EQ(one->below(1), 0U);
  EXPECT_EQ(one->uniform(), other->uniform());
  EXPECT_THROW(one->below(0), InputError);
}

// The first two words of seed 42 are 1608637542 and 3421126067; the high word is drawn first.
TEST(NumpyStream, BoundsBeyond32BitsTakeTwoWords) {
  const auto stream = numpy_stream(42);
  EXPECT_EQ(stream->below(1ULL << 40), ((1608637542ULL << 32) + 3421126067ULL) & ((1ULL << 40) - 1));
}

void expect_same_draws(RandomStream& a, RandomStream& b) {
  for (int i = 0; i < 700; ++i) {
    ASSERT_EQ(a.normal(), b.normal());
    ASSERT_EQ(a.below(10), b.below(10));
    ASSERT_EQ(a.uniform(), b.uniform());
  }
}

TEST(RandomStream, StateGoesBackToTheSameDraws) {
  for (const int before : {0, 1, 2, 13, 311, 312, 313, 1000}) {
    SCOPED_TRACE(before);
    auto numpy = numpy_stream(5);
    auto counter = counter_stream({.seed = ~0ULL, .purpose = Purpose::kNoise, .layer = 3, .step = 1ULL << 40});
    for (RandomStream* stream : {numpy.get(), counter.get()}) {
      for (int i = 0; i < before; ++i) (void)stream->normal();
      const std::string state = stream->state();
      auto fresh = stream == numpy.get() ? numpy_stream(0) : counter_stream({});
      (void)fresh->normal();
      fresh->set_state(state);
      EXPECT_EQ(fresh->state(), state);
      expect_same_draws(*fresh, *stream);
    }
  }
}

TEST(RandomStream, ForeignStatesAreRefusedAndLeaveTheStreamAlone) {
  const auto numpy = numpy_stream(1);
  const auto counter = counter_stream({.seed = 1});
  const std::string numpy_state = numpy->state(), counter_state = counter->state();
  std::string zeros = "numpy-mt19937 624 -", nan_kept = "numpy-mt19937 0 7ff8000000000000";
  for (int i = 0; i < 624; ++i) zeros += " 0", nan_kept += " 1";
  std::string beyond = numpy_state;
  beyond.replace(beyond.find("624"), 3, "625");
  for (const std::string& state :
       {std::string(), std::string("\0\x01\xff", 3), std::string("numpy-mt19937"), numpy_state + " 1",
        numpy_state + " ", numpy_state.substr(0, numpy_state.size() / 2), zeros, nan_kept, beyond, counter_state})
    EXPECT_THROW(numpy->set_state(state), FormatError) << state;
  for (const std::string& state :
       {std::string(), std::string("philox4x32-10 1 1 0 0"), std::string("philox4x32-10 1 1 0 0 -1"),
        std::string("philox4x32-10 1 1 0 0 0 0"), std::string("philox4x32-10  1 1 0 0 0"),
        std::string("philox4x32-10 1 256 0 0 0"), std::string("philox4x32-10 1 1 16777216 0 0"),
        std::string("philox4x32-10 1 1 0 281474976710656 0"), std::string("philox4x32-10 1 1 0 0 562949953421312"),
        std::string("philox4x32-10 18446744073709551616 1 0 0 0"), numpy_state})
    EXPECT_THROW(counter->set_state(state), FormatError) << state;
  EXPECT_EQ(numpy->state(), numpy_state);
  EXPECT_EQ(counter->state(), counter_state);
}

TEST(RandomStream, RefusalIsOneLineThatNamesThePlace) {
  try {
    counter_stream({})->set_state("philox4x32-10 1 x\n");
    FAIL();
  } catch (const FormatError& error) {
    EXPECT_STREQ(error.what(),
                 "state of a random stream, byte 16: expected a purpose below 2^8, found 'x?'; "
                 "was it saved with another generator?");
  }
}

}  // namespace
}  // namespace isinglass
