// isinglass/kernels/output_lanes.h - equation (1) of correlation.h with outputs in the lanes of vectors.
//
// Vectors of places waste lanes where planes are small: on what lies between the rows of y, and behind the last. Where
// outputs fill vectors better, they take the lanes. The kernel is then read as it lies, without packing.
//
// The law is that of correlation.h, number by number.
#pragma once
#include "isinglass/kernels/correlation.h"

namespace isinglass::kernels {

// Whether it is the quicker way; x is not read.
bool outputs_pay(const Planes<float>& planes, Index outputs);
bool outputs_pay(const Planes<double>& planes, Index outputs);

// Only where outputs_pay(). w is (channels taps, outputs); output plane m begins at y[m y_plane].
void correlate_outputs(const Planes<float>& planes, View<const float> w, const float* bias, float* y, Index y_plane);
void correlate_outputs(const Planes<double>& planes, View<const double> w, const double* bias, double* y,
                       Index y_plane);

}  // namespace isinglass::kernels
