#include "cli/shared_key.hpp"

#include <map>

#include "base/text.hpp"
#include "security/tokens.hpp"

namespace homeport::cli {
namespace {

/// "/container/blob" of "http://host/container/blob?x=y", and "x=y".
std::pair<std::string_view, std::string_view> path_and_query(std::string_view url) {
  const size_t host = url.find("//");
  const size_t path = url.find('/', host == std::string_view::npos ? 0 : host + 2);
  const std::string_view rest = path == std::string_view::npos ? "/" : url.substr(path);
  const size_t question = rest.find('?');
  return question == std::string_view::npos
             ? std::pair{rest, std::string_view()}
             : std::pair{rest.substr(0, question), rest.substr(question + 1)};
}

std::string canonical_query(std::string_view query) {
  std::map<std::string, std::string> parameters;
  for (const std::string& pair : base::split(query, '&')) {
    const size_t equals = pair.find('=');
    if (!pair.empty()) {
      const std::string value = equals == std::string::npos ? "" : pair.substr(equals + 1);
      parameters[base::to_lower(pair.substr(0, equals))] =
          base::percent_decode(value).value_or(value);
    }
  }
  std::string text;
  for (const auto& [name, value] : parameters) {
    text += "\n" + name + ":" + value;
  }
  return text;
}

}  // namespace

std::string string_to_sign(std::string_view account, std::string_view method, std::string_view url,
                           const api::http::Headers& headers, size_t content_length) {
  std::string text = std::string(method) + "\n";
  for (const char* name : {"Content-Encoding", "Content-Language"}) {
    text += std::string(headers.get(name)) + "\n";
  }
  text += (content_length == 0 ? "" : std::to_string(content_length)) + "\n";
  for (const char* name : {"Content-MD5", "Content-Type"}) {
    text += std::string(headers.get(name)) + "\n";
  }
  text += "\n";  // Date: always x-ms-date here
  for (const char* name :
       {"If-Modified-Since", "If-Match", "If-None-Match", "If-Unmodified-Since", "Range"}) {
    text += std::string(headers.get(name)) + "\n";
  }
  std::map<std::string, std::string> own;
  for (const auto& [name, value] : headers.fields()) {
    if (const std::string lower = base::to_lower(name); lower.starts_with("x-ms-")) {
      own[lower] = std::string(base::trim(value));
    }
  }
  for (const auto& [name, value] : own) {
    text += name + ":" + value + "\n";
  }
  const auto [path, query] = path_and_query(url);
  return text + "/" + std::string(account) + std::string(path) + canonical_query(query);
}

std::string shared_key_authorization(std::string_view account, const security::Secret& key,
                                     std::string_view method, std::string_view url,
                                     const api::http::Headers& headers, size_t content_length) {
  const std::string raw_key = base::base64_decode(key.reveal()).value_or("");
  const std::string signature =
      security::hmac_sha256(raw_key, string_to_sign(account, method, url, headers, content_length));
  return "SharedKey " + std::string(account) + ":" + base::base64_encode(signature);
}

}  // namespace homeport::cli
