// isinglass/explain/moment_of_step.h - a step that a run went through (record/replay.h) as a moment to be explained.
#pragma once
#include <optional>
#include <string>

#include "isinglass/explain/moment.h"
#include "isinglass/record/replay.h"

namespace isinglass {

struct SampleMoment {
  Moment moment;
  std::optional<Index> row;  // of the sample in the moment's batch; absent: the batch as one
};

// With a sample, which the step's batch has, its loss alone is explained. Throws OptionError for a batch that is too
// large to be explained as one.
SampleMoment moment_of(StepMoment step, const Graph& graph, const Loss& loss, std::optional<Index> sample);

// Only a derivative is explained; the sample of a node is 0 unless one is named. Throws OptionError.
Address parse_derivative(const std::string& quantity, const Graph& graph, std::optional<Index>& sample);

}  // namespace isinglass
