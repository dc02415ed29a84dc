// isinglass/kernels/sample_lanes_test.cpp - operands in lanes give the numbers of operands in rows, bit for bit, on every
// instruction set of this machine.
#include "isinglass/kernels/sample_lanes.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "isinglass/kernels/convolution.h"
#include "isinglass/kernels/instruction_set.h"
#include "isinglass/kernels/lane_pooling.h"
#include "isinglass/kernels/reduce.h"

namespace isinglass::kernels {
namespace {

using Numbers = std::vector<float>;

// (rows, cols) in rows and in lanes; memory ends with the last number.
struct Batch {
  Index rows, cols;
  Numbers in_rows, lanes;

  Batch(Index rows_, Index cols_) : rows(rows_), cols(cols_), in_rows(size(), kNobody), lanes(size(), kNobody) {}
  Batch(Index rows_, Index cols_, std::mt19937& random) : Batch(rows_, cols_) {
    std::uniform_real_distribution<float> distribution(-1, 1);
    for (float& number : in_rows) number = distribution(random);
  }
  static constexpr float kNobody = std::numeric_limits<float>::quiet_NaN();
  std::size_t size() const { return static_cast<std::size_t>(rows * cols); }
  // Where number j of sample n lies in lanes.
  std::size_t at(Index n, Index j) const {
    const Index first = in_blocks(n);
    return static_cast<std::size_t>(n < in_blocks(rows) ? first * cols + j * kLaneSamples + n - first : n * cols + j);
  }
  void turn() {
    for (Index n = 0; n < rows; ++n)
      for (Index j = 0; j < cols; ++j) lanes[at(n, j)] = in_rows[static_cast<std::size_t>(n * cols + j)];
  }
  View<float> view(bool in_lanes) { return {in_lanes ? lanes.data() : in_rows.data(), rows, cols}; }
  // What was written in rows or in lanes is what was written in rows; any NaN is as good as another.
  void expect(const Batch& other, bool in_lanes) const {
    for (Index n = 0; n < rows; ++n) expect_row(other, in_lanes, n);
  }
  void expect_row(const Batch& other, bool in_lanes, Index n) const {
    for (Index j = 0; j < cols; ++j) {
      const float got = in_lanes ? other.lanes[at(n, j)] : other.in_rows[static_cast<std::size_t>(n * cols + j)];
      const float wanted = in_rows[static_cast<std::size_t>(n * cols + j)];
      ASSERT_TRUE(std::memcmp(&got, &wanted, sizeof(float)) == 0 || (std::isnan(got) && std::isnan(wanted)))
          << "(" << n << ", " << j << "): " << got << ", expected " << wanted;
    }
  }
};

void put_special_numbers(Numbers& numbers, std::mt19937& random) {
  using Limits = std::numeric_limits<float>;
  for (const float special :
       {-0.0f, Limits::denorm_min(), -Limits::min() / 2, Limits::max(), Limits::infinity(), Limits::quiet_NaN()})
    numbers[random() % numbers.size()] = special;
}

class SampleLanes : public testing::Test {
 protected:
  void TearDown() override { use_instruction_set(instruction_sets().front()); }
  Index draw(Index low, Index high) { return std::uniform_int_distribution<Index>(low, high)(random); }
  Axis axis(Index kernel, Index dilation) {
    Axis a{.in = draw(5, 11), .kernel = kernel, .stride = draw(1, 3), .dilation = dilation};
    a.before = draw(0, kernel - 1);
    a.after = draw(0, kernel - 1);
    while (a.in + a.before + a.after < a.extent()) ++a.in;
    a.out = (a.in + a.before + a.after - a.extent()) / a.stride + 1;
    return a;
  }
  std::mt19937 random{5};
};

TEST_F(SampleLanes, ConvolutionsComputeTheSame) {
  int tried = 0;
  for (int i = 0; tried < 60; ++i) {
    const Index groups = draw(1, 2);
    const Convolution k{.channels_in = groups * draw(1, 3),
                        .channels_out = groups * draw(1, 9),
                        .groups = groups,
                        .window = {.rows = axis(draw(1, 4), draw(1, 2)),
                                   .cols = axis(draw(1, 4), 1),
                                   .padding = i % 2 == 0 ? Padding::kZero : Padding::kConstant,
                                   .constant = 0.75}};
    if (!can_have_lanes(k, sizeof(float))) continue;
    const Index rows = draw(1, 50);
    Batch x(rows, k.channels_in * k.window.in_size(), random), y(rows, k.channels_out * k.window.out_size(), random),
        w(k.kernel_rows(), k.channels_out, random), b(1, k.channels_in + k.channels_out, random);
    if (tried % 3 == 2) put_special_numbers(x.in_rows, random), put_special_numbers(y.in_rows, random);
    x.turn(), y.turn();
    Batch to_x(rows, x.cols), to_y(rows, y.cols), g(w.rows, w.cols), of_lanes(w.rows, w.cols);
    Numbers scratch(static_cast<std::size_t>(convolution_scratch(k)), Batch::kNobody);
    const std::string set = instruction_sets()[static_cast<std::size_t>(tried) % instruction_sets().size()];
    use_instruction_set(set);
    SCOPED_TRACE(set + " try " + std::to_string(i) + " rows " + std::to_string(rows));
    ++tried;
    const View<const float> factors = w.view(false);
    convolve<float>(k, x.view(false), factors, b.in_rows.data(), to_y.view(false), scratch);
    convolve_adjoint<float>(k, y.view(false), factors, b.in_rows.data(), to_x.view(false), scratch);
    convolution_gradient<float>(k, x.view(false), y.view(false), 0, g.view(false), scratch);
    for (const InLanes lanes : {InLanes{true, true}, InLanes{true, false}, InLanes{false, true}}) {
      Batch got_x(rows, x.cols), got_y(rows, y.cols);
      convolve<float>(k, x.view(lanes.x), factors, b.in_rows.data(), got_y.view(lanes.y), scratch, lanes);
      to_y.expect(got_y, lanes.y);
      convolve_adjoint<float>(k, y.view(lanes.y), factors, b.in_rows.data(), got_x.view(lanes.x), scratch, lanes);
      to_x.expect(got_x, lanes.x);
      const Index cut = w.rows / 3;
      convolution_gradient<float>(k, x.view(lanes.x), y.view(lanes.y), 0, of_lanes.view(false).middle_rows(0, cut),
                                  scratch, false, lanes);
      convolution_gradient<float>(k, x.view(lanes.x), y.view(lanes.y), cut,
                                  of_lanes.view(false).middle_rows(cut, w.rows - cut), scratch, false, lanes);
      g.expect(of_lanes, false);
      if (HasFatalFailure()) return;
    }
  }
}

// Links to zeros around an image are left out unless that changes a sum: where products of small numbers round to -0, and
// where factors are not finite. A single sample has all of its links.
TEST_F(SampleLanes, ZerosAroundAnImageCount) {
  const auto padded = [](Index stride) {
    Axis a{.in = 6, .kernel = 3, .stride = stride, .before = 1, .after = 1};
    a.out = (a.in - 1) / stride + 1;
    return a;
  };
  for (const std::string& set : instruction_sets())
    for (const Index stride : {1, 2})
      for (const bool is_finite : {true, false}) {
        use_instruction_set(set);
        SCOPED_TRACE(set + " stride " + std::to_string(stride) + (is_finite ? "" : " with infinite factors"));
        const Convolution k{.channels_in = 4, .channels_out = 8, .window = {padded(stride), padded(stride)}};
        ASSERT_TRUE(can_have_lanes(k, sizeof(float)));
        const Index rows = kLaneSamples;
        Batch x(rows, k.channels_in * k.window.in_size(), random),
            y(rows, k.channels_out * k.window.out_size(), random), w(k.kernel_rows(), k.channels_out, random);
        const auto shrink = [&](Batch& batch) {
          for (float& number : batch.in_rows) number = draw(0, 9) == 0 ? number * 1e-24f : 0.0f;
        };
        shrink(x), shrink(y), shrink(w);
        if (!is_finite) put_special_numbers(w.in_rows, random);
        Batch to_x(rows, x.cols), to_y(rows, y.cols), one_x(rows, x.cols), one_y(rows, y.cols);
        Numbers scratch(static_cast<std::size_t>(convolution_scratch(k)), Batch::kNobody);
        const View<const float> factors = w.view(false);
        convolve<float>(k, x.view(false), factors, nullptr, to_y.view(false), scratch);
        convolve_adjoint<float>(k, y.view(false), factors, nullptr, to_x.view(false), scratch);
        for (Index n = 0; n < rows; ++n) {
          convolve<float>(k, x.view(false).middle_rows(n, 1), factors, nullptr, one_y.view(false).middle_rows(n, 1),
                          scratch);
          convolve_adjoint<float>(k, y.view(false).middle_rows(n, 1), factors, nullptr,
                                  one_x.view(false).middle_rows(n, 1), scratch);
        }
        one_y.expect(to_y, false);
        one_x.expect(to_x, false);
        if (HasFatalFailure()) return;
      }
}

TEST_F(SampleLanes, PoolingsComputeTheSame) {
  for (int i = 0; i < 60; ++i) {
    const bool paved = i % 3 == 0;  // by windows of two columns, with or without numbers behind the last
    const Window w = paved ? Window{.rows = {.in = 7, .out = 3, .kernel = 2, .stride = 2},
                                    .cols = {.in = 8 + i % 2, .out = 4, .kernel = 2, .stride = 2}}
                           : Window{.rows = axis(draw(1, 3), 1), .cols = axis(draw(1, 3), 1)};
    const Index rows = draw(1, 50), channels = draw(1, 3);
    Batch x(rows, channels * w.in_size(), random), dy(rows, channels * w.out_size(), random);
    for (float& number : x.in_rows) number = std::round(number * 4) / 3;  // many are equal
    if (i % 4 == 3) put_special_numbers(x.in_rows, random), put_special_numbers(dy.in_rows, random);
    x.turn(), dy.turn();
    const std::string set = instruction_sets()[static_cast<std::size_t>(i) % instruction_sets().size()];
    use_instruction_set(set);
    SCOPED_TRACE(set + " try " + std::to_string(i) + " rows " + std::to_string(rows));
    Batch largest(rows, dy.cols), winner(rows, dy.cols), mean(rows, dy.cols), sent(rows, x.cols), shared(rows, x.cols);
    pool_max(w, x.view(false), largest.view(false), winner.view(false));
    pool_average(w, x.view(false), mean.view(false));
    pool_max_adjoint(w, dy.view(false), winner.view(false), sent.view(false));
    pool_average_adjoint(w, dy.view(false), shared.view(false));
    winner.turn();
    Numbers scratch(static_cast<std::size_t>(lane_pooling_scratch(w)), Batch::kNobody);
    for (const bool y_in_lanes : {false, true}) {
      Batch got(rows, dy.cols), got_winner(rows, dy.cols), got_x(rows, x.cols);
      const auto expect = [&](const Batch& wanted, const Batch& made, bool in_lanes, Index done) {
        ASSERT_EQ(done, in_blocks(rows));
        for (Index n = 0; n < done; ++n) wanted.expect_row(made, in_lanes, n);
      };
      expect(largest, got, y_in_lanes,
             pool_max_in_lanes(w, x.view(true), got.view(y_in_lanes), got_winner.view(y_in_lanes), y_in_lanes,
                               scratch.data()));
      expect(winner, got_winner, y_in_lanes, in_blocks(rows));
      expect(mean, got, y_in_lanes,
             pool_average_in_lanes(w, x.view(true), got.view(y_in_lanes), y_in_lanes, scratch.data()));
      expect(sent, got_x, true,
             pool_max_adjoint_in_lanes(w, dy.view(y_in_lanes), winner.view(y_in_lanes), got_x.view(true), y_in_lanes,
                                       scratch.data()));
      expect(shared, got_x, true,
             pool_average_adjoint_in_lanes(w, dy.view(y_in_lanes), got_x.view(true), y_in_lanes, scratch.data()));
      if (HasFatalFailure()) return;
    }
  }
}

TEST_F(SampleLanes, SumsAreTheSame) {
  for (const std::string& set : instruction_sets()) {
    use_instruction_set(set);
    for (const Index count : {1, 2, 15, 16, 17, 100}) {
      Batch x(kLaneSamples, count, random);
      x.turn();
      const auto sums = sums_in_lanes(x.lanes.data(), count);
      for (Index n = 0; n < kLaneSamples; ++n)
        EXPECT_EQ(sums[static_cast<std::size_t>(n)], sum(x.view(false).row(n))) << set << " " << count;
    }
  }
}

}  // namespace
}  // namespace isinglass::kernels
