// cli/lab_convolution.cpp - `lab convolution`: a kernel on a user's own image (spec C1, C6).
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "cli/lab.h"
#include "cli/lab_kernel.h"
#include "cli/output.h"
#include "isinglass/base/error.h"
#include "isinglass/figure/raster.h"
#include "isinglass/io/file.h"
#include "isinglass/io/image.h"
#include "isinglass/io/png.h"
#include "isinglass/io/text.h"
#include "isinglass/lab/lab_figures.h"

namespace isinglass {
namespace {

constexpr double kMiddle = 128;  // what 0 becomes in the image of a kernel that sums to 0

// One channel before and after, in numbers from 0 to 255 (and beyond, after).
struct ChannelReport {
  double mean_before = 0, mean_after = 0, low = 0, high = 0;
};

struct Filtered {
  Array image;  // U8
  std::vector<ChannelReport> channels;
  Index clipped = 0;  // numbers beyond 0 .. 255
  double offset = 0;  // added before they were rounded
};

Plane channel_of(const Array& image, Index channel, Index channels) {
  Plane plane(image.shape[0], image.shape[1], {});
  plane.values.reserve(static_cast<std::size_t>(plane.rows * plane.cols));
  const auto* bytes = image.data<unsigned char>();
  for (Index i = channel; i < image.size(); i += channels) plane.values.push_back(bytes[i]);
  return plane;
}

std::vector<Plane> planes_of(const Array& image) {
  const Index channels = image.shape.size() == 3 ? image.shape[2] : 1;
  std::vector<Plane> planes;
  for (Index c = 0; c < channels; ++c) planes.push_back(channel_of(image, c, channels));
  return planes;
}

// Writes one channel of the result, rounded and clipped.
void store(Filtered& filtered, const Plane& plane, Index channel, Index channels) {
  for (std::size_t i = 0; i < plane.values.size(); ++i) {
    const double value = std::round(plane.values[i] + filtered.offset), shown = std::clamp(value, 0.0, 255.0);
    filtered.clipped += shown != value ? 1 : 0;
    filtered.image.bytes[i * static_cast<std::size_t>(channels) + static_cast<std::size_t>(channel)] =
        static_cast<std::byte>(shown);
  }
}

Filtered filter(const Array& image, const ChosenKernel& chosen, Index stride) {
  const Index channels = image.shape.size() == 3 ? image.shape[2] : 1;
  Filtered filtered{.offset = sums_to_zero(chosen.kernel) ? kMiddle : 0};
  for (Index c = 0; c < channels; ++c) {
    const Plane before = channel_of(image, c, channels), after = apply(chosen, before, stride);
    if (c == 0) {
      filtered.image = {.type = DType::kU8, .shape = {after.rows, after.cols}};
      if (image.shape.size() == 3) filtered.image.shape.push_back(channels);
      filtered.image.bytes.resize(static_cast<std::size_t>(filtered.image.size()));
    }
    if (!std::ranges::all_of(after.values, [](double value) { return std::isfinite(value); }))
      throw NumericError("the result is not finite; take a kernel with smaller numbers");
    const auto [low, high] = std::ranges::minmax_element(after.values);
    filtered.channels.push_back({mean(before), mean(after), *low, *high});
    store(filtered, after, c, channels);
  }
  return filtered;
}

std::string channel_name(std::size_t channel, std::size_t channels) {
  return channels == 1 ? "grey" : channel == 0 ? "red" : channel == 1 ? "green" : "blue";
}

std::string size_text(const Shape& shape) {
  return fmt::format("{} x {}", shape[1], shape[0]);
}

std::string report_text(const Filtered& filtered) {
  std::vector<std::vector<std::string>> rows{{"channel", "mean before", "mean after", "least", "greatest"}};
  for (std::size_t c = 0; c < filtered.channels.size(); ++c) {
    const ChannelReport& r = filtered.channels[c];
    rows.push_back({channel_name(c, filtered.channels.size()), fmt::format("{:.4f}", r.mean_before),
                    fmt::format("{:.4f}", r.mean_after), fmt::format("{:.6g}", r.low), fmt::format("{:.6g}", r.high)});
  }
  return aligned(rows, "lr");
}

Value report_document(const ConvolutionArguments& a, const Shape& shape, const Filtered& filtered, Value document) {
  document.set("input", a.input);
  document.set("stride", a.stride);
  document.set("input_shape", OptionType<Shape>::write(shape));
  document.set("output_shape", OptionType<Shape>::write(filtered.image.shape));
  Value::Array channels;
  for (std::size_t c = 0; c < filtered.channels.size(); ++c) {
    const ChannelReport& r = filtered.channels[c];
    Value channel = Value::Table{};
    channel.set("name", channel_name(c, filtered.channels.size()));
    channel.set("mean_before", r.mean_before);
    channel.set("mean_after", r.mean_after);
    channel.set("least", r.low);
    channel.set("greatest", r.high);
    channels.emplace_back(std::move(channel));
  }
  document.set("channels", std::move(channels));
  document.set("offset", filtered.offset);
  document.set("clipped", filtered.clipped);
  if (!a.output.empty()) document.set("output", a.output);
  return document;
}

int convolve_image(const ConvolutionArguments& a) {
  if (a.input.empty()) throw OptionError("lab convolution needs IMAGE: a PNG, PGM or PPM file; or --signal, or --list");
  if (a.kernel.empty())
    throw OptionError("lab convolution needs --kernel: a name, such as sobel_x, or rows of numbers; --list shows all");
  if (a.window != 0 || !a.weights.empty()) throw OptionError("--window and --weights belong to --signal");
  const bool is_figure = a.output.ends_with(".svg");
  if (!a.output.empty() && !a.output.ends_with(".png") && !is_figure)
    throw InputError("-o: expected a name that ends in .png, for the image, or .svg, for a figure of it, found " +
                     in_quotes(a.output));
  if (is_same_file(a.input, a.output))
    throw InputError("-o: " + a.output + " is the input itself; choose another name");
  const ChosenKernel chosen = choose_kernel(a, 2);
  const Array image = parse_image(read_file(a.input), a.input);
  const Filtered filtered = filter(image, chosen, a.stride);
  if (is_figure)
    write_figure(image_figure(planes_of(image), chosen.kernel, planes_of(filtered.image), chosen.name), a.output);
  else if (!a.output.empty())
    write_file(a.output, write_png(filtered.image));
  if (a.json) {
    print_json(report_document(a, image.shape, filtered, chosen.document()));
    return 0;
  }
  print(fmt::format("{}{}: {} pixels -> {}, stride {}\n{}{}\n", chosen.text(), a.input, size_text(image.shape),
                    size_text(filtered.image.shape), a.stride, report_text(filtered), effect_on_mean(chosen.kernel)));
  if (!a.output.empty())
    print(fmt::format("{}: rounded to 0 .. 255{}, {} of {} numbers clipped\n", a.output,
                      filtered.offset != 0 ? ", 0 shown as 128" : "", grouped(filtered.clipped),
                      grouped(filtered.image.size())));
  return 0;
}

int convolution(const ConvolutionArguments& a) {
  if (a.lists) {
    list_kernels(a.json);
    return 0;
  }
  return a.is_signal ? convolve_signal(a) : convolve_image(a);
}

}  // namespace

Command convolution_topic() {
  const auto a = std::make_shared<ConvolutionArguments>();
  return {
      .name = "convolution",
      .summary = "A kernel on an image, or local averages of a signal.",
      .example = "isinglass lab convolution photo.png --kernel sobel_x --padding nearest -o edges.png",
      .arguments = {{"IMAGE", "", "a PNG, PGM or PPM file; with --signal a CSV file of values, or of places and values",
                     &a->input},
                    {"--kernel", "NAME|NUMBERS", "a name of --list, or rows of numbers: [[0,1,0],[1,-4,1],[0,1,0]]",
                     &a->kernel},
                    {"--padding", "NAME",
                     "what stands beyond the edge: none, same, zero, constant, nearest (taken unless "
                     "given), reflect",
                     &a->padding},
                    {"--padding-value", "X", "the number of padding constant", &a->padding_value},
                    {"--stride", "N", "steps from one window to the next", &a->stride, false, between(1, 1 << 20)},
                    {"--true", "", "true convolution: the kernel is flipped in both axes", &a->is_true},
                    {"--list", "", "shows all kernels that have a name", &a->lists},
                    {"--signal", "",
                     "a signal in place of an image: IMAGE is a CSV file, or a built-in noisy wave; without "
                     "--kernel its local averages, from all samples and from a third of them",
                     &a->is_signal},
                    {"--window", "N", "samples of a local average; odd, 7 unless given", &a->window, false,
                     between(1, 9999)},
                    {"--weights", "NAME",
                     "of a local average: uniform, or distance (falls from 1 to 0 at the window's edge)", &a->weights},
                    {"--seed", "N", "of the built-in wave and of the third that is kept", &a->seed, false, at_least(0)},
                    {"--output,-o", "OUT",
                     "where to write the image (.png) or the table of a signal (.csv); .svg, and .png of a signal: "
                     "before, kernel and after as a figure",
                     &a->output},
                    {"--json", "", "one JSON document on standard output", &a->json}},
      .run = [a] { return convolution(*a); }};
}

}  // namespace isinglass
