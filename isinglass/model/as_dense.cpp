#include "isinglass/model/as_dense.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "isinglass/base/error.h"
#include "isinglass/base/random.h"
#include "isinglass/nn/layer_rig.h"

namespace isinglass {
namespace {

constexpr Index kMost = Index{1} << 22;
constexpr Index kTrials = 3;  // random inputs that the matrix is tried on

// Number of a parameter among all of the layer: sorts as (which, index).
using ParameterId = std::pair<Index, Index>;
using Uses = std::map<ParameterId, Index>;

class Writer {
 public:
  Writer(const Graph& graph, std::size_t layer)
      : graph_(graph), layer_(graph.layers[layer]), node_(graph.nodes[layer_.pre_node]) {}

  DenseEquivalent write(const Parameters<double>* parameters) {
    check_size();
    LayerRig<double> rig(node_.layer, node_.in, 1 + kTrials);
    rig.mode = Mode::kInference;
    fill(rig, parameters);
    rig.forward();
    DenseEquivalent dense{.in = node_.in[0], .out = node_.out, .n_in = rig.x().cols, .n_out = rig.y().cols};
    const auto zero_input = rig.y().row(0);
    dense.bias.assign(zero_input.begin(), zero_input.end());
    const Forward<double> call = rig.forward_call(0, 1 + kTrials);
    for (Index j = 0; j < dense.n_out; ++j) add_column(dense, call, j);
    count(dense);
    check_linear(dense, rig);
    return dense;
  }

 private:
  std::string where() const { return layer_.name + " (" + layer_.kind + ")"; }

  [[noreturn]] void too_large(const std::string& what) const {
    throw InputError(where() + ": its dense matrix is too large to write out: " + what + ", at most " +
                     std::to_string(kMost) + "; ask for a smaller layer or input");
  }

  void check_size() const {
    if (node_.in.size() != 1)
      throw InputError(where() + " joins " + std::to_string(node_.in.size()) +
                       " inputs; ask for the dense matrix of a layer with one");
    if (size_of(node_.in[0]) > kMost) too_large(std::to_string(size_of(node_.in[0])) + " inputs");
    if (size_of(node_.out) > kMost) too_large(std::to_string(size_of(node_.out)) + " outputs");
    for (const std::size_t p : node_.parameters)
      if (graph_.parameters[p].size() > kMost) too_large(std::to_string(graph_.parameters[p].size()) + " parameters");
    if (node_.layer.operations(node_.in) > static_cast<double>(kMost))
      too_large(std::to_string(static_cast<Index>(node_.layer.operations(node_.in))) + " connections");
  }

  // Row 0 of the input is 0, the others are random. Numbers from 0.5 to 1.5 keep every weight in sight.
  void fill(const LayerRig<double>& rig, const Parameters<double>* parameters) const {
    const auto stream = counter_stream({.seed = 1, .purpose = Purpose::kData});
    std::fill_n(rig.x().data, rig.x().cols, 0.0);
    for (Index n = 1; n <= kTrials; ++n)
      for (double& value : rig.x().row(n)) value = stream->normal();
    for (std::size_t k = 0; k < node_.parameters.size(); ++k) {
      const View<double> to = rig.param(k);
      for (Index i = 0; i < to.size(); ++i)
        if (parameters != nullptr)
          to.data[i] = (*parameters)[node_.parameters[k]].data[i];
        else if (rig.specs()[k].role != ParamSpec::kState)
          to.data[i] = 0.5 + stream->uniform();
    }
  }

  // Column j of M; derivatives by the same input (a padding that repeats it) add up.
  void add_column(DenseEquivalent& dense, const Forward<double>& call, Index j) {
    std::map<Index, Expression> column;
    std::map<ParameterId, Expression> own;  // d y[j] / d parameter, at x = 0
    node_.layer.partials(call, 0, j, [&](const Partial& partial) {
      const Quantity& of = partial.variable;
      if (of.kind == Quantity::kOutput) return;
      if (of.kind == Quantity::kParameter) {
        add(own, ParameterId{of.which, of.index}, partial.derivative);
      } else {
        add(column, of.index, partial.derivative);
      }
    });
    for (const auto& [input, formula] : column) {
      const std::set<ParameterId> inside = parameters_of(formula);
      if (inside.empty() && formula.value() == 0) continue;
      dense.entries.push_back({input, j, formula.value()});
      if (dense.nonzero() > kMost) too_large("more than " + std::to_string(kMost) + " entries that are not zero");
      for (const ParameterId& id : inside) {
        ++uses_[id];
        used_.push_back(id);
      }
      ends_.push_back(used_.size());
      if (dense.size() <= DenseEquivalent::kMostFormulas) dense.formulas.push_back(formula);
    }
    if (dense.size() <= DenseEquivalent::kMostFormulas)
      dense.biases.push_back(bias_formula(own, call, dense.bias[static_cast<std::size_t>(j)]));
  }

  template <class Key>
  static void add(std::map<Key, Expression>& sums, const Key& key, const Expression& term) {
    const auto [place, is_new] = sums.try_emplace(key, term);
    if (!is_new) place->second = place->second + term;
  }

  static std::set<ParameterId> parameters_of(const Expression& formula) {
    std::set<ParameterId> found;
    formula.text([&](const Quantity& q) {
      if (q.kind == Quantity::kParameter) found.insert({q.which, q.index});
      return std::string();
    });
    return found;
  }

  // b[j] as a sum over parameters, if it is one; else its value.
  std::string bias_formula(const std::map<ParameterId, Expression>& own, const Forward<double>& call,
                           double value) const {
    std::string text;
    double total = 0;
    for (const auto& [id, derivative] : own) {
      const double factor = derivative.value();
      if (factor == 0) continue;
      total += factor * call.param[static_cast<std::size_t>(id.first)].data[id.second];
      text += (text.empty() ? "" : " + ") + (factor == 1 ? "" : number_text(factor) + " * ") + name_of(id);
    }
    const bool is_sum = std::abs(total - value) <= 1e-9 * (std::abs(value) + std::abs(total));
    return !is_sum || text.empty() ? number_text(value) : text;
  }

  std::string name_of(const ParameterId& id) const {
    const GraphParameter& p = graph_.parameters[node_.parameters[static_cast<std::size_t>(id.first)]];
    std::string places;
    Index rest = id.second;
    for (std::size_t axis = p.spec.shape.size(); axis-- > 0; rest /= p.spec.shape[axis])
      places = std::to_string(rest % p.spec.shape[axis]) + (places.empty() ? "" : ",") + places;
    return p.name + "[" + places + "]";
  }

  void count(DenseEquivalent& dense) const {
    for (const auto& [id, uses] : uses_) {
      dense.parameters.push_back({.kind = Quantity::kParameter, .which = id.first, .index = id.second});
      dense.names.push_back(name_of(id));
    }
    for (std::size_t e = 0, use = 0; e < ends_.size(); ++e) {
      bool is_shared = false;
      for (; use < ends_[e]; ++use) is_shared = is_shared || uses_.at(used_[use]) > 1;
      dense.shared += is_shared ? 1 : 0;
    }
  }

  void check_linear(const DenseEquivalent& dense, const LayerRig<double>& rig) const {
    for (Index n = 1; n <= kTrials; ++n) {
      std::vector<double> y = dense.bias, scale(y.size());
      for (const DenseEquivalent::Entry& e : dense.entries) {
        y[static_cast<std::size_t>(e.output)] += e.value * rig.x()(n, e.input);
        scale[static_cast<std::size_t>(e.output)] += std::abs(e.value * rig.x()(n, e.input));
      }
      for (std::size_t j = 0; j < y.size(); ++j) {
        const double found = rig.y()(n, static_cast<Index>(j));
        if (!(std::abs(found - y[j]) <= 1e-9 * (scale[j] + std::abs(dense.bias[j]))))
          throw InputError(where() +
                           " is not linear: no matrix gives its output; ask for a convolution, an average "
                           "pooling or a dense layer");
      }
    }
  }

  const Graph& graph_;
  const GraphLayer& layer_;
  const GraphNode& node_;
  Uses uses_;
  std::vector<ParameterId> used_;  // by all entries, one after the other
  std::vector<std::size_t> ends_;  // in used_, of the uses of each entry
};

}  // namespace

std::size_t find_layer(const Graph& graph, const std::string& name) {
  std::vector<std::string> names;
  for (std::size_t k = 0; k < graph.layers.size(); ++k) {
    if (name == graph.layers[k].name || name == std::to_string(k + 1)) return k;
    names.push_back(graph.layers[k].name);
  }
  throw OptionError("there is no layer '" + name + "'" + did_you_mean(name, names));
}

DenseEquivalent as_dense(const Graph& graph, std::size_t layer, const Parameters<double>* parameters) {
  return Writer(graph, layer).write(parameters);
}

}  // namespace isinglass
