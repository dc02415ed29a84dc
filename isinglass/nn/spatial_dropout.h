// isinglass/nn/spatial_dropout.h - removes random channels in training, none at inference.
//
// Neighbours within a feature map are so alike that removing single numbers removes little; whole channels do.
//
//     training:   y[n,c,p] = x[n,c,p] m[n,c],  m = 0 with probability rate, else 1 / (1 - rate)      (1)
//     inference:  y = x                                                                             (2)
//     dx = dy m                                                                                     (3)
//
//     x, y  (N, C, ...)        m  (N, C)
//
// m is a function of (seed, layer, step, n, c), so that any moment can be computed again.
// Source: Tompson et al., CVPR 2015, arXiv:1411.4280; spec C9.
#pragma once
#include "isinglass/nn/draws.h"

namespace isinglass {

struct SpatialDropout {
  static constexpr std::string_view kName = "spatial_dropout",
                                    kSummary = "sets random channels to 0 in training and scales the others up";
  static constexpr Purpose kRandom = Purpose::kDropout;
  double rate = 0.5;

  static void options(auto& v) {
    v("rate", &SpatialDropout::rate, "probability that a channel is removed", from_up_to(0, 1));
  }
  Shape output_shape(const Shape& in) const {
    if (in.size() < 2)
      throw ShapeError("spatial_dropout: the input must have channels and places, (C, L) or (C, H, W), got " +
                       to_string(in) + "; take dropout");
    return in;
  }
  std::vector<Index> saved(const Shape& in) const { return {in[0]}; }  // m

  template <class T>
  void forward(const Forward<T>& f) const {
    if (f.mode == Mode::kInference) return copy(f.x[0], f.y);  // (2)
    const std::uint32_t lowest_kept = lowest();
    const T factor = static_cast<T>(scale());
    const View<T> m = f.saved[0];
    for_each_draws(of_channels(f), [&](Index n, Index first, std::span<const std::uint32_t> bits) {
      for (std::size_t i = 0; i < bits.size(); ++i)
        m(n, first + static_cast<Index>(i)) = bits[i] >= lowest_kept ? factor : T{0};
    });
    multiply<T>(f.x[0], m, f.y);  // (1)
  }
  template <class T>
  void backward(const Backward<T>& b) const {
    if (b.mode == Mode::kInference) return copy(b.dy, b.dx[0]);
    multiply<T>(b.dy, b.saved[0], b.dx[0]);  // (3)
  }
  void partials(const Forward<double>& f, Index n, Index j, const PartialSink& sink) const {
    const bool is_training = f.mode == Mode::kTraining;
    const Index channel = j / (f.y.cols / f.shapes[0][0]);
    if (is_training && draw_of(of_channels(f), n, channel) < lowest()) return;
    sink({{.kind = Quantity::kInput, .index = j, .row = n}, is_training ? scale() : 1.0});
  }
  static std::vector<Sample<SpatialDropout>> samples() {
    return {{{.rate = 0.5}, {{5, 3}}}, {{.rate = 0}, {{2, 2, 2}}}, {{.rate = 0.3}, {{301, 1, 2}}}};
  }

 private:
  double scale() const { return 1 / (1 - rate); }
  // Of the 2^32 draws, those below it remove their channel.
  std::uint32_t lowest() const { return static_cast<std::uint32_t>(rate * 0x1p32); }

  // The same call for an output with one element for each channel: element (n, c) has the draw n C + c.
  template <class T>
  static Forward<T> of_channels(Forward<T> f) {
    f.y.cols = f.shapes[0][0];
    return f;
  }
  template <class T>
  static void multiply(const View<const T>& x, const View<const T>& m, const View<T>& y) {
    const Index places = x.cols / m.cols;
    for (Index n = 0; n < x.rows; ++n)
      for (Index c = 0; c < m.cols; ++c) {
        const T *from = &x(n, c * places), factor = m(n, c);
        T* to = &y(n, c * places);
        for (Index p = 0; p < places; ++p) to[p] = from[p] * factor;
      }
  }
  template <class T>
  static void copy(const View<const T>& from, const View<T>& to) {
    for (Index n = 0; n < to.rows; ++n) std::copy_n(from.row(n).data(), to.cols, to.row(n).data());
  }
};

ISINGLASS_LAYER(SpatialDropout)

}  // namespace isinglass
