#include "base/clock.hpp"

#include <fmt/format.h>

#include <ctime>

#include "base/text.hpp"

namespace homeport::base {
namespace {

using std::chrono::days;
using std::chrono::microseconds;
using std::chrono::seconds;

/// Reads exactly `digits` decimal digits at `position` and steps over them.
bool read_number(std::string_view text, size_t& position, size_t digits, int& value) {
  if (position + digits > text.size()) return false;
  value = 0;
  for (size_t end = position + digits; position < end; ++position) {
    if (text[position] < '0' || text[position] > '9') return false;
    value = value * 10 + (text[position] - '0');
  }
  return true;
}

bool read_char(std::string_view text, size_t& position, std::string_view any_of) {
  if (position >= text.size() || any_of.find(text[position]) == std::string_view::npos)
    return false;
  ++position;
  return true;
}

microseconds read_fraction(std::string_view text, size_t& position) {
  int64_t value = 0;
  int64_t scale = 1'000'000;
  while (position < text.size() && text[position] >= '0' && text[position] <= '9') {
    if (scale > 1) {
      scale /= 10;
      value += (text[position] - '0') * scale;
    }
    ++position;
  }
  return microseconds(value);
}

Error bad_time(std::string_view text) {
  return invalid_argument("", fmt::format("'{}' is not a time in ISO 8601", text));
}

}  // namespace

TimePoint SystemClock::wall() const {
  return std::chrono::time_point_cast<microseconds>(std::chrono::system_clock::now());
}

Duration SystemClock::monotonic() const {
  return std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch());
}

std::string to_iso8601(TimePoint time) {
  const auto day = std::chrono::floor<days>(time);
  const std::chrono::year_month_day date{day};
  const auto in_day = time - day;
  const auto whole = std::chrono::duration_cast<seconds>(in_day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     whole.count() / 3600, whole.count() / 60 % 60, whole.count() % 60,
                     (in_day - whole).count());
}

std::string to_http_date(TimePoint time) {
  static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::weekday weekday{day};
  const auto in_day = std::chrono::duration_cast<seconds>(time - day).count();
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", kDays[weekday.c_encoding()],
                     static_cast<unsigned>(date.day()),
                     kMonths[static_cast<unsigned>(date.month()) - 1],
                     static_cast<int>(date.year()), in_day / 3600, in_day / 60 % 60, in_day % 60);
}

Result<TimePoint> parse_iso8601(std::string_view text) {
  size_t at = 0;
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  if (!read_number(text, at, 4, year) || !read_char(text, at, "-") ||
      !read_number(text, at, 2, month) || !read_char(text, at, "-") ||
      !read_number(text, at, 2, day) || !read_char(text, at, "Tt ") ||
      !read_number(text, at, 2, hour) || !read_char(text, at, ":") ||
      !read_number(text, at, 2, minute) || !read_char(text, at, ":") ||
      !read_number(text, at, 2, second)) {
    return bad_time(text);
  }
  const microseconds fraction =
      read_char(text, at, ".") ? read_fraction(text, at) : microseconds(0);
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok() || hour > 23 || minute > 59 || second > 60) return bad_time(text);
  seconds offset{0};
  if (at < text.size() && (text[at] == '+' || text[at] == '-')) {
    const int sign = text[at++] == '+' ? 1 : -1;
    int offset_hours = 0, offset_minutes = 0;
    if (!read_number(text, at, 2, offset_hours)) return bad_time(text);
    read_char(text, at, ":");
    if (at < text.size() && !read_number(text, at, 2, offset_minutes)) return bad_time(text);
    offset = seconds(sign * (offset_hours * 3600 + offset_minutes * 60));
  } else {
    read_char(text, at, "Zz");
  }
  if (at != text.size()) return bad_time(text);
  return TimePoint(std::chrono::sys_days(date)) + std::chrono::hours(hour) +
         std::chrono::minutes(minute) + seconds(second) + fraction - offset;
}

std::string to_iso8601_duration(seconds duration) {
  return fmt::format("PT{}S", duration.count());
}

Result<seconds> parse_iso8601_duration(std::string_view text) {
  const Error bad = invalid_argument("", fmt::format("'{}' is not a duration in ISO 8601", text));
  if (text.size() < 3 || text.front() != 'P') return bad;
  int64_t total = 0;
  bool in_time = false;
  bool any = false;
  for (size_t at = 1; at < text.size();) {
    if (text[at] == 'T' && !in_time) {
      in_time = true;
      ++at;
      continue;
    }
    size_t end = at;
    while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
    const std::optional<int64_t> number = parse_integer(text.substr(at, end - at));
    if (!number || *number > 1'000'000'000) return bad;
    if (end < text.size() && text[end] == '.') {
      do {
        ++end;
      } while (end < text.size() && text[end] >= '0' && text[end] <= '9');
    }
    if (end >= text.size()) return bad;
    const char unit = text[end];
    if (!in_time && unit == 'D') {
      total += *number * 86400;
    } else if (in_time && unit == 'H') {
      total += *number * 3600;
    } else if (in_time && unit == 'M') {
      total += *number * 60;
    } else if (in_time && unit == 'S') {
      total += *number;
    } else {
      return bad;
    }
    any = true;
    at = end + 1;
  }
  if (!any) return bad;
  return seconds(total);
}

}  // namespace homeport::base
