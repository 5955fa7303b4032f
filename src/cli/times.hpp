#pragma once

#include <string>

namespace homeport::cli {

/// A moment of a service (ISO 8601, or an HTTP date as Blob has them) as this place's local time,
/// "2026-11-24 12:00:05"; what is no moment comes back as it is.
std::string local_time(const std::string& text);

/// "1 h 02 min", "3 min 20 s", "4.2 s" between two ISO 8601 moments; "" where one is missing.
std::string time_between(const std::string& begin, const std::string& end);

/// An ISO 8601 duration as people say it, "2 min 00 s"; what is none comes back as it is.
std::string duration_text(const std::string& iso8601);

}  // namespace homeport::cli
