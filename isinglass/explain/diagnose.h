// isinglass/explain/diagnose.h - a doctor for training runs: what went wrong, how one sees it, why, and what to try.
#pragma once
#include <string>
#include <vector>

#include "isinglass/explain/checkup.h"

namespace isinglass {

struct Finding {
  std::string kind;      // a name of the table: "dead_units"
  std::string layer;     // "layer2", or "" when it is of the run or of the data
  std::string quantity;  // a name that `show` understands, or ""
  Index epoch = 0;
  std::string evidence, why, cure;  // one sentence each

  Value write() const;
};

// One illness: its name, what it means, and how it is found.
struct Check {
  std::string kind, summary;
  void (*run)(const Checkup&, std::vector<Finding>&);
};
const std::vector<Check>& checks();

// All findings, the gravest first: in the order of the table.
std::vector<Finding> diagnose(const Checkup& checkup);

}  // namespace isinglass
