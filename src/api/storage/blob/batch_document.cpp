#include "api/storage/blob/batch_document.hpp"

#include <optional>

#include "api/http/status.hpp"
#include "api/http/target.hpp"
#include "api/storage/failure.hpp"
#include "base/text.hpp"

namespace homeport::api::storage::blob {
namespace {

constexpr size_t kMaxParts = 256;

base::Error wrong(const char* message) {
  return bad_request("InvalidInput", message);
}

// "multipart/mixed; boundary=x", the value with quotes or without.
std::string boundary_of(std::string_view type) {
  constexpr std::string_view kName = "boundary=";
  const size_t at = base::to_lower(type).find(kName);
  if (at == std::string::npos) return "";
  std::string_view value = type.substr(at + kName.size());
  value = base::trim(value.substr(0, value.find(';')));
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
    value = value.substr(1, value.size() - 2);
  }
  return std::string(value);
}

// Takes a line off `text`, whose end may be LF alone.
std::string_view take_line(std::string_view& text) {
  const size_t end = std::min(text.find('\n'), text.size());
  std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

base::Result<http::Headers> take_headers(std::string_view& text) {
  http::Headers headers;
  while (true) {
    const std::string_view line = take_line(text);
    if (line.empty()) return headers;
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos) return wrong("a header of the batch has no colon");
    headers.add(std::string(base::trim(line.substr(0, colon))),
                std::string(base::trim(line.substr(colon + 1))));
  }
}

base::Result<BatchPart> parse_part(const http::Request& outer, std::string_view text) {
  HP_TRY(const http::Headers envelope, take_headers(text));
  BatchPart part;
  part.id = envelope.get("Content-ID");
  const std::vector<std::string> words = base::split(take_line(text), ' ');
  if (words.size() != 3 || !words[2].starts_with("HTTP/")) {
    return wrong("a part of the batch does not begin with a request line");
  }
  part.request.method = words[0];
  part.request.host = outer.host;
  part.request.scheme = outer.scheme;
  part.request.remote_address = outer.remote_address;
  part.request.gateway_name = outer.gateway_name;
  HP_TRYV(http::parse_target(words[1], part.request));
  HP_TRY(part.request.headers, take_headers(text));
  if (!base::trim(text).empty()) return wrong("a request of a batch has no body");
  return part;
}

}  // namespace

base::Result<std::vector<BatchPart>> parse_batch(const http::Request& outer,
                                                 std::string_view body) {
  const std::string boundary = boundary_of(outer.headers.get("Content-Type"));
  if (boundary.empty()) return wrong("Content-Type is multipart/mixed with a boundary");
  const std::string delimiter = "--" + boundary;
  std::vector<BatchPart> parts;
  size_t at = body.find(delimiter);
  while (at != std::string_view::npos) {
    std::string_view rest = body.substr(at + delimiter.size());
    if (rest.starts_with("--")) return parts;
    take_line(rest);
    const size_t end = rest.find(delimiter);
    if (end == std::string_view::npos) break;
    if (parts.size() == kMaxParts) return wrong("a batch has at most 256 requests");
    HP_TRY(BatchPart part, parse_part(outer, rest.substr(0, end)));
    parts.push_back(std::move(part));
    at = body.size() - rest.size() + end;
  }
  return wrong("the batch is cut off: its last boundary is missing");
}

std::string render_batch_part(const std::string& id, const http::Response& response) {
  std::string text = "Content-Type: application/http\r\n";
  if (!id.empty()) text += "Content-ID: " + id + "\r\n";
  text += "\r\nHTTP/1.1 " + std::to_string(response.status) + " " +
          http::reason_phrase(response.status) + "\r\n";
  for (const auto& [name, value] : response.headers.fields()) {
    text += name + ": " + value + "\r\n";
  }
  const auto* body = std::get_if<std::string>(&response.body);
  text += "\r\n";
  if (body != nullptr) text += *body;
  return text + "\r\n";
}

}  // namespace homeport::api::storage::blob
