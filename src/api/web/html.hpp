#pragma once

#include <string>
#include <string_view>

namespace homeport::api::web {

/// Text for anywhere in HTML, attribute values in double quotes included; what is not UTF-8 becomes
/// '?', control characters but line ends and tabs as well.
std::string escape_html(std::string_view text);

/// A whole page: title, `body` (HTML), our style and script. `refresh_seconds` above 0 lets a
/// browser without scripts load it again.
std::string html_page(std::string_view title, std::string_view body, int refresh_seconds = 0);

}  // namespace homeport::api::web
