// isinglass/data/dataset.h - samples ready for training: numbers in, numbers out.
//
// A data set never changes and is cheap to copy: copies and subsets share one array of inputs, kept
// as it was read (images stay in bytes). gather() converts, scales and encodes the samples of one
// batch.
#pragma once
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "isinglass/base/view.h"
#include "isinglass/data/augmentation.h"
#include "isinglass/data/scaling.h"
#include "isinglass/io/array.h"

namespace isinglass {

enum class TargetKind {
  kNone,    // inputs alone, for prediction
  kValues,  // amounts
  kOneHot,  // a class: one output for each class, 1 at its own
  kBinary,  // one of two classes: one output, 1 for the second
  kInputs   // the scaled inputs themselves (autoencoders)
};

class Dataset {
 public:
  // What a data set consists of. Sample s has the inputs x = (raw - center) / spread of row
  // rows[s].
  struct Parts {
    std::shared_ptr<const Array> inputs;  // (any, ...) of U8, F32 or F64
    std::vector<Index> rows;
    Shape input_shape;                   // as the network sees a sample; as many numbers as a row
    std::vector<double> center, spread;  // none, one for all or one for each number of a row
    TargetKind kind = TargetKind::kNone;
    std::vector<double> targets;           // kValues: (samples, outputs), row-major
    std::vector<Index> labels;             // kOneHot, kBinary: one class for each sample
    std::vector<std::string> class_names;  // kOneHot, kBinary
    Index outputs = 0;
    std::vector<double> weights;  // one for each sample; empty = all 1
    Augmentation augmentation;    // of training batches
  };
  // Throws ShapeError when the parts do not fit together.
  explicit Dataset(Parts parts);

  // Amounts y (N, outputs) for inputs x (N, n_in), both copied.
  static Dataset regression(View<const double> x, View<const double> y);
  // Classes 0 .. class_names.size() - 1 for inputs x (N, n_in), copied; one output for each class.
  static Dataset classification(View<const double> x, std::span<const Index> labels,
                                std::vector<std::string> class_names);

  Index size() const { return static_cast<Index>(parts_->rows.size()); }
  const Shape& input_shape() const { return parts_->input_shape; }
  Index inputs() const { return width_; }            // numbers of one sample
  Index outputs() const { return parts_->outputs; }  // of one target; 0 without targets
  TargetKind target_kind() const { return parts_->kind; }
  bool has_targets() const { return parts_->kind != TargetKind::kNone; }
  bool is_classification() const { return parts_->kind == TargetKind::kOneHot || parts_->kind == TargetKind::kBinary; }
  const std::vector<std::string>& class_names() const { return parts_->class_names; }
  // The class of each sample; empty unless this is a classification.
  std::span<const Index> labels() const { return parts_->labels; }
  // The weight of each sample; empty when all are 1.
  std::span<const double> weights() const { return parts_->weights; }

  // Memory of the array that subsets share, and of what is this data set's own.
  std::shared_ptr<const Array> array() const { return parts_->inputs; }
  Index own_bytes() const;

  // x(r, :), y(r, :) and weights[r] become those of sample rows[r]. T is float or double; x is
  // (rows.size(), inputs()), y (rows.size(), outputs()) or empty, weights empty or one for each
  // row. Allocates nothing and may run on several threads at once. Throws ShapeError for wrong
  // sizes and rows.
  template <class T>
  void gather(std::span<const Index> rows, View<T> x, View<T> y, std::span<T> weights) const;

  // True when augment() changes anything.
  bool is_augmented() const { return !parts_->augmentation.is_none(); }
  // For training batches alone: changes samples that gather() wrote, x (N, inputs()) and y
  // (N, outputs()), as the augmentation says; row 0 has the position `first` in the batch, and the
  // key's seed and step make the draws. What comes into an image from outside is what a raw 0
  // scales to. Targets that are the inputs flip and shift with them and get no noise: the network
  // learns to take it away. Allocates nothing and may run on several threads at once.
  template <class T>
  void augment(View<T> x, View<T> y, const RandomKey& key, Index first) const;

  // Samples rows[0], rows[1], ... of this data set; rows may repeat. Throws ShapeError for an
  // unknown row.
  Dataset subset(std::span<const Index> rows) const;
  // The same samples, each weight multiplied by the factor of its class (at least 0, not all 0).
  // Throws ShapeError unless this is a classification with one factor for each class.
  Dataset with_class_weights(std::span<const double> factors) const;
  // The same samples, changed at random in training. Throws OptionError for shifts and flips of
  // samples that are no images or signals: of another shape, or with a scale for each number.
  Dataset with_augmentation(const Augmentation& augmentation) const;

 private:
  std::shared_ptr<const Parts> parts_;
  Index width_ = 0;
};

}  // namespace isinglass
