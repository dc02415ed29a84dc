// isinglass/train/record_options.h - the [record] section of an experiment file: what a run keeps of what it computes.
//
// Training itself does not read it; record/run_recorder.h does.
#pragma once
#include <string>
#include <vector>

#include "isinglass/base/options.h"

namespace isinglass {

struct RecordOptions {
  static constexpr std::string_view kTypeName = "table or string";
  std::string level = "auto";
  std::vector<std::string> what = {};
  std::string when = "auto";
  Index every = 1;
  std::string unit = "epoch";
  std::vector<Index> samples = {};
  Index anomalies = 0;
  double budget = 64;
  std::string on_error = "continue";

  static void options(auto& v) {
    v("level", &RecordOptions::level,
      "off; summary: loss and learning rate of every step, statistics of every layer, the parameters now and then; "
      "everything: every number of a step; auto: everything for networks of at most 2,000 parameters on small batches, "
      "else summary",
      one_of({"auto", "off", "summary", "everything"}));
    v("what", &RecordOptions::what, "in place of what the level keeps of a step, any of these",
      one_of({"parameters", "optimiser", "pre_activations", "activations", "derivatives", "gradients"}));
    v("when", &RecordOptions::when,
      "steps that are kept: every so many, or logarithmic: 0 to 9, 10, 20 to 90, 100, 200, ...; auto: every one with "
      "everything, else logarithmic",
      one_of({"auto", "every", "logarithmic"}));
    v("every", &RecordOptions::every, "with when = \"every\": only every n-th", at_least(1));
    v("unit", &RecordOptions::unit, "what when and every count; of an epoch, its first step is kept",
      one_of({"epoch", "step"}));
    v("samples", &RecordOptions::samples, "training samples whose activations and derivatives are kept; none: all",
      at_least(0));
    v("anomalies", &RecordOptions::anomalies,
      "steps kept before and after one whose loss is not finite or several times what it was", between(0, 1000));
    v("budget", &RecordOptions::budget, "megabytes; whole steps are kept ever more rarely so as to stay within",
      between(1, 1e6));
    v("on_error", &RecordOptions::on_error, "when the record cannot be written: train on without it, or stop",
      one_of({"continue", "stop"}));
  }

  // A table, or a level alone: record = "off".
  static RecordOptions read(const Value& value) {
    RecordOptions options;
    if (value.as_string() != nullptr) {
      Value table = Value::Table{};
      table.set("level", value);
      table.set_location(value.location());
      read_options(table, options, "[record]");
    } else {
      read_options(value, options, "[record]");
    }
    return options;
  }
  Value write() const { return write_options(*this); }
};

}  // namespace isinglass
