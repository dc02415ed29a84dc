// isinglass/serve/frozen_run.h - the network of a run at one step, to be tried out on other inputs.
#pragma once
#include <string>

#include "isinglass/model/frozen_network.h"
#include "isinglass/record/replay.h"

namespace isinglass {

// What is handed to who looks at a run (ObservedRun::look): `replay` stands at the step that was asked for.
struct RunAtStep {
  Replay& replay;
  const Experiment& experiment;
  const std::string& directory;

  FrozenNetwork network() const {
    return {replay.graph(), replay.moment({}).parameters, experiment.precision == "float"};
  }
};

}  // namespace isinglass
