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

// Only a derivative is explained; the sample of a node is 0 unless one is named.
Address read_quantity(const std::string& quantity, const Graph& graph, std::optional<Index>& sample) {
  const Address address = parse_quantity(quantity, graph);
  if (address.kind == Address::kLoss || address.kind == Address::kScalar)
    throw OptionError("'" + one_line(quantity) + "' is no derivative; name one, such as dL/d" +
                      name_of(all_quantities(graph).front(), graph));
  if (!address.is_derivative)
    throw OptionError("'" + one_line(quantity) + "' is a number, and derivatives are explained; ask for dL/d" +
                      name_of(address, graph) + ", or `isinglass show` the number");
  if (address.is_value() && !sample) sample = 0;
  return address;
}

// A sample whose numbers do not depend on the others of its batch is computed alone.
void leave_only(StepMoment& step, std::size_t row, const Graph& graph) {
  if (std::ranges::any_of(graph.nodes,
                          [](const GraphNode& n) { return n.layer.couples_batch() || n.layer.random().has_value(); }))
    return;
  const std::size_t rows = step.samples.size();
  const auto cut = [&](auto& numbers) {
    const auto width = static_cast<std::ptrdiff_t>(numbers.size() / rows);
    const auto first = numbers.begin() + width * static_cast<std::ptrdiff_t>(row);
    numbers = {first, first + width};
  };
  cut(step.inputs);
  cut(step.targets);
  cut(step.weights);
  cut(step.samples);
}

void check_size(const StepMoment& step, const Graph& graph) {
  constexpr double kMost = 1e8;  // numbers; several are kept of each value
  double width = 0;
  for (ValueId v = 0; v <= graph.nodes.size(); ++v) width += static_cast<double>(size_of(graph.value_shape(v)));
  if (width * static_cast<double>(step.samples.size()) > kMost)
    throw OptionError("a batch of " + grouped(static_cast<Index>(step.samples.size())) +
                      " samples of this network is too large to be explained as one; name one with --sample");
}

RunMoment make(StepMoment step, const Graph& graph, const Loss& loss, std::optional<Index> sample) {
  std::optional<Index> row;
  if (sample) {
    row = std::ranges::find(step.samples, *sample) - step.samples.begin();
    leave_only(step, static_cast<std::size_t>(*row), graph);
    row = std::ranges::find(step.samples, *sample) - step.samples.begin();
  }
  check_size(step, graph);
  return {.moment = Moment({.graph = graph,
                            .loss = loss,
                            .parameters = std::move(step.parameters),
                            .inputs = std::move(step.inputs),
                            .targets = std::move(step.targets),
                            .weights = std::move(step.weights),
                            .samples = std::move(step.samples),
                            .key = step.key,
                            .epoch = step.epoch}),
          .row = row,
          .recorded = std::nullopt};
}

RunMoment of_experiment(const std::string& path, const std::string& epoch_text, std::optional<Index> sample,
                        const std::string& quantity, Address& address) {
  const ExperimentFile file = open_experiment(path);
  const auto replay = Replay::make(file.experiment, file.load(), nullptr, 0);
  address = read_quantity(quantity, replay->graph(), sample);
  const Index epoch = read_epoch(epoch_text, 0, file.experiment.train.epochs), count = replay->data().train.size();
  if (sample && *sample >= count)
    throw OptionError("--sample: the training data have the samples 0 to " + std::to_string(count - 1) + ", got " +
                      std::to_string(*sample));
  replay->go_to(epoch * replay->batches());
  StepMoment step = replay->moment(sample ? replay->batch_of(*sample) : Replay::Batch{});
  return make(std::move(step), replay->graph(), replay->loss(), sample);
}

}  // namespace

RunMoment moment_at(const std::string& run, const std::string& epoch_text, std::optional<Index> sample,
                    const std::string& quantity, Address& address) {
  if (!std::filesystem::is_directory(run)) return of_experiment(run, epoch_text, sample, quantity, address);
  RunReader reader(run);
  address = read_quantity(quantity, reader.graph(), sample);
  const Index epoch = read_epoch(epoch_text, reader.epochs(), reader.epochs());
  RunMoment found = make(reader.moment(epoch, sample), reader.graph(), reader.loss(), sample);
  const RunNumber number = reader.number(address, epoch, sample);
  if (number.recorded) found.recorded = number.value;
  return found;
}

}  // namespace isinglass
