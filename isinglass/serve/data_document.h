// isinglass/serve/data_document.h - the data of an experiment as JSON: columns, rows and parts, as read and as the
// network sees them.
#pragma once
#include "isinglass/base/value.h"
#include "isinglass/data/load.h"

namespace isinglass {

constexpr Index kMostShownRows = 100, kMostShownColumns = 40;

// Which rows and columns; at most as many as are shown at once.
struct DataWindow {
  Index row = 0, rows = 20, column = 0;
};

// `data` is null while the options do not fit the data, which are then shown as read alone:
// { rows, column_count, columns: [{ name, kind, role, missing, ... }], window, parts: { train, validation, test, unused },
//   network: { inputs: [...], outputs: [...] }, samples: [{ row, part, cells, inputs, targets, image }] }
Value data_document(const RawData& raw, const LoadedData* data, const DataOptions& options, const DataWindow& window);

}  // namespace isinglass
