// isinglass/record/recorder.h - watches a network while it trains and keeps what the [record] section asks for.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "isinglass/record/frame_layout.h"
#include "isinglass/record/layer_statistics.h"
#include "isinglass/record/record_schedule.h"
#include "isinglass/record/store_writer.h"
#include "isinglass/train/run.h"

namespace isinglass {

struct RecordingCost {
  double seconds = 0;  // that training waited or copied
  Index bytes = 0;     // of the store
  Index waits = 0;     // how often it waited for the disk
};

template <class T>
class Recorder : public Observer<T> {
 public:
  struct Setup {
    Trainer<T>& trainer;  // outlives the recording, not the recorder
    const Experiment& experiment;
    std::string path;                             // of the store
    bool resume = false;                          // go on with a store that is there
    std::function<void(const std::string&)> say;  // one line
  };
  // Attaches itself to the trainer's plan. Throws FileError when the store cannot be made, InputError when the run
  // cannot go on with the one that is there.
  explicit Recorder(Setup setup);

  // Both throw FileError when the store cannot be written and on_error = "stop".
  bool looks_at_values() override;
  void after_backward(const Plan<T>& plan, std::size_t layer) override;
  void after_update(const Plan<T>& plan) override;

  void on_epoch(const EpochReport& report);
  void flush();  // returns when all is written
  // The state after training; the trainer is not looked at any more.
  void end(const RunSummary& summary);

  RecordingCost cost() const;

 private:
  struct Kept {  // of the last steps, in case that something happens
    StepRow row;
    Index samples = 0;
    std::vector<std::byte> numbers;
  };
  std::vector<std::string> what_to_keep() const;
  RecordSchedule::Settings schedule_settings() const;
  bool is_small() const;
  StoreWriter::Start start_of_store();
  bool has_statistics(Index epoch, Index batch);
  StepRow row_of(const Plan<T>& plan) const;
  void choose_rows();
  void keep_frame(const Plan<T>& plan, StepRow& row);
  void keep_in_ring(const Plan<T>& plan, const StepRow& row);
  void write_ring();
  bool is_anomaly(double loss);
  int times_to_count();
  void keep_statistics(const Plan<T>& plan, const StepRow& row);
  void keep_step(const StepRow& row);
  void keep_end(const RunSummary& summary);
  void make_room();
  bool is_alive();
  void say_thinned();

  Setup setup_;
  const RecordOptions& options_;
  std::string path_;
  std::vector<std::string> what_;
  FrameLayout<T> layout_;
  RecordSchedule frames_, steps_;
  Index next_frame_ = 0, statistics_every_ = 1;
  Index last_statistics_ = 0, next_statistics_ = 0;  // epochs; none between them
  std::vector<Index> samples_, rows_;                // chosen ones, sorted; rows of the batch that are of these
  std::vector<Kept> ring_;
  std::size_t ring_begin_ = 0, ring_count_ = 0;
  Index still_to_keep_ = 0, losses_seen_ = 0;
  double usual_loss_ = 0;
  LayerStatistics<T> statistics_;
  Index frames_seen_ = 0;  // small ones
  bool waits_for_update_ = false, has_said_ = false, is_dead_ = false;
  double seconds_ = 0;
  RecordingCost cost_;
  std::unique_ptr<StoreWriter> writer_;
};

extern template class Recorder<float>;
extern template class Recorder<double>;

}  // namespace isinglass
