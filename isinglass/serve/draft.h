// isinglass/serve/draft.h - an experiment that is being written: its text, its settings, and what would come of it.
#pragma once
#include <deque>
#include <memory>
#include <mutex>
#include <string>

#include "isinglass/data/load.h"
#include "isinglass/serve/data_document.h"
#include "isinglass/train/experiment.h"

namespace isinglass {

class Drafts {
 public:
  // Of { toml } or { experiment }, the other one, too, and how far it leads: { toml, experiment, problem, data, network }.
  // With "propose": true what an experiment lacks is filled in first, and its last layer made to fit (proposal.h).
  // problem is null or { message, at, line, column }, `at` being the key that it is about, "model.layers.0.units", as
  // far as that is known; data and network are there as far as the experiment is right.
  Value read(const Value& body);

  // The data of the experiment { toml } as data_document tells them, and their problem, if any.
  Value look(const Value& body);

 private:
  struct Loaded {
    std::string key;
    RawData raw;
    std::optional<LoadedData> data;
    std::string problem;  // why there are none
  };
  std::shared_ptr<const Loaded> load(const Experiment& experiment);
  Value completed(const Value& draft);

  static constexpr std::size_t kMostLoaded = 3;  // of different [data] sections
  std::mutex mutex_;
  std::deque<std::shared_ptr<const Loaded>> loaded_;  // the newest first
};

// The experiment with what is as its default left out; relative paths of data, which begin at `from`, begin at the
// current directory instead.
Value shortened(const Experiment& experiment, const std::string& from);

}  // namespace isinglass
