#include "isinglass/model/plan.h"

#include <algorithm>
#include <cmath>

namespace isinglass {

// Work below which another thread costs more than it brings: about 50 microseconds of one core.
constexpr double kWorkPerPart = 1e6;

template <class T>
Plan<T>::Plan(const Graph& graph, Parameters<T>& parameters, ThreadPool& pool, const PlanOptions& options)
    : graph_(&graph),
      parameters_(&parameters),
      pool_(&pool),
      options_(options),
      output_size_(size_of(graph.value_shape(graph.output_value()))) {
  if (options_.loss) {
    check_loss();
    loss_ = options_.loss->functions<T>();
    target_ = Buffer<T>(options_.max_batch * output_size_);
    losses_.assign(static_cast<std::size_t>(options_.max_batch), 0);
    weights_ = Buffer<T>(options_.max_batch);
    scale_ = Buffer<T>(options_.max_batch);
    std::fill_n(weights_.data(), options_.max_batch, T{1});
  }
  loss_value_ = fused() ? graph.nodes.back().inputs[0] : graph.output_value();
  for (const GraphNode& node : graph.nodes) {
    if (const auto purpose = node.layer.random()) random_nodes_.emplace_back(functions_.size(), *purpose);
    functions_.push_back(node.layer.functions<T>());
    row_work_ += static_cast<double>(size_of(node.out)) + 2 * node.layer.operations(node.in);
  }
  if (options_.training) gradients_.emplace(graph);
  lay_out_values();
  list_actions();
  for (std::size_t k = 0; k < graph.nodes.size(); ++k) whole_.calls.push_back(make_call(k));
  whole_.sums = sums_;
  parts_.resize(static_cast<std::size_t>(2 * pool.threads()), whole_);
  for (Part& part : parts_)
    for (std::size_t k = 0; k < graph.nodes.size(); ++k) bind(k, part.calls[k]);
  for (std::size_t k = 0; k < graph.nodes.size(); ++k) bind(k, whole_.calls[k]);
  if (options_.training) {
    share_gradients();
    list_gradient_tasks();
  }
  share_out_scratch();
}

template <class T>
void Plan<T>::check_loss() const {
  const std::string_view wanted = options_.loss->activation(), last = graph_->nodes.back().layer.kind();
  if (!wanted.empty() && wanted != last)
    throw OptionError("the loss " + std::string(options_.loss->kind()) + " is computed together with a " +
                      std::string(wanted) + " output, but the network ends with " + std::string(last) +
                      "; give the last layer activation = \"" + std::string(wanted) + "\"");
  if (!options_.training) return;
  if (fused() && graph_->nodes.back().activity_l1 > 0)
    throw OptionError(graph_->layers.back().name + ": activity_l1 does not go with the loss " +
                      std::string(options_.loss->kind()) + ", which is computed together with the activation");
  for (const GraphNode& node : graph_->nodes)
    if (!node.layer.untrainable().empty())
      throw OptionError(graph_->layers[node.layer_index].name + " (" + std::string(node.layer.kind()) +
                        ") cannot be trained: " + std::string(node.layer.untrainable()));
}

// One place in the arena for every value, every gradient of a value and everything saved for backward.
template <class T>
void Plan<T>::lay_out_values() {
  const std::size_t values = graph_->nodes.size() + 1;
  const Index batch = options_.max_batch;
  Index used = 0;
  std::vector<std::pair<View<T>*, Index>> places;  // a view and its offset
  const auto place = [&](View<T>& view, Index size) {
    view = {nullptr, batch, size};
    places.emplace_back(&view, used);
    used += Buffer<T>::aligned(batch * size);
  };

  values_.resize(values);
  gradients_of_.resize(values);
  saved_.resize(graph_->nodes.size());
  dx_.resize(graph_->nodes.size());
  needs_gradient_.assign(values, false);
  std::vector<std::vector<View<T>*>> senders(values);  // the dx views that flow into a value
  for (ValueId v = 0; v < values; ++v) place(values_[v], size_of(graph_->value_shape(v)));
  for (std::size_t k = 0; k < graph_->nodes.size(); ++k) {
    const GraphNode& node = graph_->nodes[k];
    const std::vector<Index> sizes = node.layer.saved(node.in);
    saved_[k].resize(sizes.size());
    for (std::size_t s = 0; s < sizes.size(); ++s) place(saved_[k][s], sizes[s]);
    dx_[k].resize(node.inputs.size());
    if (!options_.training) continue;
    bool needed = !node.parameters.empty();
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
      const ValueId v = node.inputs[i];
      if (v == 0) needs_gradient_[v] = options_.input_gradient;
      if (!needs_gradient_[v]) continue;
      needed = true;
      senders[v].push_back(&dx_[k][i]);
    }
    needs_gradient_[k + 1] = needed;
  }
  std::vector<std::pair<View<T>*, ValueId>> aliases;  // the only sender writes the gradient itself
  std::vector<std::pair<ValueId, std::vector<View<T>*>>> several;
  for (ValueId v = 0; v < values; ++v) {
    if (!options_.training || !(needs_gradient_[v] || v == loss_value_)) continue;
    place(gradients_of_[v], size_of(graph_->value_shape(v)));
    if (senders[v].size() == 1) aliases.emplace_back(senders[v][0], v);
    if (senders[v].size() < 2) continue;
    for (View<T>* sender : senders[v]) place(*sender, size_of(graph_->value_shape(v)));
    several.emplace_back(v, senders[v]);
  }
  arena_ = Buffer<T>(used);
  for (const auto& [view, offset] : places) view->data = arena_.data() + offset;
  for (const auto& [view, v] : aliases) *view = gradients_of_[v];
  for (const auto& [v, terms] : several) {
    Sum sum{.value = v, .total = gradients_of_[v]};
    for (const View<T>* term : terms) sum.terms.push_back(*term);
    sums_.push_back(std::move(sum));
  }
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
    for (std::size_t s = 0; s < sums_.size(); ++s)
      if (sums_[s].value == k + 1) actions_.push_back({Action::kSum, s});
    const auto& inputs = graph_->nodes[k].inputs;
    const bool needed = std::any_of(inputs.begin(), inputs.end(), [&](ValueId v) { return needs_gradient_[v]; });
    if (graph_->nodes[k].activity_l1 > 0 && needs_gradient_[k + 1]) actions_.push_back({Action::kPenalty, k});
    if (needed && k != fused_node) actions_.push_back({Action::kBackward, k});
  }
  for (std::size_t s = 0; s < sums_.size(); ++s)
    if (sums_[s].value == 0) actions_.push_back({Action::kSum, s});
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
      phases.push_back({a, a + 1, splittable});
  }
  return phases;
}

template <class T>
auto Plan<T>::make_call(std::size_t k) -> Call {
  const GraphNode& node = graph_->nodes[k];
  Call call;
  for (const ValueId v : node.inputs) call.x.push_back(values_[v]);
  for (const std::size_t p : node.parameters) {
    call.param.push_back(std::as_const(*parameters_)[p]);
    if (gradients_) call.dparam.push_back((*gradients_)[p]);
    if (graph_->parameters[p].spec.role == ParamSpec::kState) call.state.push_back((*parameters_)[p]);
  }
  call.saved = saved_[k];
  call.dx = dx_[k];
  call.y = values_[k + 1];
  call.dy = gradients_of_[k + 1];
  return call;
}

// Points the structs of a call at its own views; to be repeated when the call has been copied.
template <class T>
void Plan<T>::bind(std::size_t k, Call& call) {
  const GraphNode& node = graph_->nodes[k];
  call.forward.shapes = node.in;
  call.forward.x = call.x;
  call.forward.param = call.param;
  call.forward.saved = call.saved;
  call.backward.shapes = node.in;
  call.backward.x = call.x;
  call.backward.param = call.param;
  call.backward.saved = call.saved;
  call.backward.dx = call.dx;
  call.backward.dparam = call.dparam;
}

// Slices the parameter gradients: enough pieces for all threads, none too small to be worth a hand-over.
template <class T>
void Plan<T>::list_gradient_tasks() {
  for (std::size_t k = graph_->nodes.size(); k-- > 0;) {
    const GraphNode& node = graph_->nodes[k];
    if (functions_[k].gradient == nullptr || node.parameters.empty()) continue;
    const double work = 2 * node.layer.operations(node.in) * static_cast<double>(options_.max_batch);
    const Index extent = node.layer.gradient_extent(node.in);
    const Index pieces = std::clamp<Index>(static_cast<Index>(work / kWorkPerPart), 1,
                                           std::min(extent, pool_->threads() == 1 ? 1 : 2 * pool_->threads()));
    for (Index i = 0; i < pieces; ++i) {
      GradientTask task{.node = k};
      task.backward.slice_begin = extent * i / pieces;
      task.backward.slice_end = extent * (i + 1) / pieces;
      gradient_tasks_.push_back(task);
    }
  }
}

// A parameter of several nodes: the first to use it writes the gradient, the others have places of their own.
template <class T>
void Plan<T>::share_gradients() {
  std::vector<bool> used(graph_->parameters.size(), false);
  std::vector<std::pair<std::size_t, std::size_t>> places;  // of a node, which parameter
  Index size = 0;
  for (std::size_t k = 0; k < graph_->nodes.size(); ++k)
    for (std::size_t i = 0; i < graph_->nodes[k].parameters.size(); ++i) {
      const std::size_t p = graph_->nodes[k].parameters[i];
      if (used[p]) {
        places.emplace_back(k, i);
        size += Buffer<T>::aligned(graph_->parameters[p].size());
      }
      used[p] = true;
    }
  shared_memory_ = Buffer<T>(size);
  T* data = shared_memory_.data();
  for (const auto& [k, i] : places) {
    View<T>& view = whole_.calls[k].dparam[i];
    view.data = data;
    data += Buffer<T>::aligned(view.size());
    shared_gradients_.push_back({graph_->nodes[k].parameters[i], view});
  }
}

// Working memory for everything that may run at the same time: the whole, each part, each gradient task.
template <class T>
void Plan<T>::share_out_scratch() {
  Index size = 0;
  for (const GraphNode& node : graph_->nodes) size = std::max(size, node.layer.scratch(node.in));
  size = Buffer<T>::aligned(size);
  scratch_ = Buffer<T>(size * static_cast<Index>(1 + parts_.size() + gradient_tasks_.size()));
  T* data = scratch_.data();
  const auto next = [&] {
    data += size;
    return std::span<T>(data - size, static_cast<std::size_t>(size));
  };
  const auto give = [&](Part& part) {
    const std::span<T> scratch = next();
    for (Call& call : part.calls) call.forward.scratch = call.backward.scratch = scratch;
  };
  give(whole_);
  for (Part& part : parts_) give(part);
  for (GradientTask& task : gradient_tasks_) task.backward.scratch = next();
}

template <class T>
Index Plan<T>::parts_for(Index rows, double work) const {
  const Index most = std::min<Index>(rows, static_cast<Index>(parts_.size()));
  return pool_->threads() == 1
             ? 1
             : std::clamp<Index>(static_cast<Index>(work / kWorkPerPart), 1, std::max<Index>(most, 1));
}

// Points the views of a part at rows first .. first + count of the batch.
template <class T>
void Plan<T>::narrow(Part& part, Index first, Index count) {
  if (part.first == first && part.count == count) return;
  part.first = first;
  part.count = count;
  for (std::size_t k = 0; k < part.calls.size(); ++k) {
    Call& call = part.calls[k];
    const auto cut = [&](View<T> whole) { return whole.data == nullptr ? whole : whole.middle_rows(first, count); };
    for (std::size_t i = 0; i < call.x.size(); ++i) call.x[i] = cut(values_[graph_->nodes[k].inputs[i]]);
    for (std::size_t i = 0; i < call.dx.size(); ++i) call.dx[i] = cut(dx_[k][i]);
    for (std::size_t i = 0; i < call.saved.size(); ++i) call.saved[i] = cut(saved_[k][i]);
    call.y = call.forward.y = cut(values_[k + 1]);
    call.dy = cut(gradients_of_[k + 1]);
    call.backward.y = call.y;
    call.backward.dy = call.dy;
    call.forward.first_row = call.backward.first_row = first;
  }
  for (std::size_t s = 0; s < part.sums.size(); ++s) {
    part.sums[s].total = sums_[s].total.middle_rows(first, count);
    for (std::size_t i = 0; i < part.sums[s].terms.size(); ++i)
      part.sums[s].terms[i] = sums_[s].terms[i].middle_rows(first, count);
  }
}

template <class T>
void Plan<T>::set_rows(Index rows, bool parallel) {
  if (rows < 1 || rows > options_.max_batch)
    throw ShapeError("a batch of this plan has 1 to " + std::to_string(options_.max_batch) + " samples, got " +
                     std::to_string(rows));
  const double passes = training_now_ ? 2 : 1;
  part_count_ = parallel ? parts_for(rows, passes * row_work_ * static_cast<double>(rows)) : 1;
  narrow(whole_, 0, rows);
  for (Index p = 0; part_count_ > 1 && p < part_count_; ++p) {
    const Index first = rows * p / part_count_;
    narrow(parts_[static_cast<std::size_t>(p)], first, rows * (p + 1) / part_count_ - first);
  }
  rows_ = rows;
}

template <class T>
void Plan<T>::set_step(Mode mode, const RandomKey& key) {
  const auto set = [&](Part& part) {
    for (Call& call : part.calls) {
      call.forward.mode = call.backward.mode = mode;
      call.forward.state = training_now_ ? std::span<const View<T>>(call.state) : std::span<const View<T>>();
    }
    for (const auto& [k, purpose] : random_nodes_)
      part.calls[k].forward.random =
          part.calls[k].backward.random = {key.seed, purpose, static_cast<std::uint32_t>(k), key.step};
  };
  set(whole_);
  for (Index p = 0; part_count_ > 1 && p < part_count_; ++p) set(parts_[static_cast<std::size_t>(p)]);
}

template <class T>
void Plan<T>::run_loss(Part& part, bool with_gradient) {
  const auto rows = [&](View<T> whole) { return whole.middle_rows(part.first, part.count); };
  const std::size_t first = static_cast<std::size_t>(part.first), count = static_cast<std::size_t>(part.count);
  LossRows<T> l{.z = rows(values_[loss_value_]),
                .y_hat = rows(values_[graph_->output_value()]),
                .y = rows(target()),
                .loss = std::span(losses_).subspan(first, count),
                .scale = scale_.span().subspan(first, count)};
  loss_.value(loss_.self, l);
  if (!with_gradient) return;
  for (std::size_t n = first; n < first + count; ++n) scale_.data()[n] = weights_.data()[n] / static_cast<T>(rows_);
  l.d = rows(gradients_of_[loss_value_]);
  loss_.gradient(loss_.self, l);
}

template <class T>
void Plan<T>::run(const Action& action, Part& part) {
  switch (action.kind) {
    case Action::kForward:
      functions_[action.index].forward(functions_[action.index].self, part.calls[action.index].forward);
      break;
    case Action::kLoss:
      run_loss(part, training_now_);
      break;
    case Action::kPenalty:
      run_penalty(action.index, part);
      break;
    case Action::kBackward:
      functions_[action.index].backward(functions_[action.index].self, part.calls[action.index].backward);
      break;
    case Action::kSum: {
      const Sum& sum = part.sums[action.index];
      for (Index n = 0; n < sum.total.rows; ++n)
        for (Index j = 0; j < sum.total.cols; ++j) {
          T total{0};
          for (const View<const T>& term : sum.terms) total += term(n, j);
          sum.total(n, j) = total;
        }
      break;
    }
  }
}

// The L1 penalty on a node's output: rate sum_j |y_j| for each sample.
template <class T>
void Plan<T>::run_penalty(std::size_t node, Part& part) {
  const double rate = graph_->nodes[node].activity_l1;
  const Call& call = part.calls[node];
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

// A layer that couples the batch: all rows, but the threads share its slices.
template <class T>
void Plan<T>::run_in_slices(const Action& action) {
  const GraphNode& node = graph_->nodes[action.index];
  const Call& call = whole_.calls[action.index];
  const Index extent = node.layer.batch_slices(node.in);
  const Index pieces = std::min(extent, part_count_);
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
    if (part_count_ == 1) {
      for (std::size_t a = phase.begin; a < phase.end; ++a) run(actions_[a], whole_);
      continue;
    }
    pool_->run(part_count_, [&](Index p) {
      for (std::size_t a = phase.begin; a < phase.end; ++a) run(actions_[a], parts_[static_cast<std::size_t>(p)]);
    });
  }
}

template <class T>
void Plan<T>::forward(Index rows, Mode mode, const RandomKey& key, bool with_loss) {
  training_now_ = false;
  set_rows(rows, true);
  set_step(mode, key);
  run_phases(with_loss ? loss_phases_ : forward_phases_);
  if (observer_ != nullptr)
    for (std::size_t k = 0; k < graph_->layers.size(); ++k) observer_->after_forward(*this, k);
}

template <class T>
void Plan<T>::forward_nodes(Index rows, std::size_t begin, std::size_t end) {
  training_now_ = false;
  set_rows(rows, true);
  set_step(Mode::kInference, {});
  run_phases(phases_of(begin, end));
}

template <class T>
double Plan<T>::train(Index rows, const RandomKey& key) {
  if (rows != rows_ || !training_now_) {
    training_now_ = true;
    set_rows(rows, true);
    for (GradientTask& task : gradient_tasks_) {
      const Index begin = task.backward.slice_begin, end = task.backward.slice_end;
      const std::span<T> scratch = task.backward.scratch;
      task.backward = whole_.calls[task.node].backward;
      task.backward.scratch = scratch;
      task.backward.slice_begin = begin;
      task.backward.slice_end = end;
    }
  }
  set_step(Mode::kTraining, key);
  for (GradientTask& task : gradient_tasks_) task.backward.random = whole_.calls[task.node].backward.random;
  run_phases(train_phases_);
  const auto gradient = [&](Index i) {
    const GradientTask& task = gradient_tasks_[static_cast<std::size_t>(i)];
    functions_[task.node].gradient(functions_[task.node].self, task.backward);
  };
  const Index tasks = static_cast<Index>(gradient_tasks_.size());
  if (part_count_ == 1)
    for (Index i = 0; i < tasks; ++i) gradient(i);
  else
    pool_->run(tasks, gradient);
  for (const SharedGradient& shared : shared_gradients_) {
    const std::span<T> total = {(*gradients_)[shared.parameter].data, static_cast<std::size_t>(shared.term.size())};
    for (std::size_t i = 0; i < total.size(); ++i) total[i] += shared.term.data[i];
  }
  notify_observer();
  return mean_loss();
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
