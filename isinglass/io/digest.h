// isinglass/io/digest.h - SHA-256 and SHA-512, which tell whether a download is what it should be.
//
// Source: FIPS 180-4, sections 4 to 6.
#pragma once
#include <string>
#include <string_view>

namespace isinglass {

// The SHA-512 digest in base64, 88 characters: what follows "sha512-" in npm's integrity field.
std::string sha512_base64(std::string_view bytes);

// The SHA-256 digest in 64 lower-case hexadecimal digits.
std::string sha256_hex(std::string_view bytes);

}  // namespace isinglass
