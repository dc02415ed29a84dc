// isinglass/serve/curves_document.h - the loss of every step and the metrics of every epoch, as JSON.
#pragma once
#include "isinglass/base/value.h"
#include "isinglass/record/run_store.h"

namespace isinglass {

// Of longer runs, so many steps, evenly spread: the first and the last are among them.
constexpr Index kMostCurvePoints = 2000;

Value curves_document(RunStore& store);

}  // namespace isinglass
