// isinglass/nn/dropout.h - removes random elements in training, none at inference.
//
//     training:   y[n,j] = x[n,j] m[n,j],  m = 0 with probability rate, else 1 / (1 - rate)      (1)
//     inference:  y = x                                                                         (2)
//     dx = dy m                                                                                 (3)
//
// m is a function of (seed, layer, step, n, j), so that any moment can be computed again.
// Source: Srivastava et al., JMLR 15 (2014); spec C9.
#pragma once
#include <algorithm>
#include <cmath>

#include "isinglass/kernels/widened.h"
#include "isinglass/nn/draws.h"

namespace isinglass {

struct Dropout {
  static constexpr std::string_view kName = "dropout",
                                    kSummary = "sets random elements to 0 in training and scales the others up";
  static constexpr Purpose kRandom = Purpose::kDropout;
  static constexpr bool kInPlace = true, kReadsOutput = false;
  double rate = 0.5;

  static void options(auto& v) {
    v("rate", &Dropout::rate, "probability that an element is removed", from_up_to(0, 1));
  }
  Shape output_shape(const Shape& in) const { return in; }
  std::vector<Index> saved(const Shape& in) const { return {size_of(in)}; }  // m

  template <class T>
  void forward(const Forward<T>& f) const {
    if (f.mode == Mode::kInference) return copy(f.x[0], f.y);  // (2)
    const std::uint32_t lowest_kept = lowest();
    const T factor = static_cast<T>(scale());
    for_each_draws(f, [&](Index n, Index j, std::span<const std::uint32_t> bits) {
      const T* x = &f.x[0](n, j);
      T *m = &f.saved[0](n, j), *y = &f.y(n, j);
      for (std::size_t i = 0; i < bits.size(); ++i) m[i] = static_cast<T>(bits[i] >= lowest_kept) * factor;
      for (std::size_t i = 0; i < bits.size(); ++i) y[i] = x[i] * m[i];  // (1)
    });
  }
  template <class T>
  void backward(const Backward<T>& b) const {
    if (b.mode == Mode::kInference) return copy(b.dy, b.dx[0]);
    kernels::widened([&] {
      for (Index n = 0; n < b.dy.rows; ++n) {
        const std::span<const T> dy = b.dy.row(n), m = b.saved[0].row(n);
        const std::span<T> dx = b.dx[0].row(n);
        for (std::size_t j = 0; j < dx.size(); ++j) dx[j] = dy[j] * m[j];  // (3)
      }
    });
  }
  void partials(const Forward<double>& f, Index n, Index j, const PartialSink& sink) const {
    const bool is_training = f.mode == Mode::kTraining;
    if (is_training && draw_of(f, n, j) < lowest()) return;
    sink({{.kind = Quantity::kInput, .index = j, .row = n}, is_training ? scale() : 1.0});
  }
  static std::vector<Sample<Dropout>> samples() {
    return {{{.rate = 0.5}, {{5}}}, {{.rate = 0}, {{2, 2}}}, {{.rate = 0.3}, {{301}}}};
  }

 private:
  double scale() const { return 1 / (1 - rate); }
  // Of the 2^32 draws, those below it remove their element.
  std::uint32_t lowest() const { return static_cast<std::uint32_t>(rate * 0x1p32); }

  template <class T>
  static void copy(const View<const T>& from, const View<T>& to) {
    if (from.data == to.data) return;
    for (Index n = 0; n < to.rows; ++n) std::copy_n(from.row(n).data(), to.cols, to.row(n).data());
  }
};

ISINGLASS_LAYER(Dropout)

}  // namespace isinglass
