// cli/evaluate.cpp - loss and metrics of a trained model on data.
#include <fmt/format.h>

#include <memory>

#include "cli/commands.h"
#include "cli/output.h"
#include "cli/trained_model.h"

namespace isinglass {
namespace {

struct Arguments {
  std::string model, data;
  bool json = false;
  Index threads = 0;
};

int evaluate(const Arguments& a) {
  const TrainedModel model = load_trained_model(a.model);
  const Dataset data = read_labelled_samples(a.data, model);
  const Evaluation evaluation = model.evaluate(data, a.threads);
  if (a.json) {
    Value document = Value::Table{};
    document.set("model", model.path);
    document.set("data", a.data);
    document.set("metrics", evaluation.write());
    print_json(document);
  } else {
    print(fmt::format("{} on {}\nloss {:.6g} ({})\n", model.path, a.data, evaluation.loss, model.loss.kind()) +
          evaluation.metrics.text());
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
                        {"--json", "", "one JSON document on standard output", &a->json},
                        {"--threads", "N", "threads; 0 = one for each processor; results do not depend on it",
                         &a->threads, false, between(0, 1024)}},
          .run = [a] { return evaluate(*a); }};
}

}  // namespace isinglass
