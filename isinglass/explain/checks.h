// isinglass/explain/checks.h - the illnesses of training runs, one function each. Thresholds stand beside their use.
#pragma once
#include "isinglass/explain/diagnose.h"

namespace isinglass {

using Findings = std::vector<Finding>;

// Of the data and of what is asked of the network (checks_of_data.cpp).
void check_inputs(const Checkup& c, Findings& out);
void check_targets(const Checkup& c, Findings& out);
void check_constant_inputs(const Checkup& c, Findings& out);
void check_loss(const Checkup& c, Findings& out);
void check_reach(const Checkup& c, Findings& out);
void check_imbalance(const Checkup& c, Findings& out);

// Of single layers (checks_of_layers.cpp).
void check_symmetry(const Checkup& c, Findings& out);
void check_dead(const Checkup& c, Findings& out);
void check_saturation(const Checkup& c, Findings& out);
void check_vanishing(const Checkup& c, Findings& out);
void check_exploding(const Checkup& c, Findings& out);
void check_collapsed_weights(const Checkup& c, Findings& out);

// Of the course of training (checks_of_course.cpp).
void check_divergence(const Checkup& c, Findings& out);
void check_rate_too_high(const Checkup& c, Findings& out);
void check_rate_too_low(const Checkup& c, Findings& out);
void check_over_fitting(const Checkup& c, Findings& out);
void check_plateau(const Checkup& c, Findings& out);
void check_stopped_early(const Checkup& c, Findings& out);

}  // namespace isinglass
