#pragma once

#include <chrono>

namespace homeport::api::http {

/// Until when the peer may take for the step at hand. Its server looks at it twice a second: finer
/// timers, one for each read, would cost more than the reads. One thread.
class Deadline {
 public:
  using Clock = std::chrono::steady_clock;

  void arm(std::chrono::milliseconds from_now) { at_ = Clock::now() + from_now; }
  void disarm() { at_ = Clock::time_point::max(); }
  bool has_passed(Clock::time_point now) const { return now >= at_; }

 private:
  Clock::time_point at_ = Clock::time_point::max();
};

}  // namespace homeport::api::http
