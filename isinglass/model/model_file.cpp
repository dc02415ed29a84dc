#include "isinglass/model/model_file.h"

#include "isinglass/io/file.h"
#include "isinglass/io/json.h"

namespace isinglass {

constexpr std::string_view kFormat = "isinglass", kVersion = "1";

const Value* Model::find(const std::string& name) const {
  for (const auto& [key, value] : metadata)
    if (key == name) return &value;
  return nullptr;
}

template <class T>
Parameters<T> Model::parameters() const {
  Parameters<T> out(graph);
  for (std::size_t k = 0; k < tensors.size(); ++k) copy_into(tensors[k], out[k]);
  return out;
}

template <class T>
Array to_array(View<const T> matrix, const Shape& shape) {
  Array array{.type = std::same_as<T, float> ? DType::kF32 : DType::kF64, .shape = shape};
  array.bytes.resize(static_cast<std::size_t>(matrix.size()) * sizeof(T));
  for (Index i = 0; i < matrix.rows; ++i)
    std::memcpy(array.bytes.data() + static_cast<std::size_t>(i * matrix.cols) * sizeof(T), matrix.row(i).data(),
                matrix.row(i).size_bytes());
  return array;
}

const Array& get_tensor(const Safetensors& file, const std::string& name, const Shape& shape, const std::string& path) {
  const Array* array = file.find(name);
  if (array == nullptr) throw FormatError(path + ": the tensor '" + name + "' is missing");
  if (array->shape != shape)
    throw FormatError(path + ": tensor '" + name + "' has the shape " + to_string(array->shape) + ", expected " +
                      to_string(shape));
  if (array->type != DType::kF32 && array->type != DType::kF64)
    throw FormatError(path + ": tensor '" + name + "' is " + std::string(name_of(array->type)) +
                      ", expected F32 or F64");
  return *array;
}

template <class T>
void copy_into(const Array& array, View<T> matrix) {
  for (Index i = 0; i < matrix.rows; ++i)
    for (Index j = 0; j < matrix.cols; ++j) matrix(i, j) = static_cast<T>(array.at(i * matrix.cols + j));
}

template <class T>
void save_model(const std::string& path, const Architecture& architecture, const Parameters<T>& parameters,
                const Metadata& metadata) {
  const Graph& graph = parameters.graph();
  Safetensors file;
  const auto add = [&](const std::string& name, const Value& value) {
    file.metadata.emplace_back(name, value.as_string() != nullptr ? *value.as_string() : write_json(value));
  };
  add("format", kFormat);
  add("version", kVersion);
  add("input", OptionType<Shape>::write(graph.input));
  add("architecture", write_options(architecture));
  for (const auto& [name, value] : metadata) add(name, Value(write_json(value)));
  for (std::size_t k = 0; k < graph.parameters.size(); ++k)
    file.tensors.emplace_back(graph.parameters[k].name, to_array(parameters[k], graph.parameters[k].spec.shape));
  write_file(path, write_safetensors(file));
}

Model load_model(const std::string& path) {
  return parse_model(read_file(path), path);
}

Model parse_model(std::string_view bytes, const std::string& name) {
  const Safetensors file = parse_safetensors(bytes, name);
  Model model;
  Value architecture, input;
  std::string format, version;
  for (const auto& [key, text] : file.metadata) {
    if (key == "format")
      format = text;
    else if (key == "version")
      version = text;
    else if (key == "architecture")
      architecture = parse_json(text, name + ": architecture");
    else if (key == "input")
      input = parse_json(text, name + ": input");
    else
      model.metadata.emplace_back(key, parse_json(text, name + ": " + key));
  }
  if (format != kFormat)
    throw FormatError(name + ": not a model of Isinglass: the metadata has no \"format\" = \"isinglass\"");
  if (version != kVersion)
    throw FormatError(name + ": version '" + version + "' of the model format, but this program reads version 1");
  if (architecture.is_null() || input.is_null())
    throw FormatError(name + ": the metadata lacks 'architecture' or 'input'");
  read_options(architecture, model.architecture, "architecture");
  const Shape shape = OptionType<Shape>::read(input, at_least(1));
  model.graph = Graph::build(model.architecture, shape);
  for (const GraphParameter& p : model.graph.parameters)
    model.tensors.push_back(get_tensor(file, p.name, p.spec.shape, name));
  if (file.tensors.size() != model.tensors.size())
    throw FormatError(name + ": holds " + std::to_string(file.tensors.size()) + " tensors, but the architecture has " +
                      std::to_string(model.tensors.size()) + " parameters");
  model.precision = !model.tensors.empty() && model.tensors[0].type == DType::kF64 ? "double" : "float";
  return model;
}

#define ISINGLASS_INSTANTIATE(T)                           \
  template Parameters<T> Model::parameters<T>() const;     \
  template Array to_array<T>(View<const T>, const Shape&); \
  template void copy_into<T>(const Array&, View<T>);       \
  template void save_model<T>(const std::string&, const Architecture&, const Parameters<T>&, const Metadata&);
ISINGLASS_INSTANTIATE(float)
ISINGLASS_INSTANTIATE(double)
#undef ISINGLASS_INSTANTIATE

}  // namespace isinglass
