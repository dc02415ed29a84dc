#include "isinglass/search/selection.h"

#include <algorithm>
#include <cmath>

namespace isinglass {
namespace {

// Places in a key's sequence of draws: one for the parent, then two for each dimension.
constexpr std::uint64_t kOfParent = 0, kOfValues = 1;

std::size_t below(double uniform, std::size_t count) {
  return std::min(static_cast<std::size_t>(uniform * static_cast<double>(count)), count - 1);
}

double normal(const RandomKey& key, std::uint64_t index) {
  constexpr double kTwoPi = 6.283185307179586;
  return std::sqrt(-2 * std::log(1 - key.uniform(index))) * std::cos(kTwoPi * key.uniform(index + 1));
}

}  // namespace

bool is_better(const Standing& a, const Standing& b) {
  if (a.has_failed != b.has_failed) return b.has_failed;
  return a.score != b.score ? a.score > b.score : a.member < b.member;
}

RandomKey look_key(std::uint64_t seed, Index member, Index look) {
  return {.seed = seed,
          .purpose = Purpose::kSearch,
          .layer = 1 + static_cast<std::uint32_t>(member),
          .step = static_cast<std::uint64_t>(look)};
}

Index parent_of(const SearchOptions& options, std::vector<Standing> standings, Index member, const RandomKey& key) {
  std::ranges::sort(standings, is_better);
  const auto self = std::ranges::find(standings, member, &Standing::member);
  if (self == standings.end() || standings.size() < 2) return member;
  const auto sound = std::ranges::find_if(standings, &Standing::has_failed) - standings.begin();
  if (sound == 0 || (options.exploit == "none" && !self->has_failed)) return member;
  const double u = key.uniform(kOfParent);
  const auto count = static_cast<double>(standings.size());
  if (options.exploit == "tournament" && !self->has_failed) {
    std::erase_if(standings, [member](const Standing& s) { return s.member == member; });
    const Standing rival = standings[below(u, standings.size())];
    return is_better(rival, *self) ? rival.member : member;
  }
  const auto half = static_cast<std::ptrdiff_t>(standings.size() / 2);
  const auto part = std::clamp<std::ptrdiff_t>(std::lround(options.fraction * count), 1, half);
  const auto place = self - standings.begin();
  if (!self->has_failed && place < static_cast<std::ptrdiff_t>(standings.size()) - part) return member;
  return standings[below(u, static_cast<std::size_t>(std::min(part, sound)))].member;
}

Values explored(const SearchOptions& options, const Space& space, const Values& values, const RandomKey& key) {
  Values next = values;
  for (std::size_t d = 0; d < space.size(); ++d) {
    const std::uint64_t index = kOfValues + 2 * d;
    if (options.explore == "perturb")
      next[d] = space[d].scaled(values[d], options.factors[below(key.uniform(index), options.factors.size())]);
    else if (options.explore == "resample")
      next[d] = space[d].at(key.uniform(index));
    else if (options.explore == "noise")
      next[d] = space[d].shifted(values[d], options.noise * normal(key, index));
  }
  return next;
}

Values drawn(const Space& space, std::uint64_t seed, Index member) {
  const RandomKey key{.seed = seed, .purpose = Purpose::kSearch, .step = static_cast<std::uint64_t>(member)};
  Values values;
  for (std::size_t d = 0; d < space.size(); ++d) values.push_back(space[d].at(key.uniform(d)));
  return values;
}

}  // namespace isinglass
