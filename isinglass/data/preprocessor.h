// isinglass/data/preprocessor.h - from samples as they were read to numbers for a network, and
// back.
//
// Fitted once, on the training part; kept in the model file; applied to every later sample, so that
// training and prediction see the same encoding. A table's features become columns of numbers one
// after the other (column_encoder.h); an array keeps its order and has one scale for all of its
// numbers (bytes and images) or one for each (samples that are a flat list of features). Source:
// rows N4 and N5 of the specification.
#pragma once
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "isinglass/data/column_encoder.h"
#include "isinglass/data/data_options.h"
#include "isinglass/data/dataset.h"
#include "isinglass/data/raw_data.h"
#include "isinglass/data/roles.h"

namespace isinglass {

// What is wanted of samples: prediction needs inputs alone.
enum class Want { kInputs, kInputsAndTargets };

class Preprocessor {
 public:
  // Scales, categories and fillings come from rows `training_rows` alone; the list of classes from
  // all rows, so that a rare class has its output even when all of its samples validate. Throws
  // OptionError for options that do not fit the data, FormatError, with line, for bad cells.
  static Preprocessor fit(const RawData& raw, std::span<const Index> training_rows, const DataOptions& options);

  // The given rows as a network sees them; weights come along with targets. A model of arrays also
  // takes a table whose columns are called as input_names() says. Throws FormatError, with line,
  // for a missing column or value and an unseen category or label; ShapeError for samples of
  // another shape.
  Dataset apply(const RawData& raw, std::span<const Index> rows, Want want = Want::kInputsAndTargets) const;

  // The rows that the policy for missing values leaves (roles.h). Throws FormatError for a missing
  // column.
  std::vector<Index> usable_rows(const RawData& raw, Want want = Want::kInputsAndTargets) const;

  // Outputs (N, outputs) of a network to data units, in place. Probabilities of classes stay as
  // they are.
  void invert_targets(View<double> outputs) const;

  const Shape& input_shape() const { return input_shape_; }
  TargetKind target_kind() const;
  Index outputs() const;
  const std::vector<std::string>& class_names() const { return class_names_; }
  // "weight", "origin=USA"; "x1", "x2", ... for an array.
  std::vector<std::string> input_names() const;
  // Names of target columns, classes or, for an autoencoder, inputs; one for each output.
  std::vector<std::string> output_names() const;

  // As the model file keeps it. Reading is strict: InputError for anything that fit() could not
  // make.
  Value write() const { return write_options(*this); }
  static Preprocessor read(const Value& v);

  static void options(auto& v) {
    v("features", &Preprocessor::features_, "encodings of a table's input columns, in order");
    v("array_shape", &Preprocessor::array_shape_, "shape of one sample of an array", at_least(1));
    v("center", &Preprocessor::center_, "number of the array that becomes 0: one for all, or each");
    v("spread", &Preprocessor::spread_, "difference that becomes 1", positive());
    v("input_shape", &Preprocessor::input_shape_, "shape of one sample for the network", at_least(1));
    v("target_kind", &Preprocessor::target_kind_, "what the outputs are",
      one_of({"values", "one_hot", "binary", "inputs"}).required());
    v("targets", &Preprocessor::targets_, "encodings of the target columns");
    v("class_names", &Preprocessor::class_names_, "names of the classes");
    v("missing", &Preprocessor::missing_, "policy for missing values",
      one_of({"refuse", "drop", "mean", "most_frequent"}));
    v("unseen", &Preprocessor::unseen_, "policy for unseen categories", one_of({"refuse", "zeros"}));
    v("weight_column", &Preprocessor::weight_column_, "column with the weights of samples");
  }

 private:
  void fit_feature(const RawData& raw, const Column& column, std::span<const Index> rows, const DataOptions& options);
  void fit_array(const RawData& raw, std::span<const Index> rows, const DataOptions& options);
  void fit_classes(const RawData& raw, const Column& column, const DataOptions& options);

  Array encode_columns(const RawData& raw, std::span<const Index> rows,
                       const std::vector<ColumnEncoder>& encoders) const;
  void add_inputs(const RawData& raw, std::span<const Index> rows, Dataset::Parts& parts) const;
  void add_targets(const RawData& raw, std::span<const Index> rows, Dataset::Parts& parts) const;
  Index width() const;
  void check() const;

  std::vector<ColumnEncoder> features_;
  Shape array_shape_;
  std::vector<double> center_, spread_;
  Shape input_shape_;
  std::string target_kind_ = "values";
  std::vector<ColumnEncoder> targets_;
  std::vector<std::string> class_names_;
  std::string missing_ = "refuse", unseen_ = "refuse";
  std::string weight_column_;
};

}  // namespace isinglass
