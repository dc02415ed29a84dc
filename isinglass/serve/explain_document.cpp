#include "isinglass/serve/explain_document.h"

#include <regex>

#include "isinglass/explain/moment_of_step.h"
#include "isinglass/explain/notation.h"
#include "isinglass/explain/write_derivation.h"
#include "isinglass/figure/quantity_symbol.h"
#include "isinglass/model/node_numbers.h"
#include "isinglass/serve/moment_document.h"

namespace isinglass {
namespace {

// The name of a place without its sample: a page shows one sample.
std::string plain(std::string name) {
  return name.substr(0, name.find('@'));
}

// The weights of a kernel have the letter that they have on the diagram.
std::string as_drawn(const std::string& latex) {
  static const std::regex kKernel("\\bk_");
  return std::regex_replace(latex, kKernel, "\\lambda_");
}

// Where a page that shows whole arrays finds a number; nothing of a loss.
void locate(Value& into, const Place& place, const Graph& graph) {
  if (place.kind == Place::kLoss || place.kind == Place::kSampleLoss) return;
  std::string array = "input";
  if (place.kind == Place::kParameter) {
    array = graph.parameters[place.which].name;
  } else if (place.which > 0) {
    const GraphLayer& layer = graph.layers[layer_of(graph, place.which)];
    array = layer.name + (place.which == layer.out_node + 1 ? ".out" : ".in");
  }
  into.set("array", array);
  into.set("element", place.element);
}

// What passes through the units of a layer, each with its place.
Value share_of(const Derivation& d, const Derivation::Layer& layer, Value written) {
  Value::Array largest;
  for (std::size_t i = 0; i < layer.largest.size(); ++i) {
    Value unit = (*written.find("largest")->as_array())[i];
    locate(unit, layer.largest[i].place, d.moment->graph());
    largest.push_back(std::move(unit));
  }
  written.set("largest", std::move(largest));
  return written;
}

Value factor_of(const Derivation& d, const Derivation::Factor& factor) {
  const Notation text(d, Notation::kText), latex(d, Notation::kLatex);
  Value out = Value::Table{};
  const std::string of = plain(text.place(factor.of)), from = plain(text.place(factor.from));
  out.set("of", of);
  out.set("from", from);
  // Of which sample of a batch: only the loss of all and the parameters are of none.
  const Place& own = factor.of.kind == Place::kLoss ? factor.from : factor.of;
  out.set("sample", d.has_several_samples ? Value(d.moment->sample(own.row)) : Value());
  out.set("of_symbol", symbol_of(of));
  out.set("from_symbol", symbol_of(from));
  out.set("symbol", as_drawn(latex.symbol(factor)));
  out.set("formula", as_drawn(latex.formula(factor)));
  out.set("numbers", as_drawn(latex.numbers(factor)));
  out.set("value", factor.value());
  locate(out, factor.from, d.moment->graph());
  return out;
}

}  // namespace

Value explain_document(Replay& replay, const std::string& quantity, std::optional<Index> sample) {
  const Address address = parse_derivative(quantity, replay.graph(), sample);
  const MomentRequest request{.sample = sample};
  const Replay::Batch batch = sample ? replay.batch_of(*sample) : Replay::Batch{};
  const SampleMoment found = moment_of(replay.moment(batch), replay.graph(), replay.loss(), sample);
  Derivation d = derive(found.moment, address, found.row, {.most_paths = 256, .largest = 12});
  d.recorded = number_in(replay, address, compute(replay, request).row);
  Value out = to_json(d);
  Value::Array factors, paths, layers;
  for (const Derivation::Factor& factor : d.factors) factors.push_back(factor_of(d, factor));
  for (const Derivation::Path& path : d.paths) {
    Value::Array indices;
    for (const std::size_t f : path.factors) indices.push_back(static_cast<Index>(f));
    Value row = Value::Table{};
    row.set("factors", std::move(indices));
    row.set("product", path.product);
    paths.push_back(std::move(row));
  }
  for (std::size_t l = 0; l < d.layers.size(); ++l)
    layers.push_back(share_of(d, d.layers[l], (*out.find("layers")->as_array())[l]));
  locate(out, d.target_place, d.moment->graph());
  out.set("layers", std::move(layers));
  out.set("symbol", as_drawn(Notation(d, Notation::kLatex).quantity()));
  out.set("factors", std::move(factors));
  out.set("paths", std::move(paths));
  return out;
}

}  // namespace isinglass
