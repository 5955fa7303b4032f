#include "api/http/response_head.hpp"

#include <fmt/format.h>

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <ctime>

#include "api/http/status.hpp"
#include "base/clock.hpp"
#include "base/text.hpp"

namespace homeport::api::http {
namespace {

/// The Date header of this second; made once a second and thread.
const std::string& current_date() {
  thread_local std::chrono::seconds second{-1};
  thread_local std::string text;
  const base::TimePoint now = base::SystemClock().wall();
  const auto current = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch());
  if (current != second) {
    second = current;
    text = base::to_http_date(now);
  }
  return text;
}

void append_clean(std::string& out, std::string_view text) {
  for (char c : text) out += c == '\r' || c == '\n' || c == '\0' ? ' ' : c;
}

bool has_no_length(int status) {
  return status < 200 || status == 204;
}

}  // namespace

uint64_t body_size(const Response& response) {
  if (const auto* file = std::get_if<FileBody>(&response.body)) return file->length;
  return std::get<std::string>(response.body).size();
}

bool sends_body(const Response& response, const Framing& framing) {
  return !framing.head_request && response.status != 304 && !has_no_length(response.status);
}

std::string serialize_head(const Response& response, const Framing& framing) {
  std::string out;
  out.reserve(512);
  fmt::format_to(std::back_inserter(out), "HTTP/1.1 {} ", response.status);
  append_clean(out, response.reason.empty() ? reason_phrase(response.status) : response.reason);
  out += "\r\nServer: Homeport\r\n";
  const bool keeps_length = framing.head_request || response.status == 304;
  bool has_length = has_no_length(response.status);
  bool has_date = false;
  for (const auto& [name, value] : response.headers.fields()) {
    if (base::equals_ignoring_case(name, "Content-Length")) {
      if (!keeps_length || has_length) continue;
      has_length = true;
    } else if (base::equals_ignoring_case(name, "Connection") ||
               base::equals_ignoring_case(name, "Transfer-Encoding")) {
      continue;  // The connection is the server's.
    }
    has_date = has_date || base::equals_ignoring_case(name, "Date");
    append_clean(out, name);
    out += ": ";
    append_clean(out, value);
    out += "\r\n";
  }
  if (!has_date) fmt::format_to(std::back_inserter(out), "Date: {}\r\n", current_date());
  if (!has_length && response.status != 304) {
    fmt::format_to(std::back_inserter(out), "Content-Length: {}\r\n", body_size(response));
  }
  if (!framing.keep_alive) {
    out += "Connection: close\r\n";
  } else if (framing.version == 10) {
    out += "Connection: keep-alive\r\n";
  }
  out += "\r\n";
  return out;
}

Response error_response(int status, const char* code, const std::string& message) {
  const boost::json::value body{{"error", {{"code", code}, {"message", message}}}};
  return json_response(status, boost::json::serialize(body));
}

}  // namespace homeport::api::http
