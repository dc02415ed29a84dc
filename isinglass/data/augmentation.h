// isinglass/data/augmentation.h - small random changes of training samples, so that a network sees
// an image never twice alike.
//
// An image is the last two axes (H, W) of a sample; axes before them are channels and move
// together. A sample of one axis (L) is a signal: it shifts, but is not flipped. In this order
//
//   flip     x(i, j) <- x(i, W-1-j) horizontally, x(H-1-i, j) vertically; each with probability 1/2   (1)
//   shift    x(i, j) <- x(i-dy, j-dx), dy and dx uniform in -shift .. shift; `fill` comes in          (2)
//   noise    x <- x + noise z for every number, z normal with mean 0 and deviation 1                  (3)
//
// An axis of extent 1 does not shift. A draw is a function of (seed, step, position in the batch)
// alone: neither the number of threads nor an interruption changes a bit.
#pragma once
#include <string>
#include <string_view>

#include "isinglass/base/options.h"
#include "isinglass/base/random.h"
#include "isinglass/base/view.h"

namespace isinglass {

struct Augmentation {
  static constexpr std::string_view kTypeName = "table";
  Index shift = 0;
  std::string flip = "none";
  double noise = 0;

  bool moves() const { return shift > 0 || flip != "none"; }
  bool is_none() const { return !moves() && noise == 0; }

  // Throws OptionError when samples of this shape cannot be flipped, or would be shifted out of
  // sight.
  void check(const Shape& sample_shape) const;

  // (1) and (2) for the samples x (N, size of sample_shape) in place; row 0 has the position
  // `first` in its batch. Of the key, seed and step count. T is float or double. Neither function
  // allocates.
  template <class T>
  void move(View<T> x, const Shape& sample_shape, const RandomKey& key, Index first, T fill) const;
  // (3), likewise.
  template <class T>
  void add_noise(View<T> x, const RandomKey& key, Index first) const;

  static Augmentation read(const Value& v);
  Value write() const;  // null when it changes nothing

  static void options(auto& v) {
    v("shift", &Augmentation::shift,
      "moves an image by up to so many pixels in each direction; what comes in is 0 before scaling", at_least(0));
    v("flip", &Augmentation::flip,
      "mirrors an image with probability 1/2: left and right (horizontal), top and bottom (vertical), or each of both",
      one_of({"none", "horizontal", "vertical", "both"}));
    v("noise", &Augmentation::noise, "deviation of normal noise on every input, in scaled units", at_least(0));
  }
};

}  // namespace isinglass
