// isinglass/lab/window_walk.h - a window that walks over one image, position by position: convolution and pooling.
//
//     y[r, s] = sum_(i, j) k[i, j] x[r stride + i dilation - pad, s stride + j dilation - pad]      (1)
//     dL/dk[i, j] = sum_(r, s) dL/dy[r, s] x[r stride + i dilation - pad, ...]                      (2)
//
// computed by the layers that networks have (nn/conv.h, nn/max_pool.h, nn/average_pool.h). A kernel is shared by all
// positions, and so (2) is a sum over them. Source: spec C1, C3-C5, C7, C18.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "isinglass/lab/convolve.h"
#include "isinglass/nn/layer.h"

namespace isinglass {

struct WalkSettings {
  enum Kind { kConvolution, kMaxPool, kAveragePool } kind = kConvolution;
  Plane kernel;          // of a convolution, as it is given
  bool is_true = false;  // a true convolution: the kernel is flipped
  Index pool_size = 2;   // of pooling; a signal has windows of one row
  Index stride = 1, dilation = 1;
  PaddingName padding = {};       // pooling knows "none" and "zero"
  std::optional<Index> pad = {};  // how far it reaches; not given: so far that stride 1 keeps the size
  double padding_value = 0;
};

class WindowWalk {
 public:
  // Throws ShapeError, with the formula of the output size and its numbers, when no window fits; OptionError.
  WindowWalk(Plane image, const WalkSettings& settings);

  const Plane& image() const { return image_; }
  const Plane& kernel() const { return kernel_; }  // as it is laid on the image; of pooling, a shape alone
  const Plane& output() const { return output_; }
  const kernels::Window& window() const { return window_; }
  const std::string& arithmetic() const { return arithmetic_; }  // "floor((28 + 2*1 - 3)/2) + 1 = 14"

  // What the window reads at one position of the output, row by row of the window.
  struct Tap {
    Index row = 0, col = 0;                  // of the image; may lie beyond its edge
    Index source_row = -1, source_col = -1;  // where the number stands in the image; -1: nowhere
    double x = 0, weight = 0, product = 0;   // largest number of a window: weight 1, the others 0
    bool is_read = true;                     // a largest number is not looked for beyond the edge
  };
  std::vector<Tap> taps(Index row, Index col) const;

  // (2) for dL/dy of the shape of output(), and each position's term of it for one weight; of a convolution alone.
  Plane kernel_gradient(const Plane& upstream) const;
  Plane gradient_terms(const Plane& upstream, Index i, Index j) const;

 private:
  Tap tap(Index row, Index col, Index i, Index j) const;

  Plane image_, kernel_, output_;
  WalkSettings::Kind kind_;
  Layer layer_;
  kernels::Window window_;
  std::string arithmetic_;
};

}  // namespace isinglass
