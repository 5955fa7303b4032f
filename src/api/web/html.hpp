#pragma once

#include <string>
#include <string_view>

namespace homeport::api::web {

/// Text for anywhere in HTML, attribute values in double quotes included; what is not UTF-8 becomes
/// '?', control characters but line ends and tabs as well.
std::string escape_html(std::string_view text);

/// "2026-11-27T19:25:25.714835Z" as an element that says it in UTC, and in the reader's own time
/// where scripts run; the text itself if it is no time.
std::string time_element(std::string_view iso8601);

/// How long it took, as "0:01:05"; without `ended` an element that counts on where scripts run. ""
/// where `started` is no time.
std::string duration_element(std::string_view started, std::string_view ended);

/// A whole page: title, `body` (HTML), our style and script. `refresh_seconds` above 0 lets a
/// browser without scripts load it again.
std::string html_page(std::string_view title, std::string_view body, int refresh_seconds = 0);

}  // namespace homeport::api::web
