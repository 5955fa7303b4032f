#include "api/gateway/proxy_token.hpp"

#include "base/text.hpp"

namespace homeport::api::gateway {

std::optional<std::string> parse_proxy_token(std::string_view header) {
  header = base::trim(header);
  const size_t blank = header.find(' ');
  if (blank == std::string_view::npos) return std::nullopt;
  const std::string_view value = base::trim(header.substr(blank));
  if (base::equals_ignoring_case(header.substr(0, blank), "Bearer")) return std::string(value);
  if (!base::equals_ignoring_case(header.substr(0, blank), "Basic")) return std::nullopt;
  const auto pair = base::base64_decode(value);
  const size_t colon = pair ? pair->find(':') : std::string::npos;
  if (colon == std::string::npos) return std::nullopt;
  return pair->substr(colon + 1);
}

std::string proxy_url(std::string_view host_and_port, std::string_view token) {
  std::string url = "http://";
  if (!token.empty()) url += "homeport:" + base::percent_encode(token) + "@";
  return url + std::string(host_and_port);
}

}  // namespace homeport::api::gateway
