#include "isinglass/serve/units_document.h"

#include <cmath>
#include <filesystem>
#include <map>

#include "isinglass/base/error.h"
#include "isinglass/model/quantity_name.h"
#include "isinglass/record/run_store.h"

namespace isinglass {
namespace {

Value known(double x) {
  return std::isnan(x) ? Value() : Value(x);
}

std::string name_of_unit(const Graph& graph, const GraphLayer& layer, Index unit) {
  if (layer.out.size() > 1) return "channel " + std::to_string(unit);
  return name_of({.kind = Address::kOutput, .which = layer.out_node + 1, .element = unit}, graph);
}

Value layer_document(const GraphLayer& layer, const LayerStatistic& s) {
  Value out = Value::Table{};
  out.set("name", layer.name);
  out.set("kind", layer.kind);
  out.set("activation", layer.activation);
  out.set("unit_count", layer.out.empty() ? 1 : layer.out[0]);
  out.set("mean", known(s.mean));
  out.set("deviation", known(s.deviation));
  out.set("dead", known(s.dead));
  out.set("saturated", known(s.saturated));
  out.set("gradient_norm", known(s.gradient_norm));
  out.set("weight_norm", known(s.weight_norm));
  out.set("update_ratio", known(s.update_ratio));
  return out;
}

}  // namespace

Value units_document(const std::string& directory, const Graph& graph, Index step, Index batches) {
  const std::string path = (std::filesystem::path(directory) / kStoreFile).string();
  if (!std::filesystem::exists(path))
    throw InputError("the run keeps no record; begin it again with record = \"auto\"");
  RunStore store(path);
  const std::vector<LayerStatistic> all = store.layer_statistics();
  Index at = -1;
  for (const LayerStatistic& s : all)
    if (s.step <= step && s.step > at) at = s.step;
  Value::Array layers;
  std::vector<UnitStatistic> units;
  std::map<std::pair<Index, Index>, UnitNorm> norms;  // by layer and unit
  if (at >= 0) {
    for (const UnitStatistic& u : store.unit_statistics())
      if (u.step == at) units.push_back(u);
    for (const UnitNorm& u : store.unit_norms())
      if (u.step == at) norms[{u.layer, u.unit}] = u;
  }
  for (const LayerStatistic& s : all) {
    if (s.step != at) continue;
    const GraphLayer& layer = graph.layers[static_cast<std::size_t>(s.layer - 1)];
    Value row = layer_document(layer, s);
    Value::Array list;
    for (const UnitStatistic& u : units) {
      if (u.layer != s.layer || u.unit >= kMostShownUnits) continue;
      Value unit = Value::Table{};
      unit.set("name", name_of_unit(graph, layer, u.unit));
      unit.set("mean", known(u.mean));
      unit.set("deviation", known(u.deviation));
      unit.set("dead", known(u.dead));
      unit.set("saturated", known(u.saturated));
      const auto norm = norms.find({u.layer, u.unit});
      const bool has_norm = norm != norms.end();
      unit.set("gradient_norm", has_norm ? known(norm->second.gradient_norm) : Value());
      unit.set("weight_norm", has_norm ? known(norm->second.weight_norm) : Value());
      unit.set("update_ratio", has_norm ? known(norm->second.update_ratio) : Value());
      list.push_back(std::move(unit));
    }
    row.set("units", std::move(list));
    layers.push_back(std::move(row));
  }
  Value out = Value::Table{};
  out.set("step", at >= 0 ? Value(at) : Value());
  out.set("epoch", at >= 0 ? Value(at / std::max<Index>(batches, 1)) : Value());
  out.set("layers", std::move(layers));
  return out;
}

}  // namespace isinglass
