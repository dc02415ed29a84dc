// isinglass/book/run_numbers.h - the numbers of a run as a document with all digits, and as a table for a page.
#pragma once
#include <string>
#include <vector>

#include "isinglass/book/chapter.h"

namespace isinglass {

// Everything at these epochs, as it stands before their updates, each number under its name (model/quantity_name.h):
//
//   { "epochs": { "0": { "loss": .., "parameters": { "w(1,4)": .. }, "gradients": { "dL/dw(1,4)": .. },
//                        "samples": [ { "loss": .., "values": { "H4": .. }, "derivatives": { "dL/dH4": .. },
//                                       "gradients": { "dL/dw(1,4)": .. } } ] } },
//     "final": { the same without gradients and derivatives, after the last update },
//     "test": [ { "loss": .., "values": {..} } ] }                        where there are test data, after training
//
// Gradients at an epoch are of the loss of its (first) batch; what stands in a sample is of its loss alone. All of them
// point uphill.
Value numbers_of(RunReader& run, const std::vector<Index>& epochs);

// A row for each quantity, a column for each epoch, with six significant digits.
BookTable number_table(RunReader& run, const std::string& title, const std::vector<std::string>& quantities,
                       const std::vector<Index>& epochs, Index sample = 0);

// The number of a name; of the batch, unless a sample is given.
double number_of(RunReader& run, const std::string& quantity, Index epoch, std::optional<Index> sample = {});

// The same of a sample of the test data, after training.
double test_number_of(RunReader& run, const std::string& quantity, Index sample);

// The parameters of an epoch, into those of a network with the same list of them.
void copy_parameters(RunReader& run, Index epoch, Parameters<double>& to);

}  // namespace isinglass
