// isinglass/nn/layer_rig.h - one layer with memory of its own and one batch: for tests, benchmarks and curves.
//
//     LayerRig<double> rig(Tanh{}, {{4}}, 2);      two samples of shape (4)
//     rig.x()(0, 1) = 0.5;
//     rig.forward();                               rig.y()(0, 1) == tanh(0.5)
#pragma once
#include <algorithm>
#include <deque>
#include <limits>
#include <utility>
#include <vector>

#include "isinglass/nn/layer.h"

namespace isinglass {

// All numbers start as NaN, so that one which a layer forgets to write is seen. Constants among the parameters start
// at their initial value.
template <class T>
class LayerRig {
 public:
  Mode mode = Mode::kTraining;
  RandomKey random;
  bool changes_state = false;  // as a training step does

  // A sample of input k has shape inputs[k]. `gap`: how many unused numbers follow each row of a view.
  // Throws ShapeError when the layer does not take such inputs.
  LayerRig(Layer layer, Shapes inputs, Index rows, Index gap = 0)
      : random{.seed = 1, .purpose = layer.random().value_or(Purpose::kNoise)},
        layer_(std::move(layer)),
        functions_(layer_.functions<T>()),
        inputs_(std::move(inputs)),
        output_(layer_.output_shape(inputs_)) {
    const Index n_out = size_of(output_);
    y_ = matrix(rows, n_out, gap);
    dy_ = matrix(rows, n_out, gap);
    for (const Shape& shape : inputs_) {
      x_.push_back(matrix(rows, size_of(shape), gap));
      dx_.push_back(matrix(rows, size_of(shape), gap));
    }
    for (const Index cols : layer_.saved(inputs_)) saved_.push_back(matrix(rows, cols, gap));
    const auto scratch = static_cast<std::size_t>(layer_.scratch(inputs_));
    scratch_ = memory_.emplace_back(scratch, std::numeric_limits<T>::quiet_NaN());
    specs_ = layer_.params(inputs_);
    for (const ParamSpec& spec : specs_) {
      const Index cols = spec.shape.back(), size = size_of(spec.shape);
      param_.push_back(matrix(size / cols, cols, 0));
      dparam_.push_back(matrix(size / cols, cols, 0));
      const bool is_state = spec.role == ParamSpec::kState;
      if (is_state) {
        state_.push_back(param_.back());
        std::fill_n(dparam_.back().data, size, T{0});
      }
      if (is_state || spec.role == ParamSpec::kConstant)
        std::fill_n(param_.back().data, size, static_cast<T>(spec.initial));
    }
  }
  LayerRig(const LayerRig&) = delete;
  LayerRig& operator=(const LayerRig&) = delete;

  const Layer& layer() const { return layer_; }
  Index rows() const { return y_.rows; }
  const std::vector<ParamSpec>& specs() const { return specs_; }
  Index gradient_extent() const { return layer_.gradient_extent(inputs_); }

  View<T> x(std::size_t k = 0) const { return x_[k]; }
  View<T> y() const { return y_; }
  View<T> dy() const { return dy_; }
  View<T> dx(std::size_t k = 0) const { return dx_[k]; }
  View<T> param(std::size_t k) const { return param_[k]; }
  View<T> dparam(std::size_t k) const { return dparam_[k]; }
  const std::vector<View<T>>& all_x() const { return x_; }
  const std::vector<View<T>>& all_dx() const { return dx_; }
  const std::vector<View<T>>& all_param() const { return param_; }
  const std::vector<View<T>>& all_dparam() const { return dparam_; }

  void forward() { forward(0, rows()); }
  void backward() { backward(0, rows()); }
  void gradient() { gradient(0, gradient_extent()); }
  void forward(Index first, Index count) { functions_.forward(functions_.self, forward_call(first, count)); }
  void backward(Index first, Index count) { functions_.backward(functions_.self, backward_call(first, count)); }
  // The parameter gradient of slices begin .. end-1, over `count` samples (all, unless given).
  void gradient(Index begin, Index end, Index count = -1) {
    if (specs_.empty()) return;
    Backward<T> call = backward_call(0, count < 0 ? rows() : count);
    call.slice_begin = begin;
    call.slice_end = end;
    functions_.gradient(functions_.self, call);
  }

  // What the layer is handed for samples first .. first+count-1; valid until the next call of this rig.
  Forward<T> forward_call(Index first, Index count) {
    cut(first, count);
    return {.shapes = inputs_,
            .x = rows_x_,
            .param = const_param_,
            .y = y_.middle_rows(first, count),
            .saved = rows_saved_,
            .state = changes_state ? std::span<const View<T>>(state_) : std::span<const View<T>>(),
            .scratch = scratch_,
            .slice_end = layer_.batch_slices(inputs_),
            .mode = mode,
            .random = random,
            .first_row = first};
  }
  Backward<T> backward_call(Index first, Index count) {
    cut(first, count);
    return {.shapes = inputs_,
            .x = rows_x_,
            .param = const_param_,
            .y = y_.middle_rows(first, count),
            .dy = dy_.middle_rows(first, count),
            .saved = rows_saved_,
            .dx = rows_dx_,
            .dparam = dparam_,
            .scratch = scratch_,
            .slice_end = layer_.batch_slices(inputs_),
            .mode = mode,
            .random = random,
            .first_row = first};
  }

 private:
  View<T> matrix(Index rows, Index cols, Index gap) {
    const auto size = static_cast<std::size_t>(rows * (cols + gap));
    return {memory_.emplace_back(size, std::numeric_limits<T>::quiet_NaN()).data(), rows, cols, cols + gap};
  }
  void cut(Index first, Index count) {
    const_param_.assign(param_.begin(), param_.end());
    rows_x_.clear(), rows_dx_.clear(), rows_saved_.clear();
    for (const View<T>& x : x_) rows_x_.push_back(x.middle_rows(first, count));
    for (const View<T>& dx : dx_) rows_dx_.push_back(dx.middle_rows(first, count));
    for (const View<T>& saved : saved_) rows_saved_.push_back(saved.middle_rows(first, count));
  }

  Layer layer_;
  LayerFunctions<T> functions_;
  Shapes inputs_;
  Shape output_;
  std::vector<ParamSpec> specs_;
  std::deque<std::vector<T>> memory_;
  View<T> y_, dy_;
  std::span<T> scratch_;
  std::vector<View<T>> x_, dx_, saved_, param_, dparam_, state_, rows_dx_, rows_saved_;
  std::vector<View<const T>> rows_x_, const_param_;
};

}  // namespace isinglass
