// cli/train.cpp - trains the network of an experiment file.
#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>

#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/experiment_file.h"
#include "cli/interrupt.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/ranks.h"
#include "isinglass/kernels/instruction_set.h"
#include "isinglass/record/run_recorder.h"

namespace isinglass {
namespace {

struct Arguments {
  std::string experiment, directory;
  std::vector<std::string> overrides;
  bool resume = false, quiet = false, json = false;
  Index threads = 0, folds = 0;
};

// Where a training run tells what it does: progress, JSON lines and the report at its end.
class Reporter {
 public:
  explicit Reporter(const Arguments& a) : arguments_(a) {}

  void start(const RunPlan& plan) {
    progress_.emplace(style());
    if (arguments_.json) {
      Value event = make_event("start");
      event.set("run", arguments_.directory);
      event.set("parameters", plan.parameters);
      event.set("samples", samples_of(plan));
      event.set("threads", plan.threads);
      event.set("loss", plan.loss);
      event.set("optimiser", plan.optimiser);
      print_json(event);
    } else if (!arguments_.quiet) {
      say(fmt::format("{}: {} parameters, {} training, {} validation and {} test samples, {}, {}, {} thread{}",
                      arguments_.experiment, grouped(plan.parameters), grouped(plan.train_samples),
                      grouped(plan.validation_samples), grouped(plan.test_samples), plan.loss, plan.optimiser,
                      plan.threads, plan.threads == 1 ? "" : "s"));
    }
  }
  void start_fold(Index fold) { progress_.emplace(style(), fmt::format("fold {}/{} ", fold + 1, arguments_.folds)); }

  void on_batch(const BatchReport& report) { progress_->on_batch(report); }
  void on_epoch(const EpochReport& report, std::optional<Index> fold = {}) {
    progress_->on_epoch(report);
    if (!arguments_.json) return;
    Value event = make_event("epoch");
    if (fold) event.set("fold", *fold);
    event.set("epoch", report.epoch);
    event.set("epochs", report.epochs);
    event.set("learning_rate", report.learning_rate);
    event.set("loss", report.train_loss);
    event.set("seconds", report.seconds);
    if (report.validation) {
      Value validation = Value::Table{};
      validation.set("loss", report.validation->loss);
      validation.set(report.validation->headline().first, report.validation->headline().second);
      event.set("validation", std::move(validation));
      event.set("is_best", report.is_best);
    }
    print_json(event);
  }
  void on_fold(Index fold, const Evaluation& evaluation) {
    clear();
    if (arguments_.json) {
      Value event = make_event("fold");
      event.set("fold", fold);
      event.set("metrics", evaluation.write());
      print_json(event);
    } else if (!arguments_.quiet) {
      say(fmt::format("fold {} of {}: loss {:.4g}  {} {:.4g}", fold + 1, arguments_.folds, evaluation.loss,
                      evaluation.headline().first, evaluation.headline().second));
    }
  }
  void clear() {
    if (progress_) progress_->clear();
  }

  void fail(const Error& error) {
    clear();
    if (!arguments_.json) return;
    Value event = make_event("error");
    event.set("message", error.what());
    print_json(event);
  }

  static Value make_event(std::string_view name) {
    Value event = Value::Table{};
    event.set("event", name);
    return event;
  }

 private:
  static Value samples_of(const RunPlan& plan) {
    Value samples = Value::Table{};
    samples.set("training", plan.train_samples);
    samples.set("validation", plan.validation_samples);
    samples.set("test", plan.test_samples);
    return samples;
  }
  // JSON lines tell the same as lines of progress, and a bar would break into them on one terminal.
  ProgressDisplay::Style style() const {
    if (arguments_.quiet) return ProgressDisplay::Style::kNone;
    if (is_terminal(STDERR_FILENO) && !(arguments_.json && is_terminal(STDOUT_FILENO)))
      return ProgressDisplay::Style::kBar;
    // A fold is worth one line, written when it is done.
    return arguments_.json || arguments_.folds > 0 ? ProgressDisplay::Style::kNone : ProgressDisplay::Style::kLines;
  }

  const Arguments& arguments_;
  std::optional<ProgressDisplay> progress_;
};

std::string resume_line(const Arguments& a) {
  std::vector<std::string> words{"train", a.experiment};
  for (const std::string& assignment : a.overrides) words.insert(words.end(), {"--set", assignment});
  words.insert(words.end(), {"--out", a.directory, "--resume"});
  return shell_line(words);
}

// What recording cost, in one line: "recording: 3.1 % of the time, 41 MB"; "" when nothing was recorded.
std::string recording_text(const RunRecorder& recorder) {
  if (!recorder.is_recording()) return "";
  const RecordingCost cost = recorder.cost();
  const double bytes = static_cast<double>(cost.bytes);
  std::string text = fmt::format("recording: {:.1f} % of the time, ", 100 * recorder.share()) +
                     (bytes < 1e6 ? fmt::format("{:.0f} kB", bytes / 1e3) : fmt::format("{:.1f} MB", bytes / 1e6));
  if (cost.waits > 0)
    text += fmt::format(", waited {} time{} for the disk", grouped(cost.waits), cost.waits == 1 ? "" : "s");
  return text + "\n";
}

Value recording_document(const RunRecorder& recorder) {
  const RecordingCost cost = recorder.cost();
  Value document = Value::Table{};
  document.set("share", recorder.share());
  document.set("seconds", cost.seconds);
  document.set("bytes", cost.bytes);
  document.set("waits", cost.waits);
  return document;
}

std::string report_text(const RunSummary& summary, const RunRecorder& recorder, const Arguments& a) {
  std::vector<std::vector<std::string>> rows{{"", "loss", summary.train.headline().first}};
  const auto add = [&](const char* part, const Evaluation& e) {
    rows.push_back({part, fmt::format("{:.6g}", e.loss), fmt::format("{:.6g}", e.headline().second)});
  };
  add("training", summary.train);
  if (summary.validation) add("validation", *summary.validation);
  if (summary.test) add("test", *summary.test);
  std::string text =
      fmt::format("{} after {} epoch{} in {}\n", summary.outcome == Outcome::kEarlyStopped ? "stopped early" : "done",
                  grouped(summary.epochs), summary.epochs == 1 ? "" : "s", duration_text(summary.seconds)) +
      aligned(rows, "lr") + recording_text(recorder);
  if (summary.test)
    text += "\ntest: " + summary.test->metrics.text();
  else if (summary.validation)
    text += "\nvalidation: " + summary.validation->metrics.text();
  text += "\nin " + a.directory + ": model.safetensors, summary.json, experiment.toml, checkpoint.safetensors" +
          (recorder.is_recording() ? std::string(", ") + kStoreFile : "") + "\nnext:\n";
  text += "  " + shell_line({"describe", a.directory}) + "\n";
  if (recorder.is_recording()) text += "  " + shell_line({"show", a.directory, "loss", "--all-epochs"}) + "\n";
  // Settings that were changed on the command line stand in the run's own copy of the experiment.
  const std::string experiment = a.overrides.empty() ? a.experiment : a.directory + "/experiment.toml";
  if (summary.test || summary.validation)
    text += "  " + shell_line({"evaluate", a.directory, "--data", experiment}) + "\n";
  return text + "  " + shell_line({"predict", a.directory, "INPUT", "-o", "predictions.csv"}) + "\n";
}

// `count` is of what was finished: epochs or folds.
int interrupted(const Arguments& a, std::string_view unit, Index count, const std::string& message) {
  if (a.json) {
    Value event = Reporter::make_event("interrupted");
    event.set("run", a.directory);
    event.set(unit, count);
    print_json(event);
  }
  say(message);
  return Interrupt::exit_status();
}

int finish(const RunSummary& summary, const RunRecorder& recorder, const Arguments& a) {
  if (summary.outcome == Outcome::kInterrupted) {
    return interrupted(a, "epochs", summary.epochs,
                       fmt::format("interrupted after {} whole epochs, all is saved; go on with: {}",
                                   grouped(summary.epochs), resume_line(a)));
  }
  if (a.json) {
    Value event = Reporter::make_event("done");
    event.set("run", a.directory);
    const Value document = summary.write();
    for (const auto& [key, value] : *document.as_table()) event.set(key, value);
    if (recorder.is_recording()) event.set("recording", recording_document(recorder));
    print_json(event);
  } else if (!a.quiet) {
    print(report_text(summary, recorder, a));
  }
  return 0;
}

std::string checkpoint_path(const Arguments& a) {
  return (std::filesystem::path(a.directory) / "checkpoint.safetensors").string();
}

// Results do not depend on the machine, but these precisions are fast only where it multiplies numbers of bf16.
void warn_of_slow_products(const Experiment& experiment, const Arguments& a) {
  const kernels::Products products = experiment.products();
  if (a.quiet || products == kernels::Products::kFloat) return;
  const bool splits = products == kernels::Products::kSplit;
  if (kernels::bf16_unit() < (splits ? kernels::Bf16Unit::kTiles : kernels::Bf16Unit::kDotProducts))
    say("precision " + experiment.precision + ": this processor has no " + (splits ? "AMX" : "AMX or AVX512_BF16") +
        ": the same results, but " + (splits ? "several times slower than float" : "slower than float"));
}

int train_once(const ExperimentFile& file, const Arguments& a, const RunSettings& settings, Reporter& reporter) {
  bool has_started = false;
  RunRecorder recorder([&](const std::string& message) {
    reporter.clear();
    say(one_line(message));
  });
  warn_of_slow_products(file.experiment, a);
  try {
    const RunSummary summary = run_training(file.experiment, settings,
                                            {.on_start =
                                                 [&](const RunPlan& plan) {
                                                   has_started = true;
                                                   reporter.start(plan);
                                                 },
                                             .on_batch = [&](const BatchReport& report) { reporter.on_batch(report); },
                                             .on_epoch = [&](const EpochReport& report) { reporter.on_epoch(report); },
                                             .should_stop = Interrupt::requested,
                                             .watcher = &recorder});
    reporter.clear();
    return finish(summary, recorder, a);
  } catch (const FileError& error) {
    if (!has_started || !std::filesystem::exists(checkpoint_path(a))) throw;
    throw FileError(std::string(error.what()) + "; the last checkpoint stands, go on with: " + resume_line(a));
  }
}

int train_folds(const ExperimentFile& file, const Arguments& a, const RunSettings& settings, Reporter& reporter) {
  const auto start = std::chrono::steady_clock::now();
  reporter.start_fold(0);
  const FoldsSummary summary = run_folds(
      file.experiment, a.folds, settings,
      [&](Index fold, const EpochReport& report) { reporter.on_epoch(report, fold); },
      [&](Index fold, const Evaluation& evaluation) {
        reporter.on_fold(fold, evaluation);
        if (fold + 1 < a.folds) reporter.start_fold(fold + 1);
      },
      Interrupt::requested);
  reporter.clear();
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (static_cast<Index>(summary.folds.size()) < a.folds) {
    return interrupted(
        a, "folds", static_cast<Index>(summary.folds.size()),
        fmt::format("interrupted after {} of {} folds; nothing is saved", summary.folds.size(), a.folds));
  }
  const Value document = summary.write();
  if (a.json) {
    Value event = Reporter::make_event("done"), metrics = Value::Table{};
    metrics.set("test", *document.find("mean"));
    event.set("run", a.directory);
    event.set("epochs", file.experiment.train.epochs);
    event.set("seconds", seconds);
    event.set("metrics", std::move(metrics));
    event.set("deviation", *document.find("deviation"));
    event.set("folds", a.folds);
    print_json(event);
  } else if (!a.quiet) {
    std::vector<std::vector<std::string>> rows{{"", "mean", "deviation"}};
    for (std::size_t i = 0; i < summary.mean.size(); ++i)
      rows.push_back({summary.mean[i].first, fmt::format("{:.6g}", summary.mean[i].second),
                      fmt::format("{:.6g}", summary.deviation[i].second)});
    print(fmt::format("{} folds in {}, each tested on the samples that it was not trained on\n", a.folds,
                      duration_text(seconds)) +
          aligned(rows, "lr") + "\nin " + a.directory + ": summary.json\n");
  }
  return 0;
}

// A rank that is not the first: it trains along and says nothing.
int train_along(const ExperimentFile& file, const RunSettings& settings) {
  run_training(file.experiment, settings, {.should_stop = Interrupt::requested});
  return 0;
}

int train(const Arguments& a, Communicator* ranks) {
  Reporter reporter(a);
  try {
    const auto open = [&] {
      if (a.resume && !std::filesystem::exists(checkpoint_path(a)))
        throw FileError(checkpoint_path(a) +
                        ": there is no checkpoint to go on from; leave --resume out to begin anew");
      return open_experiment(a.experiment, a.overrides);
    };
    ExperimentFile file;
    if (ranks == nullptr)
      file = open();
    else
      ranks->agree([&] { file = open(); });
    const RunSettings settings{.directory = a.directory,
                               .data_directory = file.directory,
                               .resume = a.resume,
                               .threads = a.threads,
                               .ranks = ranks};
    if (ranks != nullptr && !ranks->is_first()) return train_along(file, settings);
    return a.folds > 0 ? train_folds(file, a, settings, reporter) : train_once(file, a, settings, reporter);
  } catch (const Error& error) {
    if (ranks == nullptr || ranks->is_first()) reporter.fail(error);
    throw;
  }
}

int train(Arguments a) {
  if (a.folds > 0 && a.resume) throw OptionError("--folds cannot be resumed; leave --resume out");
  if (a.directory.empty()) {
    const std::string name = std::filesystem::path(a.experiment).stem().string();
    a.directory = "runs/" + name + (a.folds > 0 ? "-folds" : "");
  }
  return run_on_ranks({.run =
                           [&](Communicator* ranks, Index processors) {
                             if (ranks != nullptr && a.folds > 0)
                               throw OptionError("--folds trains in one process; leave mpirun out");
                             if (a.threads == 0) a.threads = processors;
                             return train(a, ranks);
                           },
                       .what_to_do = [&]() -> std::string {
                         if (!std::filesystem::exists(checkpoint_path(a))) return "nothing was saved yet";
                         return "the last checkpoint stands, go on with: mpirun ... " + resume_line(a);
                       }});
}

}  // namespace

Command train_command() {
  const auto a = std::make_shared<Arguments>();
  return {
      .name = "train",
      .summary = "Trains the network of an experiment file.",
      .example = "isinglass train examples/iris.toml --set train.epochs=50",
      .arguments = {{"EXPERIMENT", "", "an experiment file", &a->experiment, true},
                    {"--set", "KEY=VALUE", "changes a setting: --set train.epochs=5; may be repeated", &a->overrides},
                    {"--out", "DIR",
                     "directory of the run; runs/NAME by the experiment file's name, with --folds runs/NAME-folds",
                     &a->directory},
                    {"--resume", "", "go on from the checkpoint in the run's directory", &a->resume},
                    {"--folds", "K", "K-fold cross-validation instead of one run", &a->folds, false, between(2, 1e6)},
                    {"--threads", "N", "threads; 0 = one for each processor; results do not depend on it", &a->threads,
                     false, between(0, 1024)},
                    {"--quiet", "", "no progress and no report", &a->quiet},
                    {"--json", "", "events as JSON lines on standard output, the last one \"done\"", &a->json}},
      .run = [a] { return train(*a); }};
}

}  // namespace isinglass
