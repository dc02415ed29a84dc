// isinglass/nn/rrelu.h - rectified linear unit whose negative slope is random in training.
//
//     y = x for x > 0, else a x           (1)
//     dx = dy for x > 0, else a dy        (2)  a at the kink
//
//     training:   a ~ U(lower, upper), drawn for each element at each step       (3)
//     inference:  a = (lower + upper) / 2                                        (4)
//
// a is a function of (seed, layer, step, n, j), so that any moment can be computed again.
// Source: Xu, Wang, Chen & Li, arXiv:1505.00853 (2015); spec A10.
#pragma once
#include "isinglass/nn/draws.h"

namespace isinglass {

struct Rrelu {
  static constexpr std::string_view kName = "rrelu",
                                    kSummary = "leaky_relu with a random slope in training, its mean at inference";
  static constexpr Purpose kRandom = Purpose::kSlope;
  double lower = 1.0 / 8, upper = 1.0 / 3;

  static void options(auto& v) {
    v("lower", &Rrelu::lower, "smallest slope for x <= 0");
    v("upper", &Rrelu::upper, "largest slope for x <= 0");
  }
  Shape output_shape(const Shape& in) const { return in; }
  std::vector<Index> saved(const Shape& in) const { return {size_of(in)}; }  // the slope at x: 1 or a

  template <class T>
  void forward(const Forward<T>& f) const {
    const View<T>& slope = f.saved[0];
    if (f.mode == Mode::kInference) {
      for (Index n = 0; n < f.y.rows; ++n)
        for (T& s : slope.row(n)) s = static_cast<T>(mean());
    } else {
      for_each_draws(f, [&](Index n, Index j, std::span<const std::uint32_t> bits) {
        for (std::size_t i = 0; i < bits.size(); ++i) (&slope(n, j))[i] = static_cast<T>(drawn(bits[i]));
      });
    }
    for (Index n = 0; n < f.y.rows; ++n)
      for (Index j = 0; j < f.y.cols; ++j) {
        const T x = f.x[0](n, j), s = x > 0 ? T{1} : slope(n, j);
        slope(n, j) = s;
        f.y(n, j) = s * x;  // (1)
      }
  }
  template <class T>
  void backward(const Backward<T>& b) const {
    for (Index n = 0; n < b.dy.rows; ++n)
      for (Index j = 0; j < b.dy.cols; ++j) b.dx[0](n, j) = b.dy(n, j) * b.saved[0](n, j);  // (2)
  }
  void partials(const Forward<double>& f, Index n, Index j, const PartialSink& sink) const {
    const double a = f.mode == Mode::kInference ? mean() : drawn(draw_of(f, n, j));
    sink({{.kind = Quantity::kInput, .index = j, .row = n}, f.x[0](n, j) > 0 ? 1 : a});
  }
  static std::vector<Sample<Rrelu>> samples() { return {{{}, {{5}}}, {{.lower = 0, .upper = 1}, {{2, 2}}}}; }

 private:
  double mean() const { return (lower + upper) / 2; }  // (4)
  double drawn(std::uint32_t bits) const {
    return lower + (upper - lower) * (static_cast<double>(bits) * 0x1p-32);  // (3)
  }
};

ISINGLASS_LAYER(Rrelu)

}  // namespace isinglass
