// isinglass/io/idx.h - the IDX format of the MNIST files.
//
// Big-endian throughout: 00 00, a type code, the number of dimensions; then each dimension as a
// 32-bit number; then the elements in row-major order. Source: LeCun, Cortes and Burges, "The MNIST
// database".
//   code  08   09   0B    0C    0D     0E
//   type  U8   I8   I16   I32   F32    F64
#pragma once
#include <string>
#include <string_view>

#include "isinglass/io/array.h"

namespace isinglass {

// The array of an IDX file, plain or compressed with gzip. Throws FormatError unless the file holds
// exactly the elements that its dimensions announce; `name` leads the messages.
Array parse_idx(std::string_view bytes, const std::string& name);

// The array as an uncompressed IDX file. Throws InputError for a type without a code, for a scalar,
// for more than 255 dimensions and for a dimension beyond 2^32 - 1.
std::string write_idx(const Array& array);

}  // namespace isinglass
