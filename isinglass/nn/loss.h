// isinglass/nn/loss.h - how wrong a prediction is, and the table of all losses.
//
// The loss of a batch is the mean over its N samples of w_n l(yhat_n, y_n), where w_n is the weight of the
// sample (1 unless given) and l the loss of one sample; this 1/N is the only one there is. Its gradient carries
// w_n / N. Some losses are fused with the output activation: they are computed from the pre-activation z, so
// that neither log(0) nor exp(1000) ever appears, and their gradient is dL/dz (spec S3).
#pragma once
#include <span>
#include <string_view>

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
class Loss {
 public:
  static constexpr std::string_view kTypeName = "loss";

  template <class S>
  requires requires { S::kActivation; }
  Loss(S s)  // NOLINT(google-explicit-constructor): MeanSquared{} is a Loss
      : kind_(S::kName), activation_(S::kActivation), self_(std::make_shared<const S>(std::move(s))) {
    write_ = [](const void* self) { return write_kind(*static_cast<const S*>(self)); };
    float_ = functions_of<S, float>();
    double_ = functions_of<S, double>();
  }

  static Loss read(const Value& value);
  Value write() const { return write_(self_.get()); }
  std::string_view kind() const { return kind_; }
  std::string_view activation() const { return activation_; }

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
  LossFunctions<float> float_;
  LossFunctions<double> double_;
};

KindTable<Loss>& loss_table();

}  // namespace isinglass
