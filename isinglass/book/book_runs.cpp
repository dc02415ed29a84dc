#include "isinglass/book/book_runs.h"

#include "isinglass/book/examples.h"
#include "isinglass/io/toml.h"
#include "isinglass/record/run_recorder.h"

namespace isinglass {

RunReader& BookRuns::run(const std::string& example) {
  std::unique_ptr<RunReader>& reader = readers_[example];
  if (reader) return *reader;
  say_("training " + example);
  Experiment experiment = Experiment::read(parse_toml(example_text(example), "examples/" + example + ".toml"));
  experiment.record.level = "everything";
  RunRecorder recorder(say_);
  const std::string run = directory_ + "/" + example;
  run_training(experiment, {.directory = run, .data_directory = ".", .threads = threads_}, {.watcher = &recorder});
  reader = std::make_unique<RunReader>(run, threads_);
  return *reader;
}

}  // namespace isinglass
