#include "isinglass/train/metrics.h"

#include <algorithm>
#include <cmath>

#include "isinglass/base/error.h"

namespace isinglass {
namespace {

double ratio(double a, double b) {
  return b == 0 ? 0 : a / b;
}

double defined_ratio(double a, double b) {
  return b == 0 ? Metrics::kUndefined : a / b;
}

std::string shape_text(View<const double> v) {
  return to_string(Shape{v.rows, v.cols});
}

Value defined(double x) {
  return std::isfinite(x) ? Value(x) : Value();
}

}  // namespace

std::size_t class_of(std::span<const double> row) {
  if (row.size() == 1) return row[0] > 0.5 ? 1 : 0;
  return static_cast<std::size_t>(std::max_element(row.begin(), row.end()) - row.begin());
}

void MetricSums::Sum::add(double x) {
  const double sum = sum_ + x;
  lost_ += std::abs(sum_) >= std::abs(x) ? (sum_ - sum) + x : (x - sum) + sum_;
  sum_ = sum;
}

// Once the sum has overflowed, what was lost is inf - inf and says nothing.
double MetricSums::Sum::value() const {
  return std::isfinite(sum_) ? sum_ + lost_ : sum_;
}

MetricSums MetricSums::responses(std::vector<std::string> output_names) {
  MetricSums sums;
  sums.outputs_.resize(output_names.size());
  sums.names_ = std::move(output_names);
  if (sums.names_.empty()) throw InputError("metrics: expected at least one output, got none");
  return sums;
}

MetricSums MetricSums::classes(std::vector<std::string> class_names) {
  const std::size_t k = class_names.size();
  if (k < 2)
    throw InputError("metrics: expected at least two classes, got " + std::to_string(k) +
                     "; a target with one value needs no classifier");
  MetricSums sums;
  sums.names_ = std::move(class_names);
  sums.hits_.resize(k);
  sums.predicted_.resize(k);
  sums.actual_.resize(k);
  if (k <= kLargestConfusion) sums.confusion_.resize(k * k);
  return sums;
}

void MetricSums::check(View<const double> predictions, View<const double> targets,
                       std::span<const double> weights) const {
  const Index n_out = static_cast<Index>(names_.size());
  const bool is_classes = outputs_.empty();
  const auto fits = [&](Index cols) { return cols == n_out || (is_classes && n_out == 2 && cols == 1); };
  if (predictions.rows != targets.rows || !fits(predictions.cols) || !fits(targets.cols))
    throw ShapeError("metrics: expected predictions and targets (N, " + std::to_string(n_out) + ")" +
                     (is_classes && n_out == 2 ? " or (N, 1)" : "") + ", got " + shape_text(predictions) + " and " +
                     shape_text(targets));
  if (!weights.empty() && static_cast<Index>(weights.size()) != predictions.rows)
    throw ShapeError("metrics: expected " + std::to_string(predictions.rows) +
                     " sample weights, one for each sample, got " + std::to_string(weights.size()));
  for (const double weight : weights)
    if (!(weight >= 0) || std::isinf(weight))
      throw InputError("metrics: expected sample weights of 0 or more, got " + number_text(weight));
  for (Index n = 0; is_classes && n < predictions.rows; ++n)
    for (const View<const double>& view : {predictions, targets})
      for (const double x : view.row(n))
        if (std::isnan(x))
          throw NumericError("metrics: sample " + std::to_string(samples_ + n) +
                             " has a class probability that is not a number");
}

void MetricSums::add(View<const double> predictions, View<const double> targets, std::span<const double> weights) {
  check(predictions, targets, weights);
  for (Index n = 0; n < predictions.rows; ++n) {
    const double weight = weights.empty() ? 1 : weights[static_cast<std::size_t>(n)];
    if (outputs_.empty())
      add_class(class_of(predictions.row(n)), class_of(targets.row(n)), weight);
    else
      add_responses(predictions.row(n), targets.row(n), weight);
  }
  samples_ += predictions.rows;
  weighted_ = weighted_ || !weights.empty();
}

void MetricSums::add_responses(std::span<const double> prediction, std::span<const double> target, double weight) {
  if (weight == 0) return;
  for (std::size_t j = 0; j < outputs_.size(); ++j) {
    OutputSums& sums = outputs_[j];
    const double error = prediction[j] - target[j];
    sums.squared.add(weight * error * error);
    sums.absolute.add(weight * std::abs(error));
    sums.weight += weight;
    const double deviation = target[j] - sums.mean;
    sums.mean += deviation * (weight / sums.weight);
    sums.squared_deviation += weight * deviation * (target[j] - sums.mean);
  }
}

void MetricSums::add_class(std::size_t predicted, std::size_t actual, double weight) {
  predicted_[predicted] += weight;
  actual_[actual] += weight;
  if (predicted == actual) hits_[actual] += weight;
  if (!confusion_.empty()) confusion_[actual * names_.size() + predicted] += weight;
}

Metrics MetricSums::result() const {
  Metrics m;
  m.samples = samples_;
  m.weighted = weighted_;
  if (outputs_.empty())
    result_of_classes(m);
  else
    result_of_responses(m);
  return m;
}

void MetricSums::result_of_responses(Metrics& m) const {
  m.rmse = m.mae = m.r2 = 0;
  const double n_out = static_cast<double>(outputs_.size());
  for (std::size_t j = 0; j < outputs_.size(); ++j) {
    const OutputSums& sums = outputs_[j];
    const double squared = sums.squared.value();
    OutputMetrics output{.name = names_[j],
                         .rmse = std::sqrt(defined_ratio(squared, sums.weight)),    // (1)
                         .mae = defined_ratio(sums.absolute.value(), sums.weight),  // (2)
                         .r2 = Metrics::kUndefined};
    if (samples_ >= 2 && sums.squared_deviation != 0)
      output.r2 = 1 - squared / sums.squared_deviation;  // (3)
    else if (samples_ >= 2 && sums.weight > 0)
      output.r2 = squared == 0 ? 1 : 0;
    m.rmse += output.rmse / n_out;  // (4)
    m.mae += output.mae / n_out;
    m.r2 += output.r2 / n_out;
    m.outputs.push_back(std::move(output));
  }
}

void MetricSums::result_of_classes(Metrics& m) const {
  double hits = 0, weight = 0, occurring = 0, precision = 0, recall = 0, f1 = 0;
  for (std::size_t k = 0; k < names_.size(); ++k) {
    const ClassMetrics c{.name = names_[k],
                         .precision = ratio(hits_[k], predicted_[k]),            // (6)
                         .recall = ratio(hits_[k], actual_[k]),                  // (7)
                         .f1 = ratio(2 * hits_[k], predicted_[k] + actual_[k]),  // (8)
                         .support = actual_[k]};
    hits += hits_[k];
    weight += actual_[k];
    precision += c.precision;
    recall += c.recall;
    f1 += c.f1;
    if (predicted_[k] + actual_[k] > 0) ++occurring;
    m.classes.push_back(c);
  }
  m.accuracy = defined_ratio(hits, weight);                 // (5)
  m.macro_precision = defined_ratio(precision, occurring);  // (9)
  m.macro_recall = defined_ratio(recall, occurring);
  m.macro_f1 = defined_ratio(f1, occurring);
  m.confusion = confusion_;
}

Value Metrics::write() const {
  Value out = Value::Table{};
  out.set("samples", samples);
  const auto count = [&](double x) { return weighted ? Value(x) : Value(static_cast<Index>(x)); };
  const auto set_errors = [](Value& table, const auto& of) {
    table.set("rmse", defined(of.rmse));
    table.set("mae", defined(of.mae));
    table.set("r2", defined(of.r2));
  };
  if (!outputs.empty()) {
    set_errors(out, *this);
    Value::Array rows;
    for (const OutputMetrics& output : outputs) {
      set_errors(rows.emplace_back(Value::Table{{"name", output.name}}), output);
    }
    if (outputs.size() > 1) out.set("outputs", std::move(rows));
    return out;
  }
  out.set("accuracy", defined(accuracy));
  out.set("macro_precision", defined(macro_precision));
  out.set("macro_recall", defined(macro_recall));
  out.set("macro_f1", defined(macro_f1));
  Value::Array rows;
  for (const ClassMetrics& c : classes)
    rows.push_back(Value::Table{{"name", c.name},
                                {"precision", c.precision},
                                {"recall", c.recall},
                                {"f1", c.f1},
                                {"support", count(c.support)}});
  out.set("classes", std::move(rows));
  if (confusion.empty()) return out;
  Value::Array matrix;
  for (std::size_t t = 0; t < classes.size(); ++t) {
    Value::Array row;
    for (std::size_t p = 0; p < classes.size(); ++p) row.push_back(count(confusion[t * classes.size() + p]));
    matrix.push_back(std::move(row));
  }
  out.set("confusion", std::move(matrix));
  return out;
}

double area_under_roc(std::span<const double> above, std::span<const double> below) {
  if (above.empty() || below.empty()) throw InputError("the area under a ROC curve needs samples of both kinds");
  std::vector<double> sorted(below.begin(), below.end());
  std::ranges::sort(sorted);
  double pairs = 0;
  for (const double x : above) {
    const auto [first, last] = std::equal_range(sorted.begin(), sorted.end(), x);
    pairs += static_cast<double>(first - sorted.begin()) + 0.5 * static_cast<double>(last - first);
  }
  return pairs / (static_cast<double>(above.size()) * static_cast<double>(below.size()));
}

}  // namespace isinglass
