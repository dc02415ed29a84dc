#include "cli/as_dense.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "cli/output.h"

namespace isinglass {
namespace {

// 0 -> "a", 25 -> "z", 26 -> "aa".
std::string letters(std::size_t number) {
  std::string text;
  for (std::size_t n = number + 1; n > 0; n = (n - 1) / 26)
    text.insert(text.begin(), static_cast<char>('a' + (n - 1) % 26));
  return text;
}

// Formulas with a name for each parameter: names[k] for parameters[k].
std::vector<std::string> formula_texts(const DenseEquivalent& dense, const std::vector<std::string>& names) {
  std::map<std::pair<Index, Index>, const std::string*> by_parameter;
  for (std::size_t k = 0; k < names.size(); ++k)
    by_parameter[{dense.parameters[k].which, dense.parameters[k].index}] = &names[k];
  std::vector<std::string> texts;
  for (const Expression& formula : dense.formulas)
    texts.push_back(formula.text([&](const Quantity& q) {
      return q.kind == Quantity::kParameter ? *by_parameter.at({q.which, q.index}) : Expression::default_name(q);
    }));
  return texts;
}

// Cells (n_in, n_out) with `none` where an entry is zero by construction.
template <class Cell>
std::vector<std::vector<Cell>> matrix_of(const DenseEquivalent& dense, const std::vector<Cell>& cells,
                                         const Cell& none) {
  std::vector<std::vector<Cell>> matrix(static_cast<std::size_t>(dense.n_in),
                                        std::vector<Cell>(static_cast<std::size_t>(dense.n_out), none));
  for (std::size_t e = 0; e < cells.size(); ++e)
    matrix[static_cast<std::size_t>(dense.entries[e].input)][static_cast<std::size_t>(dense.entries[e].output)] =
        cells[e];
  return matrix;
}

std::string matrix_text(const DenseEquivalent& dense, const std::vector<std::string>& cells,
                        const std::vector<std::string>& bias) {
  std::vector<std::vector<std::string>> rows{{""}};
  for (Index j = 0; j < dense.n_out; ++j) rows[0].push_back(fmt::format("y[{}]", j));
  for (std::vector<std::string>& row : matrix_of<std::string>(dense, cells, ".")) {
    row.insert(row.begin(), fmt::format("x[{}]", rows.size() - 1));
    rows.push_back(std::move(row));
  }
  rows.emplace_back(std::vector<std::string>{"b"}).insert(rows.back().end(), bias.begin(), bias.end());
  return aligned(rows, "lr");
}

std::vector<std::string> value_texts(const std::vector<double>& values) {
  std::vector<std::string> texts;
  for (const double value : values) texts.push_back(fmt::format("{:.5g}", value));
  return texts;
}

std::vector<double> entry_values(const DenseEquivalent& dense) {
  std::vector<double> values;
  for (const DenseEquivalent::Entry& e : dense.entries) values.push_back(e.value);
  return values;
}

std::string counts_text(const DenseEquivalent& dense) {
  return fmt::format(
      "{} entries: {} zeros, {} not zero, of which {} share a parameter with others\n"
      "dense: {} weights; this layer: {}; saved {}\n",
      grouped(dense.size()), grouped(dense.zeros()), grouped(dense.nonzero()), grouped(dense.shared),
      grouped(dense.size()), grouped(dense.distinct()), grouped(dense.saved()));
}

// Formulas of b without the layer's name: "bias[0]".
std::vector<std::string> bias_texts(const GraphLayer& layer, const DenseEquivalent& dense) {
  const std::string prefix = layer.name + ".";
  std::vector<std::string> texts = dense.biases;
  for (std::string& text : texts)
    for (std::size_t at = text.find(prefix); at != std::string::npos; at = text.find(prefix, at))
      text.erase(at, prefix.size());
  return texts;
}

std::string text_of(const GraphLayer& layer, const DenseEquivalent& dense, bool has_values) {
  std::string text = fmt::format("{} ({}) {} -> {} as a dense layer, y = x M + b: M ({}, {})\n", layer.name, layer.kind,
                                 to_string(dense.in), to_string(dense.out), dense.n_in, dense.n_out);
  if (!layer.activation.empty()) text += "before its activation " + layer.activation + "\n";
  text += counts_text(dense);
  if (dense.size() > DenseEquivalent::kMostFormulas)
    return text +
           fmt::format("a matrix of more than {} entries is not shown\n", grouped(DenseEquivalent::kMostFormulas));
  std::vector<std::string> short_names;
  for (std::size_t k = 0; k < dense.names.size(); ++k) short_names.push_back(letters(k));
  text += "\nM, a row for each input, a column for each output; . is zero\n" +
          matrix_text(dense, formula_texts(dense, short_names), bias_texts(layer, dense));
  if (!short_names.empty()) text += "\n";
  for (std::size_t k = 0; k < short_names.size(); ++k) text += short_names[k] + " = " + dense.names[k] + "\n";
  if (has_values)
    text += "\nwith the values of the trained model\n" +
            matrix_text(dense, value_texts(entry_values(dense)), value_texts(dense.bias));
  return text;
}

template <class Cell>
Value rows_document(const std::vector<std::vector<Cell>>& matrix) {
  Value::Array rows;
  for (const std::vector<Cell>& row : matrix) rows.emplace_back(OptionType<std::vector<Cell>>::write(row));
  return rows;
}

Value document_of(const GraphLayer& layer, const DenseEquivalent& dense, bool has_values) {
  Value document = Value::Table{};
  document.set("layer", layer.name);
  document.set("kind", layer.kind);
  document.set("activation", layer.activation.empty() ? Value() : Value(layer.activation));
  document.set("input_shape", OptionType<Shape>::write(dense.in));
  document.set("output_shape", OptionType<Shape>::write(dense.out));
  document.set("n_in", dense.n_in);
  document.set("n_out", dense.n_out);
  document.set("entries", dense.size());
  document.set("zeros", dense.zeros());
  document.set("nonzero", dense.nonzero());
  document.set("shared", dense.shared);
  document.set("parameters", dense.distinct());
  document.set("saved", dense.saved());
  if (dense.size() > DenseEquivalent::kMostFormulas) return document;
  document.set("formulas", rows_document(matrix_of<std::string>(dense, formula_texts(dense, dense.names), "0")));
  document.set("bias_formulas", OptionType<std::vector<std::string>>::write(dense.biases));
  if (!has_values) return document;
  document.set("matrix", rows_document(matrix_of<double>(dense, entry_values(dense), 0.0)));
  document.set("bias", OptionType<std::vector<double>>::write(dense.bias));
  return document;
}

}  // namespace

void show_as_dense(const Graph& graph, const std::string& layer, const Parameters<double>* parameters, bool json) {
  const std::size_t k = find_layer(graph, layer);
  const DenseEquivalent dense = as_dense(graph, k, parameters);
  if (json)
    print_json(document_of(graph.layers[k], dense, parameters != nullptr));
  else
    print(text_of(graph.layers[k], dense, parameters != nullptr));
}

}  // namespace isinglass
