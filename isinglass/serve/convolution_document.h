// isinglass/serve/convolution_document.h - a window over an image, as JSON: what it reads, what it makes, how its kernel would learn.
#pragma once
#include "isinglass/base/value.h"
#include "isinglass/lab/convolve.h"

namespace isinglass {

constexpr Index kMostPictureSide = 64, kMostKernelSide = 15;

// Answers {"image": [[..]], "kernel": NAME or [[..]], "operation": "convolution", "max" or "average", ..} as
// docs/studio-api.md tells. Throws InputError.
Value convolution_document(const Value& body);

// The kernels by name, pictures to begin with and the names of paddings.
Value convolution_choices();

// {"rows", "cols", "values"}.
Value plane_document(const Plane& plane);

}  // namespace isinglass
