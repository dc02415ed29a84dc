// cli/interrupt.h - Ctrl-C asks a run to stop; the second one ends the process at once.
#pragma once

namespace isinglass {

// While it lives, the first SIGINT or SIGTERM is only noted. A signal that was ignored stays ignored (nohup).
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  static bool requested();   // a nanosecond
  static int exit_status();  // 130 for SIGINT, 143 for SIGTERM
};

}  // namespace isinglass
