#include "isinglass/base/communicator.h"

#include <gtest/gtest.h>

#include "isinglass/base/communicator_rig.h"
#include "isinglass/base/error.h"

namespace isinglass {
namespace {

TEST(Communicator, TextsOfAllRanksArriveEverywhere) {
  ThreadRanks::run(3, [](Communicator& ranks) {
    const std::vector<std::string> texts = ranks.all_texts(std::string(static_cast<std::size_t>(ranks.rank()), 'x'));
    EXPECT_EQ(texts, (std::vector<std::string>{"", "x", "xx"}));
  });
}

TEST(Communicator, AnyIsTrueWhereOneRankSaysSo) {
  ThreadRanks::run(4, [](Communicator& ranks) {
    EXPECT_TRUE(ranks.any(ranks.rank() == 2));
    EXPECT_FALSE(ranks.any(false));
  });
}

TEST(Communicator, OrKeepsTheSignOfZero) {
  ThreadRanks::run(2, [](Communicator& ranks) {
    std::uint64_t word = ranks.is_first() ? 0x8000000000000000u : 0;
    ranks.all_or({&word, 1});
    EXPECT_EQ(word, 0x8000000000000000u);
  });
}

TEST(Communicator, RanksThatDifferAreNamedOnEachOfThem) {
  ThreadRanks::run(3, [](Communicator& ranks) {
    ranks.check_same("versions", "0.1.0", "");
    try {
      ranks.check_same("versions", ranks.rank() == 2 ? "0.2.0" : "0.1.0", "install one");
      ADD_FAILURE() << "nothing was thrown";
    } catch (const InputError& error) {
      EXPECT_STREQ(error.what(), "the versions of rank 0 and rank 2 differ: 0.1.0 and 0.2.0; install one");
    }
  });
}

TEST(Communicator, AFailureOfOneRankIsThatOfAll) {
  ThreadRanks::run(3, [](Communicator& ranks) {
    ranks.agree([] {});
    const auto message = [&](const std::function<void()>& work) {
      try {
        ranks.agree(work);
      } catch (const Error& error) {
        return std::to_string(error.exit_status()) + " " + error.what();
      }
      return std::string();
    };
    EXPECT_EQ(message([&] {
                if (ranks.rank() > 0) throw FileError("x: it is not there");
              }),
              "2 rank 1: x: it is not there");
    EXPECT_EQ(message([] { throw NumericError("it diverged"); }), "1 it diverged");
  });
}

}  // namespace
}  // namespace isinglass
