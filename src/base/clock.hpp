#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace homeport::base {

/// A moment on the wall clock, UTC, in microseconds since 1970. The ledger stores `count()`.
using TimePoint = std::chrono::time_point<std::chrono::system_clock, std::chrono::microseconds>;
using Duration = std::chrono::microseconds;

/// The two clocks of the machine, apart: wall() for what people read and may jump either way,
/// monotonic() for measuring waits. Implementations are safe to call from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual TimePoint wall() const = 0;
  virtual Duration monotonic() const = 0;
};

/// The machine's own clocks.
class SystemClock final : public Clock {
 public:
  TimePoint wall() const override;
  Duration monotonic() const override;
};

/// "2019-06-01T10:20:30.123456Z". ISO 8601, UTC.
std::string to_iso8601(TimePoint time);
/// "Sat, 01 Jun 2019 10:20:30 GMT". RFC 7231 §7.1.1.1.
std::string to_http_date(TimePoint time);
/// Reads ISO 8601 with Z, an offset or none (taken as UTC), 0 to 9 decimals. InvalidArgument
/// otherwise.
Result<TimePoint> parse_iso8601(std::string_view text);

/// "PT300S": how both services write a duration.
std::string to_iso8601_duration(std::chrono::seconds duration);
/// Reads PnDTnHnMnS (whole numbers; fractions of a second are dropped). InvalidArgument otherwise.
Result<std::chrono::seconds> parse_iso8601_duration(std::string_view text);

}  // namespace homeport::base
