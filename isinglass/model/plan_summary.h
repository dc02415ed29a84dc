// isinglass/model/plan_summary.h - what a plan is going to do and the memory it holds, for people.
#pragma once
#include <string>
#include <vector>

#include "isinglass/base/shape.h"

namespace isinglass {

// Actions that follow each other for some rows of a batch before the next rows get their turn.
struct PlanStage {
  std::string what;       // "forward layer1 conv2d, relu, max_pool2d"
  Index rows = 0;         // at a time
  double operations = 0;  // multiply-adds of the products, for one sample
};

// Memory that is held all the time.
struct MemoryUse {
  std::string what;
  Index bytes = 0;
};

Index total_bytes(const std::vector<MemoryUse>& uses);

}  // namespace isinglass
