// isinglass/nn/layer.h - what every layer is, and the table of all layers.
//
// A layer is a struct of options with equations. It knows nothing of batches in flight, memory or threads:
// whoever runs it hands it views. A layer file gives
//
//     kName, kSummary, options(v)              its name in files, one sentence, its settings
//     Shape output_shape(const Shape& in)      or of several inputs: (const Shapes& in); throws ShapeError
//     forward(const Forward<T>&)               writes y
//     backward(const Backward<T>&)             writes dx from dy
//     partials(const Forward<double>&, n, j, sink)   every non-zero derivative of y[n,j], as a formula
//     samples()                                small instances that tests, benchmarks and docs run over
//
// and only where it has any:
//
//     params(in)               its parameters and states       gradient(const Backward<T>&)  writes dparam
//     gradient_extent(in)      into how many slices the parameter gradient may be cut (default 1)
//     saved(in)                numbers a sample that forward keeps for backward
//     scratch(in)              numbers of working memory that a call of forward, backward or gradient needs
//     sample_lanes(in, number) whether x and y, and so their gradients, may lie in lanes (kernels/sample_lanes.h)
//     operations(in)           multiply-adds of one sample, forward, where parameters do not tell
//     arithmetic(in)           how the output size comes about, with its numbers
//     method(in, call)         the way that it computes a call (LayerCall), where it has several
//     mirror(in, tied)         settings of the layer that leads back to shape `in`, for an autoencoder's decoder; with
//                              `tied` its kernel is this layer's
//     kCouplesBatch = true     samples depend on each other: forward and backward get all rows of a batch, but only
//     batch_slices(in)         one or several of so many slices, such as channels, which do not (default 1)
//     kGradientInParts = true  gradient() can go on with its sums where the rows before left them: `resumes`
//     kHandsOver = true        gradient() gives that of its first parameter to `handover`, if there is one
//     kInPlace = true          y may lie where x does and dx where dy does: backward does not look at x
//     kReadsOutput = false     backward does not look at y
//     kIsIdentity = true       y = x and dx = dy: nothing to do where they lie in one place
//     kIsRectifier = true      max(0, x): forward may be left to a layer before that kRectifies, backward to one behind
//     kRectifies = true        it does so on request: `rectify`, `x_is_rectified`
//     kElementwise = true      each number of y comes from the one of x at its place, by a rule for all: rows may be cut
//                              and joined at will
//     kUntrainable             why no gradient passes
//     kRandom                  the purpose of its random draws, when it draws any in training
//     branches(), merge()      a composite: chains of layers side by side, and the layer that joins their ends
#pragma once
#include <concepts>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "isinglass/base/expression.h"
#include "isinglass/base/kind_table.h"
#include "isinglass/base/random.h"
#include "isinglass/base/view.h"
#include "isinglass/kernels/handover.h"
#include "isinglass/kernels/products.h"
#include "isinglass/kernels/sample_lanes.h"
#include "isinglass/nn/initialiser.h"

namespace isinglass {

enum class Mode { kTraining, kInference };

// Whether a layer computes with samples in lanes: never; where its input has them, then its output has, too; where its
// input has them, then its output as asked; or with its input, its output, both or neither in lanes, as asked.
enum class SampleLanes { kNever, kAsInput, kFromLanes, kAsAsked };

// A parameter of a layer. As a matrix it has shape.back() columns and all other extents as rows.
struct ParamSpec {
  // Which initialiser fills it; kConstant and kState: `initial`. A state is not trained: forward changes it.
  enum Role { kKernel, kBias, kConstant, kState };
  std::string name;
  Shape shape;
  Role role = kKernel;
  Index fan_in = 1, fan_out = 1;  // for initialisers: connections into and out of a unit
  double initial = 0;
};

// Everything a layer may look at while it runs, for the rows of a batch that one thread works on.
// A view has a row for each sample; a parameter is a matrix.
template <class T>
struct Forward {
  std::span<const Shape> shapes;     // of one sample of each input
  std::span<const View<const T>> x;  // the inputs, one for most layers
  std::span<const View<const T>> param;
  View<T> y;
  std::span<const View<T>> saved;  // (N, saved()[k]): kept for backward
  std::span<const View<T>> state;  // in a training step: the layer's states, to be changed; else empty
  std::span<T> scratch;
  Index slice_begin = 0, slice_end = 1;  // of a layer that couples the batch: the slices to compute
  Mode mode = Mode::kInference;
  kernels::Products products = kernels::Products::kFloat;  // of matrices of floats
  RandomKey random;                                        // this layer's stream at this step
  Index first_row = 0;                                     // which sample of the batch row 0 is
  kernels::InLanes in_lanes;                               // which of x and y, of a layer that may have them so
  bool rectify = false;                                    // write max(0, y), of a layer that kRectifies

  // The draw of element (n, j) does not depend on how the batch was split.
  std::uint64_t draw_index(Index n, Index j) const { return static_cast<std::uint64_t>((first_row + n) * y.cols + j); }
};

// L is the loss; d means dL/d(.). dx and dparam are written, never added to, but for `resumes`.
template <class T>
struct Backward {
  std::span<const Shape> shapes;
  std::span<const View<const T>> x;
  std::span<const View<const T>> param;
  View<const T> y;
  View<const T> dy;
  std::span<const View<T>> saved;
  std::span<const View<T>> dx;      // empty data where nobody needs it
  std::span<const View<T>> dparam;  // only in gradient()
  std::span<T> scratch;
  Index slice_begin = 0, slice_end = 1;  // gradient(): the slices of the parameters to write; else as in Forward
  const kernels::Handover<T>* handover = nullptr;
  bool resumes = false;  // gradient(): dparam holds the sums over the rows before these
  Mode mode = Mode::kTraining;
  kernels::Products products = kernels::Products::kFloat;
  RandomKey random;
  Index first_row = 0;
  kernels::InLanes in_lanes;    // as in Forward; dx is as x, dy as y
  bool x_is_rectified = false;  // of a layer that kRectifies: x = max(0, z), and dx is to be dL/dz

  std::uint64_t draw_index(Index n, Index j) const { return static_cast<std::uint64_t>((first_row + n) * y.cols + j); }
};

// One factor of a chain rule: d y[n,j] / d variable.
struct Partial {
  Quantity variable;
  Expression derivative;
};
using PartialSink = std::function<void(const Partial&)>;

// A call of a layer for some rows of a batch, for those who ask how it would be computed.
struct LayerCall {
  enum Pass { kForward, kBackward, kGradient } pass = kForward;
  Index rows = 1;
  Index slices = 1;                    // kGradient: how many of its gradient_extent()
  std::size_t number = sizeof(float);  // bytes of one
  kernels::Products products = kernels::Products::kFloat;
};

template <class L>
struct Sample {
  L layer;
  Shapes inputs;
};

struct LayerSpec;
using Chain = std::vector<LayerSpec>;

// The step functions of a layer as plain pointers; `self` is the layer struct.
template <class T>
struct LayerFunctions {
  const void* self = nullptr;
  void (*forward)(const void* self, const Forward<T>&) = nullptr;
  void (*backward)(const void* self, const Backward<T>&) = nullptr;
  void (*gradient)(const void* self, const Backward<T>&) = nullptr;  // null: no parameters
  bool gradient_in_parts = false, hands_over = false, in_place = false, elementwise = false,
       backward_reads_output = true;
  bool is_identity = false, is_rectifier = false, rectifies = false;
};

template <class L>
concept CompositeType = requires(const L& l) {
  { l.branches() } -> std::same_as<std::vector<Chain>>;
};

template <class L>
concept LayerType = requires {
  L::kName;
}
&&requires {
  { L::kName } -> std::convertible_to<std::string_view>;
  { L::kSummary } -> std::convertible_to<std::string_view>;
  { L::samples() } -> std::same_as<std::vector<Sample<L>>>;
}
&&(CompositeType<L> || requires(const L& l, const Forward<float>& f, const Forward<double>& d, const Backward<float>& b,
                                const Backward<double>& c, const PartialSink& s) {
  l.forward(f), l.forward(d);
  l.backward(b), l.backward(c);
  l.partials(d, Index{}, Index{}, s);
});

// Any layer, by value; copies share the (immutable) layer.
class Layer {
 public:
  static constexpr std::string_view kTypeName = "layer";

  template <LayerType L>
  Layer(L layer);  // NOLINT(google-explicit-constructor): Dense{.units = 2} is a Layer

  // "relu", or { kind = "leaky_relu", negative_slope = 0.1 }. Throws OptionError with file and line.
  // Keys in `extra` belong to the caller.
  static Layer read(const Value& value, const std::vector<std::string>& extra = {});
  Value write() const;  // a table with "kind" and every option

  std::string_view kind() const { return self_->kind(); }
  Shape output_shape(const Shapes& in) const { return self_->output_shape(in); }
  std::vector<ParamSpec> params(const Shapes& in) const { return self_->params(in); }
  std::vector<Index> saved(const Shapes& in) const { return self_->saved(in); }
  Index gradient_extent(const Shapes& in) const { return self_->gradient_extent(in); }
  Index scratch(const Shapes& in) const { return self_->scratch(in); }
  SampleLanes sample_lanes(const Shapes& in, std::size_t number) const { return self_->sample_lanes(in, number); }
  double operations(const Shapes& in) const { return self_->operations(in); }
  std::string arithmetic(const Shapes& in) const { return self_->arithmetic(in); }
  std::string method(const Shapes& in, const LayerCall& call) const { return self_->method(in, call); }  // "": the only
  Index batch_slices(const Shapes& in) const { return self_->batch_slices(in); }
  Value mirror(const Shape& in, bool tied) const { return self_->mirror(in, tied); }  // null: it has none
  bool couples_batch() const { return self_->couples_batch(); }
  std::string_view untrainable() const { return self_->untrainable(); }  // "" when it can be trained
  std::optional<Purpose> random() const { return self_->random(); }
  void partials(const Forward<double>& f, Index n, Index j, const PartialSink& sink) const {
    self_->partials(f, n, j, sink);
  }
  template <class T>
  LayerFunctions<T> functions() const;

  bool is_composite() const { return self_->is_composite(); }
  std::vector<Chain> branches() const;  // of a composite
  Layer merge() const;

 private:
  struct Concept {
    virtual ~Concept() = default;
    virtual std::string_view kind() const = 0;
    virtual Value write() const = 0;
    virtual Shape output_shape(const Shapes&) const = 0;
    virtual std::vector<ParamSpec> params(const Shapes&) const = 0;
    virtual std::vector<Index> saved(const Shapes&) const = 0;
    virtual Index gradient_extent(const Shapes&) const = 0;
    virtual Index scratch(const Shapes&) const = 0;
    virtual SampleLanes sample_lanes(const Shapes&, std::size_t number) const = 0;
    virtual double operations(const Shapes&) const = 0;
    virtual std::string arithmetic(const Shapes&) const = 0;
    virtual std::string method(const Shapes&, const LayerCall&) const = 0;
    virtual Index batch_slices(const Shapes&) const = 0;
    virtual Value mirror(const Shape&, bool tied) const = 0;
    virtual bool couples_batch() const = 0;
    virtual std::string_view untrainable() const = 0;
    virtual std::optional<Purpose> random() const = 0;
    virtual void partials(const Forward<double>&, Index, Index, const PartialSink&) const = 0;
    virtual LayerFunctions<float> functions_float() const = 0;
    virtual LayerFunctions<double> functions_double() const = 0;
    virtual bool is_composite() const = 0;
    virtual std::vector<Chain> branches() const = 0;
    virtual Layer merge() const = 0;
  };
  template <class L>
  struct Model;

  explicit Layer(std::shared_ptr<const Concept> self) : self_(std::move(self)) {}
  std::shared_ptr<const Concept> self_;
};

// A layer of a chain with what is said of it there: an activation that follows it, initialisers, a name.
// In experiment files: { kind = "dense", units = 10, activation = "softmax" }.
struct LayerSpec {
  static constexpr std::string_view kTypeName = "layer";
  Layer layer;
  std::optional<Layer> activation = {};
  std::optional<Initialiser> kernel_initialiser = {}, bias_initialiser = {};  // else the model's
  std::string tied_to = {};                                                   // "layer2": shares that layer's kernel
  double activity_l1 = 0;  // adds activity_l1 sum |output| of each sample to the training loss

  static LayerSpec read(const Value& value);
  Value write() const;
};

struct LayerRow : Kind<Layer> {
  std::function<std::vector<Sample<Layer>>()> samples;
};
KindTable<Layer, LayerRow>& layer_table();

}  // namespace isinglass
#include "isinglass/nn/layer_model.h"
