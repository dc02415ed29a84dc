#include "cli/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>

#include "cli/output.h"
#include "isinglass/base/error.h"
#include "isinglass/io/text.h"

namespace isinglass {
namespace {

using Words = std::vector<std::string>;

bool is_option(const Argument& argument) {
  return argument.names.starts_with('-');
}

// "--output" of "--output,-o".
std::string shown_name(const Argument& argument) {
  return argument.names.substr(0, argument.names.find(','));
}

Index to_number(const std::string& word, const Argument& argument) {
  Index number = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (error != std::errc() || end != word.data() + word.size() ||
      !argument.constraint.allows(static_cast<double>(number)))
    throw OptionError(shown_name(argument) + ": expected a whole number " + argument.constraint.text() + ", found " +
                      in_quotes(word));
  return number;
}

void assign(const Argument& argument, const Words& given) {
  const std::string name = shown_name(argument);
  if (auto* const* list = std::get_if<Words*>(&argument.value)) {
    **list = given;
  } else if (given.size() > 1 && !std::holds_alternative<bool*>(argument.value)) {
    throw OptionError(name + " is given " + std::to_string(given.size()) + " times: " + in_quotes(given[0]) + " and " +
                      in_quotes(given[1]) + "; give it once");
  } else if (auto* const* text = std::get_if<std::string*>(&argument.value)) {
    if (given[0].empty()) throw OptionError(name + ": expected " + argument.help + ", found an empty text");
    **text = given[0];
  } else if (auto* const* number = std::get_if<Index*>(&argument.value)) {
    **number = to_number(given[0], argument);
  } else {
    *std::get<bool*>(argument.value) = true;
  }
}

// What no argument took.
void refuse_extras(const Command& command, Words extras) {
  std::erase(extras, "--");  // what follows it is an operand, whatever it looks like
  if (extras.empty()) return;
  const auto option = std::ranges::find_if(extras, [](const auto& word) { return word.size() > 1 && word[0] == '-'; });
  if (option == extras.end())
    throw OptionError("unexpected argument " + in_quotes(extras[0]) + "; see isinglass " + command.name + " --help");
  const std::string name = option->substr(0, option->find('='));
  Words known{"--help"};
  for (const Argument& argument : command.arguments)
    if (is_option(argument)) known.push_back(shown_name(argument));
  throw OptionError(command.name + " has no option " + in_quotes(name) + did_you_mean(name, known));
}

CLI::Option* declare(CLI::App& app, const Argument& argument, Words& given) {
  if (std::holds_alternative<bool*>(argument.value))
    return app.add_flag(argument.names, argument.help)->disable_flag_override();
  CLI::Option* option = app.add_option(argument.names, given, argument.help);
  option->type_name(is_option(argument) ? argument.placeholder : "");
  option->required(argument.is_required);
  if (!is_option(argument)) {
    const bool takes_many = std::holds_alternative<Words*>(argument.value);
    return takes_many ? option->expected(-1) : option->expected(1)->allow_extra_args(false)->take_last();
  }
  // All of them, so that a repeated one is found and not dropped.
  return option->expected(1)->allow_extra_args(false)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

std::string overview(const std::vector<Command>& commands) {
  std::string text =
      "Trains neural networks on a CPU.\n\n"
      "Usage: isinglass COMMAND [ARGUMENTS]\n\nCommands:\n";
  for (const Command& command : commands)
    text += "  " + command.name + std::string(12 - command.name.size(), ' ') + command.summary + "\n";
  return text +
         "\nOptions:\n  --help      this text; isinglass COMMAND --help tells about a command\n"
         "  --version   the version\n\nExample:\n  " +
         commands[0].example + "\n";
}

bool is_help(const Words& words) {
  return words.empty() || words[0] == "--help" || words[0] == "-h";
}

std::string overview_of_topics(const Command& command) {
  std::string text = command.summary + "\n\nUsage: isinglass " + command.name + " TOPIC [ARGUMENTS]\n\nTopics:\n";
  for (const Command& topic : command.topics)
    text += "  " + topic.name + std::string(16 - topic.name.size(), ' ') + topic.summary + "\n";
  return text + "\nisinglass " + command.name + " TOPIC --help tells about one.\n\nExample:\n  " + command.example +
         "\n";
}

// Words behind the command's name.
int run_command(const Command& command, const Words& words) {
  if (command.topics.empty()) return parse_arguments(command, words) ? command.run() : 0;
  if (is_help(words)) {
    print(overview_of_topics(command));
    return 0;
  }
  const auto row = std::ranges::find(command.topics, words[0], &Command::name);
  if (row == command.topics.end()) {
    std::string known;
    for (const Command& topic : command.topics) known += (known.empty() ? "" : ", ") + topic.name;
    throw OptionError(command.name + ": there is no topic " + in_quotes(words[0]) + "; known: " + known);
  }
  Command topic = *row;
  topic.name = command.name + " " + row->name;
  return run_command(topic, Words(words.begin() + 1, words.end()));
}

}  // namespace

bool parse_arguments(const Command& command, const Words& words) {
  CLI::App app(command.summary, "isinglass " + command.name);
  app.set_help_flag("-h,--help", "this text");
  app.footer((command.notes.empty() ? "" : command.notes + "\n") + "Example:\n  " + command.example);
  app.allow_extras();
  std::vector<Words> given(command.arguments.size());
  std::vector<CLI::Option*> options;
  for (std::size_t i = 0; i < given.size(); ++i) options.push_back(declare(app, command.arguments[i], given[i]));
  try {
    app.parse(Words(words.rbegin(), words.rend()));  // CLI11 takes them from the back
  } catch (const CLI::CallForHelp&) {
    print(app.help());
    return false;
  } catch (const CLI::RequiredError&) {  // what is missing is told below; a misspelt name, before that
  } catch (const CLI::ParseError& error) {
    throw OptionError(std::string(error.what()) + "; see isinglass " + command.name + " --help");
  }
  for (std::size_t i = 0; i < given.size(); ++i)
    for (const std::string& word : given[i])
      if (is_option(command.arguments[i]) && word.starts_with("--"))
        throw OptionError(shown_name(command.arguments[i]) + ": expected " + command.arguments[i].placeholder +
                          ", found the option " + in_quotes(word));
  refuse_extras(command, app.remaining());
  for (std::size_t i = 0; i < given.size(); ++i) {
    const Argument& argument = command.arguments[i];
    if (options[i]->count() > 0)
      assign(argument, given[i]);
    else if (argument.is_required)
      throw OptionError(command.name + " needs " + shown_name(argument) + ": " + argument.help +
                        "; for example: " + command.example);
  }
  return true;
}

int run_command_line(const Words& words) {
  const std::vector<Command> commands = all_commands();
  if (is_help(words)) {
    print(overview(commands));
    return 0;
  }
  if (words[0] == "--version") {
    print("isinglass " ISINGLASS_VERSION "\n");
    return 0;
  }
  const auto command = std::ranges::find(commands, words[0], &Command::name);
  if (command == commands.end()) {
    Words known{"--help", "--version"};
    for (const Command& c : commands) known.insert(known.end() - 2, c.name);
    throw OptionError("there is no command " + in_quotes(words[0]) + did_you_mean(words[0], known));
  }
  return run_command(*command, Words(words.begin() + 1, words.end()));
}

std::string shell_line(const Words& words) {
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./,:@%";
  std::string line = "isinglass";
  for (const std::string& word : words) {
    line += ' ';
    if (!word.empty() && word.find_first_not_of(kPlain) == std::string::npos) {
      line += word;
      continue;
    }
    line += '\'';
    for (const char c : word) c == '\'' ? line += "'\\''" : line += c;
    line += '\'';
  }
  return line;
}

}  // namespace isinglass
