// cli/lab_kernel.h - the kernel that a user chose, and how it is told.
#pragma once
#include <string>

#include "cli/lab.h"
#include "isinglass/base/value.h"
#include "isinglass/lab/convolve.h"

namespace isinglass {

struct ChosenKernel {
  std::string name;
  Plane kernel;  // as it was given; a true convolution flips it
  Border border;
  bool is_true = false;

  std::string text() const;  // some lines: name, sum, numbers
  Value document() const;
};

// From --kernel, --padding, --padding-value and --true. Throws OptionError.
ChosenKernel choose_kernel(const ConvolutionArguments& a, int dimensions);

Plane apply(const ChosenKernel& chosen, const Plane& image, Index stride);

bool sums_to_zero(const Plane& kernel);
std::string effect_on_mean(const Plane& kernel);  // half a sentence

// The numbers under each other, in lines; as rows of JSON.
std::string kernel_text(const Plane& kernel);
Value kernel_document(const Plane& kernel);

// The gallery as text, or with `json` as a document, on standard output.
void list_kernels(bool json);

// True when both names lead to one existing file.
bool is_same_file(const std::string& a, const std::string& b);

}  // namespace isinglass
