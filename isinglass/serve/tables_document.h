// isinglass/serve/tables_document.h - every setting of an experiment as JSON, for forms: from the tables that read it.
#pragma once
#include "isinglass/base/value.h"

namespace isinglass {

// { sections: { experiment, data, model, train, record, early_stopping, augment, autoencoder }, kinds: { layer,
// activation, initialiser, loss, optimiser, schedule, generator } }. A section is a list of settings { name, type, help,
// required, default, low, low_open, high, high_open, choices }, what does not apply left out; a kind is { name, summary,
// options }. An activation is a layer that keeps the shape.
Value tables_document();

}  // namespace isinglass
