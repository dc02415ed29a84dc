// isinglass/search/search_options.h - the [search] section of an experiment file.
#pragma once
#include <string>
#include <vector>

#include "isinglass/base/options.h"

namespace isinglass {

struct SearchOptions {
  std::string method = "random";
  Index members = 8, interval = 1;
  std::string score;
  Value space;
  Index budget_epochs = 0;
  double budget_seconds = 0;
  Index reduction = 2;
  std::string timing = "synchronous", exploit = "truncation", inherit = "all", explore = "perturb";
  double fraction = 0.2, noise = 0.1;
  std::vector<double> factors = {0.8, 1.25};

  static void options(auto& v) {
    v("method", &SearchOptions::method,
      "random: members with values drawn from their ranges; grid: all combinations of evenly spread values; halving: "
      "the better part of them trains on, again and again; pbt: population based training, the worst go on from the "
      "weights and near the values of the best",
      one_of({"random", "grid", "halving", "pbt"}));
    v("members", &SearchOptions::members, "how many networks train; of a grid, the space says", between(1, 100000));
    v("interval", &SearchOptions::interval,
      "epochs from one look at a member to the next; of halving, before the first cut", at_least(1));
    v("score", &SearchOptions::score,
      "what makes a member better: validation.accuracy, validation.loss, validation.rmse, .. or train.loss; by default "
      "the accuracy or the rmse of the validation data");
    v("space", &SearchOptions::space,
      "keys of the experiment and their ranges: { \"train.l2\" = { log_uniform = [1e-6, 1e-2] } }; the ranges are "
      "uniform, log_uniform, integer (bounds included) and choice; { uniform = [0, 1], points = 5 } for a grid");
    v("budget_epochs", &SearchOptions::budget_epochs, "of all members together; 0: each has train.epochs", at_least(0));
    v("budget_seconds", &SearchOptions::budget_seconds, "when they have passed, no interval is begun; 0: never",
      at_least(0));
    v("reduction", &SearchOptions::reduction, "halving: one in so many trains on, so many times as long as before",
      at_least(2));
    v("timing", &SearchOptions::timing,
      "pbt: synchronous, all members reach a look before any goes on, and the same seed gives the same result; "
      "asynchronous: nobody waits, and the result depends on who is faster",
      one_of({"synchronous", "asynchronous"}));
    v("exploit", &SearchOptions::exploit,
      "pbt: truncation, a member among the worst `fraction` copies one of the best; tournament, a member copies a "
      "random other that is better; none",
      one_of({"truncation", "tournament", "none"}));
    v("fraction", &SearchOptions::fraction, "pbt: share of the members that count as best, and as worst",
      Constraint{.low = 0, .high = 0.5, .low_open = true});
    v("inherit", &SearchOptions::inherit,
      "pbt: what is copied besides the seed: all, which is weights, the optimiser's numbers and the values of the "
      "space; or weights, with the optimiser's numbers alone",
      one_of({"all", "weights"}));
    v("explore", &SearchOptions::explore,
      "pbt: how a copy's values change: perturb, each times one of `factors` (a choice becomes its neighbour); "
      "resample, drawn anew; noise, each moved by a normal draw; none",
      one_of({"perturb", "resample", "noise", "none"}));
    v("factors", &SearchOptions::factors, "pbt: factors of perturb", positive());
    v("noise", &SearchOptions::noise, "pbt: deviation of noise, as a share of the range", at_least(0));
  }
};

}  // namespace isinglass
