// isinglass/book/logic_part.cpp - AND, OR, NOT and what is made of them, with weights chosen by hand.
#include "isinglass/book/notes_parts.h"
#include "isinglass/figure/number_label.h"
#include "isinglass/lab/logic_gates.h"

namespace isinglass {

Chapter logic_part() {
  BookTable table{.title = "Logic functions as sigmoid nodes g with weights chosen by hand",
                  .header = {"function", "network", "x", "output", "wanted", "right"}};
  Value document = Value::Table{};
  for (const LogicNetwork& logic : logic_networks()) {
    Value::Array outputs;
    for (const LogicRow& row : truth_table(logic)) {
      std::string input = number_label(row.inputs[0]);
      if (row.inputs.size() == 2) input += ", " + number_label(row.inputs[1]);
      const bool is_first = outputs.empty();
      table.rows.push_back({is_first ? logic.name : "", is_first ? logic.formula : "", input,
                            number_label(row.output, 4), number_label(row.wanted), row.is_right() ? "yes" : "no"});
      outputs.emplace_back(row.output);
    }
    document.set(logic.name, std::move(outputs));
  }
  return {.tables = {std::move(table)}, .numbers = {{"logic", std::move(document)}}};
}

}  // namespace isinglass
