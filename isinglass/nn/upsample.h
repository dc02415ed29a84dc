// isinglass/nn/upsample.h - enlarges images by a whole factor; nothing is learned.
//
// Output place i of an axis of n numbers, i = 0 .. n factor - 1, lies over place
//
//     s = (i + 1/2)/factor - 1/2, clamped to 0 .. n - 1            (1)  of the input: numbers are cells, not points
//     low = floor(s), high = min(low + 1, n - 1), t = s - low      (2)
//     y[i] = x[floor(i / factor)]                                  (3)  method "nearest"
//     y[i] = (1 - t) x[low] + t x[high]                            (4)  method "bilinear", along each axis
//
//     x  (N, C, L) or (N, C, H, W)        y  (N, C, L f) or (N, C, H f_h, W f_w)
//
// A sample with two axes is (C, L): an image without channels needs a reshape to (1, H, W). With t_u, t_v of rows and
// columns, (4) weights four numbers by (1 - t_u) or t_u times (1 - t_v) or t_v. (1) is what PyTorch calls
// align_corners = false. Backward, for either method, is the adjoint:
//
//     dx[u, v] = sum of dy[i, k] times the weight of x[u, v] in y[i, k]    (5)
//
// Source: spec E8; Odena, Dumoulin & Olah, Distill 2016, doi:10.23915/distill.00003 (why before a convolution).
#pragma once
#include <algorithm>

#include "isinglass/nn/layer.h"
#include "isinglass/nn/spatial.h"

namespace isinglass {

struct Upsample {
  static constexpr std::string_view kName = "upsample",
                                    kSummary = "enlarges sequences (C, L) or images (C, H, W) by a whole factor";
  Sizes factor = 2;
  std::string method = "nearest";

  static void options(auto& v) {
    v("factor", &Upsample::factor, "output numbers for each input number of an axis", between(1, 65536));
    v("method", &Upsample::method, "repeat the nearest number, or interpolate along each axis",
      one_of({"nearest", "bilinear"}));
  }
  Shape output_shape(const Shape& in) const {
    const Geometry g = geometry(in);
    const Shape out = Image{g.in.channels, g.in.rows * g.rows, g.in.cols * g.cols}.shape(dimensions(in));
    size_of(out);  // not too large
    return out;
  }
  std::string arithmetic(const Shape& in) const {
    const Geometry g = geometry(in);
    const auto text = [](Index n, Index f) {
      return std::to_string(n) + "*" + std::to_string(f) + " = " + std::to_string(n * f);
    };
    const std::string rows = text(g.in.rows, g.rows), cols = text(g.in.cols, g.cols);
    return in.size() == 2 || rows == cols ? cols : rows + ", " + cols;
  }
  Value mirror(const Shape& in, bool) const {
    Value mirror = Value::Table{};
    mirror.set("kind", in.size() == 2 ? "average_pool1d" : "average_pool2d");
    mirror.set("pool_size", OptionType<Sizes>::write(factor));
    return mirror;
  }
  Index scratch(const Shape& in) const { return is_nearest() ? 0 : in.back(); }  // a row
  double operations(const Shape& in) const {
    return is_nearest() ? 0 : 4 * static_cast<double>(size_of(output_shape(in)));
  }

  template <class T>
  void forward(const Forward<T>& f) const {
    const Geometry g = geometry(f.shapes[0]);
    for (Index n = 0; n < f.y.rows; ++n)
      for (Index c = 0; c < g.in.channels; ++c) {
        const T* x = &f.x[0](n, c * g.in_size());
        T* y = &f.y(n, c * g.out_size());
        is_nearest() ? repeat(g, x, y) : interpolate(g, x, f.scratch.data(), y);
      }
  }
  template <class T>
  void backward(const Backward<T>& b) const {
    const Geometry g = geometry(b.shapes[0]);
    for (Index n = 0; n < b.dy.rows; ++n)
      for (Index c = 0; c < g.in.channels; ++c) {
        const T* dy = &b.dy(n, c * g.out_size());
        T* dx = &b.dx[0](n, c * g.in_size());
        std::fill_n(dx, g.in_size(), T{0});
        is_nearest() ? add_repeated(g, dy, dx) : add_interpolated(g, dy, b.scratch.data(), dx);
      }
  }
  void partials(const Forward<double>& f, Index n, Index j, const PartialSink& sink) const {
    const Geometry g = geometry(f.shapes[0]);
    const Index c = j / g.out_size(), i = j % g.out_size() / g.out_cols(), k = j % g.out_cols();
    const auto input = [&](Index u, Index v) {
      return Quantity{.kind = Quantity::kInput, .index = (c * g.in.rows + u) * g.in.cols + v, .row = n};
    };
    if (is_nearest()) return sink({input(i / g.rows, k / g.cols), 1.0});
    for_each_weight(g.in.rows, g.rows, i, [&](Index u, double weight_u) {
      for_each_weight(g.in.cols, g.cols, k, [&](Index v, double weight_v) {
        sink({input(u, v), weight_u * weight_v});
      });
    });
  }
  static std::vector<Sample<Upsample>> samples() {
    return {{{}, {{2, 3}}},
            {{.factor = Sizes(2, 3)}, {{2, 3, 2}}},
            {{.factor = 1, .method = "bilinear"}, {{1, 2, 3}}},
            {{.factor = 3, .method = "bilinear"}, {{2, 4}}},
            {{.factor = Sizes(3, 2), .method = "bilinear"}, {{2, 2, 5}}},
            {{.factor = 4, .method = "bilinear"}, {{1, 1, 3}}}};
  }

 private:
  struct Geometry {
    Image in;
    Index rows, cols;  // factors

    Index in_size() const { return in.rows * in.cols; }  // of one channel
    Index out_cols() const { return in.cols * cols; }
    Index out_size() const { return in.rows * rows * out_cols(); }
  };
  bool is_nearest() const { return method == "nearest"; }
  static int dimensions(const Shape& in) { return static_cast<int>(in.size()) - 1; }
  Geometry geometry(const Shape& in) const {
    if (in.size() != 2 && in.size() != 3)
      throw ShapeError("upsample: the input must be (C, L) or (C, H, W), got " + to_string(in) +
                       "; add { kind = \"reshape\" } before it");
    if (factor.empty()) throw OptionError("upsample: factor is \"auto\", expected an integer, at least 1");
    if (in.size() == 2 && factor.count > 1)
      throw OptionError("upsample: factor has two numbers, but the input " + to_string(in) +
                        " is a sequence (C, L) with one axis");
    return {Image::of(in, dimensions(in), kName), in.size() == 2 ? 1 : factor[0], factor[in.size() == 2 ? 0 : 1]};
  }

  template <class T>
  static void repeat(const Geometry& g, const T* x, T* y) {  // (3)
    for (Index u = 0; u < g.in.rows; ++u, x += g.in.cols) {
      for (Index v = 0; v < g.in.cols; ++v) std::fill_n(y + v * g.cols, g.cols, x[v]);
      for (Index a = 1; a < g.rows; ++a) std::copy_n(y, g.out_cols(), y + a * g.out_cols());
      y += g.rows * g.out_cols();
    }
  }
  template <class T>
  static void add_repeated(const Geometry& g, const T* dy, T* dx) {  // (5)
    for (Index u = 0; u < g.in.rows; ++u, dx += g.in.cols)
      for (Index a = 0; a < g.rows; ++a)
        for (Index v = 0; v < g.in.cols; ++v)
          for (Index b = 0; b < g.cols; ++b) dx[v] += *dy++;
  }

  // Calls f(i, low, high, t) for each output place i of an axis of n numbers, by (1) and (2).
  template <class T, class F>
  static void for_each_place(Index n, Index factor_, F f) {
    const Index whole = 2 * factor_;
    Index low = 0, part = 1 - factor_;  // s = low + part / whole, before it is clamped
    for (Index i = 0; i < n * factor_; ++i, part += 2) {
      if (part >= whole) part -= whole, ++low;
      const bool is_between = part > 0 && low + 1 < n;
      f(i, low, is_between ? low + 1 : low, is_between ? static_cast<T>(part) / static_cast<T>(whole) : T{0});
    }
  }
  // Calls f(place, weight) for the inputs that output place `wanted` reads.
  template <class F>
  static void for_each_weight(Index n, Index factor_, Index wanted, F f) {
    for_each_place<double>(n, factor_, [&](Index i, Index low, Index high, double t) {
      if (i != wanted) return;
      f(low, 1 - t);
      if (t > 0) f(high, t);
    });
  }
  template <class T>
  static void interpolate(const Geometry& g, const T* x, T* row, T* y) {  // (4): rows, then columns
    for_each_place<T>(g.in.rows, g.rows, [&](Index, Index low, Index high, T t) {
      for (Index v = 0; v < g.in.cols; ++v) row[v] = (1 - t) * x[low * g.in.cols + v] + t * x[high * g.in.cols + v];
      for_each_place<T>(g.in.cols, g.cols,
                        [&](Index k, Index left, Index right, T s) { y[k] = (1 - s) * row[left] + s * row[right]; });
      y += g.out_cols();
    });
  }
  template <class T>
  static void add_interpolated(const Geometry& g, const T* dy, T* row, T* dx) {  // (5): columns, then rows
    for_each_place<T>(g.in.rows, g.rows, [&](Index, Index low, Index high, T t) {
      std::fill_n(row, g.in.cols, T{0});
      for_each_place<T>(g.in.cols, g.cols, [&](Index k, Index left, Index right, T s) {
        row[left] += (1 - s) * dy[k];
        row[right] += s * dy[k];
      });
      for (Index v = 0; v < g.in.cols; ++v) dx[low * g.in.cols + v] += (1 - t) * row[v];
      for (Index v = 0; v < g.in.cols; ++v) dx[high * g.in.cols + v] += t * row[v];
      dy += g.out_cols();
    });
  }
};

ISINGLASS_LAYER(Upsample)

}  // namespace isinglass
