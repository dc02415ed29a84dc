// cli/predict.cpp - what a trained model makes of new samples, in the units and names of its training data.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <memory>
#include <optional>

#include "cli/commands.h"
#include "cli/output.h"
#include "cli/trained_model.h"
#include "isinglass/io/csv.h"
#include "isinglass/io/file.h"
#include "isinglass/io/json.h"
#include "isinglass/io/npy.h"
#include "isinglass/io/text.h"

namespace isinglass {
namespace {

struct Arguments {
  std::string model, input, output;
  bool json = false;
  Index threads = 0;
};

// A row for each sample of the input; a sample whose inputs are missing has a row of NaN and no class.
struct Predictions {
  std::string target;                // of classes; "" for amounts
  std::vector<std::string> columns;  // of the numbers
  std::vector<std::optional<std::string>> classes;
  std::vector<double> numbers;  // (samples, columns)
  Index samples = 0, missing = 0;
  bool is_float = false;

  double at(Index sample, std::size_t column) const {
    return numbers[static_cast<std::size_t>(sample) * columns.size() + column];
  }
  std::vector<std::string> header() const {
    std::vector<std::string> names = columns;
    if (!target.empty()) names.insert(names.begin(), target);
    return names;
  }
};

void name_columns(Predictions& p, const TrainedModel& model) {
  const Preprocessor& preprocessor = model.preprocessor;
  if (preprocessor.class_names().empty()) {
    p.columns = preprocessor.output_names();
    return;
  }
  p.target = model.target_name();
  for (const std::string& name : preprocessor.class_names())
    p.columns.push_back((model.gives_probabilities() ? "P(" : "score(") + name + ")");
}

// Numbers of one sample from the network's outputs, and for classes the most probable one.
void fill_row(Predictions& p, std::size_t row, std::span<double> outputs, const Preprocessor& preprocessor) {
  const std::vector<std::string>& classes = preprocessor.class_names();
  const auto numbers = std::span(p.numbers).subspan(row * p.columns.size(), p.columns.size());
  if (classes.empty()) {
    preprocessor.invert_targets(View<double>(outputs.data(), 1, static_cast<Index>(outputs.size())));
    std::ranges::copy(outputs, numbers.begin());
  } else if (preprocessor.target_kind() == TargetKind::kBinary) {
    numbers[0] = 1 - outputs[0];
    numbers[1] = outputs[0];
    p.classes[row] = classes[outputs[0] > 0.5 ? 1 : 0];
  } else {
    std::ranges::copy(outputs, numbers.begin());
    p.classes[row] = classes[static_cast<std::size_t>(std::ranges::max_element(numbers) - numbers.begin())];
  }
}

Predictions predict(const TrainedModel& model, const RawData& raw, Index threads) {
  const Preprocessor& preprocessor = model.preprocessor;
  const std::vector<Index> rows = preprocessor.usable_rows(raw, Want::kInputs);
  if (rows.empty()) throw InputError(raw.source + ": no sample is left without missing values");
  std::vector<double> outputs = model.predict(preprocessor.apply(raw, rows, Want::kInputs), threads);
  Predictions p{.samples = raw.rows, .missing = raw.rows - static_cast<Index>(rows.size())};
  p.is_float = model.model.precision == "float";
  name_columns(p, model);
  p.numbers.assign(static_cast<std::size_t>(raw.rows) * p.columns.size(), std::numeric_limits<double>::quiet_NaN());
  p.classes.resize(static_cast<std::size_t>(raw.rows));
  const std::size_t width = outputs.size() / rows.size();
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const auto row = std::span(outputs).subspan(r * width, width);
    if (!std::ranges::all_of(row, [](double x) { return std::isfinite(x); }))
      throw NumericError(raw.where(rows[r]) +
                         "the prediction is not a finite number; are the inputs far beyond those " + "of training?");
    fill_row(p, static_cast<std::size_t>(rows[r]), row, preprocessor);
  }
  return p;
}

// The shortest text that reads back as the number that the network computed.
std::string cell(double number, bool is_float) {
  if (std::isnan(number)) return "";
  const auto narrow = static_cast<float>(number);
  return is_float && static_cast<double>(narrow) == number ? number_text(narrow) : number_text(number);
}

std::string to_csv(const Predictions& p) {
  std::vector<std::vector<std::string>> rows;
  for (Index i = 0; i < p.samples; ++i) {
    std::vector<std::string>& row = rows.emplace_back();
    if (!p.target.empty()) row.push_back(p.classes[static_cast<std::size_t>(i)].value_or(""));
    for (std::size_t c = 0; c < p.columns.size(); ++c) row.push_back(cell(p.at(i, c), p.is_float));
  }
  return write_csv(p.header(), rows);
}

Value to_records(const Predictions& p) {
  Value::Array records;
  for (Index i = 0; i < p.samples; ++i) {
    Value::Table record;
    const auto& name = p.classes[static_cast<std::size_t>(i)];
    if (!p.target.empty()) record.emplace_back(p.target, name ? Value(*name) : Value());
    for (std::size_t c = 0; c < p.columns.size(); ++c)
      record.emplace_back(p.columns[c], std::isnan(p.at(i, c)) ? Value() : Value(p.at(i, c)));
    records.emplace_back(std::move(record));
  }
  return records;
}

std::string to_npy(const Predictions& p) {
  const auto bytes = std::as_bytes(std::span(p.numbers));
  return write_npy({.type = DType::kF64,
                    .shape = {p.samples, static_cast<Index>(p.columns.size())},
                    .bytes = {bytes.begin(), bytes.end()}});
}

// The first samples as a table to look at.
std::string to_text(const Predictions& p) {
  constexpr Index kRows = 20;
  constexpr std::size_t kColumns = 12;
  const std::size_t columns = std::min(p.columns.size(), kColumns);
  std::vector<std::vector<std::string>> rows{{"sample"}};
  if (!p.target.empty()) rows[0].push_back(p.target);
  rows[0].insert(rows[0].end(), p.columns.begin(), p.columns.begin() + static_cast<std::ptrdiff_t>(columns));
  for (Index i = 0; i < std::min(p.samples, kRows); ++i) {
    std::vector<std::string>& row = rows.emplace_back(std::vector{std::to_string(i)});
    if (!p.target.empty()) row.push_back(p.classes[static_cast<std::size_t>(i)].value_or("-"));
    for (std::size_t c = 0; c < columns; ++c)
      row.push_back(std::isnan(p.at(i, c)) ? "-" : fmt::format("{:.5g}", p.at(i, c)));
  }
  std::string text = aligned(rows, p.target.empty() ? "r" : "rlr");
  if (p.samples > kRows || p.columns.size() > kColumns)
    text += fmt::format("of {} samples and {} columns; -o FILE.csv writes all\n", p.samples, p.columns.size());
  return text;
}

bool is_same_file(const std::string& a, const std::string& b) {
  std::error_code error;
  return std::filesystem::equivalent(a, b, error);
}

void check_output(const Arguments& a) {
  if (a.output.empty() || a.output == "-") return;
  if (!a.output.ends_with(".csv") && !a.output.ends_with(".json") && !a.output.ends_with(".npy"))
    throw InputError("-o: expected a name that ends in .csv, .json or .npy, or - for CSV on standard output, found " +
                     in_quotes(a.output));
  if (is_same_file(a.input, a.output))
    throw InputError("-o: " + a.output + " is the input itself; choose another name");
}

int predict_samples(const Arguments& a) {
  check_output(a);
  if (a.json && a.output == "-") throw OptionError("--json and -o - both want standard output; leave one out");
  const TrainedModel model = load_trained_model(a.model);
  const Predictions p = predict(model, read_samples(a.input), a.threads);
  if (p.missing > 0) say(fmt::format("{} of {} samples have missing inputs and no prediction", p.missing, p.samples));
  if (a.output.ends_with(".csv")) write_file(a.output, to_csv(p));
  if (a.output.ends_with(".json")) write_file(a.output, write_json(to_records(p), 1) + "\n");
  if (a.output.ends_with(".npy")) write_file(a.output, to_npy(p));
  if (a.json) {
    Value document = Value::Table{};
    document.set("model", model.path);
    document.set("samples", p.samples);
    if (!a.output.empty())
      document.set("output", a.output);
    else
      document.set("predictions", to_records(p));
    print_json(document);
  } else if (a.output.empty()) {
    print(to_text(p));
  } else if (a.output == "-") {
    print(to_csv(p));
  } else {
    say(fmt::format("{} predictions in {}", p.samples, a.output));
  }
  return 0;
}

}  // namespace

Command predict_command() {
  const auto a = std::make_shared<Arguments>();
  return {.name = "predict",
          .summary = "Predictions for new samples, in the units and class names of the training data.",
          .example = "isinglass predict runs/iris flowers.csv -o predictions.csv",
          .arguments = {{"MODEL", "", "directory of a run, or its model.safetensors", &a->model, true},
                        {"INPUT", "", "a data file, or a data set by name (its test part)", &a->input, true},
                        {"--output,-o", "OUT",
                         "where to write: a name that ends in .csv, .json or .npy, or - for CSV on standard output; "
                         "without it the first samples are shown",
                         &a->output},
                        {"--json", "", "one JSON document on standard output", &a->json},
                        {"--threads", "N", "threads; 0 = one for each processor; results do not depend on it",
                         &a->threads, false, between(0, 1024)}},
          .run = [a] { return predict_samples(*a); }};
}

}  // namespace isinglass
