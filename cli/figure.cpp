// cli/figure.cpp - pictures of a run: curves, its network, its weights, what it says of data.
#include <algorithm>
#include <filesystem>
#include <memory>

#include "cli/commands.h"
#include "cli/figure_search.h"
#include "cli/moment_at.h"
#include "cli/output.h"
#include "isinglass/figure/raster.h"
#include "isinglass/figure/run_activations.h"
#include "isinglass/figure/run_boundary.h"
#include "isinglass/figure/run_codes.h"
#include "isinglass/figure/run_curves.h"
#include "isinglass/figure/run_diagram.h"
#include "isinglass/figure/run_metrics.h"
#include "isinglass/figure/run_weights.h"
#include "isinglass/io/text.h"
#include "isinglass/search/search_store.h"

namespace isinglass {
namespace {

struct Arguments {
  std::string run, kind, output, epoch, part, layer, features, convention = "standard";
  std::vector<std::string> quantities, beside;
  Index sample = -1, scale = 2, threads = 0;  // sample -1: not given
};

// What a kind draws from.
struct Request {
  const Arguments& arguments;
  RunReader& run;
  Index epoch = 0;
  CurveOptions curves = {};

  std::optional<Index> sample() const { return arguments.sample < 0 ? std::nullopt : std::optional(arguments.sample); }
};

struct Kind {
  const char *name, *shows, *fits;
  const char* takes;  // options, with spaces between them
  Scene (*draw)(const Request&);
};

Scene draw_quantities(const Request& r) {
  if (r.arguments.quantities.empty())
    throw OptionError(
        "figure quantity: name what to draw with --quantity, such as --quantity loss; it may be repeated");
  std::vector<CurveRequest> requests;
  for (const std::string& name : r.arguments.quantities) requests.push_back({name, r.sample()});
  std::vector<Series> series = curves(r.run, requests, r.curves);
  const std::string label = series.size() == 1 ? series[0].name : "value";
  if (series.size() == 1) series[0].name = "";
  return draw(epoch_chart(r.run, run_name(r.run), label, std::move(series)));
}

Scene draw_predictions(const Request& r) {
  return draw(predictions_chart(r.run, r.sample() ? std::vector<Index>{*r.sample()} : std::vector<Index>{}, r.curves));
}

Scene draw_the_network(const Request& r) {
  return draw_network(r.run, r.epoch, r.sample().value_or(0), {.signs = r.curves.signs});
}

Scene draw_boundary(const Request& r) {
  std::vector<std::string> features;
  std::string rest = r.arguments.features;
  for (std::size_t comma; !rest.empty(); rest = comma == std::string::npos ? "" : rest.substr(comma + 1))
    features.push_back(rest.substr(0, comma = rest.find(',')));
  return draw(boundary_of(r.run, r.epoch, features));
}

const std::vector<Kind>& kinds() {
  static const std::vector<Kind> all{
      {"loss", "the loss against epochs", "every network", "",
       [](const Request& r) { return draw(loss_chart(r.run, r.curves)); }},
      {"metrics", "accuracy, or errors of responses, against epochs", "every network", "",
       [](const Request& r) { return draw_metrics(r.run, r.curves); }},
      {"parameters", "weights and biases against epochs; of large networks their norm by layer", "every network", "",
       [](const Request& r) { return draw_parameters(r.run, r.curves); }},
      {"predictions", "what it says of training samples against epochs, targets dashed", "every network", "sample",
       draw_predictions},
      {"gradients", "the norm of each layer's gradient against epochs", "every network", "",
       [](const Request& r) { return draw(layer_chart(r.run, "gradient_norm")); }},
      {"quantity", "any numbers against epochs, named by --quantity", "every network", "quantity sample convention",
       draw_quantities},
      {"network", "its nodes and edges with every number of one sample at one epoch",
       "dense layers; one small 1D kernel", "epoch sample convention", draw_the_network},
      {"boundary", "what it says over a plane of two inputs, with the samples", "classes, or one response",
       "epoch features", draw_boundary},
      {"weights", "the kernel of a layer as a matrix or images, and its histogram", "every network", "epoch layer",
       [](const Request& r) { return draw_weights(r.run, r.epoch, r.arguments.layer); }},
      {"activations", "histograms of the outputs of each layer; with --sample its feature maps",
       "every network; maps of images", "epoch sample",
       [](const Request& r) {
         return r.sample() ? draw_feature_maps(r.run, r.epoch, *r.sample()) : draw_activations(r.run, r.epoch);
       }},
      {"reconstructions", "inputs beside what comes back of them", "autoencoders", "epoch part sample",
       [](const Request& r) { return draw_reconstructions(r.run, r.epoch, r.arguments.part, r.sample().value_or(0)); }},
      {"latent", "the code of every sample", "autoencoders", "epoch part",
       [](const Request& r) { return draw(latent_chart(r.run, r.epoch, r.arguments.part)); }},
      {"confusion", "which classes are taken for which", "classes", "epoch part",
       [](const Request& r) { return draw(confusion_of(r.run, r.epoch, r.arguments.part)); }}};
  return all;
}

const Kind& find_kind(const std::string& name) {
  std::vector<std::string> known;
  for (const Kind& kind : kinds()) {
    if (kind.name == name) return kind;
    known.emplace_back(kind.name);
  }
  throw OptionError("figure: there is no kind " + in_quotes(name) + did_you_mean(name, known));
}

std::string kinds_text() {
  std::vector<std::vector<std::string>> rows;
  for (const Kind& kind : kinds()) {
    std::string options;
    for (const char c : std::string_view(kind.takes)) options += c == ' ' ? std::string(" --") : std::string(1, c);
    rows.push_back({std::string("  ") + kind.name, kind.shows, kind.fits, options.empty() ? "" : "--" + options});
  }
  return "Kinds, the networks that they are for, and their options:\n" + aligned(rows, "l");
}

bool takes(const Kind& kind, const std::string& option) {
  return (" " + std::string(kind.takes) + " ").find(" " + option + " ") != std::string::npos;
}

// An option that would be without effect is a mistake.
void check_options(const Arguments& a, const Kind& kind) {
  const std::vector<std::pair<std::string, bool>> given{
      {"epoch", !a.epoch.empty()},       {"sample", a.sample >= 0},
      {"part", !a.part.empty()},         {"layer", !a.layer.empty()},
      {"features", !a.features.empty()}, {"quantity", !a.quantities.empty()},
      {"beside", !a.beside.empty()},     {"convention", a.convention != "standard"}};
  for (const auto& [option, is_given] : given) {
    if (!is_given || takes(kind, option)) continue;
    std::string others;
    for (const Kind& other : kinds())
      if (takes(other, option)) others += (others.empty() ? "" : ", ") + std::string(other.name);
    if (others.empty()) others = "best, a figure of searches";
    throw OptionError("figure " + std::string(kind.name) + ": --" + option + " has no meaning here; it is for " +
                      others);
  }
}

// In the directory of the run, such as network-epoch1-sample0.svg.
std::string usual_path(const Arguments& a) {
  std::string name = a.kind;
  if (!a.layer.empty()) name += "-" + a.layer;
  if (!a.part.empty()) name += "-" + a.part;
  if (!a.epoch.empty()) name += "-epoch" + a.epoch;
  if (a.sample >= 0) name += "-sample" + std::to_string(a.sample);
  return (std::filesystem::path(a.run) / (name + ".svg")).string();
}

// How far the run is looked through, on a terminal.
std::function<void(Index)> progress_of(const RunReader& run) {
  if (!is_terminal(2)) return [](Index) {};
  const Index every = std::max<Index>(1, run.epochs() / 100), last = run.epochs();
  return [every, last](Index epoch) {
    if (epoch % every == 0) say_in_place("epoch " + std::to_string(epoch) + " of " + std::to_string(last) + " ");
  };
}

int deliver(const Scene& scene, const std::string& path, const Arguments& a) {
  if (is_terminal(2)) say_in_place("");
  write_figure(scene, path, static_cast<double>(a.scale));
  say("figure in " + path);
  return 0;
}

int figure(const Arguments& a) {
  if (is_search(a.run)) {
    const std::string path = a.output.empty() ? usual_path(a) : a.output;
    check_figure_path(path);
    return deliver(search_figure(a.run, a.kind, a.beside), path, a);
  }
  const Kind& kind = find_kind(a.kind);
  check_options(a, kind);
  const std::string path = a.output.empty() ? usual_path(a) : a.output;
  check_figure_path(path);
  RunReader run(a.run, a.threads);
  const Request request{.arguments = a,
                        .run = run,
                        .epoch = read_epoch(a.epoch, run.epochs(), run.epochs()),
                        .curves = {.signs = read_sign_convention(a.convention), .on_epoch = progress_of(run)}};
  return deliver(kind.draw(request), path, a);
}

}  // namespace

Command figure_command() {
  const auto a = std::make_shared<Arguments>();
  return {.name = "figure",
          .summary = "Pictures of a run: curves, the network with its numbers, weights, boundaries, reconstructions.",
          .example = "isinglass figure runs/ann-3-2-1 network --epoch 1 -o network.svg",
          .arguments =
              {{"RUN", "", "directory of a run, such as runs/iris, or of a search", &a->run, true},
               {"KIND", "", "what to draw; see below", &a->kind, true},
               {"--output,-o", "FILE", "a .svg or .png file; without it KIND.svg in the run's directory", &a->output},
               {"--epoch", "E", "the state before the updates of this epoch, counted from 0; last: after training",
                &a->epoch},
               {"--sample", "K", "a sample, counted from 0: of the training data, or of --part", &a->sample, false,
                at_least(0)},
               {"--quantity", "Q",
                "a number by its name, as `isinglass show` takes it: loss, \"w(1,4)\", dL/dH4; may be "
                "repeated",
                &a->quantities},
               {"--layer", "NAME", "whose weights: layer1, layer2, ...; without it the first with a kernel", &a->layer},
               {"--features", "X,Y", "of boundary: two inputs by name; the others stay at their mean", &a->features},
               {"--beside", "DIR", "of best: another search in the same picture; may be repeated", &a->beside},
               {"--part", "PART", "train, validation or test data; without it test if there are any", &a->part},
               {"--convention", "SIGNS", "standard: derivatives dL/d, uphill; book: their negative, called dP/d",
                &a->convention},
               {"--scale", "N", "pixels of a PNG for each unit of the SVG; 2 unless given", &a->scale, false,
                between(1, 20)},
               {"--threads", "N", "threads for computing anew; 0 = one for each processor", &a->threads, false,
                between(0, 1024)}},
          .notes = kinds_text() + search_kinds_text(),
          .run = [a] { return figure(*a); }};
}

}  // namespace isinglass
