// isinglass/base/view.h - a matrix that somebody else owns.
#pragma once
#include <span>

#include "isinglass/base/shape.h"

namespace isinglass {

// Row-major (rows, cols) with `stride` elements from one row to the next. A sample is a row; its own
// shape (channels, height, width) lies flat within the row, so that a column slice of a row-major
// batch is a range of channels. Owns nothing; copying it copies no numbers.
template <class T>
struct View {
  T* data = nullptr;
  Index rows = 0, cols = 0, stride = 0;

  View() = default;
  View(T* data_, Index rows_, Index cols_) : View(data_, rows_, cols_, cols_) {}
  View(T* data_, Index rows_, Index cols_, Index stride_) : data(data_), rows(rows_), cols(cols_), stride(stride_) {}

  T& operator()(Index r, Index c) const { return data[r * stride + c]; }
  std::span<T> row(Index r) const { return {data + r * stride, static_cast<std::size_t>(cols)}; }
  View middle_rows(Index first, Index count) const { return {data + first * stride, count, cols, stride}; }
  View middle_cols(Index first, Index count) const { return {data + first, rows, count, stride}; }
  bool contiguous() const { return stride == cols || rows <= 1; }
  Index size() const { return rows * cols; }

  operator View<const T>() const {  // NOLINT(google-explicit-constructor): as T* becomes const T*
    return {data, rows, cols, stride};
  }
};

}  // namespace isinglass
