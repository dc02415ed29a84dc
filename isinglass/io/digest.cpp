#include "isinglass/io/digest.h"

#include <array>
#include <bit>
#include <cstdint>

namespace isinglass {
namespace {

// The first 64 bits of the fractional parts of the cube roots of the first 80 primes
// (section 4.2.3). SHA-256 takes the upper halves of the first 64 (4.2.2).
constexpr std::array<std::uint64_t, 80> kRoundConstants{
    0x428a2f98d728ae22, 0x7137449123ef65cd, 0xb5c0fbcfec4d3b2f, 0xe9b5dba58189dbbc, 0x3956c25bf348b538,
    0x59f111f1b605d019, 0x923f82a4af194f9b, 0xab1c5ed5da6d8118, 0xd807aa98a3030242, 0x12835b0145706fbe,
    0x243185be4ee4b28c, 0x550c7dc3d5ffb4e2, 0x72be5d74f27b896f, 0x80deb1fe3b1696b1, 0x9bdc06a725c71235,
    0xc19bf174cf692694, 0xe49b69c19ef14ad2, 0xefbe4786384f25e3, 0x0fc19dc68b8cd5b5, 0x240ca1cc77ac9c65,
    0x2de92c6f592b0275, 0x4a7484aa6ea6e483, 0x5cb0a9dcbd41fbd4, 0x76f988da831153b5, 0x983e5152ee66dfab,
    0xa831c66d2db43210, 0xb00327c898fb213f, 0xbf597fc7beef0ee4, 0xc6e00bf33da88fc2, 0xd5a79147930aa725,
    0x06ca6351e003826f, 0x142929670a0e6e70, 0x27b70a8546d22ffc, 0x2e1b21385c26c926, 0x4d2c6dfc5ac42aed,
    0x53380d139d95b3df, 0x650a73548baf63de, 0x766a0abb3c77b2a8, 0x81c2c92e47edaee6, 0x92722c851482353b,
    0xa2bfe8a14cf10364, 0xa81a664bbc423001, 0xc24b8b70d0f89791, 0xc76c51a30654be30, 0xd192e819d6ef5218,
    0xd69906245565a910, 0xf40e35855771202a, 0x106aa07032bbd1b8, 0x19a4c116b8d2d0c8, 0x1e376c085141ab53,
    0x2748774cdf8eeb99, 0x34b0bcb5e19b48a8, 0x391c0cb3c5c95a63, 0x4ed8aa4ae3418acb, 0x5b9cca4f7763e373,
    0x682e6ff3d6b2b8a3, 0x748f82ee5defb2fc, 0x78a5636f43172f60, 0x84c87814a1f0ab72, 0x8cc702081a6439ec,
    0x90befffa23631e28, 0xa4506cebde82bde9, 0xbef9a3f7b2c67915, 0xc67178f2e372532b, 0xca273eceea26619c,
    0xd186b8c721c0c207, 0xeada7dd6cde0eb1e, 0xf57d4f7fee6ed178, 0x06f067aa72176fba, 0x0a637dc5a2c898a6,
    0x113f9804bef90dae, 0x1b710b35131c471b, 0x28db77f523047d84, 0x32caab7b40c72493, 0x3c9ebe0a15c9bebc,
    0x431d67c49c100d4c, 0x4cc5d4becb3e42b6, 0x597f299cfc657e2a, 0x5fcb6fab3ad6faec, 0x6c44198c4a475817};

// The same of the square roots of the first 8 primes (5.3.5); SHA-256 takes the upper halves
// (5.3.3).
constexpr std::array<std::uint64_t, 8> kInitialHash{0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b,
                                                    0xa54ff53a5f1d36f1, 0x510e527fade682d1, 0x9b05688c2b3e6c1f,
                                                    0x1f83d9abfb41bd6b, 0x5be0cd19137e2179};

// What tells the two functions apart: word length, rounds, and the amounts of rotation (r) and
// shift (s).
struct Sha256 {
  using Word = std::uint32_t;
  static constexpr std::size_t kRounds = 64;
  static constexpr std::array<int, 3> kSum0{2, 13, 22}, kSum1{6, 11, 25};            // r, r, r
  static constexpr std::array<int, 3> kSchedule0{7, 18, 3}, kSchedule1{17, 19, 10};  // r, r, s
};
struct Sha512 {
  using Word = std::uint64_t;
  static constexpr std::size_t kRounds = 80;
  static constexpr std::array<int, 3> kSum0{28, 34, 39}, kSum1{14, 18, 41};
  static constexpr std::array<int, 3> kSchedule0{1, 8, 7}, kSchedule1{19, 61, 6};
};

template <class Word>
constexpr Word upper_bits(std::uint64_t constant) {
  return static_cast<Word>(constant >> (64 - 8 * sizeof(Word)));
}

template <class Word>
Word sum(Word x, const std::array<int, 3>& r) {
  return std::rotr(x, r[0]) ^ std::rotr(x, r[1]) ^ std::rotr(x, r[2]);
}

template <class Word>
Word schedule(Word x, const std::array<int, 3>& r) {
  return std::rotr(x, r[0]) ^ std::rotr(x, r[1]) ^ (x >> r[2]);
}

template <class Sha>
constexpr std::size_t kBlock = 16 * sizeof(typename Sha::Word);

// Sections 6.2.2 and 6.4.2, with the letters of the standard.
template <class Sha, class Word = typename Sha::Word>
void hash_block(std::array<Word, 8>& hash, const char* block) {
  std::array<Word, Sha::kRounds> w{};
  for (std::size_t t = 0; t < 16; ++t)
    for (std::size_t i = 0; i < sizeof(Word); ++i)
      w[t] = w[t] << 8 | static_cast<unsigned char>(block[t * sizeof(Word) + i]);
  for (std::size_t t = 16; t < Sha::kRounds; ++t)
    w[t] = schedule(w[t - 2], Sha::kSchedule1) + w[t - 7] + schedule(w[t - 15], Sha::kSchedule0) + w[t - 16];

  auto [a, b, c, d, e, f, g, h] = hash;
  for (std::size_t t = 0; t < Sha::kRounds; ++t) {
    const Word choice = (e & f) ^ (~e & g), majority = (a & b) ^ (a & c) ^ (b & c);
    const Word t1 = h + sum(e, Sha::kSum1) + choice + upper_bits<Word>(kRoundConstants[t]) + w[t];
    const Word t2 = sum(a, Sha::kSum0) + majority;
    h = g;
    g = f;
    f = e;
    e = d + t1;
    d = c;
    c = b;
    b = a;
    a = t1 + t2;
  }
  const std::array<Word, 8> change{a, b, c, d, e, f, g, h};
  for (std::size_t i = 0; i < hash.size(); ++i) hash[i] += change[i];
}

template <class Sha, class Word = typename Sha::Word>
std::string digest(std::string_view bytes) {
  std::array<Word, 8> hash;
  for (std::size_t i = 0; i < hash.size(); ++i) hash[i] = upper_bits<Word>(kInitialHash[i]);
  const std::size_t whole = bytes.size() / kBlock<Sha> * kBlock<Sha>;
  for (std::size_t at = 0; at < whole; at += kBlock<Sha>) hash_block<Sha>(hash, bytes.data() + at);

  // Padding (5.1): a one bit, zeros, and the length in bits, a number of two words.
  std::string tail(bytes.substr(whole));
  tail += '\x80';
  constexpr std::size_t kLength = 2 * sizeof(Word);
  while (tail.size() % kBlock<Sha> != kBlock<Sha> - kLength) tail += '\0';
  tail.append(kLength - sizeof(std::uint64_t), '\0');
  const std::uint64_t bits = std::uint64_t{bytes.size()} * 8;
  for (int shift = 56; shift >= 0; shift -= 8) tail += static_cast<char>(bits >> shift & 0xFF);
  for (std::size_t at = 0; at < tail.size(); at += kBlock<Sha>) hash_block<Sha>(hash, tail.data() + at);

  std::string result;
  for (const Word word : hash)
    for (int shift = 8 * (sizeof(Word) - 1); shift >= 0; shift -= 8) result += static_cast<char>(word >> shift & 0xFF);
  return result;
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::string_view group = bytes.substr(at, 3);
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 3; ++i)
      bits = bits << 8 | (i < group.size() ? static_cast<unsigned char>(group[i]) : 0U);
    for (std::size_t i = 0; i < 4; ++i) text += i <= group.size() ? kDigits[bits >> (18 - 6 * i) & 63] : '=';
  }
  return text;
}

}  // namespace

std::string sha512_base64(std::string_view bytes) {
  return base64(digest<Sha512>(bytes));
}

std::string sha256_hex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const char c : digest<Sha256>(bytes)) {
    text += kDigits[static_cast<unsigned char>(c) >> 4];
    text += kDigits[static_cast<unsigned char>(c) & 15];
  }
  return text;
}

}  // namespace isinglass
