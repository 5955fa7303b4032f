#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace homeport::api::gateway {

/// The token in a Proxy-Authorization header: the password of Basic, with any user name, or what
/// follows Bearer. nullopt for another scheme and for what cannot be read.
std::optional<std::string> parse_proxy_token(std::string_view header);

/// The address of a proxy that a client is to give `token` to: "http://homeport:TOKEN@host:port".
std::string proxy_url(std::string_view host_and_port, std::string_view token);

}  // namespace homeport::api::gateway
