#pragma once

#include <chrono>

namespace homeport::cli {

/// Ctrl-C as something to look at instead of the end of the process. While one lives, SIGINT is
/// counted; afterwards it is what it was. At most one at a time, made on the main thread.
class Interrupts {
 public:
  Interrupts();
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  /// How many came so far.
  int count() const;
  /// Waits until `duration` is over or one more than `seen` has come; true if one has.
  bool wait(std::chrono::milliseconds duration, int seen) const;
};

}  // namespace homeport::cli
