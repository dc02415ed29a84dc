// isinglass/data/data_options.h - the [data] section of an experiment file.
//
//     [data]
//     train = "cars.csv"
//     target = "mpg"
//     scale = "symmetric"
//     validation_fraction = 0.2
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "isinglass/base/options.h"
#include "isinglass/data/augmentation.h"

namespace isinglass {

// One name or several: "mpg" or ["mpg", "price"].
struct NameList {
  static constexpr std::string_view kTypeName = "string or array of strings";
  std::vector<std::string> names;

  static NameList read(const Value& v);
  Value write() const;  // null when there is no name
  bool empty() const { return names.empty(); }
};

// Where one part of the data comes from; exactly one of these is given. In an experiment file a
// string or an array of strings stands for `files`:
//     test = "cars-test.csv"                         a table, or arrays with their targets
//     test = ["images.idx.gz", "labels.idx.gz"]      inputs and targets
//     test = "photos/"                               a folder of images (image_folder.h)
//     test = { generator = { kind = "slope_profiles", seed = 20 } }
//     test = { inputs = [[0, 1], [1, 1]], targets = [[1], [0]] }
struct DataPart {
  static constexpr std::string_view kTypeName = "file, pair of files or table";
  NameList files;
  Value inputs, targets, rows, generator;

  static DataPart read(const Value& v);
  Value write() const;  // null when nothing is given
  bool empty() const;

  static void options(auto& v) {
    v("files", &DataPart::files, "a file or a folder of images, or a file of inputs and a file of targets");
    v("inputs", &DataPart::inputs, "the inputs themselves: [[0, 1], [1, 1]]");
    v("targets", &DataPart::targets,
      "their targets: amounts [[0.5], [1.5]], labels [0, 1] or class names [\"no\", \"yes\"]");
    v("rows", &DataPart::rows, "records: [{ height = 1.5, kind = \"oak\" }, ...]");
    v("generator", &DataPart::generator, "made data: { kind = \"xor\", samples = 100 }");
  }
};

struct DataOptions {
  std::string source;
  DataPart train, validation, test;
  Value inputs, targets, rows, generator;

  NameList target;
  std::vector<std::string> features, ignore, categorical;
  Value ordered;
  std::string missing = "refuse", unseen = "refuse";
  std::string scale = "none", target_scale = "none";
  std::string task = "infer", target_encoding = "one_hot";
  std::vector<std::string> classes;
  std::vector<Index> input_shape;
  Augmentation augment;

  double validation_fraction = 0, test_fraction = 0;
  bool stratify = false;
  std::optional<Index> split_seed = {};
  Index limit = 0;
  Value class_weights;
  std::string weight_column;

  // What train, or inputs, targets, rows and generator beside it, say about the training part.
  // Throws OptionError unless exactly one of them is given.
  DataPart training_part() const;
  // True when the outputs are to reproduce the inputs.
  bool is_autoencoder() const { return target.names == std::vector<std::string>{"inputs"}; }

  static void options(auto& v) {
    const auto scales = one_of({"none", "unit", "symmetric", "standard"});
    v("source", &DataOptions::source, "name of a data set that `isinglass datasets` lists");
    v("train", &DataOptions::train,
      "training data: a CSV, JSON, IDX, NPY or NPZ file (or gzip of one), [inputs, targets] as two files, or a folder "
      "of "
      "PNG, PGM or PPM images of one size, with a folder for each class or without classes");
    v("validation", &DataOptions::validation, "validation data, in the forms of train");
    v("test", &DataOptions::test, "test data, in the forms of train");
    v("inputs", &DataOptions::inputs, "in place of train: the inputs themselves, [[0, 1], [1, 1]]");
    v("targets", &DataOptions::targets,
      "targets of these inputs: amounts [[0.5], [1.5]], labels [0, 1] or class names [\"no\", "
      "\"yes\"]");
    v("rows", &DataOptions::rows, "in place of train: records, [{ height = 1.5, kind = \"oak\" }, ...]");
    v("generator", &DataOptions::generator, "in place of train: made data, { kind = \"xor\", samples = 100 }");
    v("target", &DataOptions::target,
      "column to predict, or several; \"inputs\" for an autoencoder; default: the targets of an "
      "array");
    v("features", &DataOptions::features, "input columns in order; default: all others");
    v("ignore", &DataOptions::ignore, "columns that are not used");
    v("categorical", &DataOptions::categorical,
      "columns to be treated as categories although they hold numbers, or very many different "
      "texts");
    v("ordered", &DataOptions::ordered,
      "columns whose categories have an order, encoded as 0, 0.5, 1: { size = [\"S\", \"M\", "
      "\"L\"] }");
    v("missing", &DataOptions::missing,
      "missing inputs: refuse, drop their rows, or fill in the training part's mean (or its most "
      "frequent category), or its most frequent value; all but refuse drop rows without a target",
      one_of({"refuse", "drop", "mean", "most_frequent"}));
    v("unseen", &DataOptions::unseen, "a category that the training part does not have: refuse, or encode as all zeros",
      one_of({"refuse", "zeros"}));
    v("scale", &DataOptions::scale,
      "numeric inputs: as they are, least to largest into [0, 1] (unit) or [-1, 1] (symmetric), or "
      "mean 0 and deviation 1 (standard); bytes, as of images, count as 0 to 255",
      scales);
    v("target_scale", &DataOptions::target_scale, "the same for numeric targets", scales);
    v("task", &DataOptions::task,
      "what to predict; inferred: classes from texts and integer label arrays, else amounts",
      one_of({"infer", "regression", "classification"}));
    v("target_encoding", &DataOptions::target_encoding,
      "one output for each class, or one output of 0 or 1 for two classes", one_of({"one_hot", "binary"}));
    v("classes", &DataOptions::classes,
      "names of the classes 0, 1, ... of integer labels, or the order of classes given as text");
    v("input_shape", &DataOptions::input_shape,
      "shape of one sample, such as [1, 28, 28]; images have channels first, (C, H, W), colours in the order red, "
      "green, blue; default: as the data says, for a folder of images (C, H, W)",
      at_least(1));
    v("augment", &DataOptions::augment,
      "random changes of training samples, anew in each epoch: { shift = 2, flip = \"horizontal\", noise = 0.05 }; "
      "validation and test samples stay as they are");
    v("validation_fraction", &DataOptions::validation_fraction,
      "share of the training data to be set aside for validation", from_up_to(0, 1));
    v("test_fraction", &DataOptions::test_fraction, "share of the training data to be set aside for the final test",
      from_up_to(0, 1));
    v("stratify", &DataOptions::stratify, "give each part the same share of every class");
    v("split_seed", &DataOptions::split_seed, "of the draw that sets samples aside; default: the experiment's seed",
      between(0, 4294967295.0));
    v("limit", &DataOptions::limit, "use only the first samples of the training data; 0 = all", at_least(0));
    v("class_weights", &DataOptions::class_weights,
      "weight of a training sample by class: \"balanced\" or { yes = 5, no = 1 }; default: 1");
    v("weight_column", &DataOptions::weight_column, "column with the weight of each sample");
  }
};

}  // namespace isinglass
