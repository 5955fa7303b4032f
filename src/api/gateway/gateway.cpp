#include "api/gateway/gateway.hpp"

#include <algorithm>

#include "api/gateway/destination.hpp"
#include "api/gateway/proxy_token.hpp"
#include "api/gateway/published_name.hpp"
#include "api/gateway/tunnel.hpp"
#include "api/http/response_head.hpp"
#include "base/text.hpp"

namespace homeport::api::gateway {
namespace {

http::Response refusal(int status, const char* code, const std::string& message) {
  http::Response response = http::error_response(status, code, message);
  response.reason = message;
  return response;
}

http::Response token_wanted() {
  http::Response response =
      refusal(407, "ProxyAuthenticationRequired",
              "Homeport's gateway wants a token as the proxy's password: use homeport exec");
  response.headers.set("Proxy-Authenticate", "Basic realm=\"Homeport\"");
  return response;
}

}  // namespace

std::string host_part(std::string_view authority) {
  if (authority.starts_with('[')) {
    return std::string(authority.substr(1, authority.find(']') - 1));
  }
  return std::string(authority.substr(0, authority.rfind(':')));
}

Gateway::Gateway(GatewayOptions options, GatewayParts parts)
    : options_(std::move(options)), parts_(std::move(parts)) {}

bool Gateway::serves(const Destination& destination) const {
  const auto name = parse_published_name(destination.host);
  if (!name) return false;
  if (name->kind != PublishedName::Kind::Storage) return true;
  const bool is_listed = std::find(options_.passthrough.begin(), options_.passthrough.end(),
                                   name->account) != options_.passthrough.end();
  return !is_listed || parts_.is_account(name->account);
}

http::ConnectDecision Gateway::decide(const http::ConnectRequest& request) {
  if (options_.needs_token) {
    const auto token = parse_proxy_token(request.headers.get("Proxy-Authorization"));
    if (!token || !parts_.admits(*token)) return token_wanted();
  }
  auto destination = parse_destination(request.authority);
  if (destination.has_error()) {
    return refusal(400, "InvalidAuthority", destination.error().message);
  }
  if (serves(destination.value())) return http::ServeAs{destination.value().host};
  return tunnel_to(std::move(destination).value());
}

http::ConnectDecision Gateway::tunnel_to(Destination destination) const {
  const bool bypasses = options_.upstream && options_.upstream->bypasses(destination);
  const bool is_direct = !options_.upstream || bypasses;
  if (!is_direct) {
    // The proxy beyond looks names up; what is plainly private is still not asked of it.
    boost::system::error_code error;
    const auto address = boost::asio::ip::make_address(destination.host, error);
    const bool is_private =
        error ? is_loopback_name(destination.host) : !options_.addresses.allows(address);
    if (is_private) {
      return refusal(403, "PermissionDenied",
                     destination.host + " is private, where Homeport's gateway does not go");
    }
  }
  if (!options_.upstream_problem.empty() && !bypasses) {
    return refusal(502, "Unavailable", options_.upstream_problem);
  }
  return make_tunnel(
      {std::move(destination), options_.addresses, is_direct ? nullptr : &*options_.upstream});
}

bool Gateway::is_own(std::string_view authority) const {
  const std::string host = host_part(authority);
  return parse_published_name(host) || is_loopback_name(host) ||
         base::equals_ignoring_case(host, options_.own_host);
}

}  // namespace homeport::api::gateway
