// isinglass/search/member.h - what a member of a search does: train from a state to an epoch.
//
// A member is nothing but its values, its seed and the bytes of a checkpoint: what it met before is in these bytes.
// train_member() is a function of these, so that it does not matter where it runs: on any thread, or in another
// process that sends the result back.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "isinglass/data/load.h"
#include "isinglass/search/search_plan.h"
#include "isinglass/train/run.h"

namespace isinglass {

struct MemberTask {
  Index member = 0, until = 0;  // until: epochs of training when it is done
  Values values;                // in force
  Index seed = 0;
  std::shared_ptr<const std::string> state;  // train/checkpoint.h; null: from the beginning
};

struct MemberResult {
  Index member = 0, epoch = 0;
  double score = 0, train_loss = 0;  // the score as it is called, not signed
  Value validation;                  // of the last epoch; null without validation data
  std::shared_ptr<const std::string> state;
  std::string failure;  // of a training that diverged
  bool is_finished = false, is_interrupted = false;
};

// The data of a search, loaded once; those of a member whose [data] section differs, once for each section.
class SearchData {
 public:
  SearchData(std::string directory, const SearchPlan& plan) : directory_(std::move(directory)), plan_(plan) {}
  std::shared_ptr<const LoadedData> of(const Experiment& experiment);
  const std::string& directory() const { return directory_; }

 private:
  std::string directory_;
  const SearchPlan& plan_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const LoadedData>> loaded_;
};

MemberResult train_member(const SearchPlan& plan, SearchData& data, const MemberTask& task,
                          const std::function<bool()>& should_stop);

// How many members of a synchronous search train on one thread at a time, side by side in the lanes of vectors
// (train/side_by_side.h): 1 where that does not pay, or where members are not of one shape.
Index members_side_by_side(const SearchPlan& plan, SearchData& data);
// The same as train_member() for each of these tasks, which end at one epoch.
std::vector<MemberResult> train_members(const SearchPlan& plan, SearchData& data, const std::vector<MemberTask>& tasks,
                                        const std::function<bool()>& should_stop);

// For a search that goes on: compares every value in force, by the experiment of a member with all its changes, with
// the recorded one. Throws FormatError when they differ.
void check_member(const SearchPlan& plan, SearchData& data, const MemberTask& task, const Value& file);

// Writes model.safetensors of a state, of the experiment that trained it, into a directory, and returns how good the
// network is on all parts of the data.
RunSummary save_member(const SearchPlan& plan, SearchData& data, const MemberTask& task, const Value& file,
                       const std::string& directory);

}  // namespace isinglass
