// isinglass/book/notes_parts.h - the parts of the chapter on shallow networks; each fills figures, tables and numbers.
#pragma once
#include "isinglass/book/chapter.h"

namespace isinglass {

// What ten layers make of their inputs, by the size of the first weights (lab/depth_experiment.h).
Chapter initialisation_part(BookRuns& runs);
// Logic functions as networks with weights chosen by hand.
Chapter logic_part();
// Exclusive or, learned.
Chapter xor_part(BookRuns& runs);

}  // namespace isinglass
