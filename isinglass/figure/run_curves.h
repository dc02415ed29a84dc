// isinglass/figure/run_curves.h - numbers of a run against its epochs.
//
// A curve has the points x = epoch + 1 for the epochs 0 (the initial state) to RunReader::epochs() (the state after
// training), so that a log axis has a place for all of them. Its numbers are those of RunReader, bit for bit.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "isinglass/figure/chart.h"
#include "isinglass/figure/quantity_symbol.h"
#include "isinglass/record/run_reader.h"

namespace isinglass {

struct CurveRequest {
  std::string quantity;              // model/quantity_name.h
  std::optional<Index> sample = {};  // as in RunReader::number
};

struct CurveOptions {
  SignConvention signs = SignConvention::kStandard;
  std::function<void(Index epoch)> on_epoch = [](Index) {
  };  // before an epoch is looked up: what is not recorded takes time
};

// All of them in one pass through the run. A metric that is known of some epochs has these points alone. The name is the
// symbol; the key is the quantity, with "@3" behind it for sample 3. Throws OptionError for an unknown name, InputError
// for a sample beyond the data or a number that no epoch has.
std::vector<Series> curves(RunReader& run, const std::vector<CurveRequest>& requests, const CurveOptions& options = {});
Series curve(RunReader& run, const std::string& quantity, std::optional<Index> sample = {},
             const CurveOptions& options = {});

// A chart over the epochs of the run, on a log axis unless they are few.
Chart epoch_chart(const RunReader& run, const std::string& title, const std::string& y_label,
                  std::vector<Series> series);

// The loss of the training data, and of validation and test data where they are known. With several batches an epoch
// the training loss is the mean as the epoch went.
Chart loss_chart(RunReader& run, const CurveOptions& options = {});

// "accuracy", "rmse", ... of validation data; of training and test data at the end. Throws InputError when the run has
// none for two epochs or more.
Chart metric_chart(RunReader& run, const std::string& metric, const CurveOptions& options = {});
// The metrics that the run has of validation data, the headline first: "accuracy", "macro_f1", ...
std::vector<std::string> known_metrics(RunReader& run);

// Every weight, or every bias, of a network of at most kMostParameterCurves of them. Throws InputError for a larger one.
constexpr Index kMostParameterCurves = 60;
Chart weights_chart(RunReader& run, const CurveOptions& options = {});
Chart biases_chart(RunReader& run, const CurveOptions& options = {});

// What the network says of training samples, with the targets as dashed lines; of classes the probability of the
// sample's own. Without samples a dozen, evenly spread over the data. Throws InputError for a sample beyond the data.
Chart predictions_chart(RunReader& run, std::vector<Index> samples = {}, const CurveOptions& options = {});

// The name of the run's directory.
std::string run_name(const RunReader& run);

}  // namespace isinglass
