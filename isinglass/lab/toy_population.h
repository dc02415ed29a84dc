// isinglass/lab/toy_population.h - population based training on a problem that fits a page.
//
//     Q(theta) = 1.2 - theta_0^2 - theta_1^2                       what counts, and what members are judged by      (1)
//     Q^(theta | h) = 1.2 - h_0 theta_0^2 - h_1 theta_1^2          what a worker climbs, with its own h             (2)
//     theta <- theta + eta dQ^/dtheta = theta - 2 eta h theta      a step                                           (3)
//
// Two workers begin at theta = (0.9, 0.9), one with h = (1, 0), the other with (0, 1): each sees half of the problem, so
// that neither gets beyond 0.39 alone. Every tenth step is a look, as a search has it (search/selection.h).
// Source: Jaderberg et al. (2017), doi:10.48550/arXiv.1711.09846, section 4.1 and figure 2.
#pragma once
#include <array>
#include <string>
#include <vector>

#include "isinglass/base/shape.h"
#include "isinglass/figure/scene.h"

namespace isinglass {

// "pbt": a worker that is behind takes over theta and moves its h by a normal draw of deviation 0.1, h staying in
// [0, 2]; "exploit": it takes over theta alone; "explore": both move their h, none copies; "grid": neither.
inline const std::vector<std::string> kToyMethods{"pbt", "explore", "exploit", "grid"};

struct ToyRun {
  struct Track {  // of a worker, at steps 0, 1, 2, ..
    std::vector<double> theta_0, theta_1, q;
    std::vector<Index> copies;  // steps at which it took over theta
  };
  std::array<Track, 2> workers;
  double best = 0;  // Q of either, at any step
};

// Throws OptionError for another method.
ToyRun run_toy_population(const std::string& method, std::uint64_t seed, Index steps = 200);

// Two panels for each method: Q against steps, and the way of theta.
Scene toy_population_figure(std::uint64_t seed);

}  // namespace isinglass
