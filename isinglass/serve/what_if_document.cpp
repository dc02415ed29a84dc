#include "isinglass/serve/what_if_document.h"

#include "isinglass/serve/moment_document.h"

namespace isinglass {

Value effect_of(Replay& replay, const MomentRequest& request, std::span<const Replay::Change> changes) {
  const ComputedBatch computed = compute(replay, request);
  const double loss = request.sample ? replay.sample_loss(computed.row) : replay.mean_loss();
  double predicted = loss;
  for (const Replay::Change& c : changes)
    predicted += replay.gradient(c.which, c.element) * (c.value - replay.parameter(c.which, c.element));
  Value out = Value::Table{};
  out.set("loss", loss);
  out.set("predicted", predicted);
  return out;
}

}  // namespace isinglass
