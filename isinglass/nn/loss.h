// isinglass/nn/loss.h - how wrong a prediction is, and the table of all losses.
//
// The loss of a batch is the mean over its N samples of w_n l(yhat_n, y_n), where w_n is the weight of the
// sample (1 unless given) and l the loss of one sample; this 1/N is the only one there is. Its gradient carries
// w_n / N. Some losses are fused with the output activation: they are computed from the pre-activation z, so
// that neither log(0) nor exp(1000) ever appears, and their gradient is dL/dz (spec S3).
#pragma once
#include <span>
#include <string_view>

#include "isinglass/base/expression.h"
#include "isinglass/base/kind_table.h"
#include "isinglass/base/view.h"

namespace isinglass {

// One batch, each view (N, n_out).
template <class T>
struct LossRows {
  View<const T> z;           // pre-activation of the output, for fused losses
  View<const T> y_hat;       // prediction
  View<const T> y;           // target
  std::span<double> loss;    // (N) written by value(): l of each sample
  std::span<const T> scale;  // (N) read by gradient(): w_n / N
  View<T> d;                 // written by gradient(): dL/dz for fused losses, else dL/dyhat
};

// One sample. In formulas kInput number 0 is z, kInput number 1 the target y, kOutput the prediction yhat.
struct LossSample {
  std::span<const double> z, y_hat, y;

  Expression prediction(std::size_t j) const {
    return Expression::quantity({.kind = Quantity::kOutput, .index = static_cast<Index>(j)}, y_hat[j]);
  }
  Expression target(std::size_t j) const {
    return Expression::quantity({.kind = Quantity::kInput, .which = 1, .index = static_cast<Index>(j)}, y[j]);
  }
};

template <class T>
struct LossFunctions {
  const void* self = nullptr;
  void (*value)(const void* self, const LossRows<T>&) = nullptr;
  void (*gradient)(const void* self, const LossRows<T>&) = nullptr;
};

// Any loss, by value. S has kName, kSummary, options(v), kActivation (the output activation it is fused with,
// "" for none) and, for one sample as spans,
//     template <class T> double value(z, y_hat, y) const
//     template <class T> void gradient(z, y_hat, y, T scale, std::span<T> d) const
//     Expression derivative(const LossSample&, std::size_t j) const        one number of d, without the scale
// and, when it is fused, the same loss without its activation,
//     double prediction_value(const LossSample&) const
//     Expression prediction_derivative(const LossSample&, std::size_t j) const    dl/dyhat[j]
class Loss {
 public:
  static constexpr std::string_view kTypeName = "loss";

  template <class S>
  requires requires { S::kActivation; }
  Loss(S s)  // NOLINT(google-explicit-constructor): MeanSquared{} is a Loss
      : kind_(S::kName), activation_(S::kActivation), self_(std::make_shared<const S>(std::move(s))) {
    write_ = [](const void* self) { return write_kind(*static_cast<const S*>(self)); };
    derivative_ = [](const void* self, const LossSample& sample, std::size_t j) {
      return static_cast<const S*>(self)->derivative(sample, j);
    };
    prediction_derivative_ = derivative_;
    prediction_value_ = [](const void* self, const LossSample& sample) {
      return static_cast<const S*>(self)->template value<double>(sample.z, sample.y_hat, sample.y);
    };
    if constexpr (!S::kActivation.empty()) {
      prediction_derivative_ = [](const void* self, const LossSample& sample, std::size_t j) {
        return static_cast<const S*>(self)->prediction_derivative(sample, j);
      };
      prediction_value_ = [](const void* self, const LossSample& sample) {
        return static_cast<const S*>(self)->prediction_value(sample);
      };
    }
    float_ = functions_of<S, float>();
    double_ = functions_of<S, double>();
  }

  static Loss read(const Value& value);
  Value write() const { return write_(self_.get()); }
  std::string_view kind() const { return kind_; }
  std::string_view activation() const { return activation_; }

  // dl/dz[j] of a fused loss, else dl/dyhat[j], as a formula.
  Expression derivative(const LossSample& sample, std::size_t j) const { return derivative_(self_.get(), sample, j); }
  // The loss as a function of the prediction alone, and dl/dyhat[j]; not finite where a fused loss alone is.
  double prediction_value(const LossSample& sample) const { return prediction_value_(self_.get(), sample); }
  Expression prediction_derivative(const LossSample& sample, std::size_t j) const {
    return prediction_derivative_(self_.get(), sample, j);
  }

  template <class T>
  LossFunctions<T> functions() const {
    LossFunctions<T> f;
    if constexpr (std::same_as<T, float>)
      f = float_;
    else
      f = double_;
    f.self = self_.get();
    return f;
  }

 private:
  template <class S, class T>
  static LossFunctions<T> functions_of() {
    return {nullptr,
            [](const void* self, const LossRows<T>& rows) {
              for (Index n = 0; n < rows.y.rows; ++n)
                rows.loss[static_cast<std::size_t>(n)] =
                    static_cast<const S*>(self)->template value<T>(rows.z.row(n), rows.y_hat.row(n), rows.y.row(n));
            },
            [](const void* self, const LossRows<T>& rows) {
              for (Index n = 0; n < rows.y.rows; ++n)
                static_cast<const S*>(self)->template gradient<T>(rows.z.row(n), rows.y_hat.row(n), rows.y.row(n),
                                                                  rows.scale[static_cast<std::size_t>(n)],
                                                                  rows.d.row(n));
            }};
  }

  std::string_view kind_, activation_;
  std::shared_ptr<const void> self_;
  Value (*write_)(const void* self) = nullptr;
  Expression (*derivative_)(const void* self, const LossSample&, std::size_t) = nullptr;
  Expression (*prediction_derivative_)(const void* self, const LossSample&, std::size_t) = nullptr;
  double (*prediction_value_)(const void* self, const LossSample&) = nullptr;
  LossFunctions<float> float_;
  LossFunctions<double> double_;
};

KindTable<Loss>& loss_table();

}  // namespace isinglass
