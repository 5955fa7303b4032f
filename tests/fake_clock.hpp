#pragma once

#include <atomic>

#include "base/clock.hpp"

namespace homeport::testing {

/// A clock that moves only when told to; wall and monotonic time can be moved apart. Any thread.
class FakeClock final : public base::Clock {
 public:
  base::TimePoint wall() const override { return base::TimePoint(base::Duration(wall_.load())); }
  base::Duration monotonic() const override { return base::Duration(monotonic_.load()); }

  void advance(base::Duration by) {
    wall_ += by.count();
    monotonic_ += by.count();
  }
  /// The wall clock jumps, as after a correction; monotonic time does not.
  void jump_wall(base::Duration by) { wall_ += by.count(); }

 private:
  std::atomic<int64_t> wall_{1'700'000'000'000'000};
  std::atomic<int64_t> monotonic_{0};
};

}  // namespace homeport::testing
