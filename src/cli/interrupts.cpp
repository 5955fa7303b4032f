#include "cli/interrupts.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>

namespace homeport::cli {
namespace {

// A signal handler can reach nothing but globals.
std::atomic<int> interrupt_count{0};
std::atomic<int> interrupt_event{-1};
struct sigaction previous_action {};

void on_interrupt(int /*signal*/) {
  const int saved = errno;
  interrupt_count.fetch_add(1);
  const uint64_t one = 1;
  if (::write(interrupt_event.load(), &one, sizeof one) < 0) {
    // The counter is already up; a full event counter wakes the waiter as well.
  }
  errno = saved;
}

}  // namespace

Interrupts::Interrupts() {
  interrupt_count = 0;
  interrupt_event = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  struct sigaction action {};
  action.sa_handler = on_interrupt;
  ::sigemptyset(&action.sa_mask);
  ::sigaction(SIGINT, &action, &previous_action);
}

Interrupts::~Interrupts() {
  ::sigaction(SIGINT, &previous_action, nullptr);
  ::close(interrupt_event.exchange(-1));
}

int Interrupts::count() const {
  return interrupt_count.load();
}

bool Interrupts::wait(std::chrono::milliseconds duration, int seen) const {
  const auto deadline = std::chrono::steady_clock::now() + duration;
  while (count() <= seen) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) {
      return false;
    }
    pollfd event{interrupt_event.load(), POLLIN, 0};
    if (::poll(&event, 1, static_cast<int>(std::min<int64_t>(left.count() + 1, 60'000))) > 0) {
      uint64_t ignored = 0;
      if (::read(event.fd, &ignored, sizeof ignored) < 0) {
        continue;
      }
    }
  }
  return true;
}

}  // namespace homeport::cli
