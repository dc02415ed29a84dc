#include "isinglass/train/evaluate.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "isinglass/model/first_beyond.h"

namespace isinglass {

constexpr Index kBatch = 256;

Value Evaluation::write() const {
  Value table = Value::Table{};
  table.set("loss", loss);
  const Value m = metrics.write();
  for (const auto& [name, value] : *m.as_table()) table.set(name, value);
  return table;
}

std::pair<std::string, double> Evaluation::headline() const {
  if (!metrics.classes.empty()) return {"accuracy", metrics.accuracy};
  return {"rmse", metrics.rmse};
}

void check_fit(const Graph& graph, const Dataset& data) {
  if (data.input_shape() != graph.input)
    throw ShapeError("a sample of the data is " + to_string(data.input_shape()) + ", but the network takes " +
                     to_string(graph.input));
  const Index outputs = size_of(graph.value_shape(graph.output_value()));
  if (data.has_targets() && data.outputs() != outputs)
    throw ShapeError("a target of the data has " + std::to_string(data.outputs()) + " number" +
                     (data.outputs() == 1 ? "" : "s") + ", but the network has " + std::to_string(outputs) + " output" +
                     (outputs == 1 ? "" : "s"));
}

void check_autoencoder(const Graph& graph) {
  if (!graph.is_autoencoder())
    throw OptionError("the network is no autoencoder: its [model] section has no 'autoencoder'");
}

template <class T>
View<const T> encode_rows(Plan<T>& plan, Index rows) {
  const ValueId code = plan.graph().code_value();
  plan.forward_nodes(rows, 0, code);
  return plan.value(code).middle_rows(0, rows);
}

template <class T>
View<const T> decode_rows(Plan<T>& plan, Index rows) {
  plan.forward_nodes(rows, plan.graph().code_value(), plan.graph().nodes.size());
  return plan.output();
}

template <class T>
struct Evaluator<T>::Work {
  Work(const Graph& graph_, Parameters<T>& parameters, ThreadPool& pool, const Loss& loss,
       const Preprocessor& preprocessor_)
      : graph(graph_),
        preprocessor(preprocessor_),
        plan(graph_, parameters, pool, {.max_batch = kBatch, .loss = loss, .lean = true}),
        outputs(size_of(graph_.value_shape(graph_.output_value()))),
        rows(static_cast<std::size_t>(kBatch)),
        predictions(kBatch * outputs),
        targets(kBatch * outputs),
        weights(kBatch) {}

  // Calls f(count, first) for the batches of n samples.
  template <class F>
  static void for_batches(Index n, F f) {
    for (Index first = 0; first < n; first += kBatch) f(std::min(kBatch, n - first), first);
  }
  void gather_inputs(const Dataset& data, Index first, Index count) {
    const auto some = std::span(rows).first(static_cast<std::size_t>(count));
    std::iota(some.begin(), some.end(), first);
    data.gather<T>(some, plan.input().middle_rows(0, count), View<T>(), {});
  }
  // Samples first .. first + count of the data, forward.
  void run(const Dataset& data, Index first, Index count) {
    const auto some = std::span(rows).first(static_cast<std::size_t>(count));
    std::iota(some.begin(), some.end(), first);
    const View<T> y = data.has_targets() ? plan.target().middle_rows(0, count) : View<T>();
    const auto w = data.has_targets() ? plan.weights().first(some.size()) : std::span<T>();
    data.gather<T>(some, plan.input().middle_rows(0, count), y, w);
    plan.forward(count, Mode::kInference, {}, data.has_targets());
  }

  const Graph& graph;
  const Preprocessor& preprocessor;
  Plan<T> plan;
  Index outputs;
  std::vector<Index> rows;
  Buffer<double> predictions, targets, weights;
};

template <class T>
Evaluator<T>::Evaluator(const Graph& graph, Parameters<T>& parameters, ThreadPool& pool, const Loss& loss,
                        const Preprocessor& preprocessor)
    : work_(std::make_unique<Work>(graph, parameters, pool, loss, preprocessor)) {}

template <class T>
Evaluator<T>::~Evaluator() = default;

template <class T>
Index Evaluator<T>::bytes() const {
  const Work& w = *work_;
  const Index numbers = w.predictions.size() + w.targets.size() + w.weights.size();
  return total_bytes(w.plan.memory()) + (numbers + kBatch) * static_cast<Index>(sizeof(double));
}

template <class T>
Evaluation Evaluator<T>::evaluate(const Dataset& data) {
  Work& w = *work_;
  check_fit(w.graph, data);
  MetricSums sums = data.is_classification() ? MetricSums::classes(data.class_names())
                                             : MetricSums::responses(w.preprocessor.output_names());
  double loss = 0;
  const auto widen = [](View<const T> from, Buffer<double>& to) {
    for (Index n = 0; n < from.rows; ++n)
      for (Index j = 0; j < from.cols; ++j) to.data()[n * from.cols + j] = static_cast<double>(from(n, j));
    return View<double>(to.data(), from.rows, from.cols);
  };
  for (Index first = 0; first < data.size(); first += kBatch) {
    const Index count = std::min(kBatch, data.size() - first);
    w.run(data, first, count);
    loss += w.plan.mean_loss() * static_cast<double>(count);
    if (!std::isfinite(loss)) {
      w.plan.keep_values();
      w.run(data, first, count);
      throw NumericError("the loss is not finite: " + first_beyond(w.plan) + " is not a finite number");
    }
    const View<double> predictions = widen(w.plan.output(), w.predictions);
    const View<double> targets = widen(w.plan.target().middle_rows(0, count), w.targets);
    if (!data.is_classification()) {
      w.preprocessor.invert_targets(predictions);
      w.preprocessor.invert_targets(targets);
    }
    for (Index n = 0; n < count; ++n)
      w.weights.data()[n] = static_cast<double>(w.plan.weights()[static_cast<std::size_t>(n)]);
    sums.add(
        predictions, targets,
        data.weights().empty() ? std::span<const double>() : w.weights.span().first(static_cast<std::size_t>(count)));
  }
  return {loss / static_cast<double>(data.size()), sums.result()};
}

template <class T>
std::vector<double> Evaluator<T>::predict(const Dataset& data) {
  Work& w = *work_;
  check_fit(w.graph, data);
  std::vector<double> out;
  for (Index first = 0; first < data.size(); first += kBatch) {
    const Index count = std::min(kBatch, data.size() - first);
    w.run(data, first, count);
    const View<const T> y = w.plan.output();
    for (Index n = 0; n < count; ++n) out.insert(out.end(), y.row(n).begin(), y.row(n).end());
  }
  return out;
}

template <class T>
std::vector<double> Evaluator<T>::encode(const Dataset& data) {
  Work& w = *work_;
  check_autoencoder(w.graph);
  check_fit(w.graph, data);
  std::vector<double> out;
  Work::for_batches(data.size(), [&](Index count, Index first) {
    w.gather_inputs(data, first, count);
    const View<const T> code = encode_rows(w.plan, count);
    for (Index n = 0; n < count; ++n) out.insert(out.end(), code.row(n).begin(), code.row(n).end());
  });
  return out;
}

template <class T>
std::vector<double> Evaluator<T>::decode(View<const double> codes) {
  Work& w = *work_;
  check_autoencoder(w.graph);
  const ValueId code = w.graph.code_value();
  if (codes.cols != w.plan.value(code).cols)
    throw ShapeError("a code of this autoencoder has " + std::to_string(w.plan.value(code).cols) +
                     " numbers, expected as many, found " + std::to_string(codes.cols));
  std::vector<double> out;
  Work::for_batches(codes.rows, [&](Index count, Index first) {
    for (Index n = 0; n < count; ++n)
      std::ranges::transform(codes.row(first + n), w.plan.value(code).row(n).begin(),
                             [](double v) { return static_cast<T>(v); });
    const View<const T> y = decode_rows(w.plan, count);
    for (Index n = 0; n < count; ++n) out.insert(out.end(), y.row(n).begin(), y.row(n).end());
  });
  return out;
}

template <class T>
std::vector<double> Evaluator<T>::reconstruction_errors(const Dataset& data) {
  Work& w = *work_;
  check_autoencoder(w.graph);
  check_fit(w.graph, data);
  std::vector<double> out;
  Work::for_batches(data.size(), [&](Index count, Index first) {
    w.gather_inputs(data, first, count);
    w.plan.forward(count, Mode::kInference, {});
    for (Index n = 0; n < count; ++n) {
      const std::span<const T> x = w.plan.input().row(n), y = w.plan.output().row(n);
      double sum = 0;
      for (std::size_t j = 0; j < x.size(); ++j) {
        const double difference = static_cast<double>(y[j]) - static_cast<double>(x[j]);
        sum += difference * difference;
      }
      out.push_back(sum / static_cast<double>(x.size()));
    }
  });
  return out;
}

template View<const float> encode_rows(Plan<float>&, Index);
template View<const double> encode_rows(Plan<double>&, Index);
template View<const float> decode_rows(Plan<float>&, Index);
template View<const double> decode_rows(Plan<double>&, Index);
template class Evaluator<float>;
template class Evaluator<double>;

}  // namespace isinglass
