#include <fmt/format.h>

#include <cmath>

#include "isinglass/base/value.h"
#include "isinglass/explain/derivation_parts.h"
#include "isinglass/explain/notation.h"
#include "isinglass/explain/write_derivation.h"

namespace isinglass {
namespace {

constexpr std::string_view kStyle =
    "body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem;color:#1b1b1b;"
    "background:#fff}h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}.wide{overflow-x:auto;padding:.5rem 0}"
    "table{border-collapse:collapse}td,th{padding:.2rem .8rem .2rem 0;text-align:left;border-bottom:1px solid #ddd;"
    "white-space:nowrap;font-variant-numeric:tabular-nums}td.number{text-align:right}math{font-size:1.25rem}"
    "@media(prefers-color-scheme:dark){body{color:#eee;background:#161616}td,th{border-color:#444}}";

using Rows = std::vector<std::vector<std::string>>;

std::string table(const std::vector<std::string>& head, const Rows& rows) {
  std::string text = "<div class=\"wide\"><table>\n<tr>";
  for (const std::string& cell : head) text += "<th>" + cell + "</th>";
  text += "</tr>\n";
  for (const auto& row : rows) {
    text += "<tr>";
    for (std::size_t c = 0; c < row.size(); ++c)
      text += (c + 1 == row.size() ? "<td class=\"number\">" : "<td>") + row[c] + "</td>";
    text += "</tr>\n";
  }
  return text + "</table></div>\n";
}

class HtmlWriter {
 public:
  explicit HtmlWriter(const Derivation& derivation)
      : d_(derivation), math_(derivation, Notation::kMathMl), plain_(derivation, Notation::kHtml) {}

  std::string write() const {
    const std::string title = escape_html(title_of(d_));
    std::string text = fmt::format(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
        "content=\"width=device-width\">\n<title>{}</title>\n<style>{}</style>\n</head>\n<body>\n<h1>{}</h1>\n",
        title, kStyle, title);
    text += fmt::format("<h2>Loss</h2>\n<p><i>{}</i> = {}{} = {}</p>\n", plain_.loss(), d_.is_book ? "&#8722;" : "",
                        escape_html(loss_in_words(d_)), number_text(d_.loss));
    const NestedForm form = nested_form(d_);
    if (has_readable_form(d_, form))
      text += "<h2>Chain rule</h2>\n<div class=\"wide\"><math display=\"block\"><mrow>" + math_.quantity() +
              "<mo>=</mo>" + nested(form) + "<mo>=</mo>" + math_.number(d_.sum_of_paths) + "</mrow></math></div>\n";
    return text + samples() + layers() + factors() + paths() + depth() + results() + "</body>\n</html>\n";
  }

 private:
  std::string signed_number(double x, bool is_first) const {
    return x < 0 && !is_first ? "<mrow><mo>(</mo>" + math_.number(x) + "<mo>)</mo></mrow>" : math_.number(x);
  }
  std::string nested(const NestedForm& form) const {
    std::string text;
    const auto times = [&](const std::string& next) { text += (text.empty() ? "" : "<mo>&#183;</mo>") + next; };
    const auto factors = [&](const std::vector<std::size_t>& all) {
      for (const std::size_t f : all)
        times("<mover><mover><mrow>" + signed_number(d_.factors[f].value(), text.empty()) +
              "</mrow><mo stretchy=\"true\">&#9182;</mo></mover>" + math_.symbol(d_.factors[f]) + "</mover>");
    };
    factors(form.before);
    if (!form.terms.empty()) {
      std::string sum;
      for (const NestedForm& term : form.terms)
        sum += "<mtr><mtd style=\"text-align:left\"><mrow>" + std::string(sum.empty() ? "" : "<mo>+</mo>") +
               nested(term) + "</mrow></mtd></mtr>";
      times("<mrow><mo stretchy=\"true\">(</mo><mtable>" + sum + "</mtable><mo stretchy=\"true\">)</mo></mrow>");
    }
    factors(form.after);
    return text.empty() ? "<mn>1</mn>" : text;
  }

  std::string factors() const {
    Rows rows;
    for (const std::size_t f : factors_in_order(d_)) {
      const Derivation::Factor& factor = d_.factors[f];
      const std::string formula = plain_.formula(factor), numbers = plain_.numbers(factor);
      rows.push_back({plain_.symbol(factor), is_constant(formula, numbers) ? "" : formula,
                      numbers.find(' ') == std::string::npos || numbers == formula ? "" : numbers,
                      plain_.number(factor.value())});
    }
    return "<h2>Factors</h2>\n" + table({"derivative", "formula", "with numbers", "value"}, rows);
  }

  std::string paths() const {
    Rows rows;
    for (const Derivation::Path& path : d_.paths) {
      std::string way, product;
      for (const Place& place : places_of(d_, path)) way += (way.empty() ? "" : " &#8592; ") + plain_.place(place);
      for (const std::size_t f : path.factors) {
        const double x = d_.factors[f].value();
        product += (product.empty() ? "" : " &#183; ") + (x < 0 ? "(" + plain_.number(x) + ")" : plain_.number(x));
      }
      rows.push_back({way, product, plain_.number(path.product)});
    }
    if (!d_.is_complete) rows.push_back({"all other paths together", "", plain_.number(d_.rest)});
    return fmt::format("<h2>{}</h2>\n", d_.is_complete ? "Paths" : "Largest paths") +
           table({"from the loss to the number", "factors", "product"}, rows);
  }

  std::string samples() const {
    if (d_.samples.empty()) return "";
    Rows rows;
    for (const Derivation::Unit& unit : d_.samples)
      rows.push_back({std::to_string(d_.moment->sample(unit.place.row)), plain_.number(unit.adjoint),
                      plain_.number(unit.tangent), plain_.number(unit.contribution())});
    return "<h2>Mean over the samples</h2>\n" + table({"sample", "weight", "its own derivative", "product"}, rows);
  }

  std::string layers() const {
    if (d_.is_complete) return "";
    const Graph& graph = d_.moment->graph();
    std::string text = "<h2>What passes through the layers</h2>\n";
    for (const Derivation::Layer& layer : d_.layers) {
      Rows rows;
      for (const Derivation::Unit& unit : layer.largest)
        rows.push_back({plain_.place(unit.place), plain_.number(unit.adjoint), plain_.number(unit.tangent),
                        plain_.number(unit.contribution())});
      const Index others = layer.units - static_cast<Index>(layer.largest.size());
      if (others > 0) rows.push_back({fmt::format("the other {}", others), "", "", plain_.number(layer.rest)});
      rows.push_back({"all", "", "", plain_.number(layer.total)});
      text += fmt::format("<h3>{}: {} units</h3>\n", graph.layers[graph.nodes[layer.value - 1].layer_index].name,
                          layer.units);
      text += table({"unit", "from the loss", "to the number", "product"}, rows);
    }
    return text;
  }

  std::string depth() const {
    if (d_.is_complete) return "";
    Rows rows;
    for (const Derivation::Depth& level : d_.depth) rows.push_back({level.layer, plain_.number(level.norm)});
    const std::string change = largest_change(d_);
    return "<h2>Norm of the gradient along the depth</h2>\n" + table({"layer", "norm"}, rows) +
           (change.empty() ? "" : "<p>" + change + "</p>\n");
  }

  std::string results() const {
    Rows rows{
        {d_.path_count == 1 ? "path" : fmt::format("sum of {:g} paths", d_.path_count), number_text(d_.sum_of_paths)},
        {"back-propagation", std::isnan(d_.gradient) ? "starts behind it" : number_text(d_.gradient)},
        {"finite difference", number_text(d_.finite_difference)}};
    if (d_.recorded) rows.insert(rows.begin() + 1, {"recorded in the run", number_text(*d_.recorded)});
    return "<h2>Result</h2>\n" + table({"", ""}, rows);
  }

  const Derivation& d_;
  Notation math_, plain_;
};

}  // namespace

std::string to_html(const Derivation& derivation) {
  return HtmlWriter(derivation).write();
}

}  // namespace isinglass
