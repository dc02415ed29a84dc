#include "cli/interrupt.h"

#include <atomic>
#include <csignal>

namespace isinglass {
namespace {

std::atomic<int> noted{0};  // the signal
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler may write it");

constexpr int kSignals[] = {SIGINT, SIGTERM};

void set_handler(void (*handler)(int)) {
  for (const int signal : kSignals) {
    struct sigaction action = {};
    ::sigaction(signal, nullptr, &action);
    if (action.sa_handler == SIG_IGN) continue;
    action = {};
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    ::sigaction(signal, &action, nullptr);
  }
}

void note(int signal) {
  noted.store(signal, std::memory_order_relaxed);
  set_handler(SIG_DFL);
}

}  // namespace

Interrupt::Interrupt() {
  set_handler(note);
}
Interrupt::~Interrupt() {
  set_handler(SIG_DFL);
}

bool Interrupt::requested() {
  return noted.load(std::memory_order_relaxed) != 0;
}
int Interrupt::exit_status() {
  return 128 + noted.load(std::memory_order_relaxed);
}

}  // namespace isinglass
