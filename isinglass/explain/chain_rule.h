// isinglass/explain/chain_rule.h - the local derivatives between a loss and one number of the network, as a graph.
//
// A place is a number that has a derivative: the loss L, the loss of a sample, an element of a value for a sample of
// the batch, an element of a parameter. A link is one local derivative d of / d from, as the layer states it
// (Layer::partials), and a path is a chain of links from L to the target. With d the derivative of a link and sums and
// maxima over the links of a place that lead to the target, three numbers are known of every place p:
//
//     paths(p)    = sum paths(from)           number of paths from p to the target                        (1)
//     tangent(p)  = sum d tangent(from)       d p / d target                                              (2)
//     best(p)     = max |d| best(from)        the largest product on a path from p to the target          (3)
//     adjoint(p)  = sum over links into p of d adjoint(of)       d L / d p, along paths to the target     (4)
//
// (1) to (3) are 1 at the target, adjoint(L) = 1, and adjoint(p) tangent(p) is what all paths through p bring. Layers
// that only rearrange their input (flatten, reshape) have no places of their own.
#pragma once
#include <functional>
#include <optional>
#include <vector>

#include "isinglass/explain/moment.h"

namespace isinglass {

struct Place {
  enum Kind { kLoss, kSampleLoss, kValue, kParameter } kind = kLoss;
  std::size_t which = 0;  // ValueId or index of the parameter
  Index row = 0;          // of the batch; not of L, not of parameters
  Index element = 0;

  friend bool operator==(const Place&, const Place&) = default;
};

// A value that a layer only rearranged stands for that layer's input, unless it is what `target` is about.
ValueId before_rearranging(const Graph& graph, ValueId v, const Place& target);

struct Link {
  Place of, from;
  Index ordinal = 0;  // among the links of `of`: two links may join the same places
  Expression derivative;
};

class ChainRule {
 public:
  // As Moment::value: `row` absent means the loss of the batch. The moment outlives the chain.
  ChainRule(const Moment& moment, const Address& target, std::optional<Index> row);

  const Moment& moment() const { return *moment_; }
  Place root() const { return {}; }
  const Place& target() const { return target_; }
  bool has_several_samples() const { return has_several_samples_; }
  // The value whose place an element of `v` is.
  ValueId resolve(ValueId v) const { return before_rearranging(moment_->graph(), v, target_); }

  // Links of a place that lead to the target.
  void links(const Place& place, const std::function<void(const Link&)>& sink) const;

  double paths() const { return numbers(root()).paths; }
  double paths(const Place& place) const { return numbers(place).paths; }
  double best(const Place& place) const { return numbers(place).best; }
  double tangent(const Place& place) const { return numbers(place).tangent; }
  double adjoint(const Place& place) const { return numbers(place).adjoint; }

 private:
  struct Numbers {  // of a place
    double paths = 0, tangent = 0, best = 0, adjoint = 0;
  };
  void all_links(const Place& place, const std::function<void(const Link&)>& sink) const;
  void links_of_sample_loss(const Place& place, const std::function<void(const Place&, const Expression&)>& sink) const;
  void links_of_value(const Place& place, const std::function<void(const Place&, const Expression&)>& sink) const;
  std::vector<Index> rows() const;       // whose values matter
  std::vector<Index> loss_rows() const;  // whose losses matter
  bool can_lead(std::size_t node) const;
  const Numbers& numbers(const Place& place) const;
  Numbers& numbers(const Place& place) { return const_cast<Numbers&>(std::as_const(*this).numbers(place)); }
  void sum_up(const Place& place);
  void spread(const Place& place);

  const Moment* moment_;
  std::optional<Index> row_;
  Place target_;
  bool has_several_samples_;
  Numbers root_, of_target_;
  std::vector<Numbers> sample_losses_;        // of each row
  std::vector<std::vector<Numbers>> values_;  // row by row; empty where nothing leads to the target
};

}  // namespace isinglass
