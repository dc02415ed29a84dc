#include "isinglass/bench/made_data.h"

#include <cmath>

#include "isinglass/base/error.h"

namespace isinglass {
namespace {

constexpr std::uint64_t kSeed = 20261121;

std::unique_ptr<RandomStream> stream(std::uint32_t which) {
  return counter_stream({.seed = kSeed, .purpose = Purpose::kData, .layer = which});
}

// Samples in floats, as files of numbers are mostly read.
Dataset dataset(const std::vector<float>& x, Index inputs, std::vector<double> y, Index outputs) {
  const auto array = std::make_shared<Array>();
  const Index rows = static_cast<Index>(x.size()) / inputs;
  array->type = DType::kF32;
  array->shape = {rows, inputs};
  array->bytes.resize(x.size() * sizeof(float));
  std::memcpy(array->bytes.data(), x.data(), array->bytes.size());
  return Dataset({.inputs = array,
                  .rows = all_rows(rows),
                  .input_shape = {inputs},
                  .kind = TargetKind::kValues,
                  .targets = std::move(y),
                  .outputs = outputs});
}

std::vector<float> normal_numbers(Index count, std::uint32_t which) {
  const auto random = stream(which);
  std::vector<float> numbers(static_cast<std::size_t>(count));
  for (float& number : numbers) number = static_cast<float>(random->normal());
  return numbers;
}

void standardise(std::vector<double>& y) {
  double sum = 0, squares = 0;
  for (const double v : y) sum += v;
  const double n = static_cast<double>(y.size()), mean = sum / n;
  for (const double v : y) squares += (v - mean) * (v - mean);
  for (double& v : y) v = (v - mean) / std::sqrt(squares / n);
}

// One target of every row.
std::vector<double> table_target(const std::vector<float>& x, Index inputs, std::uint32_t which) {
  constexpr std::size_t kProjections = 6;
  const auto random = stream(which);
  const std::size_t n_in = static_cast<std::size_t>(inputs);
  std::vector<double> a(n_in * kProjections);
  for (double& v : a) v = random->normal() / std::sqrt(static_cast<double>(inputs));
  std::vector<double> y;
  for (std::size_t row = 0; row < x.size(); row += n_in) {
    double z[kProjections] = {};
    for (std::size_t i = 0; i < n_in; ++i)
      for (std::size_t k = 0; k < kProjections; ++k) z[k] += static_cast<double>(x[row + i]) * a[i * kProjections + k];
    y.push_back(std::sin(2 * z[0]) + z[1] * z[2] + std::abs(z[3]) + 0.5 * z[4] * z[4] - 0.7 * z[5] +
                0.05 * random->normal());
  }
  standardise(y);
  return y;
}

LoadedData table(Index rows, Index test_rows, Index inputs, Index outputs) {
  const std::vector<float> x = normal_numbers((rows + test_rows) * inputs, 1);
  std::vector<double> y(static_cast<std::size_t>((rows + test_rows) * outputs));
  for (Index j = 0; j < outputs; ++j) {
    const std::vector<double> target = table_target(x, inputs, static_cast<std::uint32_t>(2 + j));
    for (std::size_t r = 0; r < target.size(); ++r)
      y[r * static_cast<std::size_t>(outputs) + static_cast<std::size_t>(j)] = target[r];
  }
  const auto part = [&](Index first, Index count) {
    return dataset({x.begin() + first * inputs, x.begin() + (first + count) * inputs}, inputs,
                   {y.begin() + first * outputs, y.begin() + (first + count) * outputs}, outputs);
  };
  LoadedData data{.train = part(0, rows)};
  if (test_rows > 0) data.test = part(rows, test_rows);
  return data;
}

LoadedData xor_draws() {
  constexpr int kDraws = 10000;
  const auto cases = [](const auto& next, int count) {
    std::vector<float> x;
    std::vector<double> y;
    for (int i = 0; i < count; ++i) {
      const std::uint64_t which = next(i);
      x.insert(x.end(), {static_cast<float>(which / 2), static_cast<float>(which % 2)});
      y.push_back(which == 1 || which == 2 ? 1 : 0);
    }
    return dataset(x, 2, y, 1);
  };
  const auto random = stream(0);
  LoadedData data{.train = cases([&](int) { return random->below(4); }, kDraws)};
  data.test = cases([](int i) { return static_cast<std::uint64_t>(i); }, 4);
  return data;
}

LoadedData noise(Index inputs, Index outputs) {
  constexpr Index kRows = 512;
  const std::vector<float> y = normal_numbers(kRows * outputs, 2);
  return {.train = dataset(normal_numbers(kRows * inputs, 1), inputs, {y.begin(), y.end()}, outputs)};
}

}  // namespace

LoadedData make_data(Workload::Data data, Index inputs, Index outputs) {
  switch (data) {
    case Workload::kNamed:
      break;
    case Workload::kXorDraws:
      return xor_draws();
    case Workload::kTable:
      return table(20000, 4000, inputs, outputs);
    case Workload::kWideTable:
      return table(3048, 1000, inputs, outputs);
    case Workload::kShortTable:
      return table(1984, 0, inputs, outputs);
    case Workload::kNoise:
      return noise(inputs, outputs);
  }
  throw OptionError("make_data: data of this kind are read, not made");
}

}  // namespace isinglass
