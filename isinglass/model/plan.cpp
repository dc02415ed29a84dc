#include "isinglass/model/plan.h"

#include <algorithm>
#include <cmath>

#include "isinglass/model/plan_lanes.h"
#include "isinglass/model/plan_loss.h"

namespace isinglass {

// Work below which another thread costs more than it brings: about 50 microseconds of one core.
constexpr double kWorkPerPart = 1e6;

template <class T>
Plan<T>::Plan(const Graph& graph, Parameters<T>& parameters, ThreadPool& pool, const PlanOptions& options)
    : graph_(&graph),
      options_(options),
      loss_value_(fused() ? graph.nodes.back().inputs[0] : graph.output_value()),
      memory_(graph, {options.max_batch, options.training, options.input_gradient, loss_value_}),
      parameters_(&parameters),
      pool_(&pool),
      output_size_(size_of(graph.value_shape(graph.output_value()))) {
  if (options_.loss) {
    check_loss(graph, *options_.loss, options_.training);
    loss_ = options_.loss->functions<T>();
    target_ = Buffer<T>(options_.max_batch * output_size_);
    losses_.assign(static_cast<std::size_t>(options_.max_batch), 0);
    weights_ = Buffer<T>(options_.max_batch);
    scale_ = Buffer<T>(options_.max_batch);
    std::fill_n(weights_.data(), options_.max_batch, T{1});
  }
  for (const GraphNode& node : graph.nodes) {
    if (const auto purpose = node.layer.random()) random_nodes_.emplace_back(functions_.size(), *purpose);
    layers_.push_back(node.layer);
    functions_.push_back(node.layer.functions<T>());
    row_work_ += static_cast<double>(size_of(node.out)) + 2 * node.layer.operations(node.in);
  }
  Parameters<T>* const gradients = options_.training ? &gradients_.emplace(graph) : nullptr;
  list_actions();
  sharing_.emplace(graph, functions_, forward_runs(), loss_value_, options_.input_gradient);
  in_lanes_ = lanes();
  whole_ = PlanPart<T>(graph, memory_, parameters, gradients, options.products);
  for (Index p = 0; p < 2 * pool.threads(); ++p)
    parts_.emplace_back(graph, memory_, parameters, gradients, options.products);
  if (options_.ranks != nullptr && options_.training)
    exchange_.emplace(graph, nodes_that_need_all_rows(), loss_value_, *options_.ranks);
  if (options_.training) {
    const Index most = pool.threads() * (exchange_ ? exchange_->ranks() : 1);
    gradient_tasks_.emplace(graph, functions_, options.max_batch, whole_, [&](double work, Index extent) {
      return std::clamp<Index>(static_cast<Index>(work / kWorkPerPart), 1, std::min(extent, most));
    });
  }
  share_out_scratch();
}

// Forward in order, the loss, backward in reverse order; a shared value's gradients are summed once all are there.
template <class T>
void Plan<T>::list_actions() {
  for (std::size_t k = 0; k < graph_->nodes.size(); ++k) actions_.push_back({Action::kForward, k});
  forward_end_ = actions_.size();
  forward_phases_ = phases_of(0, forward_end_);
  if (!options_.loss) return;
  actions_.push_back({Action::kLoss, 0});
  loss_phases_ = phases_of(0, actions_.size());
  if (!options_.training) return;
  const std::size_t fused_node = fused() ? graph_->nodes.size() - 1 : graph_->nodes.size();
  for (std::size_t k = graph_->nodes.size(); k-- > 0;) {
    for (std::size_t s = 0; s < memory_.sums.size(); ++s)
      if (memory_.sums[s].value == k + 1) actions_.push_back({Action::kSum, s});
    const auto& inputs = graph_->nodes[k].inputs;
    const bool needed = std::any_of(inputs.begin(), inputs.end(), [&](ValueId v) { return memory_.needs_gradient[v]; });
    if (graph_->nodes[k].activity_l1 > 0 && memory_.needs_gradient[k + 1]) actions_.push_back({Action::kPenalty, k});
    if (functions_[k].gradient_in_parts) actions_.push_back({Action::kGradient, k});
    if (needed && k != fused_node) actions_.push_back({Action::kBackward, k});
  }
  for (std::size_t s = 0; s < memory_.sums.size(); ++s)
    if (memory_.sums[s].value == 0) actions_.push_back({Action::kSum, s});
  train_phases_ = phases_of(0, actions_.size());
}

template <class T>
auto Plan<T>::phases_of(std::size_t begin, std::size_t end) const -> std::vector<Phase> {
  std::vector<Phase> phases;
  for (std::size_t a = begin; a < end; ++a) {
    const Action& action = actions_[a];
    const bool of_node = action.kind == Action::kForward || action.kind == Action::kBackward;
    const bool splittable = !of_node || !graph_->nodes[action.index].layer.couples_batch();
    if (splittable && !phases.empty() && phases.back().splittable)
      phases.back().end = a + 1;
    else
      phases.push_back({a, a + 1, splittable, {}});
  }
  for (Phase& phase : phases)
    if (phase.splittable) phase.chunks = chunks_of(*graph_, actions_, phase.begin, phase.end, sizeof(T));
  return phases;
}

template <class T>
std::vector<bool> Plan<T>::nodes_that_need_all_rows() const {
  std::vector<bool> nodes;
  for (std::size_t k = 0; k < graph_->nodes.size(); ++k)
    nodes.push_back(graph_->nodes[k].layer.couples_batch() ||
                    (functions_[k].gradient != nullptr && !graph_->nodes[k].parameters.empty()));
  return nodes;
}

// The run of chunks that each node's forward pass is in, from 1; 0 where samples depend on each other.
template <class T>
std::vector<std::size_t> Plan<T>::forward_runs() const {
  std::vector<std::size_t> runs(graph_->nodes.size(), 0);
  std::size_t run = 0;
  for (const Phase& phase : forward_phases_)
    for (const PlanChunk& chunk : phase.chunks) {
      ++run;
      for (std::size_t a = chunk.begin; a < chunk.end; ++a) runs[actions_[a].index] = run;
    }
  return runs;
}

template <class T>
std::vector<bool> Plan<T>::lanes() const {
  std::vector<PlanChunk> chunks;
  for (const auto* phases : {&forward_phases_, &loss_phases_, &train_phases_})
    for (const Phase& phase : *phases) chunks.insert(chunks.end(), phase.chunks.begin(), phase.chunks.end());
  std::vector<bool> in_lanes = values_in_lanes(*graph_, actions_, chunks, loss_value_, sizeof(T));
  if (std::ranges::find(in_lanes, true) == in_lanes.end()) in_lanes.clear();
  return in_lanes;
}

template <class T>
void Plan<T>::set_layer(std::size_t k, const Layer& layer) {
  const GraphNode& node = graph_->nodes[k];
  if (layer.sample_lanes(node.in, sizeof(T)) != node.layer.sample_lanes(node.in, sizeof(T))) in_lanes_.clear();
  functions_[k] = layer.functions<T>();
  layers_[k] = layer;
}

// Working memory for everything that may run at the same time: the whole, each part, each gradient task.
template <class T>
void Plan<T>::share_out_scratch() {
  Index size = 0;
  for (const GraphNode& node : graph_->nodes) size = std::max(size, node.layer.scratch(node.in));
  size = Buffer<T>::aligned(size);
  const std::size_t tasks = gradient_tasks_ ? gradient_tasks_->size() : 0;
  scratch_ = Buffer<T>(size * static_cast<Index>(1 + parts_.size() + tasks));
  T* data = scratch_.data();
  const auto next = [&] {
    data += size;
    return std::span<T>(data - size, static_cast<std::size_t>(size));
  };
  const auto give = [&](PlanPart<T>& part) {
    const std::span<T> scratch = next();
    for (PlanCall<T>& call : part.calls) call.forward.scratch = call.backward.scratch = scratch;
  };
  give(whole_);
  for (PlanPart<T>& part : parts_) give(part);
  for (std::size_t i = 0; i < tasks; ++i) gradient_tasks_->set_scratch(i, next());
}

template <class T>
Index Plan<T>::parts_for(Index rows, double work) const {
  const Index most = std::min<Index>(rows, pool_->threads());
  return pool_->threads() == 1
             ? 1
             : std::clamp<Index>(static_cast<Index>(work / kWorkPerPart), 1, std::max<Index>(most, 1));
}

template <class T>
void Plan<T>::set_rows(Index rows, bool is_lean, bool passes) {
  if (rows < 1 || rows > options_.max_batch)
    throw ShapeError("a batch of this plan has 1 to " + std::to_string(options_.max_batch) + " samples, got " +
                     std::to_string(rows));
  const double work = (training_now_ ? 2 : 1) * row_work_ * static_cast<double>(rows);
  typename PlanExchange<T>::Rows own{0, rows};
  if (exchange_ && training_now_) own = exchange_->cut(rows, work);
  const bool is_cut = own.count < rows;
  part_count_ = parts_for(own.count, is_cut ? work / static_cast<double>(exchange_->ranks()) : work);
  if (part_count_ == 1 && !is_cut) part_count_ = 0;
  const PlanSharing* const sharing = is_lean ? &*sharing_ : nullptr;
  constexpr Index kBlock = kernels::kLaneSamples;
  lanes_now_ = is_lean && !in_lanes_.empty() && !is_cut && rows >= kBlock * std::max<Index>(part_count_, 1);
  const std::vector<bool>* const in_lanes = lanes_now_ ? &in_lanes_ : nullptr;
  whole_.take(0, rows, sharing, passes, in_lanes);
  const auto begin = [&](Index p) {  // with lanes the nearest begin of a block
    const Index even = own.count * p / part_count_;
    return own.first + (lanes_now_ && p < part_count_ ? (even + kBlock / 2) / kBlock * kBlock : even);
  };
  for (Index p = 0; p < part_count_; ++p)
    parts_[static_cast<std::size_t>(p)].take(begin(p), begin(p + 1) - begin(p), sharing, passes, in_lanes);
  lean_now_ = is_lean;
  rows_ = rows;
}

template <class T>
void Plan<T>::set_step(Mode mode, const RandomKey& key) {
  const auto set = [&](PlanPart<T>& part) {
    for (PlanCall<T>& call : part.calls) {
      call.forward.mode = call.backward.mode = mode;
      call.forward.state = training_now_ ? std::span<const View<T>>(call.state) : std::span<const View<T>>();
    }
    for (const auto& [k, purpose] : random_nodes_)
      part.calls[k].forward.random =
          part.calls[k].backward.random = {key.seed, purpose, static_cast<std::uint32_t>(k), key.step};
  };
  set(whole_);
  for (Index p = 0; p < part_count_; ++p) set(parts_[static_cast<std::size_t>(p)]);
}

template <class T>
void Plan<T>::run_loss(Index first_row, Index row_count, bool with_gradient) {
  const auto rows = [&](View<T> whole) { return whole.middle_rows(first_row, row_count); };
  const std::size_t first = static_cast<std::size_t>(first_row), count = static_cast<std::size_t>(row_count);
  LossRows<T> l{.z = rows(memory_.values[loss_value_]),
                .y_hat = rows(memory_.values[graph_->output_value()]),
                .y = rows(target()),
                .loss = std::span(losses_).subspan(first, count),
                .scale = scale_.span().subspan(first, count)};
  loss_.value(loss_.self, l);
  if (!with_gradient) return;
  for (std::size_t n = first; n < first + count; ++n) scale_.data()[n] = weights_.data()[n] / static_cast<T>(rows_);
  l.d = rows(memory_.gradients[loss_value_]);
  loss_.gradient(loss_.self, l);
}

template <class T>
void Plan<T>::run(const Action& action, PlanPart<T>& part) {
  switch (action.kind) {
    case Action::kForward:
      if (!lean_now_ || !sharing_->leaves_forward(action.index))
        functions_[action.index].forward(functions_[action.index].self, part.calls[action.index].forward);
      break;
    case Action::kLoss:
      run_loss(part.first, part.count, training_now_);
      break;
    case Action::kPenalty:
      run_penalty(action.index, part);
      break;
    case Action::kGradient:
      if (part_count_ == 0) run_gradient(action.index, part);
      break;
    case Action::kBackward:
      if (!lean_now_ || !sharing_->rectifying[action.index].leaves_backward)
        functions_[action.index].backward(functions_[action.index].self, part.calls[action.index].backward);
      break;
    case Action::kSum:
      part.sums[action.index].add_up();
      break;
  }
}

// The L1 penalty on a node's output: rate sum_j |y_j| for each sample.
template <class T>
void Plan<T>::run_penalty(std::size_t node, PlanPart<T>& part) {
  const double rate = graph_->nodes[node].activity_l1;
  const PlanCall<T>& call = part.calls[node];
  for (Index n = 0; n < part.count; ++n) {
    const auto sample = static_cast<std::size_t>(part.first + n);
    const T slope = static_cast<T>(rate) * scale_.data()[sample];
    double sum = 0;
    for (Index j = 0; j < call.y.cols; ++j) {
      const T y = call.y(n, j);
      sum += std::abs(static_cast<double>(y));
      call.dy(n, j) += (y > 0 ? slope : T{0}) - (y < 0 ? slope : T{0});
    }
    losses_[sample] += rate * sum;
  }
}

// A node's parameter gradient from the rows of a chunk, while they are in cache. Several threads share slices instead.
template <class T>
void Plan<T>::run_gradient(std::size_t node, PlanPart<T>& part) {
  Backward<T> backward = part.calls[node].backward;
  backward.slice_end = graph_->nodes[node].layer.gradient_extent(graph_->nodes[node].in);
  backward.resumes = part.first > 0;
  functions_[node].gradient(functions_[node].self, backward);
}

// A layer that couples the batch: all rows, but the threads share its slices.
template <class T>
void Plan<T>::run_in_slices(const Action& action) {
  const GraphNode& node = graph_->nodes[action.index];
  const PlanCall<T>& call = whole_.calls[action.index];
  const Index extent = node.layer.batch_slices(node.in);
  const Index pieces = std::clamp<Index>(part_count_, 1, extent);
  const auto piece = [&](Index i) {
    if (action.kind == Action::kForward) {
      Forward<T> f = call.forward;
      f.slice_begin = extent * i / pieces;
      f.slice_end = extent * (i + 1) / pieces;
      functions_[action.index].forward(functions_[action.index].self, f);
    } else {
      Backward<T> b = call.backward;
      b.slice_begin = extent * i / pieces;
      b.slice_end = extent * (i + 1) / pieces;
      functions_[action.index].backward(functions_[action.index].self, b);
    }
  };
  if (pieces == 1)
    piece(0);
  else
    pool_->run(pieces, piece);
}

template <class T>
void Plan<T>::run_phases(const std::vector<Phase>& phases) {
  for (const Phase& phase : phases) {
    if (!phase.splittable) {
      run_in_slices(actions_[phase.begin]);
      continue;
    }
    if (part_count_ == 0)
      run(phase, whole_);
    else
      pool_->run(part_count_, [&](Index p) { run(phase, parts_[static_cast<std::size_t>(p)]); });
    if (training_now_ && exchange_ && exchange_->is_cut())
      exchange_->gather(std::span(actions_).subspan(phase.begin, phase.end - phase.begin), whole_, losses_, !lean_now_);
  }
}

// Some rows after the other through each run of actions.
template <class T>
void Plan<T>::run(const Phase& phase, PlanPart<T>& part) {
  const Index first = part.first, count = part.count;
  for (const PlanChunk& chunk : phase.chunks) {
    const Index pieces = chunk.rows >= count ? 1 : (count + chunk.rows - 1) / chunk.rows;
    for (Index i = 0; i < pieces; ++i) {
      const Index begin = lanes_now_ ? i * chunk.rows : count * i / pieces,
                  end = lanes_now_ ? std::min(count, begin + chunk.rows) : count * (i + 1) / pieces;
      part.narrow(first + begin, end - begin);
      for (std::size_t a = chunk.begin; a < chunk.end; ++a) run(actions_[a], part);
    }
    part.narrow(first, count);
  }
}

template <class T>
void Plan<T>::forward(Index rows, Mode mode, const RandomKey& key, bool with_loss) {
  training_now_ = false;
  set_rows(rows, is_lean(), is_lean() && mode == Mode::kInference);
  set_step(mode, key);
  run_phases(with_loss ? loss_phases_ : forward_phases_);
  if (observer_ != nullptr)
    for (std::size_t k = 0; k < graph_->layers.size(); ++k) observer_->after_forward(*this, k);
}

template <class T>
void Plan<T>::forward_nodes(Index rows, std::size_t begin, std::size_t end) {
  training_now_ = false;
  set_rows(rows, false, false);
  set_step(Mode::kInference, {});
  run_phases(phases_of(begin, end));
}

template <class T>
double Plan<T>::train(Index rows, const RandomKey& key, const Descent<T>* descent) {
  const bool lean = exchange_ ? !exchange_->anybody_looks(!is_lean()) : is_lean();
  if (rows != rows_ || !training_now_ || lean_now_ != lean || (lanes_now_ && in_lanes_.empty())) {
    training_now_ = true;
    set_rows(rows, lean, false);
    gradient_tasks_->take(whole_);
  }
  set_step(Mode::kTraining, key);
  gradient_tasks_->set_random(whole_);
  run_phases(train_phases_);
  const double loss = mean_loss();
  const bool descends = descent != nullptr && loss <= descent->most_loss;
  gradient_tasks_->compute(part_count_ == 0 ? nullptr : pool_, exchange_ ? &*exchange_ : nullptr,
                           descends ? &descent->to : nullptr, *gradients_);
  notify_observer();
  return loss;
}

template <class T>
void Plan<T>::notify_observer() {
  if (observer_ == nullptr) return;
  for (std::size_t k = 0; k < graph_->layers.size(); ++k) observer_->after_forward(*this, k);
  for (std::size_t k = graph_->layers.size(); k-- > 0;) observer_->after_backward(*this, k);
}

template <class T>
double Plan<T>::mean_loss() const {
  double sum = 0;
  for (std::size_t n = 0; n < static_cast<std::size_t>(rows_); ++n)
    sum += losses_[n] * static_cast<double>(weights_.data()[n]);
  return sum / static_cast<double>(rows_);
}

template class Plan<float>;
template class Plan<double>;

}  // namespace isinglass
