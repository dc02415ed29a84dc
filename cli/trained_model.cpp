#include "cli/trained_model.h"

#include <algorithm>
#include <filesystem>

#include "cli/experiment_file.h"
#include "cli/output.h"
#include "isinglass/data/catalogue.h"
#include "isinglass/data/read_data.h"
#include "isinglass/io/text.h"

namespace isinglass {
namespace {

const Value& require(const Model& model, const std::string& name, const std::string& path) {
  if (const Value* value = model.find(name)) return *value;
  throw FormatError(path + ": the metadata lacks '" + name + "'; train the model again");
}

// Calls f with the evaluator of the model in the precision that it was trained in.
template <class F>
auto with_evaluator(const TrainedModel& m, Index threads, F f) {
  ThreadPool pool(threads);
  const auto in = [&]<class T>(T) {
    Parameters<T> parameters = m.model.parameters<T>();
    Evaluator<T> evaluator(m.model.graph, parameters, pool, m.loss, m.preprocessor);
    return f(evaluator);
  };
  return m.model.precision == "double" ? in(double{}) : in(float{});
}

bool is_file(const std::string& path) {
  std::error_code error;
  return std::filesystem::exists(path, error) && !std::filesystem::is_directory(path, error);
}

// A folder of images; the catalogue's data sets go before folders of their names.
bool is_folder(const std::string& path) {
  const auto is_named = [&](const CatalogueEntry& entry) { return entry.name == path; };
  std::error_code error;
  return std::filesystem::is_directory(path, error) && std::ranges::none_of(catalogue(), is_named);
}

RawData read_catalogue(const std::string& name) {
  const CatalogueFiles files = locate_dataset(name);
  if (!files.test_inputs.empty()) return read_data_files({files.test_inputs, files.test_labels});
  say(name + " has no test part: all of its samples are taken, those of training among them");
  return read_data_files({files.table});
}

TrainedModel read_model(const std::string& file) {
  TrainedModel m{.path = file, .model = load_model(file), .preprocessor = {}, .loss = Loss::read("mean_squared")};
  m.preprocessor = Preprocessor::read(require(m.model, "preprocessor", file));
  m.loss = Loss::read(require(m.model, "loss", file));
  const Graph& graph = m.model.graph;
  const Index outputs = size_of(graph.value_shape(graph.output_value()));
  if (m.preprocessor.input_shape() != graph.input || m.preprocessor.outputs() != outputs)
    throw FormatError(file + ": the preprocessing gives inputs " + to_string(m.preprocessor.input_shape()) + " and " +
                      std::to_string(m.preprocessor.outputs()) + " targets, but the network has inputs " +
                      to_string(graph.input) + " and " + std::to_string(outputs) + " outputs");
  return m;
}

Dataset held_out_part(const std::string& spec, const TrainedModel& model) {
  LoadedData data = open_experiment(spec).load();
  if (data.preprocessor.write() != model.preprocessor.write())
    throw InputError(spec + ": scales or encodes its data in another way than the model, so it is not the experiment " +
                     "that the model was trained with; name a data file instead");
  if (data.test) return *data.test;
  if (!data.validation)
    throw InputError(spec + ": the experiment sets no test or validation samples aside; name a data file instead");
  say(spec + " has no test part: its validation part is taken");
  return *data.validation;
}

}  // namespace

TrainedModel load_trained_model(const std::string& path) {
  std::error_code error;
  const bool is_directory = std::filesystem::is_directory(path, error);
  const std::string file = is_directory ? (std::filesystem::path(path) / "model.safetensors").string() : path;
  if (is_directory && !is_file(file))
    throw FileError(path + ": the directory has no model.safetensors; is the run finished?");
  try {
    return read_model(file);
  } catch (const FileError&) {
    throw;
  } catch (const InputError& refusal) {  // a network that cannot be does not say which file it came from
    const std::string message = refusal.what();
    throw FormatError(message.starts_with(file) ? message : file + ": " + message);
  }
}

Evaluation TrainedModel::evaluate(const Dataset& data, Index threads) const {
  return with_evaluator(*this, threads, [&](auto& evaluator) { return evaluator.evaluate(data); });
}

std::vector<double> TrainedModel::predict(const Dataset& data, Index threads) const {
  return with_evaluator(*this, threads, [&](auto& evaluator) { return evaluator.predict(data); });
}

std::vector<double> TrainedModel::encode(const Dataset& data, Index threads) const {
  return with_evaluator(*this, threads, [&](auto& evaluator) { return evaluator.encode(data); });
}

std::vector<double> TrainedModel::decode(View<const double> codes, Index threads) const {
  return with_evaluator(*this, threads, [&](auto& evaluator) { return evaluator.decode(codes); });
}

std::vector<double> TrainedModel::reconstruction_errors(const Dataset& data, Index threads) const {
  return with_evaluator(*this, threads, [&](auto& evaluator) { return evaluator.reconstruction_errors(data); });
}

std::string TrainedModel::target_name() const {
  const Value written = preprocessor.write();
  const Value* targets = written.find("targets");
  return *targets->as_array()->front().find("name")->as_string();
}

bool TrainedModel::gives_probabilities() const {
  const std::string_view output = model.graph.nodes.back().layer.kind();
  return output == "softmax" || output == "sigmoid";
}

RawData read_samples(const std::string& spec) {
  if (is_file(spec) || is_folder(spec)) return read_data_files({spec});
  if (const std::size_t comma = spec.find(','); comma != std::string::npos)
    return read_data_files({spec.substr(0, comma), spec.substr(comma + 1)});
  if (spec.find_first_of("./") == std::string::npos) return read_catalogue(spec);
  return read_data_files({spec});  // says what is wrong with the file
}

Dataset read_labelled_samples(const std::string& spec, const TrainedModel& model) {
  if (spec.ends_with(".toml")) return held_out_part(spec, model);
  const RawData raw = read_samples(spec);
  const std::vector<Index> rows = model.preprocessor.usable_rows(raw);
  const Index dropped = raw.rows - static_cast<Index>(rows.size());
  if (rows.empty()) throw InputError(raw.source + ": no sample is left without missing values");
  if (dropped > 0)
    say(raw.source + ": " + std::to_string(dropped) + " of " + std::to_string(raw.rows) +
        " samples are left out for missing values");
  return model.preprocessor.apply(raw, rows);
}

}  // namespace isinglass
