#include "isinglass/explain/write_derivation.h"

#include <gtest/gtest.h>

#include "isinglass/explain/moment_rig.h"

namespace isinglass {
namespace {

// The 3-2-1 network of the source material before its first update; every number below can be followed by hand.
Moment by_hand() {
  Architecture architecture;
  read_options(parse_toml("widths = [3, 2, 1]\nactivation = \"sigmoid\"\noutput_activation = \"linear\"", "model.toml"),
               architecture, "[model]");
  Graph graph = Graph::build(architecture, {3});
  Parameters<double> parameters(graph);
  const std::vector<std::vector<double>> numbers{{0.32066312299880617, 0.5378008497299566, -0.3030612945280483,
                                                  0.5457127606646145, 0.374444596248916, -0.05375217906918894},
                                                 {0.07080667237953459, 0.11100911475847358},
                                                 {0.15420932971156243, 0.3896533337475627},
                                                 {-0.23248173794928134}};
  for (std::size_t p = 0; p < numbers.size(); ++p) std::ranges::copy(numbers[p], parameters[p].data);
  std::vector<double> flat(parameters.flat().begin(), parameters.flat().end());
  return Moment({.graph = std::move(graph),
                 .loss = Loss::read("half_squared"),
                 .parameters = std::move(flat),
                 .inputs = {0.5, 0.2, 0.7},
                 .targets = {0.3}});
}

Derivation derivation(const Moment& moment, const std::string& name, const DerivationOptions& options = {}) {
  return derive(moment, parse_quantity(name, moment.graph()), {}, options);
}

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// Braces, dots and arrows as one would type them.
std::string typed(std::string text) {
  for (const auto& [sign, plain] :
       {std::pair{"\u256d", "/"}, {"\u2500", "-"}, {"\u2534", "^"}, {"\u256e", "\\"}, {"\u00b7", "*"}, {"\u2190", "<"}})
    for (std::size_t at = text.find(sign); at != std::string::npos; at = text.find(sign))
      text.replace(at, std::string_view(sign).size(), plain);
  return text;
}

// Braces, dots and arrows as plain characters.
std::string in_ascii(std::string text) {
  const std::pair<std::string, std::string> pairs[] = {{"\xE2\x95\xAD", "/"}, {"\xE2\x95\xAE", "\\"},
                                                       {"\xE2\x94\x80", "-"}, {"\xE2\x94\xB4", "+"},
                                                       {"\xC2\xB7", "*"},     {"\xE2\x86\x90", "<"}};
  for (const auto& [from, to] : pairs)
    for (std::size_t at; (at = text.find(from)) != std::string::npos;) text.replace(at, from.size(), to);
  return text;
}

TEST(WriteDerivation, AsTextWithASymbolOverEachNumber) {
  const Moment moment = by_hand();
  const std::string text = typed(to_text(derivation(moment, "dL/dI2")));
  EXPECT_EQ(in_ascii(text.substr(0, text.find("\n  sum of"))), R"(dL/dI2 at epoch 0

Loss
  L = 1/2 sum (p - y)^2 (half_squared), p the output and y the target
  O6 = 0.0991164, y = 0.3
  L = 0.0201771

Chain rule
            dL/dO6     dO6/din(O6)
           /---^---\   /----^----\
  dL/dI2 = -0.200884 *      1      * (
          din(O6)/dH4   dH4/din(H4)   din(H4)/dI2
          /----^----\   /----^----\   /----^----\
           0.154209   *  0.238657   * (-0.303061)
          din(O6)/dH5   dH5/din(H5)   din(H5)/dI2
          /----^----\   /----^----\   /----^----\
        +  0.389653   *  0.237684   *  0.545713
    ) = -0.00791224

Factors
  dL/dO6       = O6 - y         = 0.0991164 - 0.3            = -0.200884
  dO6/din(O6)                                                = 1
  din(O6)/dH4  = w(4,6)                                      = 0.154209
  dH4/din(H4)  = H4 * (1 - H4)  = 0.606503 * (1 - 0.606503)  = 0.238657
  din(H4)/dI2  = w(2,4)                                      = -0.303061
  din(O6)/dH5  = w(5,6)                                      = 0.389653
  dH5/din(H5)  = H5 * (1 - H5)  = 0.610978 * (1 - 0.610978)  = 0.237684
  din(H5)/dI2  = w(2,5)                                      = 0.545713

Paths
  1  L < O6 < in(O6) < H4 < in(H4) < I2  0.00224058
  2  L < O6 < in(O6) < H5 < in(H5) < I2  -0.0101528
)");
  EXPECT_TRUE(holds(text, "\n  sum of 2 paths     -0.0079122"));
  EXPECT_TRUE(holds(text, "\n  back-propagation   -0.0079122"));
  EXPECT_TRUE(holds(text, "\n  finite difference  -0.0079122"));
}

TEST(WriteDerivation, SaysWhereThereIsNoPath) {
  const Moment moment = MomentRig{
      "layers = [{ kind = \"dense\", units = 2 }, { kind = \"max_pool1d\" }, { kind = "
      "\"flatten\" }]",
      {3}}.moment();
  const bool first = moment.value(1)(0, 0) < moment.value(1)(0, 1);
  EXPECT_TRUE(holds(to_text(derivation(moment, first ? "dL/db(4)" : "dL/db(5)")), "No path leads"));
}

TEST(WriteDerivation, InBookSignsTurnsTheLossIntoMinusItself) {
  const Moment moment = by_hand();
  const std::string text = to_text(derivation(moment, "dL/dw(1,4)").in_book_signs());
  EXPECT_TRUE(text.starts_with("dP/dw(1,4) at epoch 0, in the book's signs (P = -L)\n")) << text;
  EXPECT_TRUE(holds(text, "dP/dO6           = -(O6 - y)")) << text;
}

TEST(WriteDerivation, AsJson) {
  const Moment moment = by_hand();
  const Derivation d = derivation(moment, "dL/dw(1,4)");
  const Value json = to_json(d);
  EXPECT_EQ(*json.find("quantity")->as_string(), "dL/dw(1,4)");
  EXPECT_EQ(*json.find("epoch")->as_integer(), 0);
  EXPECT_TRUE(json.find("sample")->is_null());
  EXPECT_EQ(*json.find("recorded")->as_real(), d.gradient);
  EXPECT_EQ(*json.find("sum_of_paths")->as_real(), d.sum_of_paths);
  EXPECT_EQ(*json.find("finite_difference")->as_real(), d.finite_difference);
  const Value::Array& paths = *json.find("paths")->as_array();
  ASSERT_EQ(paths.size(), 1u);
  std::vector<std::string> symbols;
  double product = 1;
  for (const Value& factor : *paths[0].find("factors")->as_array()) {
    symbols.push_back(*factor.find("symbol")->as_string());
    product *= *factor.find("value")->as_real();
  }
  EXPECT_EQ(symbols,
            (std::vector<std::string>{"dL/dO6", "dO6/din(O6)", "din(O6)/dH4", "dH4/din(H4)", "din(H4)/dw(1,4)"}));
  EXPECT_EQ(product, *paths[0].find("product")->as_real());
}

TEST(WriteDerivation, AsLatex) {
  const Moment moment = by_hand();
  const std::string text = to_latex(derivation(moment, "dL/dw(1,4)"));
  EXPECT_TRUE(holds(text, "\\frac{\\partial L}{\\partial \\lambda_{1,4}} &= \\overbrace{")) << text;
  EXPECT_TRUE(holds(text, "}^{\\frac{\\partial H_{4}}{\\partial H_{4}^{\\mathrm{in}}}}")) << text;
  EXPECT_TRUE(holds(text, "H_{4} \\cdot (1 - H_{4})")) << text;
  EXPECT_EQ(std::ranges::count(text, '{'), std::ranges::count(text, '}'));
}

// Every element that is opened is closed, in order.
void expect_well_formed(const std::string& html) {
  std::vector<std::string> open;
  for (std::size_t at = html.find('<'); at != std::string::npos; at = html.find('<', at + 1)) {
    const std::string tag = html.substr(at + 1, html.find('>', at) - at - 1);
    const std::string name = tag.substr(0, tag.find(' '));
    if (name == "!DOCTYPE" || name == "meta") continue;
    if (name[0] != '/') {
      open.push_back(name);
      continue;
    }
    ASSERT_FALSE(open.empty());
    ASSERT_EQ("/" + open.back(), name) << html.substr(at, 80);
    open.pop_back();
  }
  EXPECT_TRUE(open.empty());
}

TEST(WriteDerivation, AsAPageOfHtmlThatNeedsNothingElse) {
  const Moment moment = by_hand();
  for (const DerivationOptions& options : {DerivationOptions{}, DerivationOptions{.most_paths = 1, .largest = 1}})
    for (const char* name : {"dL/dI1", "dL/dw(1,4)", "dL/dO6"}) {
      const std::string html = to_html(derivation(moment, name, options));
      expect_well_formed(html);
      EXPECT_FALSE(holds(html, "<script")) << name;
      EXPECT_FALSE(holds(html, "http")) << name;
    }
}

TEST(WriteDerivation, OfAWideNetworkGivesTheLargestAndTheRest) {
  const Moment moment = MomentRig{"widths = [5, 30, 20, 2]\nactivation = \"tanh\"", {5}}.moment();
  const Derivation d = derivation(moment, "dL/dI1", {.most_paths = 100, .largest = 4});
  EXPECT_EQ(d.path_count, 30 * 20 * 2);
  const std::string text = to_text(d);
  EXPECT_TRUE(holds(text, "layer2: dL/dI1 = sum over 20 units = ")) << text;
  EXPECT_TRUE(holds(text, "the other 16 units")) << text;
  EXPECT_TRUE(holds(text, "all 1196 other paths together")) << text;
  EXPECT_TRUE(holds(text, "Norm of the gradient along the depth")) << text;
  EXPECT_EQ(to_json(d).find("layers")->as_array()->size(), 3u);
}

TEST(WriteDerivation, NamesSamplesWhereSeveralMeet) {
  const Moment moment = MomentRig{.model = "widths = [2, 1]", .input = {2}, .rows = 2}.moment();
  const std::string text = to_text(derivation(moment, "dL/dw(1,3)"));
  EXPECT_TRUE(text.starts_with("dL/dw(1,3) at epoch 3, mean over 2 samples\n")) << text;
  EXPECT_TRUE(holds(text, "dL/dL@1")) << text;
  EXPECT_TRUE(holds(text, "= O3@1 - y@1")) << text;
  EXPECT_TRUE(holds(text, "0.5 \u00b7 dL@1/dw(1,3)")) << text;
}

}  // namespace
}  // namespace isinglass
