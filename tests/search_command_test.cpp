// `isinglass search` from end to end.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <thread>

#include "isinglass/figure/figure_rig.h"
#include "isinglass/io/json.h"
#include "tests/command.h"

namespace isinglass {
namespace {

using testing_command::Outcome;
using testing_command::Process;
using testing_command::Workplace;

#define EXPECT_HAS(whole, part) EXPECT_NE((whole).find(part), std::string::npos) << (whole)

std::string experiment(const std::string& epochs = "6") {
  return "seed = 3\n[data]\ngenerator = { kind = \"blobs\", samples = 150, seed = 4 }\nvalidation_fraction = 0.3\n"
         "test_fraction = 0.2\n[model]\nwidths = [2, 8, 3]\noutput_activation = \"softmax\"\n"
         "[train]\noptimiser = { kind = \"momentum\", learning_rate = 0.01 }\nepochs = " +
         epochs +
         "\nbatch_size = 16\n[search]\nmethod = \"pbt\"\nmembers = 5\nscore = \"validation.loss\"\n"
         "[search.space]\n\"train.optimiser.learning_rate\" = { log_uniform = [1e-4, 1] }\n"
         "\"train.optimiser.momentum\" = { uniform = [0, 0.99] }\n";
}

std::vector<Value> lines(const std::string& text) {
  std::vector<Value> documents;
  for (std::size_t begin = 0, end; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1)
    documents.push_back(parse_json(text.substr(begin, end - begin), "line"));
  return documents;
}

TEST(SearchCommand, TellsWhatItDoesAsJsonLines) {
  const Workplace place;
  place.write("e.toml", experiment());
  const Outcome run = place.run({"search", "e.toml", "--json"});
  ASSERT_EQ(run.status, 0) << run.err;
  const std::vector<Value> events = lines(run.out);
  EXPECT_EQ(*events.front().find("event"), Value("start"));
  Index epochs = 0, copies = 0;
  for (const Value& event : events) {
    epochs += *event.find("event") == Value("epoch");
    copies += *event.find("event") == Value("exploit");
    if (*event.find("event") == Value("epoch")) {
      EXPECT_NE(event.find("member"), nullptr);
    }
  }
  EXPECT_EQ(epochs, 30);
  EXPECT_EQ(copies, 5) << "one of five at each of five looks";
  const Value& last = events.back();
  EXPECT_EQ(*last.find("event"), Value("done"));
  ASSERT_NE(last.find("best"), nullptr);
  EXPECT_NE(last.find("best")->find("member"), nullptr);
  EXPECT_NE(last.find("metrics")->find("test"), nullptr);
  for (const char* file : {"best.toml", "model.safetensors", "summary.json", "search.db"})
    EXPECT_TRUE(place.has(std::string("runs/e-search/") + file)) << file;
}

TEST(SearchCommand, LineageFiguresAndTheWinnerComeFromItsDirectory) {
  const Workplace place;
  place.write("e.toml", experiment());
  ASSERT_EQ(place.run({"search", "e.toml", "-o", "s", "--quiet"}).status, 0);
  const Outcome lineage = place.run({"search", "s", "--lineage"});
  EXPECT_EQ(lineage.status, 0) << lineage.err;
  EXPECT_HAS(lineage.out, "exploit");
  EXPECT_HAS(lineage.out, "came about so");
  const Outcome document = place.run({"search", "s", "--lineage", "--json"});
  EXPECT_GT(parse_json(document.out, "lineage").find("winner")->as_array()->size(), 0u);
  for (const char* kind : {"members", "traces", "best"}) {
    const Outcome figure = place.run({"figure", "s", kind});
    EXPECT_EQ(figure.status, 0) << figure.err;
    EXPECT_EQ(xml_fault(place.read(std::string("s/") + kind + ".svg")), "");
  }
  EXPECT_EQ(place.run({"figure", "s", "best", "--beside", "s"}).status, 0);
  EXPECT_HAS(place.run({"figure", "s", "membres"}).err, "did you mean 'members'");
  EXPECT_HAS(place.run({"figure", "s", "members", "--beside", "s"}).err, "--beside has no meaning here");
  const Outcome again = place.run({"train", "s/best.toml", "--out", "again", "--json"});
  EXPECT_EQ(again.status, 0) << again.err;
  EXPECT_EQ(place.read("again/model.safetensors"), place.read("s/model.safetensors"));
}

TEST(SearchCommand, AnInterruptedOneGoesOnToTheSameWinner) {
  const Workplace place;
  place.write("e.toml", experiment("150"));
  {
    Process process(place, {"search", "e.toml", "-o", "s", "--json"});
    while (std::ranges::count(process.standard_output(), '\n') < 20)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    process.send(SIGINT);
    const Outcome stopped = process.wait();
    if (stopped.status == 0) GTEST_SKIP() << "it was faster than the signal";
    EXPECT_EQ(stopped.status, 130) << stopped.err;
    EXPECT_HAS(stopped.err, "--resume");
    EXPECT_EQ(*lines(stopped.out).back().find("event"), Value("interrupted"));
  }
  EXPECT_HAS(place.run({"search", "s", "--lineage"}).out, "start");
  ASSERT_EQ(place.run({"search", "e.toml", "-o", "s", "--resume", "--quiet"}).status, 0);
  ASSERT_EQ(place.run({"search", "e.toml", "-o", "whole", "--threads", "1", "--quiet"}).status, 0);
  EXPECT_EQ(place.read("s/model.safetensors"), place.read("whole/model.safetensors"));
}

TEST(SearchCommand, TheLabShowsItsMoves) {
  const Workplace place;
  const Outcome run = place.run({"lab", "pbt", "--json", "-o", "pbt.svg"});
  ASSERT_EQ(run.status, 0) << run.err;
  const Value document = parse_json(run.out, "rows");
  ASSERT_EQ(document.find("rows")->as_array()->size(), 4u);
  EXPECT_GE(*(*document.find("rows")->as_array())[0].find("mean")->as_real(), 1.17);
  EXPECT_EQ(xml_fault(place.read("pbt.svg")), "");
}

TEST(SearchCommand, RefusesWhatMakesNoSense) {
  const Workplace place;
  place.write("e.toml", experiment());
  place.write("plain.toml", experiment().substr(0, experiment().find("[search]")));
  const auto expect = [&](const std::vector<std::string>& words, const std::string& part) {
    const Outcome run = place.run(words);
    EXPECT_EQ(run.status, 2) << part;
    EXPECT_HAS(run.err, part);
    EXPECT_EQ(std::ranges::count(run.err, '\n'), 1) << run.err;
  };
  expect({"search", "plain.toml"}, "no section [search]");
  expect({"search", "e.toml", "--resume"}, "no search to go on with");
  expect({"search", "e.toml", "--lineage"}, "it is no search");
  expect({"search", "e.toml", "--set", "search.space={ \"train.l3\" = { uniform = [0, 1] } }"}, "did you mean 'l1'");
  expect({"search", "e.toml", "--set", "search.space={ \"train.l2\" = { uniform = [1, 0] } }"}, "the range is empty");
  expect({"search", "e.toml", "--set", "data.validation_fraction=0"}, "judges its members by validation data");
  EXPECT_EQ(place.list(), (std::vector<std::string>{"e.toml", "plain.toml"}));
}

}  // namespace
}  // namespace isinglass
