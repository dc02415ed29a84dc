// cli/explain.cpp - the chain rule behind a derivative of a run: factors, paths, their sum, and two checks.
#include <charconv>
#include <memory>

#include "cli/commands.h"
#include "cli/moment_at.h"
#include "cli/output.h"
#include "isinglass/explain/write_derivation.h"

namespace isinglass {
namespace {

// How many paths a reader likes to see, and a program.
constexpr Index kAutomatic = -1, kReadable = 64, kComplete = 4096;

struct Arguments {
  std::string run, quantity, epoch, sample, format = "text", convention = "standard";
  Index paths = kAutomatic, largest = 10;
  bool json = false;
};

void check_choice(const std::string& option, const std::string& text, const std::vector<std::string>& known) {
  if (std::ranges::find(known, text) == known.end())
    throw OptionError(option + ": there is no '" + one_line(text) + "'" + did_you_mean(text, known));
}

std::optional<Index> read_sample(const std::string& text) {
  if (text.empty()) return std::nullopt;
  Index sample = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), sample);
  if (error != std::errc() || end != text.data() + text.size() || sample < 0)
    throw OptionError("--sample: expected a training sample, counted from 0, got '" + one_line(text) + "'");
  return sample;
}

int explain(const Arguments& a) {
  const std::string format = a.json ? "json" : a.format;
  check_choice("--format", format, {"text", "latex", "json", "html"});
  check_choice("--convention", a.convention, {"standard", "book"});
  Address address;
  const RunMoment found = moment_at(a.run, a.epoch, read_sample(a.sample), a.quantity, address);
  const Index paths = a.paths != kAutomatic ? a.paths : format == "json" ? kComplete : kReadable;
  Derivation derivation = derive(found.of.moment, address, found.of.row, {.most_paths = paths, .largest = a.largest});
  derivation.recorded = found.recorded;
  if (a.convention == "book") derivation = derivation.in_book_signs();
  if (format == "json")
    print_json(to_json(derivation));
  else
    print(format == "latex" ? to_latex(derivation) : format == "html" ? to_html(derivation) : to_text(derivation));
  return 0;
}

}  // namespace

Command explain_command() {
  const auto a = std::make_shared<Arguments>();
  return {
      .name = "explain",
      .summary = "The chain rule behind a derivative: every factor with its formula and number, every path, their sum.",
      .example = "isinglass explain examples/ann-3-2-1.toml \"dL/dw(1,4)\" --epoch 1 --sample 0",
      .arguments = {{"RUN", "", "directory of a run, or an experiment file, which is trained up to the epoch", &a->run,
                     true},
                    {"QUANTITY", "",
                     "\"dL/dw(1,4)\", \"dL/db(5)\", dL/dH4, \"dL/din(H4)\", dL/dI1, "
                     "\"dL/dlayer2.kernel[3,0]\"",
                     &a->quantity, true},
                    {"--epoch", "E",
                     "the state before the updates of this epoch, counted from 0; last: after training. Without it "
                     "the last of a run, the first of an experiment",
                     &a->epoch},
                    {"--sample", "K",
                     "a training sample, counted from 0, whose loss alone is derived; without it the mean over the "
                     "batch, and of a node sample 0",
                     &a->sample},
                    {"--format", "FORMAT", "text, latex, json or html", &a->format},
                    {"--json", "", "the same as --format json", &a->json},
                    {"--convention", "SIGNS",
                     "standard: dL/d, uphill; book: its negative, as the source material's first network has it",
                     &a->convention},
                    {"--paths", "N", "up to so many paths are all listed; without it 64, in JSON 4096", &a->paths,
                     false, between(0, 100000)},
                    {"--largest", "N", "else so many of the largest, and of the units of each layer", &a->largest,
                     false, between(1, 1000)}},
      .run = [a] { return explain(*a); }};
}

}  // namespace isinglass
