#include "cli/moment_at.h"

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "cli/experiment_file.h"
#include "cli/output.h"
#include "isinglass/record/run_reader.h"

namespace isinglass {

Index read_epoch(const std::string& text, Index otherwise, Index last) {
  if (text.empty()) return otherwise;
  if (text == "last") return last;
  Index epoch = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), epoch);
  if (error != std::errc() || end != text.data() + text.size() || epoch < 0)
    throw OptionError("--epoch: expected an epoch, counted from 0, or last, got '" + one_line(text) + "'");
  if (epoch > last)
    throw OptionError("--epoch: the state after training is that of epoch " + std::to_string(last) + ", got " +
                      std::to_string(epoch));
  return epoch;
}

namespace {

RunMoment of_experiment(const std::string& path, const std::string& epoch_text, std::optional<Index> sample,
                        const std::string& quantity, Address& address) {
  const ExperimentFile file = open_experiment(path);
  const auto replay = Replay::make(file.experiment, file.load(), nullptr, 0);
  address = parse_derivative(quantity, replay->graph(), sample);
  const Index epoch = read_epoch(epoch_text, 0, file.experiment.train.epochs), count = replay->data().train.size();
  if (sample && *sample >= count)
    throw OptionError("--sample: the training data have the samples 0 to " + std::to_string(count - 1) + ", got " +
                      std::to_string(*sample));
  replay->go_to(epoch * replay->batches());
  StepMoment step = replay->moment(sample ? replay->batch_of(*sample) : Replay::Batch{});
  return {.of = moment_of(std::move(step), replay->graph(), replay->loss(), sample), .recorded = std::nullopt};
}

}  // namespace

RunMoment moment_at(const std::string& run, const std::string& epoch_text, std::optional<Index> sample,
                    const std::string& quantity, Address& address) {
  if (!std::filesystem::is_directory(run)) return of_experiment(run, epoch_text, sample, quantity, address);
  RunReader reader(run);
  address = parse_derivative(quantity, reader.graph(), sample);
  const Index epoch = read_epoch(epoch_text, reader.epochs(), reader.epochs());
  RunMoment found{.of = moment_of(reader.moment(epoch, sample), reader.graph(), reader.loss(), sample),
                  .recorded = std::nullopt};
  const RunNumber number = reader.number(address, epoch, sample);
  if (number.recorded) found.recorded = number.value;
  return found;
}

}  // namespace isinglass
