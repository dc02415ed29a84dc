// cli/predict.cpp - what a trained model makes of new samples, in the units and names of its training data.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

#include "cli/commands.h"
#include "cli/output.h"
#include "cli/predictions.h"
#include "cli/trained_model.h"

namespace isinglass {
namespace {

struct Arguments {
  std::string model, input, output;
  bool json = false, error = false;
  Index threads = 0;
};

void name_columns(Predictions& p, const TrainedModel& model) {
  const Preprocessor& preprocessor = model.preprocessor;
  if (preprocessor.class_names().empty()) {
    p.columns = preprocessor.output_names();
    return;
  }
  p.target = model.target_name();
  for (const std::string& name : preprocessor.class_names())
    p.columns.push_back((model.gives_probabilities() ? "P(" : "score(") + name + ")");
}

// Numbers of one sample from the network's outputs, and for classes the most probable one.
void fill_row(Predictions& p, std::size_t row, std::span<double> outputs, const Preprocessor& preprocessor) {
  const std::vector<std::string>& classes = preprocessor.class_names();
  const auto numbers = std::span(p.numbers).subspan(row * p.columns.size(), p.columns.size());
  if (classes.empty()) {
    preprocessor.invert_targets(View<double>(outputs.data(), 1, static_cast<Index>(outputs.size())));
    std::ranges::copy(outputs, numbers.begin());
  } else if (preprocessor.target_kind() == TargetKind::kBinary) {
    numbers[0] = 1 - outputs[0];
    numbers[1] = outputs[0];
    p.classes[row] = classes[outputs[0] > 0.5 ? 1 : 0];
  } else {
    std::ranges::copy(outputs, numbers.begin());
    p.classes[row] = classes[static_cast<std::size_t>(std::ranges::max_element(numbers) - numbers.begin())];
  }
}

Predictions predict(const TrainedModel& model, const RawData& raw, Index threads) {
  const Preprocessor& preprocessor = model.preprocessor;
  const std::vector<Index> rows = preprocessor.usable_rows(raw, Want::kInputs);
  if (rows.empty()) throw InputError(raw.source + ": no sample is left without missing values");
  std::vector<double> outputs = model.predict(preprocessor.apply(raw, rows, Want::kInputs), threads);
  Predictions p{.samples = raw.rows, .missing = raw.rows - static_cast<Index>(rows.size())};
  p.is_float = model.model.precision == "float";
  name_columns(p, model);
  p.numbers.assign(static_cast<std::size_t>(raw.rows) * p.columns.size(), std::numeric_limits<double>::quiet_NaN());
  p.classes.resize(static_cast<std::size_t>(raw.rows));
  const std::size_t width = outputs.size() / rows.size();
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const auto row = std::span(outputs).subspan(r * width, width);
    if (!std::ranges::all_of(row, [](double x) { return std::isfinite(x); }))
      throw NumericError(raw.where(rows[r]) +
                         "the prediction is not a finite number; are the inputs far beyond those " + "of training?");
    fill_row(p, static_cast<std::size_t>(rows[r]), row, preprocessor);
  }
  return p;
}

// The reconstruction error of each sample: how unlike the training data an autoencoder finds it.
Predictions reconstruction_errors(const TrainedModel& model, const RawData& raw, Index threads) {
  const std::vector<Index> rows = model.preprocessor.usable_rows(raw, Want::kInputs);
  if (rows.empty()) throw InputError(raw.source + ": no sample is left without missing values");
  const std::vector<double> errors =
      model.reconstruction_errors(model.preprocessor.apply(raw, rows, Want::kInputs), threads);
  Predictions p{.columns = {"reconstruction_error"}, .samples = raw.rows};
  p.missing = raw.rows - static_cast<Index>(rows.size());
  p.classes.resize(static_cast<std::size_t>(raw.rows));
  p.numbers.assign(static_cast<std::size_t>(raw.rows), std::numeric_limits<double>::quiet_NaN());
  for (std::size_t r = 0; r < rows.size(); ++r) p.numbers[static_cast<std::size_t>(rows[r])] = errors[r];
  return p;
}

int predict_samples(const Arguments& a) {
  check_output(a.output, a.input);
  const TrainedModel model = load_trained_model(a.model);
  const RawData raw = read_samples(a.input);
  const Predictions p = a.error ? reconstruction_errors(model, raw, a.threads) : predict(model, raw, a.threads);
  if (p.missing > 0) say(fmt::format("{} of {} samples have missing inputs and no prediction", p.missing, p.samples));
  deliver(p, a.error ? "errors" : "predictions", model.path, a.output, a.json);
  return 0;
}

}  // namespace

Command predict_command() {
  const auto a = std::make_shared<Arguments>();
  return {.name = "predict",
          .summary = "Predictions for new samples, in the units and class names of the training data.",
          .example = "isinglass predict runs/iris flowers.csv -o predictions.csv",
          .arguments = {{"MODEL", "", "directory of a run, or its model.safetensors", &a->model, true},
                        {"INPUT", "", "a data file, or a data set by name (its test part)", &a->input, true},
                        {"--output,-o", "OUT",
                         "where to write: a name that ends in .csv, .json or .npy, or - for CSV on standard output; "
                         "without it the first samples are shown",
                         &a->output},
                        {"--error", "",
                         "of an autoencoder: each sample's reconstruction error, an anomaly score, in place of its "
                         "reconstruction",
                         &a->error},
                        {"--json", "", "one JSON document on standard output", &a->json},
                        {"--threads", "N", "threads; 0 = one for each processor; results do not depend on it",
                         &a->threads, false, between(0, 1024)}},
          .run = [a] { return predict_samples(*a); }};
}

}  // namespace isinglass
