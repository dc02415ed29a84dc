// cli/evaluate.cpp - loss and metrics of a trained model on data.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "cli/commands.h"
#include "cli/output.h"
#include "cli/trained_model.h"

namespace isinglass {
namespace {

struct Arguments {
  std::string model, data, anomalies;
  bool json = false;
  Index threads = 0;
};

// How well the reconstruction error tells `anomalies` from the data (spec E8).
struct Separation {
  double auc = 0, typical = 0, anomalous = 0;  // area under the ROC curve; medians of the error
};

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

Separation separate(const Arguments& a, const TrainedModel& model, const Dataset& data) {
  const RawData raw = read_samples(a.anomalies);
  const std::vector<Index> rows = model.preprocessor.usable_rows(raw, Want::kInputs);
  if (rows.empty()) throw InputError(a.anomalies + ": no sample is left without missing values");
  const std::vector<double> errors = model.reconstruction_errors(data, a.threads);
  const std::vector<double> others =
      model.reconstruction_errors(model.preprocessor.apply(raw, rows, Want::kInputs), a.threads);
  return {area_under_roc(others, errors), median(errors), median(others)};
}

int evaluate(const Arguments& a) {
  const TrainedModel model = load_trained_model(a.model);
  const Dataset data = read_labelled_samples(a.data, model);
  const Evaluation evaluation = model.evaluate(data, a.threads);
  std::optional<Separation> separation;
  if (!a.anomalies.empty()) separation = separate(a, model, data);
  if (a.json) {
    Value document = Value::Table{};
    document.set("model", model.path);
    document.set("data", a.data);
    document.set("metrics", evaluation.write());
    if (separation) {
      Value anomalies = Value::Table{};
      anomalies.set("data", a.anomalies);
      anomalies.set("auc", separation->auc);
      anomalies.set("median_error", separation->typical);
      anomalies.set("median_anomaly_error", separation->anomalous);
      document.set("anomalies", std::move(anomalies));
    }
    print_json(document);
  } else {
    print(fmt::format("{} on {}\nloss {:.6g} ({})\n", model.path, a.data, evaluation.loss, model.loss.kind()) +
          evaluation.metrics.text());
    if (separation)
      print(fmt::format("reconstruction error {:.4g} (median) here, {:.4g} on {}: area under the ROC curve {:.4f}\n",
                        separation->typical, separation->anomalous, a.anomalies, separation->auc));
  }
  return 0;
}

}  // namespace

Command evaluate_command() {
  const auto a = std::make_shared<Arguments>();
  return {.name = "evaluate",
          .summary = "Loss and metrics of a trained model on data.",
          .example = "isinglass evaluate runs/mnist-mlp --data mnist",
          .arguments = {{"MODEL", "", "directory of a run, or its model.safetensors", &a->model, true},
                        {"--data", "SPEC",
                         "a data file, INPUTS,TARGETS as two files, a data set by name (its test part), or an "
                         "experiment file (its test part, else its validation part)",
                         &a->data, true},
                        {"--anomalies", "SPEC",
                         "of an autoencoder: samples of another kind, to see how well the reconstruction error tells "
                         "them from the data",
                         &a->anomalies},
                        {"--json", "", "one JSON document on standard output", &a->json},
                        {"--threads", "N", "threads; 0 = one for each processor; results do not depend on it",
                         &a->threads, false, between(0, 1024)}},
          .run = [a] { return evaluate(*a); }};
}

}  // namespace isinglass
