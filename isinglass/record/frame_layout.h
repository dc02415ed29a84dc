// isinglass/record/frame_layout.h - what a run keeps of one step, and where in the network its numbers stand.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "isinglass/record/frame_columns.h"
#include "isinglass/train/trainer.h"

namespace isinglass {

// The name under which a store keeps a value: "layer2.out", or "layer2.in" for a pre-activation that is no output; ""
// for one within a composite layer.
std::string stored_name(const Graph& graph, ValueId value);

template <class T>
class FrameLayout {
 public:
  // `what` as in RecordOptions. The trainer, whose numbers stay where they are, outlives every put().
  FrameLayout(const std::vector<std::string>& what, Trainer<T>& trainer,
              const std::vector<std::string>& optimiser_states);

  std::vector<StoredTensor>& tensors() { return tensors_; }
  const std::vector<StoredTensor>& tensors() const { return tensors_; }
  bool has_samples() const { return bytes_of_a_sample_ > 0; }  // some tensor has numbers for each sample
  Index bytes(Index samples) const { return bytes_ + samples * bytes_of_a_sample_; }

  // The step that the plan has just computed, with these rows of its batch, whose samples these are: as the frame that
  // the caller has begun, or with its tensors one after the other.
  void put(const Plan<T>& plan, std::span<const Index> rows, std::span<const Index> samples, FrameColumns& out) const;
  void put(const Plan<T>& plan, std::span<const Index> rows, std::span<const Index> samples,
           std::vector<std::byte>& out) const;
  // The state alone, as the frame that the caller has begun.
  void put_state(FrameColumns& out) const;

 private:
  enum class Source { kFixed, kValue, kDerivative, kIndex, kLoss };
  struct Place {
    Source source;
    std::size_t which = 0;       // value
    const T* numbers = nullptr;  // of a parameter, its gradient or the optimiser's, where they stay
    std::size_t bytes = 0;       // of the frame, or of a sample
  };
  template <class Next>
  void put_all(const Plan<T>& plan, std::span<const Index> rows, std::span<const Index> samples, Next next) const;
  void add(Place place, StoredTensor tensor);
  void add_values(Source source, const Graph& graph, bool inner, bool outputs, const Plan<T>& plan, ValueId without);

  std::vector<StoredTensor> tensors_;
  std::vector<Place> places_;
  Index bytes_ = 0, bytes_of_a_sample_ = 0;
};

extern template class FrameLayout<float>;
extern template class FrameLayout<double>;

}  // namespace isinglass
