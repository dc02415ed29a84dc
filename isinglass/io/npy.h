// isinglass/io/npy.h - NumPy's NPY files and the NPZ archives that bundle them.
//
// NPY: 93 "NUMPY", version (1.0, 2.0 or 3.0), length of the header in 2 bytes (1.0) or 4, the
// header (a Python dictionary such as {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }),
// the elements. NPZ: a ZIP archive of NPY files. Source: NumPy Enhancement Proposal 1 and
// numpy.lib.format.
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "isinglass/io/array.h"

namespace isinglass {

// The array of an NPY file: row-major and little-endian whatever the file's order. Throws
// FormatError for a file that is too short or too long, and names what is refused: objects (their
// pickles can run code), text, complex, half and extended precision, records, dates. `name` leads
// the messages.
Array parse_npy(std::string_view bytes, const std::string& name);

// The array as an NPY file of version 1.0. Throws InputError for more than 64 dimensions.
std::string write_npy(const Array& array);

using NamedArrays = std::vector<std::pair<std::string, Array>>;

// The arrays of an NPZ archive by name, without the ".npy", in the order of the archive.
// Throws FormatError for what parse_zip and parse_npy refuse, and for an entry that is no ".npy".
NamedArrays parse_npz(std::string_view bytes, const std::string& name);

// The arrays as an uncompressed NPZ archive; equal arrays give equal bytes. Throws InputError for
// what write_zip and write_npy refuse.
std::string write_npz(const NamedArrays& arrays);

}  // namespace isinglass
