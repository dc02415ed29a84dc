// cli/encode.cpp - the two halves of a trained autoencoder on their own: samples to codes, codes to samples (spec E2).
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "cli/commands.h"
#include "cli/output.h"
#include "cli/predictions.h"
#include "cli/trained_model.h"
#include "isinglass/data/read_data.h"
#include "isinglass/io/file.h"
#include "isinglass/io/png.h"

namespace isinglass {
namespace {

struct Arguments {
  std::string model, input, output;
  bool json = false;
  Index threads = 0;
};

std::vector<Argument> arguments_of(const std::shared_ptr<Arguments>& a, const char* input, const char* input_help,
                                   const char* output_help) {
  return {{"MODEL", "", "directory of a run, or its model.safetensors", &a->model, true},
          {input, "", input_help, &a->input, true},
          {"--output,-o", "OUT", output_help, &a->output},
          {"--json", "", "one JSON document on standard output", &a->json},
          {"--threads", "N", "threads; 0 = one for each processor; results do not depend on it", &a->threads, false,
           between(0, 1024)}};
}

TrainedModel load_autoencoder(const std::string& path) {
  TrainedModel model = load_trained_model(path);
  try {
    check_autoencoder(model.model.graph);
  } catch (const OptionError& error) {
    throw OptionError(path + ": " + error.what());
  }
  return model;
}

int encode(const Arguments& a) {
  check_output(a.output, a.input);
  const TrainedModel model = load_autoencoder(a.model);
  const RawData raw = read_samples(a.input);
  const std::vector<Index> rows = model.preprocessor.usable_rows(raw, Want::kInputs);
  if (rows.size() != static_cast<std::size_t>(raw.rows))
    throw InputError(raw.source + ": " + std::to_string(raw.rows - static_cast<Index>(rows.size())) +
                     " samples have missing values; leave them out");
  const Graph& graph = model.model.graph;
  const GraphLayer& code = graph.layers[graph.encoder_layers - 1];
  Predictions p{.samples = raw.rows, .is_float = model.model.precision == "float"};
  for (Index i = 0; i < size_of(graph.value_shape(graph.code_value())); ++i)
    p.columns.push_back(code.letter + std::to_string(code.first_number + i));
  p.numbers = model.encode(model.preprocessor.apply(raw, rows, Want::kInputs), a.threads);
  p.classes.resize(static_cast<std::size_t>(raw.rows));
  deliver(p, "codes", model.path, a.output, a.json);
  return 0;
}

// The rows of a table or an array of numbers.
std::vector<double> read_matrix(const std::string& path, Index& rows) {
  const RawData raw = read_data_files({path});
  rows = raw.rows;
  std::vector<double> out;
  if (raw.inputs != nullptr)
    for (Index i = 0; i < raw.inputs->size(); ++i) out.push_back(raw.inputs->at(i));
  for (Index r = 0; raw.inputs == nullptr && r < raw.rows; ++r)
    for (const Column& column : raw.columns) {
      const std::optional<double> number = column.missing(r) ? std::nullopt : column.number(r);
      if (!number) throw FormatError(raw.where(r) + "column " + column.name + ": expected a number of a code");
      out.push_back(*number);
    }
  if (!std::ranges::all_of(out, [](double x) { return std::isfinite(x); }))
    throw FormatError(path + ": a code has a number that is not finite");
  return out;
}

// Images side by side, the lowest number of all black and the highest white.
Array contact_sheet(const Predictions& p, const Shape& shape) {
  if (shape.size() < 2 || (shape.size() == 3 && shape[0] != 1))
    throw InputError("-o: samples of shape " + to_string(shape) + " are no grey images; write .csv, .json or .npy");
  const Index height = shape[shape.size() - 2], width = shape.back(), count = std::min<Index>(p.samples, 400);
  const Index across = static_cast<Index>(std::ceil(std::sqrt(static_cast<double>(count))));
  const Index down = (count + across - 1) / across;
  const auto [low, high] = std::ranges::minmax(p.numbers);
  const double spread = high > low ? high - low : 1;
  Array sheet{.type = DType::kU8, .shape = {down * (height + 1) + 1, across * (width + 1) + 1}};
  sheet.bytes.assign(static_cast<std::size_t>(sheet.size()), std::byte{128});
  for (Index n = 0; n < count; ++n)
    for (Index i = 0; i < height * width; ++i) {
      const Index row = n / across * (height + 1) + 1 + i / width, col = n % across * (width + 1) + 1 + i % width;
      const double grey = (p.at(n, static_cast<std::size_t>(i)) - low) / spread;
      sheet.bytes[static_cast<std::size_t>(row * sheet.shape[1] + col)] =
          static_cast<std::byte>(std::lround(255 * grey));
    }
  return sheet;
}

int decode(const Arguments& a) {
  const bool is_picture = a.output.ends_with(".png");
  if (!is_picture) check_output(a.output, a.input);
  const TrainedModel model = load_autoencoder(a.model);
  Predictions p{.columns = model.preprocessor.output_names(), .is_float = model.model.precision == "float"};
  std::vector<double> codes = read_matrix(a.input, p.samples);
  if (p.samples == 0) throw InputError(a.input + ": has no codes");
  const Index width = static_cast<Index>(codes.size()) / p.samples;
  try {
    p.numbers = model.decode(View<const double>(codes.data(), p.samples, width), a.threads);
  } catch (const ShapeError& error) {
    throw ShapeError(a.input + ": " + error.what());
  }
  p.classes.resize(static_cast<std::size_t>(p.samples));
  model.preprocessor.invert_targets(View<double>(p.numbers.data(), p.samples, static_cast<Index>(p.columns.size())));
  if (!is_picture) {
    deliver(p, "samples", model.path, a.output, a.json);
    return 0;
  }
  write_file(a.output, write_png(contact_sheet(p, model.preprocessor.input_shape())));
  say(fmt::format("{} images in {}", std::min<Index>(p.samples, 400), a.output));
  return 0;
}

}  // namespace

Command encode_command() {
  const auto a = std::make_shared<Arguments>();
  return {
      .name = "encode",
      .summary = "Codes of samples: the latent numbers that a trained autoencoder's encoder gives them.",
      .example = "isinglass encode runs/mnist-autoencoder mnist -o codes.csv",
      .arguments = arguments_of(a, "INPUT", "a data file, a folder of images, or a data set by name (its test part)",
                                "where to write: a name that ends in .csv, .json or .npy, or - for CSV on standard "
                                "output; without it the first codes are shown"),
      .run = [a] { return encode(*a); }};
}

Command decode_command() {
  const auto a = std::make_shared<Arguments>();
  return {.name = "decode",
          .summary = "Samples for codes: what a trained autoencoder's decoder makes of any latent point.",
          .example = "isinglass decode runs/mnist-autoencoder codes.csv -o digits.png",
          .arguments = arguments_of(a, "CODES", "a CSV or NPY file with a row for each code",
                                    "where to write: a name that ends in .csv, .json or .npy, .png for images side by "
                                    "side, or - for CSV on standard output; without it the first samples are shown"),
          .run = [a] { return decode(*a); }};
}

}  // namespace isinglass
