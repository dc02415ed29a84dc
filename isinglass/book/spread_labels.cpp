#include "isinglass/book/spread_labels.h"

#include <algorithm>
#include <cstddef>
#include <numeric>

namespace isinglass {
namespace {

// Labels that touch: `count` of them; they would like the first one to be at sum / count.
struct Cluster {
  double sum = 0, count = 0;
  double first(double gap, double low, double high) const {
    return std::max(low, std::min(sum / count, high - (count - 1) * gap));
  }
};

}  // namespace

std::vector<double> spread_labels(const std::vector<double>& wanted, double gap, double low, double high) {
  if (wanted.empty()) return {};
  gap = std::min(gap, (high - low) / static_cast<double>(std::max<std::size_t>(wanted.size() - 1, 1)));
  std::vector<std::size_t> order(wanted.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return wanted[i]; });

  // Pools neighbours that are too close, as in isotonic regression (Ayer et al., 1955).
  std::vector<Cluster> clusters;
  for (const std::size_t i : order) {
    Cluster last{wanted[i], 1};
    while (!clusters.empty()) {
      const Cluster& before = clusters.back();
      if (before.first(gap, low, high) + before.count * gap <= last.first(gap, low, high)) break;
      last = {before.sum + last.sum - last.count * before.count * gap, before.count + last.count};
      clusters.pop_back();
    }
    clusters.push_back(last);
  }
  std::vector<double> placed(wanted.size());
  std::size_t next = 0;
  for (const Cluster& cluster : clusters)
    for (double k = 0; k < cluster.count; ++k) placed[order[next++]] = cluster.first(gap, low, high) + k * gap;
  return placed;
}

}  // namespace isinglass
