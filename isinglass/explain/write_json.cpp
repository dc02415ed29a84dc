#include <cmath>

#include "isinglass/explain/notation.h"
#include "isinglass/explain/write_derivation.h"

namespace isinglass {
namespace {

Value finite(double x) {
  return std::isfinite(x) ? Value(x) : Value();
}

Value sample_of(const Derivation& d, Index row) {
  return d.has_several_samples ? Value(d.moment->sample(row)) : Value();
}

Value write(const Derivation::Path& path, const Derivation& d, const Notation& notation) {
  Value::Array factors;
  for (const std::size_t f : path.factors) {
    Value factor = Value::Table{};
    factor.set("symbol", notation.symbol(d.factors[f]));
    factor.set("value", finite(d.factors[f].value()));
    factor.set("formula", notation.formula(d.factors[f]));
    factors.push_back(std::move(factor));
  }
  Value table = Value::Table{};
  table.set("factors", std::move(factors));
  table.set("product", finite(path.product));
  return table;
}

Value write(const Derivation::Layer& layer, const Derivation& d, const Notation& notation) {
  const Graph& graph = d.moment->graph();
  Value::Array largest;
  for (const Derivation::Unit& unit : layer.largest) {
    Value row = Value::Table{};
    row.set("quantity", notation.place(unit.place));
    row.set("sample", sample_of(d, unit.place.row));
    row.set("from_loss", finite(unit.adjoint));
    row.set("to_quantity", finite(unit.tangent));
    row.set("contribution", finite(unit.contribution()));
    largest.push_back(std::move(row));
  }
  Value table = Value::Table{};
  table.set("layer", graph.layers[graph.nodes[layer.value - 1].layer_index].name);
  table.set("units", layer.units);
  table.set("total", finite(layer.total));
  table.set("largest", std::move(largest));
  table.set("rest", finite(layer.rest));
  return table;
}

}  // namespace

Value to_json(const Derivation& d) {
  constexpr double kExact = 0x1p53;  // integers are exact up to here
  const Notation notation(d, Notation::kText);
  Value::Array paths, samples, layers, depth;
  for (const Derivation::Path& path : d.paths) paths.push_back(write(path, d, notation));
  for (const Derivation::Layer& layer : d.layers) layers.push_back(write(layer, d, notation));
  for (const Derivation::Depth& level : d.depth) {
    Value row = Value::Table{};
    row.set("layer", level.layer);
    row.set("gradient_norm", finite(level.norm));
    depth.push_back(std::move(row));
  }
  for (const Derivation::Unit& unit : d.samples) {
    Value row = Value::Table{};
    row.set("sample", d.moment->sample(unit.place.row));
    row.set("weight", finite(unit.adjoint));
    row.set("derivative", finite(unit.tangent));
    samples.push_back(std::move(row));
  }
  Value table = Value::Table{};
  table.set("quantity", name_of(d.target, d.moment->graph()));
  table.set("epoch", d.moment->epoch());
  table.set("sample", d.row ? Value(d.moment->sample(*d.row)) : Value());
  table.set("recorded", finite(d.recorded.value_or(d.gradient)));
  table.set("sum_of_paths", finite(d.sum_of_paths));
  table.set("finite_difference", finite(d.finite_difference));
  table.set("paths", std::move(paths));
  table.set("back_propagation", finite(d.gradient));
  table.set("convention", d.is_book ? "book" : "standard");
  table.set("loss", finite(d.loss));
  table.set("path_count", d.path_count < kExact ? Value(static_cast<Index>(d.path_count)) : finite(d.path_count));
  table.set("complete", d.is_complete);
  table.set("rest", finite(d.rest));
  table.set("samples", std::move(samples));
  table.set("layers", std::move(layers));
  table.set("depth", std::move(depth));
  return table;
}

}  // namespace isinglass
