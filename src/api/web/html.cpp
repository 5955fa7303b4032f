#include "api/web/html.hpp"

#include "base/text.hpp"

namespace homeport::api::web {

std::string escape_html(std::string_view text) {
  const bool is_utf8 = base::is_utf8(text);
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default: {
        const bool is_control = byte < 0x20 && c != '\n' && c != '\t' && c != '\r';
        out += is_control || byte == 0x7F || (byte >= 0x80 && !is_utf8) ? '?' : c;
      }
    }
  }
  return out;
}

std::string html_page(std::string_view title, std::string_view body, int refresh_seconds) {
  std::string page = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">";
  page += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">";
  page += "<title>" + escape_html(title) + " · Homeport</title>";
  page += "<link rel=\"stylesheet\" href=\"/web/assets/page.css\">";
  page += "<script src=\"/web/assets/page.js\" defer></script>";
  if (refresh_seconds > 0) {
    page += "<noscript><meta http-equiv=\"refresh\" content=\"" + std::to_string(refresh_seconds) +
            "\"></noscript>";
  }
  page += "</head>\n<body>\n<header><a href=\"/web/\">Homeport</a></header>\n<main>\n";
  page += body;
  page += "</main>\n</body></html>\n";
  return page;
}

}  // namespace homeport::api::web
