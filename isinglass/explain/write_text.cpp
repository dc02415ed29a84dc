#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "isinglass/base/value.h"
#include "isinglass/explain/derivation_parts.h"
#include "isinglass/explain/notation.h"
#include "isinglass/explain/write_derivation.h"

namespace isinglass {
namespace {

constexpr const char *kTimes = "\u00b7", *kArrow = "\u2190", *kBraceLeft = "\u256d", *kBraceRight = "\u256e",
                     *kBraceLine = "\u2500", *kBraceTip = "\u2534";
constexpr std::size_t kWidth = 100;

// Of UTF-8 text on a terminal.
std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (c & 0xc0) != 0x80; }));
}
std::string repeated(const char* text, std::size_t count) {
  std::string all;
  while (count-- > 0) all += text;
  return all;
}
std::string centered(const std::string& text, std::size_t width) {
  const std::size_t room = width - width_of(text);
  return std::string(room / 2, ' ') + text + std::string(room - room / 2, ' ');
}
std::string padded(const std::string& text, std::size_t width) {
  return text + std::string(width - std::min(width, width_of(text)), ' ');
}

// A product on lines of three rows: symbols, braces, numbers.
class NestedText {
 public:
  NestedText(const Derivation& derivation, const Notation& notation) : derivation_(derivation), notation_(notation) {}

  std::string write(const NestedForm& form) {
    put(notation_.quantity() + " =");
    indent_ = 4;
    write_form(form);
    put("= " + notation_.number(derivation_.sum_of_paths));
    flush();
    return text_;
  }

 private:
  void write_form(const NestedForm& form) {
    bool is_first = true;
    const auto factors = [&](const std::vector<std::size_t>& all) {
      for (const std::size_t f : all) {
        put_factor(derivation_.factors[f], is_first);
        is_first = false;
      }
    };
    factors(form.before);
    if (!form.terms.empty()) {
      put(is_first ? "(" : std::string(kTimes) + " (");
      is_first = false;
      flush();
      indent_ += 4;
      for (std::size_t i = 0; i < form.terms.size(); ++i) {
        put(i > 0 ? "+" : " ");
        write_form(form.terms[i]);
        flush();
      }
      indent_ -= 4;
      put(")");
    }
    factors(form.after);
    if (is_first) put("1");  // a way without factors: the loss itself, or a detour that adds nothing
  }

  void put_factor(const Derivation::Factor& factor, bool is_first) {
    const std::string symbol = notation_.symbol(factor);
    std::string number = notation_.number(factor.value());
    if (!is_first && factor.value() < 0) number = "(" + number + ")";
    const std::size_t width = std::max({width_of(symbol), width_of(number), std::size_t{3}});
    const std::string dot = is_first ? "" : std::string(kTimes) + " ";
    make_room(width + width_of(dot));
    const std::string gap(width_of(dot), ' ');
    const std::size_t left = (width - 3) / 2;
    over_ += gap + centered(symbol, width) + " ";
    brace_ += gap + kBraceLeft + repeated(kBraceLine, left) + kBraceTip + repeated(kBraceLine, width - 3 - left) +
              kBraceRight + " ";
    under_ += dot + centered(number, width) + " ";
    has_factor_ = true;
  }
  void put(const std::string& plain) {
    make_room(width_of(plain));
    const std::string gap(width_of(plain) + 1, ' ');
    over_ += gap;
    brace_ += gap;
    under_ += plain + " ";
  }
  void make_room(std::size_t width) {
    if (!under_.empty() && width_of(under_) + width > kWidth) flush();
    if (under_.empty()) over_ = brace_ = under_ = std::string(indent_, ' ');
  }
  void flush() {
    const auto line = [&](std::string row) {
      row.erase(row.find_last_not_of(' ') + 1);
      text_ += row + "\n";
    };
    if (under_.empty()) return;
    if (has_factor_) {
      line(over_);
      line(brace_);
    }
    line(under_);
    over_ = brace_ = under_ = "";
    has_factor_ = false;
  }

  const Derivation& derivation_;
  const Notation& notation_;
  std::size_t indent_ = 2;
  std::string text_, over_, brace_, under_;
  bool has_factor_ = false;
};

// Cells under each other, all to the left.
std::string table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows)
    for (std::size_t c = 0; c < row.size(); ++c) {
      if (widths.size() <= c) widths.push_back(0);
      widths[c] = std::max(widths[c], width_of(row[c]));
    }
  std::string text;
  for (const auto& row : rows) {
    std::string line = " ";
    for (std::size_t c = 0; c < row.size(); ++c) line += " " + padded(row[c], widths[c] + 1);
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::string loss_text(const Derivation& d, const Notation& notation) {
  constexpr Index kMostOutputs = 8;
  const Moment& moment = *d.moment;
  const std::string name = notation.loss();
  std::string text =
      fmt::format("  {} = {}{}, p the output and y the target\n", name, d.is_book ? "-" : "", loss_in_words(d));
  if (!d.row && moment.rows() > 1) text += fmt::format("  {} is the mean over the samples\n", name);
  const ValueId output = before_rearranging(moment.graph(), moment.graph().output_value(), d.target_place);
  if ((d.row || moment.rows() == 1) && moment.target().cols <= kMostOutputs)
    for (Index j = 0; j < moment.target().cols; ++j) {
      const Index n = d.row.value_or(0);
      text += fmt::format("  {} = {}, {} = {}\n", notation.place({Place::kValue, output, n, j}),
                          notation.number(moment.value(output)(n, j)), notation.target(n, j),
                          notation.number(moment.target()(n, j)));
    }
  return text + fmt::format("  {} = {}\n", name, notation.number(d.loss));
}

std::string factors_text(const Derivation& d, const Notation& notation) {
  constexpr std::size_t kMost = 60;
  std::vector<std::vector<std::string>> rows;
  const std::vector<std::size_t> order = factors_in_order(d);
  for (const std::size_t f : order) {
    if (rows.size() == kMost) break;
    const Derivation::Factor& factor = d.factors[f];
    const std::string formula = notation.formula(factor), numbers = notation.numbers(factor);
    const bool has_numbers = numbers != formula && numbers.find(' ') != std::string::npos;
    rows.push_back({notation.symbol(factor), is_constant(formula, numbers) ? "" : "= " + formula,
                    has_numbers ? "= " + numbers : "", "= " + notation.number(factor.value())});
  }
  std::string text = table(rows);
  if (order.size() > kMost) text += fmt::format("  and {} more\n", order.size() - kMost);
  return text;
}

std::string paths_text(const Derivation& d, const Notation& notation) {
  constexpr std::size_t kMost = 100;
  std::vector<std::vector<std::string>> rows;
  double listed = 0;
  for (const Derivation::Path& path : d.paths) {
    if (rows.size() == kMost) break;
    std::string way;
    for (const Place& place : places_of(d, path))
      way += (way.empty() ? "" : std::string(" ") + kArrow + " ") + notation.place(place);
    rows.push_back({fmt::format("{}", rows.size() + 1), way, notation.number(path.product)});
    listed += path.product;
  }
  const double others = d.path_count - static_cast<double>(rows.size());
  if (others > 0)
    rows.push_back(
        {"", fmt::format("all {:g} other paths together", others), notation.number(d.sum_of_paths - listed)});
  return table(rows);
}

std::string samples_text(const Derivation& d, const Notation& notation) {
  constexpr std::size_t kMost = 20;
  std::vector<std::vector<std::string>> rows;
  double listed = 0;
  for (const Derivation::Unit& unit : d.samples) {
    if (rows.size() == kMost) break;
    rows.push_back({fmt::format("{} {} d{}/d{}", notation.number(unit.adjoint), kTimes, notation.place(unit.place),
                                notation.place(d.target_place)),
                    "= " + notation.number(unit.adjoint) + " " + kTimes + " " + notation.number(unit.tangent),
                    "= " + notation.number(unit.contribution())});
    listed += unit.contribution();
  }
  if (d.samples.size() > kMost)
    rows.push_back({fmt::format("the other {} samples", d.samples.size() - kMost), "",
                    "= " + notation.number(d.sum_of_paths - listed)});
  return table(rows);
}

std::string layers_text(const Derivation& d, const Notation& notation) {
  std::string text;
  const Graph& graph = d.moment->graph();
  for (const Derivation::Layer& layer : d.layers) {
    text +=
        fmt::format("  {}: {} = sum over {} units = {}\n", graph.layers[graph.nodes[layer.value - 1].layer_index].name,
                    notation.quantity(), layer.units, notation.number(layer.total));
    std::vector<std::vector<std::string>> rows;
    for (const Derivation::Unit& unit : layer.largest) {
      const std::string unit_name = notation.place(unit.place);
      rows.push_back({"  d" + notation.loss() + "/d" + unit_name + " " + kTimes + " d" + unit_name + "/d" +
                          notation.place(d.target_place),
                      "= " + notation.number(unit.adjoint) + " " + kTimes + " " + notation.number(unit.tangent),
                      "= " + notation.number(unit.contribution())});
    }
    const Index others = layer.units - static_cast<Index>(layer.largest.size());
    if (others > 0)
      rows.push_back({fmt::format("  the other {} units", others), "", "= " + notation.number(layer.rest)});
    text += table(rows);
  }
  return text;
}

std::string depth_text(const Derivation& d) {
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < d.depth.size(); ++i) {
    const double norm = d.depth[i].norm;
    const std::string ratio = i == 0 ? "" : fmt::format("{:.3g} of the layer after it", norm / d.depth[i - 1].norm);
    rows.push_back({d.depth[i].layer, fmt::format("{:.6g}", norm), ratio});
  }
  const std::string change = largest_change(d);
  return table(rows) + (change.empty() ? "" : "  " + change + "\n");
}

}  // namespace

std::string to_text(const Derivation& d) {
  const Notation notation(d, Notation::kText);
  std::string text = title_of(d) + "\n\nLoss\n" + loss_text(d, notation);
  if (d.path_count == 0) {
    text += "\nNo path leads from the loss to this number: the loss does not depend on it here.\n";
  } else {
    const NestedForm form = nested_form(d);
    if (has_readable_form(d, form))
      text += "\nChain rule\n" + NestedText(d, notation).write(form);
    else if (!d.row && d.moment->rows() > 1)
      text += "\nThe chain rule of one sample alone is shorter: name one.\n";
    if (!d.samples.empty()) text += "\nMean over the samples\n" + samples_text(d, notation);
    if (!d.is_complete) text += "\nWhat passes through the layers\n" + layers_text(d, notation);
    text += "\nFactors" + std::string(d.is_complete ? "" : " of the largest paths") + "\n" + factors_text(d, notation);
    text += d.is_complete ? "\nPaths\n" : "\nLargest paths\n";
    text += paths_text(d, notation);
  }
  if (!d.is_complete) text += "\nNorm of the gradient along the depth\n" + depth_text(d);
  std::vector<std::vector<std::string>> results{
      {d.path_count == 1 ? "path" : fmt::format("sum of {:g} paths", d.path_count), number_text(d.sum_of_paths)},
      {"back-propagation", std::isnan(d.gradient) ? "starts behind it" : number_text(d.gradient)},
      {"finite difference", number_text(d.finite_difference)}};
  if (d.recorded) results.insert(results.begin() + 1, {"recorded in the run", number_text(*d.recorded)});
  text += "\n" + table(results);
  return text;
}

}  // namespace isinglass
