#include "api/web/local_client.hpp"

#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>

#include "base/bare_numbers.hpp"
#include "base/text.hpp"

namespace homeport::api::web {
namespace {

namespace json = boost::json;

constexpr uint64_t kLargestAnswer = 64ULL << 20;

std::vector<std::pair<std::string, std::string>> parse_query(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> parameters;
  for (const std::string& pair : base::split(query, '&')) {
    const size_t equals = std::min(pair.find('='), pair.size());
    std::string value = pair.substr(std::min(equals + 1, pair.size()));
    std::replace(value.begin(), value.end(), '+', ' ');
    if (!pair.empty()) {
      parameters.emplace_back(pair.substr(0, equals), base::percent_decode(value).value_or(value));
    }
  }
  return parameters;
}

std::string content_of(const http::Response& response) {
  if (const auto* text = std::get_if<std::string>(&response.body)) {
    return *text;
  }
  const auto& part = std::get<http::FileBody>(response.body);
  std::string bytes(std::min(part.length, kLargestAnswer), '\0');
  size_t filled = 0;
  while (filled < bytes.size()) {
    const ssize_t count = ::pread(part.file->get(), bytes.data() + filled, bytes.size() - filled,
                                  static_cast<off_t>(part.offset + filled));
    if (count <= 0) {
      break;
    }
    filled += static_cast<size_t>(count);
  }
  bytes.resize(filled);
  return bytes;
}

base::Result<json::value> document_of(const http::Response& response) {
  boost::system::error_code failure;
  json::value document = json::parse(base::quote_bare_numbers(content_of(response)), failure);
  if (response.status < 400) {
    return failure ? base::Result<json::value>(base::internal("an answer that is no JSON"))
                   : document;
  }
  const std::string message = text_at(document, "/error/message");
  switch (response.status) {
    case 404:
      return base::not_found("NotFound", message.empty() ? "there is no such thing" : message);
    case 401:
      return base::Error{base::ErrorCode::Unauthenticated, message, {}, {}, {}};
    default:
      return base::internal(message.empty() ? "status " + std::to_string(response.status)
                                            : message);
  }
}

}  // namespace

std::string text_at(const json::value& value, std::string_view pointer) {
  boost::system::error_code failure;
  const json::value* found =
      value.find_pointer(json::string_view(pointer.data(), pointer.size()), failure);
  if (found == nullptr || found->is_null()) {
    return "";
  }
  const auto* text = found->if_string();
  return text != nullptr ? std::string(text->data(), text->size()) : json::serialize(*found);
}

const json::array& array_at(const json::value& value, std::string_view pointer) {
  static const json::array kEmpty;
  boost::system::error_code failure;
  const json::value* found =
      value.find_pointer(json::string_view(pointer.data(), pointer.size()), failure);
  return found != nullptr && found->is_array() ? found->get_array() : kEmpty;
}

const json::object& object_at(const json::value& value, std::string_view pointer) {
  static const json::object kEmpty;
  boost::system::error_code failure;
  const json::value* found =
      value.find_pointer(json::string_view(pointer.data(), pointer.size()), failure);
  return found != nullptr && found->is_object() ? found->get_object() : kEmpty;
}

http::Response LocalClient::send(std::string method, const std::string& target, std::string body,
                                 http::Headers headers) const {
  http::Request request;
  request.method = std::move(method);
  request.target = target;
  const size_t question = std::min(target.find('?'), target.size());
  request.path = target.substr(0, question);
  request.query =
      parse_query(std::string_view(target).substr(std::min(question + 1, target.size())));
  request.headers = std::move(headers);
  request.body.size = body.size();
  request.body.text = std::move(body);
  request.scheme = page_.scheme;
  request.host = page_.host;
  request.remote_address = page_.remote_address;
  return ask_(std::move(request));
}

base::Result<json::value> LocalClient::get(const std::string& target) const {
  http::Headers headers;
  headers.set("Cookie", std::string(page_.headers.get("Cookie")));
  return document_of(send("GET", target, {}, std::move(headers)));
}

base::Result<json::value> LocalClient::post(const std::string& target, std::string json) const {
  http::Headers headers;
  headers.set("Cookie", std::string(page_.headers.get("Cookie")));
  headers.set("x-homeport-web", "1");
  headers.set("Content-Type", "application/json");
  return document_of(send("POST", target, std::move(json), std::move(headers)));
}

base::Result<std::string> LocalClient::target_of(const std::string& url) const {
  const std::string origin = page_.origin();
  if (!url.starts_with(origin + "/")) {
    return base::not_found("LogElsewhere", "this log lies on another server");
  }
  return url.substr(origin.size());
}

base::Result<http::Response> LocalClient::fetch(const std::string& url) const {
  HP_TRY(const std::string target, target_of(url));
  http::Headers headers;
  const std::string_view range = page_.headers.get("Range");
  if (!range.empty()) headers.set("Range", std::string(range));
  http::Response response = send("GET", target, {}, std::move(headers));
  if (response.status >= 400 && response.status != 416) {
    return base::not_found("LogNotFound", "this log is gone");
  }
  return response;
}

base::Result<LocalClient::Tail> LocalClient::tail(const std::string& url, uint64_t most) const {
  HP_TRY(const std::string target, target_of(url));
  const http::Response head = send("HEAD", target, {}, {});
  const auto size = base::parse_integer(head.headers.get("Content-Length"));
  if (head.status >= 400 || !size) {
    return base::not_found("LogNotFound", "this log is gone");
  }
  const auto whole = static_cast<uint64_t>(*size);
  if (whole == 0) {
    return Tail{};
  }
  http::Headers headers;
  headers.set("Range", "bytes=" + std::to_string(whole - std::min(whole, most)) + "-" +
                           std::to_string(whole - 1));
  const http::Response response = send("GET", target, {}, std::move(headers));
  if (response.status >= 400) {
    return base::not_found("LogNotFound", "this log is gone");
  }
  return Tail{content_of(response), whole};
}

}  // namespace homeport::api::web
