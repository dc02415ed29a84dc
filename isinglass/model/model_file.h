// isinglass/model/model_file.h - a trained network in a file: safetensors, with the architecture in its metadata.
//
// Tensors: one for each parameter, named as in Graph ("layer1.kernel"), F32 or F64, kernels (n_in, n_out).
// Metadata: "format" = "isinglass", "version" = "1", "input" (shape of a sample), "architecture" (the [model]
// section), and whatever the writer adds under names of its own, all as JSON text.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "isinglass/io/safetensors.h"
#include "isinglass/model/parameters.h"

namespace isinglass {

using Metadata = std::vector<std::pair<std::string, Value>>;

// A network with its parameters in double, which holds float exactly.
struct Model {
  Architecture architecture;
  Graph graph;
  std::string precision;  // "float" or "double": how it was trained
  Metadata metadata;      // what the writer added

  const Value* find(const std::string& name) const;
  // The parameters that the file held, rounded to T.
  template <class T>
  Parameters<T> parameters() const;

  std::vector<Array> tensors;  // of each parameter of the graph
};

// Writes the file atomically. Throws FileError.
template <class T>
void save_model(const std::string& path, const Architecture& architecture, const Parameters<T>& parameters,
                const Metadata& metadata);

// Throws FormatError for anything but a whole and consistent model file.
Model load_model(const std::string& path);
Model parse_model(std::string_view bytes, const std::string& name);

// A parameter as an array of its own shape, and back; also for checkpoints. `get` throws FormatError when the file
// lacks the tensor or it has another type or shape.
template <class T>
Array to_array(View<const T> matrix, const Shape& shape);
const Array& get_tensor(const Safetensors& file, const std::string& name, const Shape& shape, const std::string& path);
template <class T>
void copy_into(const Array& array, View<T> matrix);

}  // namespace isinglass
