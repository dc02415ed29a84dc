// cli/studio.cpp - the studio: watch a network learn, in the browser.
#include "isinglass/serve/studio.h"

#include <spawn.h>

#include <chrono>
#include <cstdlib>
#include <memory>
#include <thread>

#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/output.h"
#include "isinglass/base/error.h"
#include "isinglass/serve/studio_page.h"

extern char** environ;

namespace isinglass {
namespace {

struct Arguments {
  std::vector<std::string> runs;
  std::string directory = "runs";
  Index port = 0;
  bool no_browser = false;
};

// Where there is a screen; that no browser opens is no failure: the address is printed.
void open_browser(const std::string& address) {
  if (std::getenv("DISPLAY") == nullptr && std::getenv("WAYLAND_DISPLAY") == nullptr) return;
  std::string program = "xdg-open", operand = address;
  char* const words[] = {program.data(), operand.data(), nullptr};
  pid_t child = 0;
  posix_spawnp(&child, program.c_str(), nullptr, nullptr, words, environ);
}

int studio(const Arguments& a) {
  if (studio_page().empty())
    throw Error(
        "this isinglass was built without the studio's page, as there was no Node.js; install Debian's nodejs "
        "and npm, do `npm ci && npm run build` in studio/, and build again");
  Studio studio({.runs = a.runs, .directory = a.directory, .port = a.port, .say = say});
  const Interrupt interrupt;
  studio.start();
  print(studio.address() + "\n");
  say("the studio is open at " + studio.address() + " until Ctrl-C");
  if (!a.no_browser) open_browser(studio.address());
  while (!Interrupt::requested()) std::this_thread::sleep_for(std::chrono::milliseconds(100));
  return 0;
}

}  // namespace

Command studio_command() {
  const auto a = std::make_shared<Arguments>();
  return {.name = "studio",
          .summary = "The studio in the browser: watch a network learn, go back in time, ask where a number came from.",
          .example = "isinglass studio runs/ann-3-2-1",
          .arguments =
              {{"RUN", "",
                "directories of runs and searches to look at, also runs/*: of several, those that hold none are left "
                "out; more can be begun in the studio",
                &a->runs},
               {"--port", "N", "port on 127.0.0.1; 0 = a free one", &a->port, false, between(0, 65535)},
               {"--no-browser", "", "only print the address", &a->no_browser},
               {"--out", "DIR", "directory where the runs that are begun in the studio are written", &a->directory}},
          .run = [a] { return studio(*a); }};
}

}  // namespace isinglass
