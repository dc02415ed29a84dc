// isinglass/explain/moment.h - a network at one training step, in double: everything that the step computed, what would
// have come out had one number been different, and the local derivatives of every layer.
//
// L is the mean over the batch of w_n l_n, with l_n the loss of sample n and w_n its weight (1 unless given). Of one
// sample, L means w_n l_n alone; that of the batch is the mean of these.
#pragma once
#include <memory>
#include <optional>
#include <vector>

#include "isinglass/model/plan.h"
#include "isinglass/model/quantity_name.h"

namespace isinglass {

class Moment {
 public:
  struct Setup {
    Graph graph;
    Loss loss;
    std::vector<double> parameters;       // as Parameters::flat()
    std::vector<double> inputs, targets;  // (rows, n_in), (rows, n_out)
    std::vector<double> weights = {};     // of the samples; none: all 1
    std::vector<Index> samples = {};      // the number of each row among the training samples; none: 0, 1, 2, ..
    RandomKey key = {};                   // of the step
    Index epoch = 0;
  };
  // Throws ShapeError or OptionError when graph, loss and numbers do not fit.
  explicit Moment(Setup setup);
  Moment(Moment&&) noexcept;
  ~Moment();

  const Graph& graph() const;
  const Loss& loss_function() const;
  Index epoch() const;
  Index rows() const;
  Index sample(Index row) const;                    // its number among the training samples
  std::optional<Index> row_of(Index sample) const;  // the first of that sample
  double weight(Index row) const;
  bool couples_samples() const;  // such as batch normalisation

  // The step, forward. A view has a row for each sample.
  View<const double> value(ValueId v) const;
  View<const double> target() const;
  const Parameters<double>& parameters() const;
  ValueId loss_value() const;  // what the loss is computed from: the pre-activation of the output when they are fused
  LossSample loss_sample(Index row) const;
  // As node k computed it, for Layer::partials.
  const Forward<double>& call(std::size_t k) const;

  // `row` absent: of the batch, then a value must be of a batch of one. Throws OptionError for kScalar.
  double loss(std::optional<Index> row = {}) const;
  // A number, or its derivative as back-propagation gives it: not a number for the output of an activation that the
  // loss is computed together with.
  double value(const Address& address, std::optional<Index> row = {}) const;
  // (L(x + h) - L(x - h)) / 2h with h = 1e-5 max(1, |x|), whether or not the address is of a derivative.
  double finite_difference(const Address& address, std::optional<Index> row = {}) const;
  // Norm of dL/d(value).
  double gradient_norm(ValueId v, std::optional<Index> row = {}) const;

 private:
  // The output of an activation that the loss is computed together with: back-propagation starts before it.
  bool is_skipped(ValueId v) const;

  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace isinglass
