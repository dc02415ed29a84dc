#include "isinglass/figure/quantity_symbol.h"

#include <gtest/gtest.h>

#include "isinglass/base/error.h"

namespace isinglass {
namespace {

TEST(QuantitySymbol, NamesHaveTheirSymbols) {
  const std::vector<std::pair<std::string, std::string>> symbols{{"H4", "H_{4}"},
                                                                 {"in(H4)", "H_{4_{in}}"},
                                                                 {"w(1,14)", "\u03bb_{1,14}"},
                                                                 {"k(6)", "\u03bb_{6}"},
                                                                 {"b(5)", "b_{5}"},
                                                                 {"b(conv)", "b_{conv}"},
                                                                 {"dL/dw(1,4)", "\u2202L/\u2202\u03bb_{1,4}"},
                                                                 {"dL/din(H4)", "\u2202L/\u2202H_{4_{in}}"},
                                                                 {"layer2.kernel[3,0]", "layer2.kernel[3,0]"},
                                                                 {"validation.macro_f1", "validation macro f1"},
                                                                 {"train.loss", "training loss"},
                                                                 {"learning_rate", "learning rate"},
                                                                 {"", ""}};
  for (const auto& [name, symbol] : symbols) EXPECT_EQ(symbol_of(name), symbol);
}

TEST(QuantitySymbol, TheBookTurnsDerivativesAlone) {
  EXPECT_EQ(symbol_of("dL/dH4", SignConvention::kBook), "\u2202P/\u2202H_{4}");
  EXPECT_EQ(series_key("dL/dH4", SignConvention::kBook), "dP/dH4");
  EXPECT_EQ(series_key("H4", SignConvention::kBook), "H4");
  EXPECT_EQ(signed_value("dL/dH4", 2, SignConvention::kBook), -2);
  EXPECT_EQ(signed_value("H4", 2, SignConvention::kBook), 2);
  EXPECT_EQ(signed_value("dL/dH4", 2, SignConvention::kStandard), 2);
  EXPECT_EQ(read_sign_convention("book"), SignConvention::kBook);
  EXPECT_THROW(read_sign_convention("boook"), OptionError);
}

}  // namespace
}  // namespace isinglass
