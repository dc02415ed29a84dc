#include "isinglass/serve/convolution_document.h"

#include <algorithm>

#include "isinglass/base/error.h"
#include "isinglass/io/json.h"
#include "isinglass/lab/kernel_gallery.h"
#include "isinglass/lab/picture.h"
#include "isinglass/lab/window_walk.h"
#include "isinglass/serve/request.h"

namespace isinglass {
namespace {

std::string side_limit(Index side) {
  return std::to_string(side) + " x " + std::to_string(side);
}

Plane image_in(const Value& body) {
  const Value* image = body.find("image");
  if (image == nullptr || image->as_array() == nullptr || image->as_array()->empty())
    throw InputError("image: expected rows of numbers, such as [[0,1],[1,0]]");
  Plane plane;
  for (const Value& row : *image->as_array()) {
    Value one = Value::Table{};
    one.set("image", row);
    const std::vector<double> numbers = reals_in(one, "image", kMostPictureSide);
    if (numbers.empty() || (plane.rows > 0 && static_cast<Index>(numbers.size()) != plane.cols))
      throw InputError("image: expected rows of one length, at least one number in each");
    plane.cols = static_cast<Index>(numbers.size());
    if (++plane.rows > kMostPictureSide)
      throw InputError("image: expected at most " + side_limit(kMostPictureSide) + " numbers");
    plane.values.insert(plane.values.end(), numbers.begin(), numbers.end());
  }
  return plane;
}

Plane kernel_in(const Value& body, const char* key, int dimensions) {
  const Value* value = body.find(key);
  if (value == nullptr) throw InputError(std::string(key) + ": expected the name of a kernel, or rows of numbers");
  const Plane kernel =
      read_kernel(value->as_string() != nullptr ? *value->as_string() : write_json(*value), dimensions, key);
  if (kernel.rows > kMostKernelSide || kernel.cols > kMostKernelSide)
    throw InputError(std::string(key) + ": expected at most " + side_limit(kMostKernelSide) + " numbers");
  return kernel;
}

WalkSettings settings_in(const Value& body, int dimensions) {
  constexpr Index kMost = kMostPictureSide;
  WalkSettings settings;
  const std::string operation = text_in(body, "operation");
  if (operation == "max" || operation == "average")
    settings.kind = operation == "max" ? WalkSettings::kMaxPool : WalkSettings::kAveragePool;
  else if (operation.empty() || operation == "convolution")
    settings.kernel = kernel_in(body, "kernel", dimensions);
  else
    throw InputError("operation: there is no '" + operation + "'" +
                     did_you_mean(operation, {"convolution", "max", "average"}));
  settings.is_true = flag_in(body, "flip");
  settings.pool_size = whole_in(body, "pool_size", 2, 1, kMost);
  settings.stride = whole_in(body, "stride", 1, 1, kMost);
  settings.dilation = whole_in(body, "dilation", 1, 1, kMost);
  const std::string padding = text_in(body, "padding");
  settings.padding = PaddingName::read(padding.empty() ? "none" : padding);
  if (const Value* pad = body.find("pad"); pad != nullptr && !pad->is_null())
    settings.pad = whole_in(body, "pad", 0, 0, kMostKernelSide);
  settings.padding_value = real_in(body, "padding_value", 0);
  return settings;
}

// A place in the output; the middle when none is given.
std::pair<Index, Index> place_in(const Value& body, const char* key, const Plane& within) {
  const std::vector<double> at = reals_in(body, key, 2);
  if (at.size() != 2) return {within.rows / 2, within.cols / 2};
  const auto bounded = [](double place, Index size) {
    return static_cast<Index>(std::clamp(place, 0.0, static_cast<double>(size - 1)));
  };
  return {bounded(at[0], within.rows), bounded(at[1], within.cols)};
}

Value window_document(const WindowWalk& walk, Index row, Index col) {
  Value::Array taps;
  for (const WindowWalk::Tap& tap : walk.taps(row, col)) {
    Value out = Value::Table{};
    out.set("row", tap.row);
    out.set("col", tap.col);
    if (tap.source_row >= 0) {
      out.set("source", Value::Array{tap.source_row, tap.source_col});
    }
    out.set("x", tap.x);
    out.set("weight", tap.weight);
    out.set("product", tap.product);
    out.set("read", tap.is_read);
    taps.push_back(std::move(out));
  }
  Value out = Value::Table{};
  out.set("at", Value::Array{row, col});
  out.set("taps", std::move(taps));
  out.set("value", walk.output()(row, col));
  return out;
}

Value axis_document(const kernels::Axis& axis) {
  Value out = Value::Table{};
  for (const auto& [name, number] : {std::pair{"in", axis.in},
                                     {"out", axis.out},
                                     {"kernel", axis.kernel},
                                     {"stride", axis.stride},
                                     {"dilation", axis.dilation},
                                     {"before", axis.before},
                                     {"after", axis.after},
                                     {"extent", axis.extent()}})
    out.set(name, number);
  return out;
}

// Cells that no window reads: where the stride does not come out even, or leaps over them.
Value unread(const WindowWalk& walk) {
  const kernels::Window& w = walk.window();
  const auto along = [&](const kernels::Axis& axis) {
    std::vector<bool> is_read(static_cast<std::size_t>(axis.in));
    for (Index o = 0; o < axis.out; ++o)
      for (Index k = 0; k < axis.kernel; ++k)
        if (const Index place = source(w.padding, axis.place(o, k), axis.in); place >= 0)
          is_read[static_cast<std::size_t>(place)] = true;
    Value::Array missed;
    for (std::size_t i = 0; i < is_read.size(); ++i)
      if (!is_read[i]) missed.push_back(static_cast<Index>(i));
    return missed;
  };
  Value out = Value::Table{};
  out.set("rows", along(w.rows));
  out.set("cols", along(w.cols));
  return out;
}

// L = 1/(2 n) sum (y - t)^2 over n positions, t of the wanted kernel (without one, 0): dL/dy = (y - t)/n.
Value gradient_document(const WindowWalk& walk, const WalkSettings& settings, const Value& body) {
  Plane upstream = walk.output(), next = walk.kernel();
  const int dimensions = walk.image().rows == 1 ? 1 : 2;
  if (body.find("wanted") != nullptr && !body.find("wanted")->is_null()) {
    WalkSettings wanted = settings;
    wanted.kernel = kernel_in(body, "wanted", dimensions);
    const Plane target = WindowWalk(walk.image(), wanted).output();
    if (target.rows != upstream.rows || target.cols != upstream.cols)
      throw InputError("wanted: its output has another size than that of the kernel; take a kernel of " +
                       std::to_string(walk.kernel().rows) + " x " + std::to_string(walk.kernel().cols));
    for (std::size_t i = 0; i < target.values.size(); ++i) upstream.values[i] -= target.values[i];
  }
  double loss = 0;
  const double positions = static_cast<double>(upstream.values.size());
  for (double& d : upstream.values) {
    loss += d * d / (2 * positions);
    d /= positions;
  }
  const Plane gradient = walk.kernel_gradient(upstream);
  const auto [i, j] = place_in(body, "weight", walk.kernel());
  const Plane terms = walk.gradient_terms(upstream, i, j);
  const double rate = real_in(body, "rate", 0.5);
  for (std::size_t k = 0; k < next.values.size(); ++k) next.values[k] -= rate * gradient.values[k];
  Value out = Value::Table{};
  out.set("loss", loss);
  out.set("upstream", plane_document(upstream));
  out.set("gradient", plane_document(gradient));
  out.set("weight", Value::Array{i, j});
  out.set("terms", plane_document(terms));
  out.set("sum", sum(terms));
  // As it was given: a true convolution lays it on flipped.
  out.set("next", plane_document(settings.is_true ? flipped(next) : next));
  return out;
}

}  // namespace

Value plane_document(const Plane& plane) {
  Value out = Value::Table{};
  out.set("rows", plane.rows);
  out.set("cols", plane.cols);
  out.set("values", numbers_document(plane.values));
  return out;
}

Value convolution_document(const Value& body) {
  const Plane image = image_in(body);
  const WalkSettings settings = settings_in(body, image.rows == 1 ? 1 : 2);
  const WindowWalk walk(image, settings);
  const auto [row, col] = place_in(body, "at", walk.output());
  const auto [least, largest] = std::ranges::minmax(walk.output().values);
  Value out = Value::Table{};
  out.set("output", plane_document(walk.output()));
  out.set("least", least);
  out.set("largest", largest);
  out.set("mean_before", mean(walk.image()));
  out.set("mean_after", mean(walk.output()));
  out.set("arithmetic", walk.arithmetic());
  out.set("rows", axis_document(walk.window().rows));
  out.set("cols", axis_document(walk.window().cols));
  out.set("unread", unread(walk));
  out.set("window", window_document(walk, row, col));
  if (settings.kind == WalkSettings::kConvolution) {
    out.set("kernel", plane_document(walk.kernel()));
    out.set("kernel_sum", sum(walk.kernel()));
    out.set("learning", gradient_document(walk, settings, body));
  }
  return out;
}

Value convolution_choices() {
  Value out = Value::Table{};
  for (const int dimensions : {1, 2}) {
    Value::Array kernels, pictures;
    for (const GalleryKernel& kernel : kernel_gallery(dimensions)) {
      Value row = plane_document(kernel.kernel);
      row.set("name", kernel.name);
      row.set("summary", kernel.summary);
      kernels.push_back(std::move(row));
    }
    for (const SamplePicture& picture : sample_pictures(dimensions)) {
      Value row = plane_document(picture.plane);
      row.set("name", picture.name);
      pictures.push_back(std::move(row));
    }
    Value both = Value::Table{};
    both.set("kernels", std::move(kernels));
    both.set("pictures", std::move(pictures));
    out.set(dimensions == 1 ? "signals" : "images", std::move(both));
  }
  Value::Array paddings;
  for (const PaddingRow& row : padding_table()) paddings.emplace_back(row.name);
  out.set("paddings", std::move(paddings));
  return out;
}

}  // namespace isinglass
