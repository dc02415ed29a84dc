#include "isinglass/data/dataset.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <thread>

#include "isinglass/base/error.h"

namespace isinglass {
namespace {

template <class T>
std::shared_ptr<const Array> array_of(DType type, Shape shape, const std::vector<T>& numbers) {
  Array array{type, std::move(shape), std::vector<std::byte>(numbers.size() * sizeof(T))};
  std::memcpy(array.bytes.data(), numbers.data(), array.bytes.size());
  return std::make_shared<const Array>(std::move(array));
}

// Three images of 2 x 2 bytes with classes b, a, b.
Dataset::Parts images() {
  return {.inputs = array_of<std::uint8_t>(DType::kU8, {3, 2, 2}, {0, 51, 102, 255, 1, 2, 3, 4, 255, 255, 0, 0}),
          .rows = {0, 1, 2},
          .input_shape = {1, 2, 2},
          .center = {0},
          .spread = {255},
          .kind = TargetKind::kOneHot,
          .labels = {1, 0, 1},
          .class_names = {"a", "b"}};
}

template <class T>
struct Batch {
  std::vector<T> x, y, weights;
};

template <class T>
Batch<T> gathered(const Dataset& data, const std::vector<Index>& rows) {
  const auto n = static_cast<Index>(rows.size());
  Batch<T> batch{std::vector<T>(rows.size() * static_cast<std::size_t>(data.inputs())),
                 std::vector<T>(rows.size() * static_cast<std::size_t>(data.outputs())), std::vector<T>(rows.size())};
  data.gather<T>(rows, View<T>(batch.x.data(), n, data.inputs()), View<T>(batch.y.data(), n, data.outputs()),
                 batch.weights);
  return batch;
}

TEST(DatasetTest, BytesAreScaledAndClassesEncodedWhenGathered) {
  const Dataset data(images());
  EXPECT_EQ(data.size(), 3);
  EXPECT_EQ(data.inputs(), 4);
  EXPECT_EQ(data.outputs(), 2);
  EXPECT_TRUE(data.is_classification());
  const Batch<float> batch = gathered<float>(data, {2, 0});
  EXPECT_EQ(batch.x, (std::vector<float>{1, 1, 0, 0, 0, 51.0F / 255, 102.0F / 255, 1}));
  EXPECT_EQ(batch.y, (std::vector<float>{0, 1, 0, 1}));
  EXPECT_EQ(batch.weights, (std::vector<float>{1, 1}));
  EXPECT_EQ(gathered<double>(data, {1}).x, (std::vector<double>{1.0 / 255, 2.0 / 255, 3.0 / 255, 4.0 / 255}));
}

TEST(DatasetTest, GatherWritesIntoStridedRoomAndSkipsWhatIsNotWanted) {
  const Dataset data(images());
  std::vector<float> room(2 * 6, -7);
  const std::vector<Index> rows{1, 1};
  data.gather<float>(rows, View<float>(room.data(), 2, 4, 6), View<float>(), {});
  EXPECT_EQ(room[3], 4.0F / 255);
  EXPECT_EQ(room[4], -7);
  EXPECT_EQ(room[9], 4.0F / 255);
}

TEST(DatasetTest, EachInputMayHaveItsOwnScale) {
  Dataset::Parts parts{.inputs = array_of<double>(DType::kF64, {2, 2}, {1970, 4, 2000, 8}),
                       .rows = {1, 0},
                       .input_shape = {2},
                       .center = {1985, 4},
                       .spread = {15, 2},
                       .kind = TargetKind::kInputs};
  const Batch<float> batch = gathered<float>(Dataset(parts), {0, 1});
  EXPECT_EQ(batch.x, (std::vector<float>{1, 2, -1, 0}));
  EXPECT_EQ(batch.y, batch.x) << "an autoencoder's targets are its scaled inputs";
}

TEST(DatasetTest, DoublesAreScaledBeforeTheyAreRounded) {
  Dataset::Parts parts{.inputs = array_of<double>(DType::kF64, {1, 1}, {1e9 + 0.25}),
                       .rows = {0},
                       .input_shape = {1},
                       .center = {1e9},
                       .spread = {1}};
  EXPECT_EQ(gathered<float>(Dataset(parts), {0}).x, std::vector<float>{0.25F});
}

TEST(DatasetTest, SubsetKeepsTargetsAndWeightsTogether) {
  Dataset::Parts parts{.inputs = array_of<float>(DType::kF32, {4, 1}, {10, 11, 12, 13}),
                       .rows = {3, 2, 1, 0},
                       .input_shape = {1},
                       .kind = TargetKind::kValues,
                       .targets = {3, -3, 2, -2, 1, -1, 0, 0},
                       .outputs = 2,
                       .weights = {0.3, 0.2, 0.1, 0}};
  const Dataset subset = Dataset(parts).subset(std::vector<Index>{2, 0}).subset(std::vector<Index>{0, 1, 0});
  const Batch<double> batch = gathered<double>(subset, {0, 1, 2});
  EXPECT_EQ(batch.x, (std::vector<double>{11, 13, 11}));
  EXPECT_EQ(batch.y, (std::vector<double>{1, -1, 3, -3, 1, -1}));
  EXPECT_EQ(batch.weights, (std::vector<double>{0.1, 0.3, 0.1}));
}

TEST(DatasetTest, ClassWeightsMultiplySampleWeights) {
  Dataset::Parts parts = images();
  parts.weights = {1, 2, 3};
  const Dataset weighted = Dataset(parts).with_class_weights(std::vector<double>{10, 0.5});
  EXPECT_EQ(std::vector<double>(weighted.weights().begin(), weighted.weights().end()),
            (std::vector<double>{0.5, 20, 1.5}));
  EXPECT_THROW(Dataset(parts).with_class_weights(std::vector<double>{0, 0}), ShapeError);
  EXPECT_THROW(Dataset(parts).with_class_weights(std::vector<double>{1}), ShapeError);
}

TEST(DatasetTest, BinaryTargetsAreOneNumber) {
  Dataset::Parts parts = images();
  parts.kind = TargetKind::kBinary;
  EXPECT_EQ(gathered<float>(Dataset(parts), {0, 1, 2}).y, (std::vector<float>{1, 0, 1}));
}

TEST(DatasetTest, IsMadeFromNumbersInMemory) {
  const std::vector<double> x{1, 2, 3, 4}, y{5, 6};
  const std::vector<Index> labels{2, 0};
  const View<const double> inputs(x.data(), 2, 2);
  const Dataset values = Dataset::regression(inputs, View<const double>(y.data(), 2, 1));
  EXPECT_EQ(gathered<double>(values, {1, 0}).y, (std::vector<double>{6, 5}));
  const Dataset classes = Dataset::classification(inputs, labels, {"a", "b", "c"});
  EXPECT_EQ(gathered<double>(classes, {0}).y, (std::vector<double>{0, 0, 1}));
  EXPECT_THROW(Dataset::regression(inputs, View<const double>(y.data(), 1, 2)), ShapeError);
  EXPECT_THROW(Dataset::classification(inputs, std::vector<Index>{0, 3}, {"a", "b", "c"}), ShapeError);
}

TEST(DatasetTest, RefusesPartsThatDoNotFit) {
  const auto refused = [](auto spoil) {
    Dataset::Parts parts = images();
    spoil(parts);
    EXPECT_THROW(Dataset{std::move(parts)}, ShapeError);
  };
  refused([](auto& p) { p.inputs = nullptr; });
  refused([](auto& p) { p.rows[1] = 3; });
  refused([](auto& p) { p.rows[1] = -1; });
  refused([](auto& p) { p.input_shape = {5}; });
  refused([](auto& p) { p.center = {0, 0}; });
  refused([](auto& p) { p.labels = {0, 1}; });
  refused([](auto& p) { p.labels = {0, 1, 2}; });
  refused([](auto& p) { p.weights = {1}; });
  refused([](auto& p) { p.kind = TargetKind::kValues; });
  refused([](auto& p) { p.inputs = array_of<std::int32_t>(DType::kI32, {3, 4}, std::vector<std::int32_t>(12)); });
}

TEST(DatasetTest, GatherRefusesWrongRoomAndUnknownSamples) {
  const Dataset data(images());
  std::vector<float> room(64);
  const std::vector<Index> rows{0, 1}, unknown{0, 3};
  const View<float> x(room.data(), 2, 4), y(room.data() + 32, 2, 2);
  EXPECT_THROW(data.gather<float>(rows, View<float>(room.data(), 2, 3), y, {}), ShapeError);
  EXPECT_THROW(data.gather<float>(rows, x, View<float>(room.data(), 2, 3), {}), ShapeError);
  EXPECT_THROW(data.gather<float>(rows, x, y, std::span<float>(room.data(), 1)), ShapeError);
  EXPECT_THROW(data.gather<float>(unknown, x, y, {}), ShapeError);
}

TEST(DatasetTest, SeveralThreadsMayGatherAtOnce) {
  const Dataset data(images());
  const std::vector<Index> rows{0, 1, 2};
  std::vector<Batch<float>> batches(4);
  std::vector<std::thread> threads;
  for (Batch<float>& batch : batches) threads.emplace_back([&] { batch = gathered<float>(data, rows); });
  for (std::thread& thread : threads) thread.join();
  for (const Batch<float>& batch : batches) EXPECT_EQ(batch.x, batches[0].x);
}

}  // namespace
}  // namespace isinglass
