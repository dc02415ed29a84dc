#include "isinglass/io/digest.h"

#include <gtest/gtest.h>

#include <vector>

namespace isinglass {
namespace {

struct Known {
  std::string message, sha256, sha512;
};

// The messages of the standard's examples, and the empty one.
TEST(Digest, AgreesWithThePublishedExamples) {
  const std::vector<Known> examples{
      {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
       "z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg=="},
      {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
       "3a81oZNherrMQXNJriBBMRLm+k6JqX6iCp7u5ktV05ohkpkqJ0/BqDa6PCOj/uu9RU1EI2Q86A4qmslPpUyknw=="},
      {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
       "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
       "IEqPxt2oLwoM7XvrjgikFlfBbvRosiioJ5vjMacDwzWW/RXBOxsH+aodO+pXeJygMa2Fx6cd1wNU7GMSOMo0RQ=="},
      {"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmn"
       "opqrs"
       "mnopqrstnopqrstu",
       "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1",
       "jpWbddrjE9qM9PcoFPwUP493ecbrn3+hcpmurbaIkBhQHSieSQD35DMbmd7EtUM6x9Mp7rbdJlReluVbh0vpCQ=="},
      {std::string(1'000'000, 'a'), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
       "5xhIPQznaWROLkLHvBW0Y44fmLE7IEQoVjKoA6+pc+veD/JEh36mCkywQyzld8Mb6wCcXCxJqi5OrbIXrYzAmw=="}};
  for (const Known& known : examples) {
    EXPECT_EQ(sha256_hex(known.message), known.sha256);
    EXPECT_EQ(sha512_base64(known.message), known.sha512);
  }
}

// Lengths around which the padding takes another block; digests by OpenSSL.
TEST(Digest, PadsMessagesOfEveryLength) {
  const std::vector<Known> known{
      {std::string(55, 0), "e7313d333c272e639f790978283f9eb392e843d0f29b7016828bb1daa4aac70b",
       "FP1CSx/K3uYk2pRqsD9+He98DW4A9olZQxmIGib/MLh1ukxiKsExAMjMeEycLrIxWa7LtKAuOZkGL1URk+KyVg=="},
      {std::string(56, 0), "4324d65f3c103567f5589c710bc08f8523f929a9272e3af36fc968e52abc6c27",
       "SA+oW+Qe9VpBIIyij/yHQ8kc99JHWN7+b5W/sW3mFPyGtwEDSJawR91XHeQxiFPYDggJ3xYvF1LLJtpt25Sg3Q=="},
      {std::string(63, 0), "81c80242132f230c3bd41b3e63bbcff16107339549214a99614ff26664625055",
       "7NQqcDpOk+Fj1g1V43hbGnY4OLA1G8Lm98lLS/sk+aoV2l10Trzr4R8PxDFdRbo6BHtuYOB0SDV/J5W/NLc1Ag=="},
      {std::string(64, 0), "39e3d7b6b5d075d37d053ad89b24b41bef4f3c29760c84447cab3f3be1882241",
       "jzzDCz+1v5Y2iKRkiCSSSKwsZ/D4WhRSM8bB48FtzR32NMB9HTHaAldvZbnPZOHD/bMYtom4oU4ulVK88w+xMw=="},
      {std::string(111, 0), "67d9492e628fd376e0b2efec8ca2b99b123e202cf620deb270728df979b2f73e",
       "aM/6bQ128wnJzg01KAk5+OJZkMQ7ewhszfcJvjWwfU3bpZlUH/KxwZ006kmur7llmtt6w8CweLswoi1X/GaH7w=="},
      {std::string(112, 0), "96b928cff8528dbb99602c709a65b846cb6467acb8b722f0d758e4dc27bfc508",
       "0IZcUk0d3ffCO3mcQT9a3NfK79P2aptJdQ7IEGYBLCWovPlN3qbcUlaRZzCXykDgEB6Jf8lyGM/bBwQITivvSw=="},
      {std::string(128, 0), "d2742f1f4ac6bb7ca2b239ee18402ba8b3f9f8e652d2a72973c2b9ba11c08cf6",
       "mbFvF6oLlppbjwjzZ3GdUW4zDM0mYLbwaI7AMdvHg95Qoc0YWiVo26dQcKJAPRfUdB0WNXhRXf0v91bd/k1HsQ=="}};
  for (auto [message, sha256, sha512] : known) {
    for (std::size_t i = 0; i < message.size(); ++i) message[i] = static_cast<char>(i * 7 + 3);
    EXPECT_EQ(sha256_hex(message), sha256) << message.size();
    EXPECT_EQ(sha512_base64(message), sha512) << message.size();
  }
}

}  // namespace
}  // namespace isinglass
