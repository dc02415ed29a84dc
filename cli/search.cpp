// cli/search.cpp - tries values of an experiment's settings: random search, population based training and others.
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <memory>

#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "cli/ranks.h"
#include "cli/search_report.h"
#include "isinglass/io/file.h"
#include "isinglass/io/toml.h"
#include "isinglass/search/search_events.h"

namespace isinglass {
namespace {

struct Arguments {
  std::string experiment, directory;
  std::vector<std::string> overrides;
  Index threads = 0, seed = -1;  // seed -1: the experiment's
  bool resume = false, lineage = false, quiet = false, json = false;
};

// Progress of a search: JSON lines, or one line that is written over, or some lines.
class Reporter {
 public:
  Reporter(const Arguments& a, const SearchPlan& plan) : arguments_(a), space_(plan.space) {}

  void on_news(const Board& board, std::size_t reports, std::size_t events) {
    const Board::Moment& moment = board.moment();
    if (arguments_.json) {
      for (std::size_t i = reports; i < moment.reports.size(); ++i) print_json(report_event(moment.reports[i], space_));
      for (std::size_t i = events; i < moment.events.size(); ++i) print_json(lineage_event(moment.events[i], space_));
    } else if (!arguments_.quiet) {
      tell(board);
    }
  }
  void clear() {
    if (is_on_screen_) say_in_place("");
    is_on_screen_ = false;
  }

 private:
  void tell(const Board& board) {
    const Board::Moment& moment = board.moment();
    if (moment.best.member < 0) return;
    Index copies = 0;
    for (const SearchEvent& event : moment.events) copies += event.kind == SearchEvent::kExploit;
    std::string text =
        fmt::format("{}/{} epochs  best {:.6g} (member {}, epoch {})", grouped(moment.spent),
                    grouped(board.total_epochs()), moment.best.score, moment.best.member, moment.best.epoch);
    if (copies > 0) text += fmt::format("  {} cop{}", copies, copies == 1 ? "y" : "ies");
    if (is_terminal(STDERR_FILENO)) {
      say_in_place(text.substr(0, static_cast<std::size_t>(std::max(20, terminal_width() - 1))));
      is_on_screen_ = true;
    } else if (moment.spent * 10 / std::max<Index>(1, board.total_epochs()) != tenths_) {
      tenths_ = moment.spent * 10 / std::max<Index>(1, board.total_epochs());
      say(text);
    }
  }

  const Arguments& arguments_;
  const Space& space_;
  bool is_on_screen_ = false;
  Index tenths_ = 0;
};

std::string resume_line(const Arguments& a) {
  std::vector<std::string> words{"search", a.experiment};
  for (const std::string& assignment : a.overrides) words.insert(words.end(), {"--set", assignment});
  if (a.seed >= 0) words.insert(words.end(), {"--seed", std::to_string(a.seed)});
  words.insert(words.end(), {"--out", a.directory, "--resume"});
  return shell_line(words);
}

std::string report_text(const SearchSummary& summary, const SearchPlan& plan, const Arguments& a) {
  std::string text = fmt::format("done: {} members, {} epochs in {}\n", grouped(summary.members),
                                 grouped(summary.spent), duration_text(summary.seconds)) +
                     members_table(summary, plan.space) +
                     fmt::format("\nbest: member {} after {} epochs, {} {:.6g}\n", summary.best.member,
                                 summary.best.epoch, summary.score, summary.best.score);
  if (summary.run.test)
    text += fmt::format("of the test data: loss {:.6g}, {} {:.6g}\n", summary.run.test->loss,
                        summary.run.test->headline().first, summary.run.test->headline().second);
  text += "\nin " + a.directory + ": best.toml, model.safetensors, summary.json, " + kSearchFile + "\nnext:\n";
  text += "  " + shell_line({"train", a.directory + "/best.toml", "--out", a.directory + "-best"}) + "\n";
  text += "  " + shell_line({"search", a.directory, "--lineage"}) + "\n";
  return text + "  " + shell_line({"figure", a.directory, "members"}) + "\n";
}

int interrupted(const SearchSummary& summary, const Arguments& a) {
  if (a.json) {
    Value event = make_search_event("interrupted");
    event.set("run", a.directory);
    event.set("epochs", summary.spent);
    print_json(event);
  }
  say(fmt::format("interrupted after {} epochs, all is saved; go on with: {}", grouped(summary.spent), resume_line(a)));
  return Interrupt::exit_status();
}

int finish(const SearchSummary& summary, const SearchPlan& plan, const Arguments& a) {
  if (summary.is_interrupted) return interrupted(summary, a);
  if (a.json) {
    Value event = make_search_event("done"), best = Value::Table{};
    best.set("member", summary.best.member);
    best.set("epoch", summary.best.epoch);
    best.set("score", summary.best.score);
    best.set("values", named_values(plan.space, summary.best.values));
    best.set("experiment", a.directory + "/best.toml");
    event.set("run", a.directory);
    event.set("score", summary.score);
    event.set("best", std::move(best));
    event.set("members", summary.members);
    event.set("epochs", summary.spent);
    event.set("seconds", summary.seconds);
    event.set("metrics", *summary.run.write().find("metrics"));
    print_json(event);
  } else if (!a.quiet) {
    print(report_text(summary, plan, a));
  }
  return 0;
}

void start(const SearchPlan& plan, const Arguments& a) {
  if (a.json) {
    Value event = make_search_event("start");
    event.set("run", a.directory);
    event.set("method", plan.options.method);
    event.set("members", plan.members());
    event.set("epochs", plan.base.train.epochs);
    event.set("is_reproducible", !plan.is_pbt() || plan.is_synchronous());
    print_json(event);
  } else if (!a.quiet) {
    say(fmt::format(
        "{}: {}, {} members of {} epochs, {} setting{}{}", a.experiment, plan.options.method, grouped(plan.members()),
        grouped(plan.base.train.epochs), plan.space.size(), plan.space.size() == 1 ? "" : "s",
        plan.is_pbt() && !plan.is_synchronous() ? "; asynchronous: another time the result may be another" : ""));
  }
}

int search(Arguments a) {
  if (a.lineage) {
    const SearchRecord record = SearchRecord::read(a.experiment);
    if (a.json)
      print_json(lineage_document(record));
    else
      print(lineage_text(record));
    return 0;
  }
  if (a.directory.empty()) a.directory = "runs/" + std::filesystem::path(a.experiment).stem().string() + "-search";
  if (a.resume && !is_search(a.directory))
    throw FileError(a.directory + ": there is no search to go on with; leave --resume out to begin anew");
  Value file = parse_toml(read_file(a.experiment), a.experiment);
  for (const std::string& assignment : a.overrides) set_override(file, assignment);
  if (a.seed >= 0) set_override(file, "seed=" + std::to_string(a.seed));
  const SearchPlan plan = SearchPlan::read(file);
  const auto run = [&](Communicator* ranks, Index processors) {
    const bool is_first = ranks == nullptr || ranks->is_first();
    if (is_first) start(plan, a);
    Reporter reporter(a, plan);
    const SearchSummary summary =
        run_search(plan,
                   {.directory = a.directory,
                    .data_directory = std::filesystem::path(a.experiment).parent_path().string(),
                    .resume = a.resume,
                    .threads = a.threads > 0 ? a.threads : processors,
                    .ranks = ranks},
                   {.on_news = [&](const Board& board, std::size_t reports,
                                   std::size_t events) { reporter.on_news(board, reports, events); },
                    .should_stop = Interrupt::requested});
    reporter.clear();
    return is_first ? finish(summary, plan, a) : 0;
  };
  return run_on_ranks({.run = run, .what_to_do = [&]() -> std::string {
                         if (!is_search(a.directory)) return "nothing was saved yet";
                         return "what was saved stands, go on with: mpirun ... " + resume_line(a);
                       }});
}

}  // namespace

Command search_command() {
  const auto a = std::make_shared<Arguments>();
  return {
      .name = "search",
      .summary = "Tries values of an experiment's settings: random search, population based training and others.",
      .example = "isinglass search examples/search-blobs.toml",
      .arguments =
          {{"EXPERIMENT", "", "an experiment file with a section [search]; with --lineage the directory of a search",
            &a->experiment, true},
           {"--out,-o", "DIR", "directory of the search; runs/NAME-search by the experiment file's name",
            &a->directory},
           {"--set", "KEY=VALUE", "changes a setting: --set search.members=20; may be repeated", &a->overrides},
           {"--seed", "N", "of every random draw, in place of the experiment's", &a->seed, false,
            between(0, 4294967295.0)},
           {"--threads", "N",
            "members that train at the same time; 0 = one for each processor; results do not depend on it, but for "
            "asynchronous pbt",
            &a->threads, false, between(0, 1024)},
           {"--resume", "", "go on with the search in the directory", &a->resume},
           {"--lineage", "", "who copied whom, and what changed, in a search that was run", &a->lineage},
           {"--quiet", "", "no progress and no report", &a->quiet},
           {"--json", "", "events as JSON lines on standard output, the last one \"done\"", &a->json}},
      .run = [a] { return search(*a); }};
}

}  // namespace isinglass
