// isinglass/nn/layer_model.h - the type erasure behind Layer, and how a layer enters the table.
#pragma once
#include <type_traits>

#include "isinglass/nn/layer.h"

namespace isinglass {

namespace detail {
// The only input of a layer with one; `in` may come from a composite that joins several.
const Shape& only(const Shapes& in, std::string_view kind);
}  // namespace detail

template <class L>
struct Layer::Model final : Layer::Concept {
  explicit Model(L l) : layer(std::move(l)) {}

  std::string_view kind() const override { return L::kName; }
  Value write() const override { return write_kind(layer); }
  Shape output_shape(const Shapes& in) const override {
    if constexpr (CompositeType<L>)
      return {};  // lowered before anybody asks
    else if constexpr (requires { layer.output_shape(in); })
      return layer.output_shape(in);
    else
      return layer.output_shape(detail::only(in, L::kName));
  }
  std::vector<ParamSpec> params(const Shapes& in) const override {
    if constexpr (requires { layer.params(in); })
      return layer.params(in);
    else if constexpr (requires { layer.params(in[0]); })
      return layer.params(in[0]);
    else
      return {};
  }
  std::vector<Index> saved(const Shapes& in) const override {
    if constexpr (requires { layer.saved(in[0]); })
      return layer.saved(in[0]);
    else
      return {};
  }
  Index gradient_extent(const Shapes& in) const override {
    if constexpr (requires { layer.gradient_extent(in[0]); })
      return layer.gradient_extent(in[0]);
    else
      return 1;
  }
  Index scratch(const Shapes& in) const override {
    if constexpr (requires { layer.scratch(in[0]); })
      return layer.scratch(in[0]);
    else
      return 0;
  }
  SampleLanes sample_lanes(const Shapes& in, std::size_t number) const override {
    if constexpr (requires { layer.sample_lanes(in[0], number); })
      return layer.sample_lanes(in[0], number);
    else
      return SampleLanes::kNever;
  }
  double operations(const Shapes& in) const override {
    if constexpr (requires { layer.operations(in[0]); }) {
      return layer.operations(in[0]);
    } else {
      double parameters = 0;
      for (const ParamSpec& spec : params(in)) parameters += static_cast<double>(size_of(spec.shape));
      return parameters;
    }
  }
  std::string arithmetic(const Shapes& in) const override {
    if constexpr (requires { layer.arithmetic(in[0]); })
      return layer.arithmetic(in[0]);
    else
      return {};
  }
  std::string method(const Shapes& in, const LayerCall& call) const override {
    if constexpr (requires { layer.method(in[0], call); })
      return layer.method(in[0], call);
    else
      return {};
  }
  Index batch_slices(const Shapes& in) const override {
    if constexpr (requires { layer.batch_slices(in[0]); })
      return layer.batch_slices(in[0]);
    else
      return 1;
  }
  Value mirror(const Shape& in, bool tied) const override {
    if constexpr (requires { layer.mirror(in, tied); })
      return layer.mirror(in, tied);
    else
      return {};
  }
  bool couples_batch() const override {
    if constexpr (requires { L::kCouplesBatch; })
      return L::kCouplesBatch;
    else
      return false;
  }
  std::string_view untrainable() const override {
    if constexpr (requires { L::kUntrainable; })
      return L::kUntrainable;
    else
      return "";
  }
  std::optional<Purpose> random() const override {
    if constexpr (requires { L::kRandom; })
      return L::kRandom;
    else
      return std::nullopt;
  }
  void partials(const Forward<double>& f, Index n, Index j, const PartialSink& sink) const override {
    if constexpr (!CompositeType<L>) layer.partials(f, n, j, sink);
  }
  LayerFunctions<float> functions_float() const override { return functions<float>(); }
  LayerFunctions<double> functions_double() const override { return functions<double>(); }
  bool is_composite() const override { return CompositeType<L>; }
  std::vector<Chain> branches() const override {
    if constexpr (CompositeType<L>)
      return layer.branches();
    else
      return {};
  }
  Layer merge() const override {
    if constexpr (CompositeType<L>)
      return layer.merge();
    else
      throw Error("layer " + std::string(L::kName) + " has no branches");
  }

  template <class T>
  LayerFunctions<T> functions() const {
    LayerFunctions<T> f;
    f.self = &layer;
    if constexpr (!CompositeType<L>) {
      f.forward = [](const void* self, const Forward<T>& c) { static_cast<const L*>(self)->forward(c); };
      f.backward = [](const void* self, const Backward<T>& c) { static_cast<const L*>(self)->backward(c); };
      if constexpr (requires(const Backward<T>& c) { layer.gradient(c); })
        f.gradient = [](const void* self, const Backward<T>& c) { static_cast<const L*>(self)->gradient(c); };
      if constexpr (requires { L::kGradientInParts; }) f.gradient_in_parts = L::kGradientInParts;
      if constexpr (requires { L::kHandsOver; }) f.hands_over = L::kHandsOver;
      if constexpr (requires { L::kInPlace; }) f.in_place = L::kInPlace;
      if constexpr (requires { L::kElementwise; }) f.elementwise = L::kElementwise;
      if constexpr (requires { L::kIsIdentity; }) f.is_identity = L::kIsIdentity;
      if constexpr (requires { L::kIsRectifier; }) f.is_rectifier = L::kIsRectifier;
      if constexpr (requires { L::kRectifies; }) f.rectifies = L::kRectifies;
      if constexpr (requires { L::kReadsOutput; }) f.backward_reads_output = L::kReadsOutput;
    }
    return f;
  }

  L layer;
};

template <LayerType L>
Layer::Layer(L layer) : self_(std::make_shared<const Model<L>>(std::move(layer))) {}

template <class T>
LayerFunctions<T> Layer::functions() const {
  if constexpr (std::same_as<T, float>)
    return self_->functions_float();
  else
    return self_->functions_double();
}

// Adds a layer to the table.
template <LayerType L>
bool register_layer() {
  layer_table().add({kind_of<Layer, L>("layer"), [] {
                       std::vector<Sample<Layer>> out;
                       for (auto& s : L::samples()) out.push_back({s.layer, s.inputs});
                       return out;
                     }});
  return true;
}

// Ends each layer file of the library, as ISINGLASS_ENTERS (base/kind_table.h) does for other kinds. A layer's functions
// are compiled with the table, too: whoever includes all layers has none to compile.
#ifdef ISINGLASS_FILLS_TABLES
#  define ISINGLASS_LAYER(L)         \
    template struct Layer::Model<L>; \
    ISINGLASS_ENTERS(layer, L)
#else
#  define ISINGLASS_LAYER(L) extern template struct Layer::Model<L>;
#endif

}  // namespace isinglass
