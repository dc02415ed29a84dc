#include "cli/command_line.h"

#include <gtest/gtest.h>

#include "isinglass/base/error.h"

namespace isinglass {
namespace {

struct Given {
  std::string file, directory;
  std::vector<std::string> settings;
  bool quiet = false;
  Index threads = 7;

  void parse(const std::vector<std::string>& words) {
    const Command command{.name = "try",
                          .summary = "Tries.",
                          .example = "isinglass try FILE",
                          .arguments = {{"FILE", "", "a file", &file, true},
                                        {"--out,-o", "DIR", "a directory", &directory},
                                        {"--set", "KEY=VALUE", "a setting", &settings},
                                        {"--quiet", "", "says nothing", &quiet},
                                        {"--threads", "N", "threads", &threads, false, between(0, 8)}},
                          .run = [] { return 0; }};
    EXPECT_TRUE(parse_arguments(command, words));
  }
  std::string refusal(const std::vector<std::string>& words) {
    try {
      parse(words);
    } catch (const OptionError& error) {
      return error.what();
    }
    return "accepted";
  }
};

TEST(CommandLine, ReadsOperandsOptionsAndFlagsInAnyOrder) {
  Given g;
  g.parse({"--set", "a=1", "-o", "there", "input", "--quiet", "--set=b=-2", "--threads", "0"});
  EXPECT_EQ(g.file, "input");
  EXPECT_EQ(g.directory, "there");
  EXPECT_EQ(g.settings, (std::vector<std::string>{"a=1", "b=-2"}));
  EXPECT_TRUE(g.quiet);
  EXPECT_EQ(g.threads, 0);
}

TEST(CommandLine, LeavesWhatIsNotGivenAsItWas) {
  Given g;
  g.parse({"input"});
  EXPECT_EQ(g.directory, "");
  EXPECT_FALSE(g.quiet);
  EXPECT_EQ(g.threads, 7);
}

TEST(CommandLine, AFileMayBeginWithADashBehindTwoDashes) {
  Given g;
  g.parse({"-o", "-", "--", "--input"});
  EXPECT_EQ(g.file, "--input");
  EXPECT_EQ(g.directory, "-");
}

TEST(CommandLine, RefusesWithAReason) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases{
      {{}, "try needs FILE: a file"},
      {{"input", "--quit"}, "try has no option \"--quit\"; did you mean '--quiet'?"},
      {{"input", "--thread=2"}, "did you mean '--threads'?"},
      {{"input", "another"}, "unexpected argument \"another\""},
      {{"input", "--out"}, "--out"},
      {{"input", "--out", "--quiet"}, "--out: expected DIR, found the option \"--quiet\""},
      {{"input", "--out", "a", "-o", "b"}, "--out is given 2 times: \"a\" and \"b\""},
      {{"input", "--out="}, "--out"},
      {{""}, "FILE: expected a file, found an empty text"},
      {{"input", "--threads", "two"}, "--threads: expected a whole number in [0, 8], found \"two\""},
      {{"input", "--threads", "9"}, "found \"9\""},
      {{"input", "--threads", "-1"}, "found \"-1\""},
      {{"input", "--threads", "1.5"}, "found \"1.5\""},
      {{"input", "--threads", "99999999999999999999"}, "--threads: expected a whole number"},
      {{"input", "--quiet=perhaps"}, "quiet"},
  };
  for (const auto& [words, expected] : cases) {
    const std::string message = Given().refusal(words);
    EXPECT_NE(message.find(expected), std::string::npos) << message << "\nexpected: " << expected;
  }
}

TEST(CommandLine, EveryCommandHasASummaryAnExampleAndHelpForEachArgument) {
  for (const Command& command : all_commands()) {
    EXPECT_FALSE(command.summary.empty()) << command.name;
    EXPECT_TRUE(command.example.starts_with("isinglass " + command.name + " ")) << command.name;
    for (const Argument& argument : command.arguments)
      EXPECT_FALSE(argument.help.empty()) << command.name << " " << argument.names;
  }
}

TEST(ShellLine, QuotesWhatAShellWouldTakeApart) {
  EXPECT_EQ(shell_line({"train", "a b.toml", "--set", "x=[1, 2]", "it's", "plain-1.0"}),
            "isinglass train 'a b.toml' --set 'x=[1, 2]' 'it'\\''s' plain-1.0");
  EXPECT_EQ(shell_line({""}), "isinglass ''");
}

}  // namespace
}  // namespace isinglass
