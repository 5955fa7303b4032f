#include "cli/times.hpp"

#include <fmt/format.h>

#include <ctime>
#include <optional>

#include "base/clock.hpp"

namespace homeport::cli {
namespace {

/// Seconds since 1970.
std::optional<std::time_t> seconds_of(const std::string& text) {
  if (const auto moment = base::parse_iso8601(text)) {
    return std::chrono::floor<std::chrono::seconds>(moment.value()).time_since_epoch().count();
  }
  std::tm parts{};
  const char* end = ::strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  if (end == nullptr || *end != '\0') return std::nullopt;
  return ::timegm(&parts);
}

std::string span_text(double seconds) {
  const auto whole = static_cast<long>(seconds);
  if (whole >= 3600) {
    return fmt::format("{} h {:02} min", whole / 3600, whole / 60 % 60);
  }
  return whole >= 60 ? fmt::format("{} min {:02} s", whole / 60, whole % 60)
                     : fmt::format("{:.1f} s", seconds);
}

}  // namespace

std::string local_time(const std::string& text) {
  const auto time = seconds_of(text);
  std::tm parts{};
  if (!time || ::localtime_r(&*time, &parts) == nullptr) return text;
  char written[32];
  const size_t length = std::strftime(written, sizeof written, "%Y-%m-%d %H:%M:%S", &parts);
  return std::string(written, length);
}

std::string time_between(const std::string& begin, const std::string& end) {
  const auto from = base::parse_iso8601(begin);
  const auto to = base::parse_iso8601(end);
  if (!from || !to) return "";
  return span_text(std::chrono::duration<double>(to.value() - from.value()).count());
}

std::string duration_text(const std::string& iso8601) {
  const auto duration = base::parse_iso8601_duration(iso8601);
  if (!duration) return iso8601;
  const auto seconds = duration.value().count();
  return seconds < 60 ? fmt::format("{} s", seconds) : span_text(static_cast<double>(seconds));
}

}  // namespace homeport::cli
