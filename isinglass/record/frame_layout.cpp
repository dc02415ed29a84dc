#include "isinglass/record/frame_layout.h"

#include <algorithm>
#include <cstring>

namespace isinglass {
namespace {

// Writes where there is room already: for a tiny network, growing a list number by number costs more than its step.
class Sink {
 public:
  explicit Sink(std::byte* at) : at_(at) {}
  void put(const void* data, std::size_t size) {
    constexpr std::size_t kWord = 8, kFew = 8 * kWord;  // a call of memcpy takes longer than a few words
    if (size <= kFew && size % kWord == 0)
      for (std::size_t i = 0; i < size; i += kWord)
        std::memcpy(at_ + i, static_cast<const std::byte*>(data) + i, kWord);
    else
      std::memcpy(at_, data, size);
    at_ += size;
  }
  template <class T>
  void put_tensor(const View<const T>& view) {
    put(view.data, static_cast<std::size_t>(view.size()) * sizeof(T));
  }
  // Neighbouring rows are copied at once.
  template <class T>
  void put_rows(const View<const T>& view, std::span<const Index> rows) {
    for (std::size_t begin = 0, end; begin < rows.size(); begin = end) {
      end = begin + 1;
      while (end < rows.size() && rows[end] == rows[end - 1] + 1) ++end;
      put(view.data + rows[begin] * view.stride, (end - begin) * static_cast<std::size_t>(view.cols) * sizeof(T));
    }
  }

 private:
  std::byte* at_;
};

// Room for so many bytes more.
Sink extend(std::vector<std::byte>& out, Index bytes) {
  const std::size_t before = out.size();
  out.resize(before + static_cast<std::size_t>(bytes));
  return Sink(out.data() + before);
}

}  // namespace

std::string stored_name(const Graph& graph, ValueId value) {
  for (const GraphLayer& layer : graph.layers) {
    if (layer.out_node + 1 == value) return layer.name + ".out";
    if (layer.pre_node + 1 == value) return layer.name + ".in";
  }
  return "";
}

template <class T>
FrameLayout<T>::FrameLayout(const std::vector<std::string>& what, Trainer<T>& trainer,
                            const std::vector<std::string>& optimiser_states) {
  const Plan<T>& plan = trainer.plan();
  const Graph& graph = plan.graph();
  const auto keeps = [&](const char* name) { return std::ranges::find(what, name) != what.end(); };
  const std::string type = sizeof(T) == sizeof(float) ? "F32" : "F64";
  const auto add_parameters = [&](Place place, const std::string& kind, const std::string& prefix) {
    for (place.which = 0; place.which < graph.parameters.size(); ++place.which) {
      const GraphParameter& p = graph.parameters[place.which];
      if (p.spec.role != ParamSpec::kState || place.source == Source::kParameter)
        add(place, {.kind = kind, .name = prefix + p.name, .type = type, .shape = p.spec.shape});
    }
  };
  if (keeps("parameters")) add_parameters({Source::kParameter}, "parameter", "");
  for (std::size_t k = 0; k < optimiser_states.size() && keeps("optimiser"); ++k)
    add_parameters({Source::kOptimiser, 0, k}, "optimiser", optimiser_states[k] + ".");
  if (keeps("gradients")) add_parameters({Source::kGradient}, "gradient", "");

  const bool inner = keeps("pre_activations"), outputs = keeps("activations");
  const ValueId nothing = graph.nodes.size() + 1;
  add_values(Source::kValue, graph, inner, outputs, plan, nothing);
  // A loss that is fused with the output's activation passes that activation's derivative by.
  if (keeps("derivatives"))
    add_values(Source::kDerivative, graph, true, true, plan,
               trainer.loss().activation().empty() ? nothing : graph.output_value());
  if (bytes_of_a_sample_ == 0) return;
  add({Source::kIndex}, {.kind = "sample", .name = "index", .type = "I64", .shape = {}, .per_sample = true});
  add({Source::kLoss}, {.kind = "sample", .name = "loss", .type = "F64", .shape = {}, .per_sample = true});
}

template <class T>
void FrameLayout<T>::add(Place place, StoredTensor tensor) {
  tensor.id = static_cast<Index>(tensors_.size());
  const Index bytes = tensor.width() * tensor.element_size();
  (tensor.per_sample ? bytes_of_a_sample_ : bytes_) += bytes;
  if (tensor.is_state()) state_bytes_ += bytes;
  places_.push_back(place);
  tensors_.push_back(std::move(tensor));
}

// The values of every layer that are no outputs, and those that are, but for `without`.
template <class T>
void FrameLayout<T>::add_values(Source source, const Graph& graph, bool inner, bool outputs, const Plan<T>& plan,
                                ValueId without) {
  const bool is_derivative = source == Source::kDerivative;
  const std::string kind = is_derivative ? "derivative" : "value";
  const auto add_value = [&](ValueId v) {
    if (v == without || (is_derivative && plan.value_gradient(v).data == nullptr)) return;
    add({source, v}, {.kind = kind,
                      .name = stored_name(graph, v),
                      .type = sizeof(T) == sizeof(float) ? "F32" : "F64",
                      .shape = graph.value_shape(v),
                      .per_sample = true});
  };
  for (const GraphLayer& layer : graph.layers) {
    const bool is_one = layer.pre_node == layer.out_node;  // its pre-activation is its output
    if (inner && !is_one) add_value(layer.pre_node + 1);
    if (outputs || (inner && is_one)) add_value(layer.out_node + 1);
  }
}

template <class T>
void FrameLayout<T>::append(const Plan<T>& plan, Trainer<T>& trainer, std::span<const Index> rows,
                            std::span<const Index> samples, std::vector<std::byte>& out) const {
  const std::span<const double> losses = plan.sample_losses();
  Sink sink = extend(out, bytes(static_cast<Index>(rows.size())));
  for (const Place& place : places_) switch (place.source) {
      case Source::kParameter:
        sink.template put_tensor<T>(plan.parameters()[place.which]);
        break;
      case Source::kOptimiser:
        sink.template put_tensor<T>(trainer.state().optimiser[place.state][place.which]);
        break;
      case Source::kGradient:
        sink.template put_tensor<T>(plan.gradients()[place.which]);
        break;
      case Source::kValue:
        sink.template put_rows<T>(plan.value(place.which), rows);
        break;
      case Source::kDerivative:
        sink.template put_rows<T>(plan.value_gradient(place.which), rows);
        break;
      case Source::kIndex:
        for (const Index row : rows) sink.put(&samples[static_cast<std::size_t>(row)], sizeof(Index));
        break;
      case Source::kLoss:
        for (const Index row : rows) sink.put(&losses[static_cast<std::size_t>(row)], sizeof(double));
        break;
    }
}

template <class T>
void FrameLayout<T>::append_state(Trainer<T>& trainer, std::vector<std::byte>& out) const {
  Sink sink = extend(out, state_bytes_);
  for (const Place& place : places_) {
    if (place.source == Source::kParameter) sink.template put_tensor<T>(trainer.parameters()[place.which]);
    if (place.source == Source::kOptimiser)
      sink.template put_tensor<T>(trainer.state().optimiser[place.state][place.which]);
  }
}

template class FrameLayout<float>;
template class FrameLayout<double>;

}  // namespace isinglass
