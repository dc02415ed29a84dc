#include "isinglass/data/dataset.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <type_traits>

#include "isinglass/base/error.h"
#include "isinglass/kernels/widened.h"

namespace isinglass {
namespace {

void require(bool holds, const std::string& message) {
  if (!holds) throw ShapeError("data set: " + message);
}

void check_rows(std::span<const Index> rows, Index size) {
  for (const Index row : rows)
    if (row < 0 || row >= size)
      throw ShapeError("data set: there is no sample " + std::to_string(row) + " among " + std::to_string(size));
}

// One sample. Bytes and floats are scaled in T, doubles in double: a number such as a year loses
// nothing before its center is taken away.
template <class S, class T>
void convert(const S* from, std::span<const double> center, std::span<const double> spread, std::span<T> to) {
  using Wide = std::conditional_t<std::is_same_v<S, double>, double, T>;
  const std::size_t n = to.size();
  T* out = to.data();
  if (center.empty() && std::is_same_v<S, T>) {
    std::memcpy(out, from, n * sizeof(T));
  } else if (center.empty()) {
    for (std::size_t i = 0; i < n; ++i) out[i] = static_cast<T>(from[i]);
  } else if (center.size() == 1) {
    const Wide c = static_cast<Wide>(center[0]), s = static_cast<Wide>(spread[0]);
    for (std::size_t i = 0; i < n; ++i) out[i] = static_cast<T>((static_cast<Wide>(from[i]) - c) / s);
  } else {
    for (std::size_t i = 0; i < n; ++i) out[i] = static_cast<T>((static_cast<double>(from[i]) - center[i]) / spread[i]);
  }
}

// Samples of a batch lie anywhere in memory: those to come are fetched while one is converted, this many bytes ahead. The
// processor itself goes on with the rest of a long sample.
constexpr Index kBytesAhead = 2048;
template <class S>
void fetch(const S* sample, Index width) {
  constexpr Index kLine = 64 / sizeof(S), kMost = kBytesAhead / sizeof(S);
  for (Index i = 0; i < std::min(width, kMost); i += kLine) __builtin_prefetch(sample + i);
}
constexpr Index samples_ahead(Index sample_bytes) {
  constexpr Index kMost = 16;
  return std::min(1 + kBytesAhead / std::max<Index>(sample_bytes, 1), kMost);
}

// The inputs of samples; the width of vectors and the type of the numbers are looked up once for all of them.
template <class T>
void convert_rows(const Dataset::Parts& parts, std::span<const Index> rows, View<T> to) {
  const auto convert_from = [&](const auto* numbers) {
    const auto sample = [&](Index r) {
      return numbers + parts.rows[static_cast<std::size_t>(rows[static_cast<std::size_t>(r)])] * to.cols;
    };
    const Index ahead = samples_ahead(to.cols * static_cast<Index>(sizeof(*numbers)));
    kernels::widened([&] {
      for (Index r = 0; r < to.rows; ++r) {
        if (r + ahead < to.rows) fetch(sample(r + ahead), to.cols);
        convert(sample(r), parts.center, parts.spread, to.row(r));
      }
    });
  };
  if (parts.inputs->type == DType::kU8)
    convert_from(parts.inputs->data<std::uint8_t>());
  else if (parts.inputs->type == DType::kF32)
    convert_from(parts.inputs->data<float>());
  else
    convert_from(parts.inputs->data<double>());
}

template <class T>
void gather_targets(const Dataset::Parts& parts, std::span<const Index> rows, View<T> x, View<T> y) {
  const auto each = [&](auto write) {
    for (Index r = 0; r < y.rows; ++r) write(static_cast<std::size_t>(rows[static_cast<std::size_t>(r)]), r);
  };
  switch (parts.kind) {
    case TargetKind::kNone:
      return;
    case TargetKind::kValues:
      return each([&](std::size_t s, Index r) {
        const double* values = parts.targets.data() + s * static_cast<std::size_t>(y.cols);
        for (Index c = 0; c < y.cols; ++c) y(r, c) = static_cast<T>(values[c]);
      });
    case TargetKind::kOneHot:
      return each([&](std::size_t s, Index r) {
        std::ranges::fill(y.row(r), T{0});
        y(r, parts.labels[s]) = T{1};
      });
    case TargetKind::kBinary:
      return each([&](std::size_t s, Index r) { y(r, 0) = static_cast<T>(parts.labels[s]); });
    case TargetKind::kInputs:
      return each([&](std::size_t, Index r) { std::ranges::copy(x.row(r), y.row(r).begin()); });
  }
}

std::shared_ptr<const Array> copy_of(View<const double> x) {
  Array array{DType::kF64, {x.rows, x.cols}, {}};
  array.bytes.resize(static_cast<std::size_t>(x.size()) * sizeof(double));
  auto* out = reinterpret_cast<double*>(array.bytes.data());
  for (Index r = 0; r < x.rows; ++r) std::ranges::copy(x.row(r), out + r * x.cols);
  return std::make_shared<const Array>(std::move(array));
}

std::vector<Index> first_rows(Index n) {
  std::vector<Index> rows(static_cast<std::size_t>(n));
  for (Index r = 0; r < n; ++r) rows[static_cast<std::size_t>(r)] = r;
  return rows;
}

}  // namespace

Dataset::Dataset(Parts parts) {
  const auto n = parts.rows.size();
  require(parts.inputs != nullptr && !parts.inputs->shape.empty(), "there are no inputs");
  const DType type = parts.inputs->type;
  require(type == DType::kU8 || type == DType::kF32 || type == DType::kF64,
          "expected inputs of type U8, F32 or F64, found " + std::string(name_of(type)));
  const Shape& stored = parts.inputs->shape;
  width_ = size_of(Shape(stored.begin() + 1, stored.end()));
  require(size_of(parts.input_shape) == width_, "a sample holds " + std::to_string(width_) +
                                                    " numbers, which does not fit the shape " +
                                                    to_string(parts.input_shape));
  check_rows(parts.rows, stored[0]);
  const auto width = static_cast<std::size_t>(width_);
  require(parts.center.size() == parts.spread.size() && (parts.center.size() <= 1 || parts.center.size() == width),
          "expected one scale for all " + std::to_string(width) + " inputs or one for each");
  require(parts.weights.empty() || parts.weights.size() == n, "expected one weight for each sample");
  if (parts.kind == TargetKind::kNone) parts.outputs = 0;
  if (parts.kind == TargetKind::kInputs) parts.outputs = width_;
  if (parts.kind == TargetKind::kOneHot) parts.outputs = static_cast<Index>(parts.class_names.size());
  if (parts.kind == TargetKind::kBinary) parts.outputs = 1;
  if (parts.kind == TargetKind::kValues)
    require(parts.outputs > 0 && parts.targets.size() == n * static_cast<std::size_t>(parts.outputs),
            "expected " + std::to_string(parts.outputs) + " targets for each sample");
  if (parts.kind == TargetKind::kOneHot || parts.kind == TargetKind::kBinary) {
    const auto classes = static_cast<Index>(parts.class_names.size());
    require(classes > 0 && (parts.kind == TargetKind::kOneHot || classes == 2),
            "cannot encode " + std::to_string(classes) + " classes");
    require(parts.labels.size() == n, "expected one label for each sample");
    for (const Index label : parts.labels)
      require(label >= 0 && label < classes,
              "label " + std::to_string(label) + " is none of the " + std::to_string(classes) + " classes");
  }
  parts_ = std::make_shared<const Parts>(std::move(parts));
}

Dataset Dataset::regression(View<const double> x, View<const double> y) {
  require(x.rows == y.rows, std::to_string(x.rows) + " inputs but " + std::to_string(y.rows) +
                                " targets; expected one target for each sample");
  Parts parts{.inputs = copy_of(x), .rows = first_rows(x.rows), .input_shape = {x.cols}};
  parts.kind = TargetKind::kValues;
  for (Index r = 0; r < y.rows; ++r) parts.targets.insert(parts.targets.end(), y.row(r).begin(), y.row(r).end());
  parts.outputs = y.cols;
  return Dataset(std::move(parts));
}

Dataset Dataset::classification(View<const double> x, std::span<const Index> labels,
                                std::vector<std::string> class_names) {
  Parts parts{.inputs = copy_of(x), .rows = first_rows(x.rows), .input_shape = {x.cols}};
  parts.kind = TargetKind::kOneHot;
  parts.labels.assign(labels.begin(), labels.end());
  parts.class_names = std::move(class_names);
  return Dataset(std::move(parts));
}

template <class T>
void Dataset::gather(std::span<const Index> rows, View<T> x, View<T> y, std::span<T> weights) const {
  const Parts& parts = *parts_;
  const auto n = static_cast<Index>(rows.size());
  if (x.rows != n || x.cols != width_)
    throw ShapeError("data set: expected room for inputs (" + std::to_string(n) + ", " + std::to_string(width_) +
                     "), found (" + std::to_string(x.rows) + ", " + std::to_string(x.cols) + ")");
  if (y.data != nullptr && (y.rows != n || y.cols != parts.outputs))
    throw ShapeError("data set: expected room for targets (" + std::to_string(n) + ", " +
                     std::to_string(parts.outputs) + "), found (" + std::to_string(y.rows) + ", " +
                     std::to_string(y.cols) + ")");
  if (!weights.empty() && weights.size() != rows.size())
    throw ShapeError("data set: expected room for " + std::to_string(n) + " weights, found " +
                     std::to_string(weights.size()));
  check_rows(rows, size());
  convert_rows(parts, rows, x);
  for (std::size_t r = 0; r < weights.size(); ++r)
    weights[r] = parts.weights.empty() ? T{1} : static_cast<T>(parts.weights[static_cast<std::size_t>(rows[r])]);
  if (y.data != nullptr) gather_targets(parts, rows, x, y);
}

template void Dataset::gather(std::span<const Index>, View<float>, View<float>, std::span<float>) const;
template void Dataset::gather(std::span<const Index>, View<double>, View<double>, std::span<double>) const;

template <class T>
void Dataset::augment(View<T> x, View<T> y, const RandomKey& key, Index first) const {
  const Parts& parts = *parts_;
  if (parts.augmentation.moves()) {
    const std::uint8_t zero = 0;
    T fill{};
    convert(&zero, parts.center, parts.spread, std::span(&fill, 1));
    parts.augmentation.move(x, parts.input_shape, key, first, fill);
    for (Index r = 0; r < x.rows && parts.kind == TargetKind::kInputs; ++r)
      std::ranges::copy(x.row(r), y.row(r).begin());
  }
  parts.augmentation.add_noise(x, key, first);
}

template void Dataset::augment(View<float>, View<float>, const RandomKey&, Index) const;
template void Dataset::augment(View<double>, View<double>, const RandomKey&, Index) const;

Index Dataset::own_bytes() const {
  const Parts& p = *parts_;
  const std::size_t numbers =
      p.rows.size() + p.center.size() + p.spread.size() + p.targets.size() + p.labels.size() + p.weights.size();
  static_assert(sizeof(Index) == sizeof(double));
  return static_cast<Index>(numbers * sizeof(double));
}

Dataset Dataset::subset(std::span<const Index> rows) const {
  check_rows(rows, size());
  const Parts& all = *parts_;
  Parts parts{.inputs = all.inputs,
              .input_shape = all.input_shape,
              .center = all.center,
              .spread = all.spread,
              .kind = all.kind,
              .class_names = all.class_names,
              .outputs = all.outputs,
              .augmentation = all.augmentation};
  for (const Index row : rows) {
    const auto s = static_cast<std::size_t>(row);
    parts.rows.push_back(all.rows[s]);
    if (!all.labels.empty()) parts.labels.push_back(all.labels[s]);
    if (!all.weights.empty()) parts.weights.push_back(all.weights[s]);
    const auto first = all.targets.begin() + row * all.outputs;
    if (!all.targets.empty()) parts.targets.insert(parts.targets.end(), first, first + all.outputs);
  }
  return Dataset(std::move(parts));
}

Dataset Dataset::with_class_weights(std::span<const double> factors) const {
  require(is_classification() && factors.size() == class_names().size(),
          "expected one weight for each of " + std::to_string(class_names().size()) + " classes, found " +
              std::to_string(factors.size()));
  Parts parts = *parts_;
  parts.weights.resize(parts.rows.size(), 1.0);
  for (std::size_t s = 0; s < parts.weights.size(); ++s)
    parts.weights[s] *= factors[static_cast<std::size_t>(parts.labels[s])];
  require(size() == 0 || std::ranges::any_of(parts.weights, [](double w) { return w > 0; }),
          "the class weights leave no sample with a weight above 0");
  return Dataset(std::move(parts));
}

Dataset Dataset::with_augmentation(const Augmentation& augmentation) const {
  Parts parts = *parts_;
  augmentation.check(parts.input_shape);
  if (augmentation.moves() && parts.center.size() > 1)
    throw OptionError("[data] augment: shift and flip need one scale for all inputs, but each of the " +
                      std::to_string(width_) +
                      " inputs has its own; give scale = \"none\", or augment with noise alone");
  parts.augmentation = augmentation;
  return Dataset(std::move(parts));
}

}  // namespace isinglass
