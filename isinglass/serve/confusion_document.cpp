#include "isinglass/serve/confusion_document.h"

#include <algorithm>
#include <filesystem>

#include "isinglass/base/error.h"
#include "isinglass/model/model_file.h"
#include "isinglass/serve/picture.h"
#include "isinglass/serve/request.h"

namespace isinglass {
namespace {

constexpr Index kMostSamples = 60, kMostInputs = 40;

// The parts that the data have, the one to judge by first.
std::vector<std::pair<std::string, const Dataset*>> parts_of(const LoadedData& data) {
  std::vector<std::pair<std::string, const Dataset*>> parts;
  if (data.test) parts.emplace_back("test", &*data.test);
  if (data.validation) parts.emplace_back("validation", &*data.validation);
  parts.emplace_back("train", &data.train);
  return parts;
}

// As flat parameters in double, which holds float exactly: those of the model file, else of the step gone to.
std::vector<double> parameters_of(const RunAtStep& run, bool of_model) {
  const std::string file = (std::filesystem::path(run.directory) / "model.safetensors").string();
  if (!of_model) return run.replay.moment({}).parameters;
  const Parameters<double> parameters = load_model(file).parameters<double>();
  return {parameters.flat().begin(), parameters.flat().end()};
}

struct Judged {
  Evaluation evaluation;
  std::vector<double> outputs;  // row by row
};

template <class T>
Judged judge_as(const RunAtStep& run, const std::vector<double>& flat, const Dataset& data) {
  Parameters<T> parameters(run.replay.graph());
  std::ranges::transform(flat, parameters.flat().begin(), [](double x) { return static_cast<T>(x); });
  ThreadPool pool(1);
  Evaluator<T> evaluator(run.replay.graph(), parameters, pool, run.replay.loss(), run.replay.data().preprocessor);
  Judged judged{.evaluation = evaluator.evaluate(data), .outputs = {}};
  if (data.is_classification()) judged.outputs = evaluator.predict(data);
  return judged;
}

}  // namespace

const Confusions::Known& Confusions::know(ObservedRun& run, const PartOfRun& wanted) {
  const Index last = run.status().step;
  const bool of_model = !wanted.step && run.has_model();
  const std::string key =
      run.id() + "/" + wanted.part + "/" + (of_model ? "model of " : "") + std::to_string(wanted.step.value_or(last));
  if (known_.key == key) return known_;
  Known known{.key = key};
  run.look({.step = wanted.step.value_or(last)}, [&](const RunAtStep& at) {
    if (!of_model) known.step = wanted.step.value_or(last);
    const auto parts = parts_of(at.replay.data());
    for (const auto& [name, data] : parts) known.parts.push_back(name);
    const auto found = wanted.part.empty()
                           ? parts.begin()
                           : std::ranges::find(parts, wanted.part, [](const auto& p) { return p.first; });
    if (found == parts.end())
      throw InputError("part: the data have no '" + wanted.part + "'" + did_you_mean(wanted.part, known.parts));
    known.part = found->first;
    known.data = *found->second;
    known.input_names = at.replay.data().preprocessor.input_names();
    const std::vector<double> flat = parameters_of(at, of_model);
    Judged judged =
        at.experiment.is_double() ? judge_as<double>(at, flat, *known.data) : judge_as<float>(at, flat, *known.data);
    known.evaluation = std::move(judged.evaluation);
    if (judged.outputs.empty()) return;
    const std::span<const double> outputs(judged.outputs);
    const auto labels = known.data->labels();
    const std::size_t width = outputs.size() / labels.size();
    for (std::size_t s = 0; s < labels.size(); ++s) {
      const std::span<const double> row = outputs.subspan(s * width, width);
      const std::size_t taken = class_of(row);
      known.actual.push_back(labels[s]);
      known.predicted.push_back(static_cast<Index>(taken));
      known.certainty.push_back(width > 1 ? row[taken] : taken == 1 ? row[0] : 1 - row[0]);
    }
  });
  known_ = std::move(known);
  return known_;
}

Value Confusions::matrix(ObservedRun& run, const PartOfRun& wanted) {
  const std::lock_guard lock(mutex_);
  const Known& known = know(run, wanted);
  Value out = known.evaluation.write();
  out.set("part", known.part);
  Value::Array parts;
  for (const std::string& name : known.parts) parts.push_back(name);
  out.set("parts", std::move(parts));
  out.set("step", known.step ? Value(*known.step) : Value());
  return out;
}

Value Confusions::cell(ObservedRun& run, const PartOfRun& wanted, Index actual, Index predicted) {
  const std::lock_guard lock(mutex_);
  const Known& known = know(run, wanted);
  if (known.actual.empty()) throw InputError("the run predicts amounts, not classes, and mistakes none for another");
  Value::Array samples;
  Index count = 0;
  for (std::size_t s = 0; s < known.actual.size(); ++s) {
    if (known.actual[s] != actual || known.predicted[s] != predicted || ++count > kMostSamples) continue;
    std::vector<double> inputs(static_cast<std::size_t>(known.data->inputs()));
    known.data->gather<double>(std::vector<Index>{static_cast<Index>(s)},
                               View<double>(inputs.data(), 1, known.data->inputs()), {}, {});
    Value row = Value::Table{};
    row.set("sample", static_cast<Index>(s));
    row.set("certainty", known.certainty[s]);
    const auto [least, largest] = std::ranges::minmax(inputs);
    row.set("image", picture(inputs, known.data->input_shape(), least, largest));
    inputs.resize(std::min(inputs.size(), static_cast<std::size_t>(kMostInputs)));
    row.set("inputs", numbers_document(inputs));
    samples.push_back(std::move(row));
  }
  Value out = Value::Table{};
  out.set("count", count);
  Value::Array names;
  for (const std::string& name : known.input_names)
    if (static_cast<Index>(names.size()) < kMostInputs) names.push_back(name);
  out.set("input_names", std::move(names));
  out.set("samples", std::move(samples));
  return out;
}

}  // namespace isinglass
