#include "isinglass/lab/toy_population.h"

#include <algorithm>
#include <limits>

#include "isinglass/figure/chart.h"
#include "isinglass/figure/panels.h"
#include "isinglass/io/json.h"
#include "isinglass/search/selection.h"

namespace isinglass {
namespace {

constexpr double kRate = 0.01, kStart = 0.9;
constexpr Index kLook = 10;  // steps

struct Worker {
  std::array<double, 2> theta{kStart, kStart};
  Values h;

  double q() const { return 1.2 - theta[0] * theta[0] - theta[1] * theta[1]; }  // (1)
  void step() {
    for (std::size_t i = 0; i < 2; ++i) theta[i] -= 2 * kRate * *h[i].as_real() * theta[i];  // (3)
  }
};

SearchOptions options_of(const std::string& method) {
  if (std::ranges::find(kToyMethods, method) == kToyMethods.end())
    throw OptionError("unknown method '" + method + "'" + did_you_mean(method, kToyMethods));
  SearchOptions options;
  options.inherit = "weights";
  options.exploit = method == "pbt" || method == "exploit" ? "truncation" : "none";
  options.explore = method == "pbt" || method == "explore" ? "noise" : "none";
  options.noise = 0.05;  // of the range [0, 2]
  return options;
}

Space space_of_h() {
  return read_space(parse_json(R"({"h_0": {"uniform": [0, 2]}, "h_1": {"uniform": [0, 2]}})", "h"));
}

void note(ToyRun& run, const std::array<Worker, 2>& workers) {
  for (std::size_t k = 0; k < 2; ++k) {
    run.workers[k].theta_0.push_back(workers[k].theta[0]);
    run.workers[k].theta_1.push_back(workers[k].theta[1]);
    run.workers[k].q.push_back(workers[k].q());
    run.best = std::max(run.best, workers[k].q());
  }
}

std::vector<double> steps_of(std::size_t count) {
  std::vector<double> steps(count);
  for (std::size_t i = 0; i < count; ++i) steps[i] = static_cast<double>(i);
  return steps;
}

const char* title_of(const std::string& method) {
  if (method == "pbt") return "exploit and explore";
  if (method == "explore") return "explore alone";
  if (method == "exploit") return "exploit alone";
  return "grid: neither";
}

Scene quality_panel(const std::string& method, const ToyRun& run) {
  Chart chart{.title = title_of(method), .x_label = "step", .y_label = "Q", .y = {.low = -0.5, .high = 1.3}};
  for (std::size_t k = 0; k < 2; ++k)
    chart.series.push_back({.name = "",
                            .key = method + ": Q of worker " + std::to_string(k),
                            .x = steps_of(run.workers[k].q.size()),
                            .y = run.workers[k].q,
                            .line = k == 0 ? Line::kSolid : Line::kDashed,
                            .colour = k == 0 ? kNegative : kPositive});
  chart.references = {{.at = 1.2}};
  chart.look = {.width = 330, .height = 250};
  return draw(chart);
}

// A copy is a leap: the line breaks there. Every look has a marker.
Scene way_panel(const std::string& method, const ToyRun& run) {
  Chart chart{.title = "",
              .x_label = "\u03b8_{0}",
              .y_label = "\u03b8_{1}",
              .x = {.low = 0, .high = 0.95},
              .y = {.low = 0, .high = 0.95},
              .has_equal_units = true};
  for (std::size_t k = 0; k < 2; ++k) {
    const ToyRun::Track& track = run.workers[k];
    const Colour colour = k == 0 ? kNegative : kPositive;
    Series way{.name = "", .key = method + ": theta of worker " + std::to_string(k), .colour = colour, .width = 2.4};
    Series looks{.name = "",
                 .key = way.key + " at its looks",
                 .line = Line::kNone,
                 .marker = k == 0 ? Marker::kCircle : Marker::kDiamond,
                 .colour = colour};
    const auto add = [](Series& series, double x, double y) {
      series.x.push_back(x);
      series.y.push_back(y);
    };
    for (std::size_t i = 0; i < track.q.size(); ++i) {
      const Index step = static_cast<Index>(i);
      add(way, track.theta_0[i], track.theta_1[i]);
      if (step % kLook == 0) add(looks, track.theta_0[i], track.theta_1[i]);
      if (std::ranges::find(track.copies, step) != track.copies.end())
        add(way, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::quiet_NaN());
    }
    chart.series.push_back(std::move(way));
    chart.series.push_back(std::move(looks));
  }
  chart.look = {.width = 330, .height = 320};
  return draw(chart);
}

}  // namespace

ToyRun run_toy_population(const std::string& method, std::uint64_t seed, Index steps) {
  const SearchOptions options = options_of(method);
  const Space space = space_of_h();
  std::array<Worker, 2> workers;
  workers[0].h = {1.0, 0.0};
  workers[1].h = {0.0, 1.0};
  ToyRun run;
  note(run, workers);
  for (Index step = 1; step <= steps; ++step) {
    for (Worker& worker : workers) worker.step();
    note(run, workers);
    if (step % kLook != 0) continue;
    const std::array<Worker, 2> before = workers;
    const std::vector<Standing> standings{{0, before[0].q()}, {1, before[1].q()}};
    for (std::size_t k = 0; k < 2; ++k) {
      const Index member = static_cast<Index>(k);
      const RandomKey key = look_key(seed, member, step / kLook);
      const Index parent = parent_of(options, standings, member, key);
      if (parent == member && options.exploit != "none") continue;
      if (parent != member) run.workers[k].copies.push_back(step);
      workers[k].theta = before[static_cast<std::size_t>(parent)].theta;
      workers[k].h = explored(options, space, before[k].h, key);
    }
  }
  return run;
}

Scene toy_population_figure(std::uint64_t seed) {
  std::vector<Scene> panels;
  for (const std::string& method : kToyMethods)
    panels.push_back(quality_panel(method, run_toy_population(method, seed)));
  for (const std::string& method : kToyMethods) panels.push_back(way_panel(method, run_toy_population(method, seed)));
  return arrange(panels, static_cast<Index>(kToyMethods.size()),
                 "Two workers that each see half of a problem: Q against steps, and the way of \u03b8");
}

}  // namespace isinglass
