#include "cli/training_plan.h"

#include <fmt/format.h>

#include "cli/output.h"
#include "isinglass/kernels/instruction_set.h"
#include "isinglass/train/run.h"

namespace isinglass {
namespace {

std::string size_text(Index bytes) {
  const double size = static_cast<double>(bytes);
  return size < 1e4 ? std::to_string(bytes) + " bytes" : fmt::format("{:.3g} MB", size / 1e6);
}

Value document_of(const TrainingPlan& plan, const std::string& precision) {
  Value document = Value::Table{};
  document.set("tier", plan.is_tiny ? "tiny" : "layers");
  document.set("batch_size", plan.batch_size);
  document.set("precision", precision);
  document.set("threads", plan.threads);
  document.set("instruction_set", kernels::instruction_set());
  Value::Array stages, memory;
  for (const PlanStage& stage : plan.stages) {
    Value row = Value::Table{};
    row.set("what", stage.what);
    row.set("samples_at_a_time", stage.rows);
    row.set("multiply_adds", stage.operations);
    stages.push_back(std::move(row));
  }
  for (const MemoryUse& use : plan.memory) {
    Value row = Value::Table{};
    row.set("what", use.what);
    row.set("bytes", use.bytes);
    memory.push_back(std::move(row));
  }
  document.set("stages", std::move(stages));
  document.set("memory", std::move(memory));
  document.set("bytes", total_bytes(plan.memory));
  return document;
}

std::string text_of(const TrainingPlan& plan, const std::string& precision) {
  std::string text =
      fmt::format("A step: {} sample{}, {}, {} thread{}, {}.\n", plan.batch_size, plan.batch_size == 1 ? "" : "s",
                  precision, plan.threads, plan.threads == 1 ? "" : "s", kernels::instruction_set());
  if (plan.is_tiny) text += "Tier: tiny, all layers in one function, samples in SIMD lanes.\n";
  std::vector<std::vector<std::string>> rows{{"stage", "samples at a time", "multiply-adds of a sample"}};
  for (const PlanStage& stage : plan.stages)
    rows.push_back({stage.what, std::to_string(stage.rows), grouped(static_cast<Index>(stage.operations))});
  text += "\n" + aligned(rows, "lr");
  rows = {{"memory", ""}};
  for (const MemoryUse& use : plan.memory) rows.push_back({use.what, size_text(use.bytes)});
  rows.push_back({"total", size_text(total_bytes(plan.memory))});
  return text + "\n" + aligned(rows, "lr") +
         "Without the program itself, the recorder and what reading files takes for a moment.\n";
}

}  // namespace

void show_training_plan(const Experiment& experiment, const LoadedData& data, Index threads, bool json) {
  const TrainingPlan plan = plan_training(experiment, data, threads);
  if (json)
    print_json(document_of(plan, experiment.precision));
  else
    print(text_of(plan, experiment.precision));
}

}  // namespace isinglass
