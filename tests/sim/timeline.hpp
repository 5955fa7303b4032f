#pragma once

#include <functional>
#include <map>
#include <optional>
#include <utility>

#include "base/clock.hpp"
#include "fake_clock.hpp"

namespace homeport::sim {

/// What will happen when, on the simulated clock. Things due at the same moment happen in the order
/// in which they were put in.
class Timeline {
 public:
  explicit Timeline(testing::FakeClock& clock) : clock_(clock) {}

  void after(base::Duration delay, std::function<void()> what) {
    due_.emplace(clock_.monotonic() + delay, std::move(what));
  }
  std::optional<base::Duration> next() const {
    if (due_.empty()) return std::nullopt;
    return due_.begin()->first;
  }
  /// Moves the clock to `moment` and does what is due until then.
  void advance_to(base::Duration moment) {
    while (!due_.empty() && due_.begin()->first <= moment) {
      auto first = due_.extract(due_.begin());
      move_clock(first.key());
      first.mapped()();
    }
    move_clock(moment);
  }

 private:
  void move_clock(base::Duration moment) {
    if (moment > clock_.monotonic()) clock_.advance(moment - clock_.monotonic());
  }

  testing::FakeClock& clock_;
  std::multimap<base::Duration, std::function<void()>> due_;
};

}  // namespace homeport::sim
