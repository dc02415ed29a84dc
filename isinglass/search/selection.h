// isinglass/search/selection.h - who copies whom, and how values change: the two moves of population based training.
//
// Source: Jaderberg et al., Population Based Training of Neural Networks (2017), doi:10.48550/arXiv.1711.09846, section
// 3 and algorithm 1. Members are ranked by their score; of equal ones the lower number is the better, so that the order
// is total and every tie is broken. Every draw has a key of its own: (seed, member, how often it was ready).
#pragma once
#include <vector>

#include "isinglass/base/random.h"
#include "isinglass/search/search_options.h"
#include "isinglass/search/space.h"

namespace isinglass {

struct Standing {
  Index member = 0;
  double score = 0;  // larger is better
  bool has_failed = false;
};

bool is_better(const Standing& a, const Standing& b);

// The draws of a member at one of its looks.
RandomKey look_key(std::uint64_t seed, Index member, Index look);

// Who `member` is to copy, or itself. A member that failed copies in any case; none copies one that failed.
Index parent_of(const SearchOptions& options, std::vector<Standing> standings, Index member, const RandomKey& key);

// Values near these, as options.explore says.
Values explored(const SearchOptions& options, const Space& space, const Values& values, const RandomKey& key);

// The first values of a member.
Values drawn(const Space& space, std::uint64_t seed, Index member);

}  // namespace isinglass
