// cli/commands.h - the commands of `isinglass`: one file and one row of the table for each.
#pragma once
#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "isinglass/base/options.h"

namespace isinglass {

// An operand such as EXPERIMENT, an option such as --out DIR, or a flag such as --json. Its value is written to
// where `value` points, which keeps what it had when the argument is not given.
struct Argument {
  std::string names;        // "EXPERIMENT"; "--out"; "--output,-o"
  std::string placeholder;  // of an option's value: "DIR"
  std::string help;
  std::variant<bool*, Index*, std::string*, std::vector<std::string>*> value;
  bool is_required = false;
  Constraint constraint = {};  // of a number
};

struct Command {
  std::string name, summary, example;
  std::vector<Argument> arguments = {};
  std::string notes = {};         // of the help, between options and example; lines ended by '\n'
  std::function<int()> run = {};  // returns the exit status; throws Error
  // Of a command that has several: the word behind its name chooses one, and it has no arguments of its own.
  std::vector<Command> topics = {};
};

Command train_command();
Command evaluate_command();
Command predict_command();
Command encode_command();
Command decode_command();
Command describe_command();
Command show_command();
Command explain_command();
Command diagnose_command();
Command figure_command();
Command book_command();
Command check_command();
Command lab_command();
Command search_command();
Command datasets_command();
Command bench_command();
Command studio_command();

// In the order of the help.
inline std::vector<Command> all_commands() {
  return {train_command(),    evaluate_command(), predict_command(), encode_command(),   decode_command(),
          describe_command(), show_command(),     explain_command(), diagnose_command(), figure_command(),
          book_command(),     check_command(),    search_command(),  lab_command(),      datasets_command(),
          bench_command(),    studio_command()};
}

}  // namespace isinglass
