// Searches from end to end: the same for any number of threads, going on, and the winner trained again.
#include "isinglass/search/search.h"

#include "isinglass/base/refusal_rig.h"
#include "isinglass/model/stacked_plan.h"
#include "isinglass/search/search_ranks.h"
#include "isinglass/search/search_rig.h"

namespace isinglass {
namespace {

// Everything of a record but the times.
std::string course_of(const std::string& directory) {
  const SearchRecord record = SearchRecord::read(directory);
  std::string text;
  for (const SearchReport& r : record.reports)
    text += std::to_string(r.member) + " " + std::to_string(r.epoch) + " " + number_text(r.score) + " " +
            named_values(record.space, r.values).preview() + "\n";
  for (const SearchEvent& e : record.events)
    text += std::string(kEventNames[e.kind]) + " " + std::to_string(e.member) + " " + std::to_string(e.epoch) + " " +
            std::to_string(e.parent) + "\n";
  return text;
}

Index copies_of(const SearchRecord& record) {
  return std::ranges::count(record.events, SearchEvent::kExploit, &SearchEvent::kind);
}

class EveryMethod : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(
    , EveryMethod,
    testing::Values("method = \"random\"\nmembers = 5\n", "method = \"halving\"\nmembers = 7\n",
                    "method = \"pbt\"\nmembers = 6\n",
                    "method = \"pbt\"\nmembers = 6\nexploit = \"tournament\"\nexplore = \"resample\"\n",
                    "method = \"pbt\"\nmembers = 5\nexploit = \"none\"\nexplore = \"noise\"\n",
                    "method = \"pbt\"\nmembers = 6\ninherit = \"weights\"\ninterval = 3\n"));

TEST_P(EveryMethod, TakesTheSameCourseWithAnyNumberOfThreads) {
  const SearchPlan plan = search_plan(GetParam());
  const std::string one = fresh_directory("one"), three = fresh_directory("three");
  const SearchSummary a = run_in(one, plan, 1), b = run_in(three, plan, 3);
  EXPECT_EQ(a.best.score, b.best.score);
  if (plan.options.method != "random") {
    EXPECT_EQ(course_of(one), course_of(three));
  }
  for (const char* file : {"/best.toml", "/model.safetensors"})
    EXPECT_EQ(read_file(one + file), read_file(three + file));
}

TEST_P(EveryMethod, TheWinnersExperimentTrainsTheWinnerAgain) {
  const std::string directory = fresh_directory("again"), run = fresh_directory("again-run");
  const SearchSummary found = run_in(directory, search_plan(GetParam()));
  const Experiment experiment = load_experiment(directory + "/best.toml");
  EXPECT_EQ(experiment.train.epochs, found.best.epoch);
  const RunSummary again = run_training(experiment, {.directory = run, .data_directory = directory}, {});
  EXPECT_EQ(again.validation->loss, found.run.validation->loss);
  EXPECT_EQ(read_file(run + "/model.safetensors"), read_file(directory + "/model.safetensors")) << "bit for bit";
}

// Networks without dropout, of one shape: many of them train in the lanes of vectors.
TEST(Search, MembersSideBySideEndInTheBitsOfEachAlone) {
  std::string text = search_text("method = \"pbt\"\nmembers = 33\n",
                                 "\"train.optimiser.learning_rate\" = { log_uniform = [1e-4, 1] }\n"
                                 "\"train.l2\" = { choice = [0, 1e-4, 1e-3] }\n");
  text.replace(text.find("{ kind = \"dropout\", rate = 0.1 }"), 32, "{ kind = \"dense\", units = 7 }");
  const SearchPlan plan = SearchPlan::read(parse_toml(text, "s.toml"));
  SearchData data(".", plan);
  Board board(plan);
  std::vector<MemberTask> tasks;
  for (Index k = 0; k < StackedPlan<float>::most_members(); ++k) tasks.push_back(*board.next());
  EXPECT_EQ(members_side_by_side(plan, data), StackedPlan<float>::most_members());
  const auto never = [] { return false; };
  const std::vector<MemberResult> together = train_members(plan, data, tasks, never);
  for (std::size_t k = 0; k < tasks.size(); ++k) {
    const MemberResult alone = train_member(plan, data, tasks[k], never);
    EXPECT_EQ(together[k].member, tasks[k].member);
    EXPECT_EQ(together[k].epoch, alone.epoch);
    EXPECT_EQ(together[k].score, alone.score);
    EXPECT_EQ(together[k].train_loss, alone.train_loss);
  }
  const std::string one = fresh_directory("stacks"), four = fresh_directory("no-stacks");
  EXPECT_EQ(run_in(one, plan, 1).best.score, run_in(four, plan, 4).best.score);
  EXPECT_EQ(course_of(one), course_of(four));
  EXPECT_EQ(members_side_by_side(search_plan(), data), 1);  // with dropout, which may be another for each
}

TEST(Search, AScheduleThatLooksAtTheEndIsWrittenOutWhenTheWinnerStoppedBefore) {
  SearchPlan plan = search_plan();
  set_key(plan.file, "train.schedule", Value("cosine"));
  const Value file =
      plan.changed_file(plan.member_file(plan.first_values(0), 3), 2, plan.first_values(0), plan.first_values(1));
  const Experiment whole = Experiment::read(file), cut = Experiment::read(export_experiment(file, 5));
  EXPECT_EQ(cut.train.epochs, 5);
  EXPECT_EQ(cut.train.schedule.kind(), "constant");
  EXPECT_EQ(cut.stages.size(), 4u);
  EXPECT_EQ(cut.stages[3].train.optimiser.learning_rate(),
            whole.train.schedule.rate(whole.stages[0].train.optimiser.learning_rate(), 4, 8));
  EXPECT_EQ(Experiment::read(export_experiment(file, 8)).train.schedule.kind(), "cosine");
}

TEST(Search, PopulationsCopyAndTheirLineageIsWhole) {
  const std::string directory = fresh_directory("lineage");
  run_in(directory, search_plan());
  const SearchRecord record = SearchRecord::read(directory);
  EXPECT_EQ(copies_of(record), 7) << "one of six at each of seven looks";
  EXPECT_EQ(record.reports.size(), 48u);
  EXPECT_EQ(record.outcome, "done");
  const std::vector<Stretch> way = lineage_of(record, record.best_member, record.best_epoch);
  ASSERT_FALSE(way.empty());
  EXPECT_EQ(way.front().begin, 0);
  EXPECT_EQ(way.back().end, record.best_epoch);
  for (std::size_t i = 1; i < way.size(); ++i) EXPECT_EQ(way[i].begin, way[i - 1].end);
  // The lineage and the exported experiment say the same.
  const Experiment experiment = load_experiment(directory + "/best.toml");
  for (const Stretch& stretch : way) {
    double rate = experiment.train.optimiser.learning_rate();
    for (const Stage& stage : experiment.stages)
      if (stage.epoch <= stretch.begin) rate = stage.train.optimiser.learning_rate();
    EXPECT_EQ(rate, *stretch.values[0].as_real()) << stretch.begin;
  }
}

TEST(Search, AnAsynchronousPopulationEndsInAWinnerThatCanBeTrainedAgain) {
  const std::string directory = fresh_directory("asynchronous"), run = fresh_directory("asynchronous-run");
  run_in(directory, search_plan(std::string(kPbt) + "timing = \"asynchronous\"\n"), 3);
  run_training(load_experiment(directory + "/best.toml"), {.directory = run, .data_directory = directory}, {});
  EXPECT_EQ(read_file(run + "/model.safetensors"), read_file(directory + "/model.safetensors"));
}

TEST(Search, ABudgetEndsIt) {
  const SearchSummary summary =
      run_in(fresh_directory("budget"), search_plan(std::string(kPbt) + "budget_epochs = 20\n"));
  EXPECT_EQ(summary.spent, 18) << "three whole rounds of six";
}

// A look must not cost more the more looks there were: what a member met is in its state, and not told again.
TEST(Search, ATaskDoesNotGrowWithTheChangesThatTheMemberMet) {
  const std::string directory = fresh_directory("long");
  SearchPlan plan = search_plan();
  set_key(plan.file, "train.epochs", Index{60});
  plan.base = Experiment::read(plan.file);
  std::size_t changes = 0, largest = 0, first = 0;
  const auto look = [&](const Board& board, std::size_t, std::size_t) {
    for (Index k = 0; k < plan.members(); ++k) {
      MemberTask task = board.task_of(k);
      task.state.reset();
      largest = std::max(largest, bytes_of(task).size());
      if (first == 0) first = largest;
      const Value* list = board.moment().members[static_cast<std::size_t>(k)].file->find("changes");
      if (list != nullptr) changes = std::max(changes, list->as_array()->size());
    }
  };
  run_search(plan, {.directory = directory, .data_directory = ".", .threads = 2}, {.on_news = look});
  EXPECT_GT(changes, 5u);
  EXPECT_LT(largest, first + 100);
}

// Stops after some reports, and goes on.
std::string interrupted(const std::string& name, const SearchPlan& plan, std::size_t reports) {
  const std::string directory = fresh_directory(name);
  bool is_enough = false;
  const SearchSummary first = run_search(
      plan, {.directory = directory, .data_directory = ".", .threads = 1},
      {.on_news = [&](const Board& b, std::size_t, std::size_t) { is_enough = b.moment().reports.size() >= reports; },
       .should_stop = [&] { return is_enough; }});
  EXPECT_TRUE(first.is_interrupted);
  EXPECT_EQ(SearchRecord::read(directory).outcome, "interrupted");
  return directory;
}
SearchSummary go_on(const std::string& directory, const SearchPlan& plan) {
  return run_search(plan, {.directory = directory, .data_directory = ".", .resume = true, .threads = 2}, {});
}

TEST_P(EveryMethod, GoesOnAsIfNothingHadHappened) {
  const SearchPlan plan = search_plan(GetParam());
  const std::string directory = interrupted("goes-on", plan, 9), whole = fresh_directory("whole");
  EXPECT_FALSE(go_on(directory, plan).is_interrupted);
  run_in(whole, plan, 1);
  if (plan.options.method != "random") {
    EXPECT_EQ(course_of(directory), course_of(whole));
  }
  EXPECT_EQ(read_file(directory + "/model.safetensors"), read_file(whole + "/model.safetensors"));
  EXPECT_NE(message_of<OptionError>([&] { go_on(directory, plan); }).find("is done"), std::string::npos);
}

TEST(Search, AValueInForceThatIsNotTheRecordedOneStopsIt) {
  for (const auto& [key, other] : std::vector<std::pair<std::string, std::string>>{
           {"train.optimiser.learning_rate", "0.123"}, {"model.layers.2.rate", "0.456"}, {"train.l2", "0.5"}}) {
    const SearchPlan plan = search_plan();
    const std::string directory = interrupted("damaged", plan, 12);
    Database(directory + "/search.db", Database::Access::kWrite)
        .execute(("UPDATE event SET \"values\" = json_set(\"values\", '$.\"" + key + "\"', " + other + ")").c_str());
    const std::string message = message_of<FormatError>([&] { go_on(directory, plan); });
    EXPECT_NE(message.find("is recorded as " + other), std::string::npos) << message;
    EXPECT_NE(message.find("is in force"), std::string::npos) << message;
  }
}

TEST(Search, AnotherExperimentDoesNotGoOn) {
  const std::string directory = interrupted("another", search_plan(), 6);
  const SearchPlan other = search_plan(std::string(kPbt) + "fraction = 0.4\n");
  EXPECT_NE(message_of<OptionError>([&] { go_on(directory, other); }).find("another search"), std::string::npos);
}

TEST(Search, MembersThatDivergeCopySomebodyAndNobodyCopiesThem) {
  const std::string space = "\"train.optimiser.learning_rate\" = { choice = [0.05, 1e30] }\n";
  const std::string directory = fresh_directory("diverges");
  run_in(directory, search_plan("method = \"pbt\"\nmembers = 8\nexplore = \"none\"\n", space));
  const SearchRecord record = SearchRecord::read(directory);
  EXPECT_GT(std::ranges::count(record.events, SearchEvent::kFail, &SearchEvent::kind), 0);
  EXPECT_EQ(record.reports.back().epoch, 8);
}

TEST(Search, AllMembersThatDivergeFailIt) {
  const SearchPlan plan = search_plan("method = \"random\"\nmembers = 2\n",
                                      "\"train.optimiser.learning_rate\" = { log_uniform = [1e29, 1e30] }\n");
  EXPECT_NE(message_of<NumericError>([&] { run_in(fresh_directory("all"), plan); }).find("every member"),
            std::string::npos);
}

}  // namespace
}  // namespace isinglass
