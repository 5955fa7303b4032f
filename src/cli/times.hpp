#pragma once

#include <string>

namespace homeport::cli {

/// An ISO 8601 moment of a service as this place's local time, "2026-11-24 12:00:05"; what is no
/// moment comes back as it is.
std::string local_time(const std::string& iso8601);

/// "1 h 02 min", "3 min 20 s", "4.2 s" between two ISO 8601 moments; "" where one is missing.
std::string time_between(const std::string& begin, const std::string& end);

}  // namespace homeport::cli
