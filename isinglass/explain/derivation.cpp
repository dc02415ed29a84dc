#include "isinglass/explain/derivation.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <queue>
#include <tuple>

#include "isinglass/base/error.h"

namespace isinglass {
namespace {

using Factor = Derivation::Factor;
using Path = Derivation::Path;

class PathLister {
 public:
  PathLister(const ChainRule& chain, Derivation& derivation) : chain_(chain), derivation_(derivation) {}

  void all() {
    Path path;
    descend(chain_.root(), path);
  }

  // Best first: a path's bound is its product so far times the largest product that can follow, so that paths are
  // finished in the order of their size.
  void largest(std::size_t count) {
    constexpr std::size_t kMostSteps = 2'000'000;  // of memory
    const auto by_bound = [this](std::size_t a, std::size_t b) { return steps_[a].bound < steps_[b].bound; };
    std::priority_queue<std::size_t, std::vector<std::size_t>, decltype(by_bound)> open(by_bound);
    steps_.push_back({.place = chain_.root(), .bound = chain_.best(chain_.root())});
    open.push(0);
    while (!open.empty() && derivation_.paths.size() < count) {
      const std::size_t at = open.top();
      open.pop();
      const Step step = steps_[at];
      if (step.place == chain_.target()) {
        derivation_.paths.push_back(path_to(at));
        continue;
      }
      chain_.links(step.place, [&](const Link& link) {
        if (steps_.size() >= kMostSteps) return;
        const double product = step.product * link.derivative.value();
        steps_.push_back({link.from, product, std::abs(product) * chain_.best(link.from), at, link.ordinal});
        open.push(steps_.size() - 1);
      });
    }
  }

 private:
  struct Step {
    Place place;
    double product = 1, bound = 0;
    std::size_t before = 0;
    Index ordinal = 0;
  };

  void descend(const Place& place, Path& path) {
    if (place == chain_.target()) {
      path.product = 1;
      for (const std::size_t f : path.factors) path.product *= derivation_.factors[f].value();
      derivation_.paths.push_back(path);
      return;
    }
    std::vector<Link> links;
    chain_.links(place, [&](const Link& link) { links.push_back(link); });
    for (const Link& link : links) {
      if (is_trivial(link)) {
        descend(link.from, path);
        continue;
      }
      path.factors.push_back(factor_of(link));
      descend(link.from, path);
      path.factors.pop_back();
    }
  }

  Path path_to(std::size_t at) {
    std::vector<std::size_t> way;
    for (std::size_t step = at; step != 0; step = steps_[step].before) way.push_back(step);
    Path path;
    path.product = steps_[at].product;
    for (std::size_t i = way.size(); i-- > 0;)
      chain_.links(steps_[steps_[way[i]].before].place, [&](const Link& link) {
        if (link.ordinal == steps_[way[i]].ordinal && !is_trivial(link)) path.factors.push_back(factor_of(link));
      });
    return path;
  }

  // The loss of the only sample is the loss.
  static bool is_trivial(const Link& link) { return link.of.kind == Place::kLoss && link.derivative.value() == 1; }

  std::size_t factor_of(const Link& link) {
    const auto key = std::make_tuple(link.of.kind, link.of.which, link.of.row, link.of.element, link.ordinal);
    const auto [found, is_new] = known_.try_emplace(key, derivation_.factors.size());
    if (is_new) derivation_.factors.push_back({link.of, link.from, link.derivative});
    return found->second;
  }

  const ChainRule& chain_;
  Derivation& derivation_;
  std::map<std::tuple<Place::Kind, std::size_t, Index, Index, Index>, std::size_t> known_;
  std::vector<Step> steps_;
};

// How much passes through each unit of the layers' outputs between the loss and the target; of an output fused with the
// loss, through what the loss is computed from.
std::vector<Derivation::Layer> shares(const ChainRule& chain, std::size_t largest) {
  const Moment& moment = chain.moment();
  std::vector<Derivation::Layer> layers;
  for (std::size_t l = moment.graph().layers.size(); l-- > 0;) {
    const ValueId v = std::min(moment.graph().layers[l].out_node + 1, moment.loss_value());
    if (chain.resolve(v) != v) continue;
    Derivation::Layer layer{.value = v};
    for (Index n = 0; n < moment.rows(); ++n)
      for (Index j = 0; j < moment.value(v).cols; ++j) {
        const Place place{Place::kValue, v, n, j};
        if (place == chain.target() || chain.paths(place) == 0) continue;
        layer.largest.push_back({place, chain.adjoint(place), chain.tangent(place)});
        layer.total += layer.largest.back().contribution();
      }
    layer.units = static_cast<Index>(layer.largest.size());
    if (layer.units < 2) continue;
    std::ranges::stable_sort(layer.largest, [](const auto& a, const auto& b) {
      return std::abs(a.contribution()) > std::abs(b.contribution());
    });
    std::size_t shown = 0;
    while (shown < std::min(largest, layer.largest.size()) && layer.largest[shown].contribution() != 0) ++shown;
    for (std::size_t i = shown; i < layer.largest.size(); ++i) layer.rest += layer.largest[i].contribution();
    layer.largest.resize(shown);
    layers.push_back(std::move(layer));
  }
  return layers;
}

std::vector<Derivation::Depth> depths(const Moment& moment, std::optional<Index> row) {
  std::vector<Derivation::Depth> depth;
  const Graph& graph = moment.graph();
  for (std::size_t l = graph.layers.size(); l-- > 0;) {
    const ValueId v = graph.layers[l].out_node + 1;
    depth.push_back({graph.layers[l].name, moment.gradient_norm(std::min(v, moment.loss_value()), row)});
  }
  return depth;
}

void check(const Moment& moment, const Address& target, std::optional<Index> row) {
  if (target.kind == Address::kLoss || target.kind == Address::kScalar)
    throw OptionError("the loss has no derivative with respect to " + name_of(target, moment.graph()));
  if (!target.is_value() && moment.graph().parameters[target.which].spec.role == ParamSpec::kState)
    throw OptionError(moment.graph().parameters[target.which].name + " is not trained, so it has no derivative");
  moment.value(target, row);  // refuses a missing or wrong sample
}

}  // namespace

Derivation derive(const Moment& moment, const Address& target, std::optional<Index> row,
                  const DerivationOptions& options) {
  Address plain = target;
  plain.is_derivative = false;
  check(moment, plain, row);
  const ChainRule chain(moment, plain, row);
  Derivation d;
  d.moment = &moment;
  d.target = target;
  d.target.is_derivative = true;
  d.target_place = chain.target();
  d.row = row;
  d.has_several_samples = chain.has_several_samples();
  d.loss = moment.loss(row);
  d.path_count = chain.paths();
  d.is_complete = d.path_count <= static_cast<double>(options.most_paths);
  PathLister lister(chain, d);
  if (d.is_complete)
    lister.all();
  else
    lister.largest(static_cast<std::size_t>(options.largest));
  double listed = 0;
  for (const Path& path : d.paths) listed += path.product;
  d.sum_of_paths = d.is_complete ? listed : chain.tangent(chain.root());
  d.rest = d.is_complete ? 0 : d.sum_of_paths - listed;
  d.gradient = moment.value(d.target, row);
  d.finite_difference = moment.finite_difference(plain, row);
  for (Index n = 0; !row && moment.rows() > 1 && n < moment.rows(); ++n) {
    const Place sample{.kind = Place::kSampleLoss, .row = n};
    d.samples.push_back({sample, chain.adjoint(sample), chain.tangent(sample)});
  }
  d.layers = shares(chain, static_cast<std::size_t>(options.largest));
  d.depth = depths(moment, row);
  return d;
}

Derivation Derivation::in_book_signs() const {
  Derivation d = *this;
  d.is_book = !is_book;
  for (Factor& factor : d.factors)
    if (factor.of.kind == Place::kSampleLoss) factor.is_negated = !factor.is_negated;
  for (Path& path : d.paths) path.product = -path.product;
  for (Unit& sample : d.samples) sample.tangent = -sample.tangent;
  for (Layer& layer : d.layers) {
    for (Unit& unit : layer.largest) unit.adjoint = -unit.adjoint;
    layer.rest = -layer.rest;
    layer.total = -layer.total;
  }
  for (double* number : {&d.loss, &d.sum_of_paths, &d.rest, &d.gradient, &d.finite_difference}) *number = -*number;
  if (d.recorded) d.recorded = -*d.recorded;
  return d;
}

}  // namespace isinglass
