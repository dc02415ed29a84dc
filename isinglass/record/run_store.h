// isinglass/record/run_store.h - a run store, read: also while a run still writes it.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "isinglass/record/pack_table.h"
#include "isinglass/train/experiment.h"

namespace isinglass {

// What the numbers of a store belong to: precision, network and the optimiser's state, as SHA-256.
std::string model_digest(const Experiment& experiment, const Graph& graph);

class RunStore {
 public:
  // Throws FileError; FormatError when the file is damaged, no run store, or one of another version.
  explicit RunStore(const std::string& path);
  // Throws InputError when the store is of another model than that of `digest`.
  void check_model(const std::string& digest) const;

  std::optional<std::string> find(std::string_view key) const;  // in the table run
  Index bytes() { return database_.bytes(); }
  const std::string& path() const { return database_.path(); }

  const std::vector<StoredTensor>& tensors() const { return tensors_; }
  const StoredTensor* find_tensor(std::string_view kind, std::string_view name) const;

  std::optional<StepRow> step(Index step);
  std::optional<StepRow> last_step();
  // Steps up to `step` with a frame, the latest first, at most `most`.
  std::vector<StepRow> frames_up_to(Index step, Index most);

  // Numbers of one tensor in one frame, each row a sample or all in one row; empty when the frame has no such tensor.
  // Valid until the tensor is read again.
  struct Numbers {
    const StoredTensor* tensor = nullptr;
    std::span<const std::byte> bytes;
    Index rows = 0;

    bool empty() const { return bytes.empty(); }
    double at(Index row, Index element) const;  // I64 as what it counts
  };
  Numbers numbers(const StoredTensor& tensor, Index frame);

  std::optional<double> metric(Index epoch, std::string_view part, std::string_view name);
  std::vector<StepRow> steps() { return steps_.all(); }
  std::vector<LayerStatistic> layer_statistics() { return layers_.all(); }
  std::vector<UnitStatistic> unit_statistics() { return units_.all(); }
  std::vector<UnitNorm> unit_norms() { return norms_.all(); }  // none of runs that were recorded before there were any
  std::vector<MetricRow> metrics();                            // by epoch, part and name

 private:
  struct Chunk {
    Index first_frame = 0, frames = 0, samples = 0;
    std::vector<std::byte> numbers;
  };
  void read_tensors();
  bool load_chunk(const StoredTensor& tensor, Index frame, Chunk& chunk);
  [[noreturn]] void fail(const std::string& message) const;

  Database database_;
  std::vector<StoredTensor> tensors_;
  std::vector<std::pair<std::string, std::string>> run_;
  std::map<Index, Chunk> chunks_;  // of each tensor, the one that was read last
  PackTable<StepRow> steps_;
  PackTable<EpochRow> epochs_;
  PackTable<LayerStatistic> layers_;
  PackTable<UnitStatistic> units_;
  PackTable<UnitNorm> norms_;
  Statement find_chunk_, find_metric_;
};

}  // namespace isinglass
