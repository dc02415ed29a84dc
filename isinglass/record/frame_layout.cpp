#include "isinglass/record/frame_layout.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace isinglass {
namespace {

// For a tiny network, a call of memcpy takes longer than the few words.
void copy(std::byte* to, const void* from, std::size_t size) {
  constexpr std::size_t kWord = 8, kFew = 8 * kWord;
  if (size <= kFew && size % kWord == 0)
    for (std::size_t i = 0; i < size; i += kWord) std::memcpy(to + i, static_cast<const std::byte*>(from) + i, kWord);
  else
    std::memcpy(to, from, size);
}

// Of each of these rows so many bytes; neighbouring rows at once.
void copy_rows(std::byte* to, const void* from, std::size_t bytes, std::span<const Index> rows) {
  for (std::size_t begin = 0, end; begin < rows.size(); begin = end) {
    end = begin + 1;
    while (end < rows.size() && rows[end] == rows[end - 1] + 1) ++end;
    copy(to, static_cast<const std::byte*>(from) + static_cast<std::size_t>(rows[begin]) * bytes,
         (end - begin) * bytes);
    to += (end - begin) * bytes;
  }
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
  const auto add_parameters = [&](const Parameters<T>& numbers, const std::string& kind, const std::string& prefix) {
    for (std::size_t k = 0; k < graph.parameters.size(); ++k) {
      const GraphParameter& p = graph.parameters[k];
      if (p.spec.role != ParamSpec::kState || kind == "parameter")
        add({.source = Source::kFixed, .numbers = numbers[k].data},
            {.kind = kind, .name = prefix + p.name, .type = type, .shape = p.spec.shape});
    }
  };
  const auto state = trainer.state();
  if (keeps("parameters")) add_parameters(state.parameters, "parameter", "");
  for (std::size_t k = 0; k < optimiser_states.size() && keeps("optimiser"); ++k)
    add_parameters(state.optimiser[k], "optimiser", optimiser_states[k] + ".");
  if (keeps("gradients")) add_parameters(plan.gradients(), "gradient", "");

  const bool inner = keeps("pre_activations"), outputs = keeps("activations");
  const ValueId nothing = graph.nodes.size() + 1;
  add_values(Source::kValue, graph, inner, outputs, plan, nothing);
  // A loss that is fused with the output's activation passes that activation's derivative by.
  if (keeps("derivatives"))
    add_values(Source::kDerivative, graph, true, true, plan,
               trainer.loss().activation().empty() ? nothing : graph.output_value());
  if (bytes_of_a_sample_ == 0) return;
  add({.source = Source::kIndex}, {.kind = "sample", .name = "index", .type = "I64", .shape = {}, .per_sample = true});
  add({.source = Source::kLoss}, {.kind = "sample", .name = "loss", .type = "F64", .shape = {}, .per_sample = true});
}

template <class T>
void FrameLayout<T>::add(Place place, StoredTensor tensor) {
  tensor.id = static_cast<Index>(tensors_.size());
  const Index bytes = tensor.width() * tensor.element_size();
  (tensor.per_sample ? bytes_of_a_sample_ : bytes_) += bytes;
  place.bytes = static_cast<std::size_t>(bytes);
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
    add({.source = source, .which = v}, {.kind = kind,
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

// next(tensor, bytes): where so many bytes of it go.
template <class T>
template <class Next>
void FrameLayout<T>::put_all(const Plan<T>& plan, std::span<const Index> rows, std::span<const Index> samples,
                             Next next) const {
  for (std::size_t k = 0; k < places_.size(); ++k) {
    const Place& place = places_[k];
    if (place.source == Source::kFixed) {
      copy(next(k, place.bytes), place.numbers, place.bytes);
      continue;
    }
    std::byte* const to = next(k, place.bytes * rows.size());
    switch (place.source) {
      case Source::kValue:
        copy_rows(to, plan.value(place.which).data, place.bytes, rows);
        break;
      case Source::kDerivative:
        copy_rows(to, plan.value_gradient(place.which).data, place.bytes, rows);
        break;
      case Source::kIndex:
        copy_rows(to, samples.data(), place.bytes, rows);
        break;
      default:
        copy_rows(to, plan.sample_losses().data(), place.bytes, rows);
    }
  }
}

template <class T>
void FrameLayout<T>::put(const Plan<T>& plan, std::span<const Index> rows, std::span<const Index> samples,
                         FrameColumns& out) const {
  put_all(plan, rows, samples, [&](std::size_t tensor, std::size_t bytes) { return out.next(tensor, bytes); });
}

template <class T>
void FrameLayout<T>::put(const Plan<T>& plan, std::span<const Index> rows, std::span<const Index> samples,
                         std::vector<std::byte>& out) const {
  out.resize(static_cast<std::size_t>(bytes(static_cast<Index>(rows.size()))));
  put_all(plan, rows, samples,
          [at = out.data()](std::size_t, std::size_t bytes) mutable { return std::exchange(at, at + bytes); });
}

template <class T>
void FrameLayout<T>::put_state(FrameColumns& out) const {
  for (std::size_t k = 0; k < places_.size(); ++k)
    if (tensors_[k].is_state()) copy(out.next(k, places_[k].bytes), places_[k].numbers, places_[k].bytes);
}

template class FrameLayout<float>;
template class FrameLayout<double>;

}  // namespace isinglass
