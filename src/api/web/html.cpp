#include "api/web/html.hpp"

#include <fmt/format.h>

#include <chrono>

#include "base/clock.hpp"
#include "base/text.hpp"

namespace homeport::api::web {
namespace {

// A ship's house: drawn here, so that no page asks for a file of its own.
constexpr std::string_view kMark =
    "<svg viewBox=\"0 0 16 16\" aria-hidden=\"true\"><path fill=\"currentColor\" d=\"M8 1 1 "
    "7h2v4h10V7h2zM1 "
    "12c1.2 0 1.2 1 2.4 1s1.2-1 2.3-1 1.2 1 2.3 1 1.2-1 2.3-1 1.2 1 2.3 1 1.2-1 2.4-1v2c-1.2 0-1.2 "
    "1-2.4 1s-1.2-1-2.3-1-1.2 "
    "1-2.3 1-1.2-1-2.3-1-1.2 1-2.3 1-1.2-1-2.4-1z\"/></svg>";
constexpr std::string_view kIcon =
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath "
    "fill='%232a6fb0' d='M8 1 1 7h2v8h10V7h2z'/%3E%3C/svg%3E";

}  // namespace

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

std::string time_element(std::string_view iso8601) {
  const auto time = base::parse_iso8601(iso8601);
  if (time.has_error()) return escape_html(iso8601);
  std::string text = base::to_iso8601(std::chrono::floor<std::chrono::seconds>(time.value()));
  text = text.substr(0, text.find_first_of(".Z"));
  text[text.find('T')] = ' ';
  return "<time datetime=\"" + escape_html(iso8601) + "\">" + escape_html(text) + " UTC</time>";
}

std::string duration_element(std::string_view started, std::string_view ended) {
  const auto from = base::parse_iso8601(started);
  if (from.has_error()) return "";
  const auto to = base::parse_iso8601(ended);
  if (to.has_error()) return "<span data-since=\"" + escape_html(started) + "\"></span>";
  const auto seconds =
      std::chrono::duration_cast<std::chrono::seconds>(to.value() - from.value()).count();
  return fmt::format("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

std::string html_page(std::string_view title, std::string_view body, int refresh_seconds) {
  std::string page = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">";
  page += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">";
  page += "<title>" + escape_html(title) + " · Homeport</title>";
  page += "<link rel=\"icon\" href=\"" + std::string(kIcon) + "\">";
  page += "<link rel=\"stylesheet\" href=\"/web/assets/page.css\">";
  page += "<script src=\"/web/assets/page.js\" defer></script>";
  if (refresh_seconds > 0) {
    page += "<noscript><meta http-equiv=\"refresh\" content=\"" + std::to_string(refresh_seconds) +
            "\"></noscript>";
  }
  page +=
      "</head>\n<body>\n<header><a href=\"/web/\">" + std::string(kMark) +
      "</a><a href=\"/web/\">Homeport</a><span class=\"stale\" role=\"status\"></span></header>\n"
      "<main>\n";
  page += body;
  page += "</main>\n</body></html>\n";
  return page;
}

}  // namespace homeport::api::web
