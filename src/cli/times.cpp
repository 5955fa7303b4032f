#include "cli/times.hpp"

#include <fmt/format.h>

#include <ctime>

#include "base/clock.hpp"

namespace homeport::cli {

std::string local_time(const std::string& iso8601) {
  const auto moment = base::parse_iso8601(iso8601);
  if (!moment) {
    return iso8601;
  }
  const auto seconds =
      std::chrono::duration_cast<std::chrono::seconds>(moment.value().time_since_epoch());
  const std::time_t time = seconds.count();
  std::tm parts{};
  if (::localtime_r(&time, &parts) == nullptr) {
    return iso8601;
  }
  char text[32];
  const size_t length = std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &parts);
  return std::string(text, length);
}

std::string time_between(const std::string& begin, const std::string& end) {
  const auto from = base::parse_iso8601(begin);
  const auto to = base::parse_iso8601(end);
  if (!from || !to) {
    return "";
  }
  const double seconds = std::chrono::duration<double>(to.value() - from.value()).count();
  const auto whole = static_cast<long>(seconds);
  if (whole >= 3600) {
    return fmt::format("{} h {:02} min", whole / 3600, whole / 60 % 60);
  }
  return whole >= 60 ? fmt::format("{} min {:02} s", whole / 60, whole % 60)
                     : fmt::format("{:.1f} s", seconds);
}

}  // namespace homeport::cli
