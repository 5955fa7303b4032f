#include "app/make_gateway.hpp"

#include <cstdlib>

#include "api/gateway/destination.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "security/trust_bundle.hpp"
#include "service/run_tokens.hpp"

namespace homeport::app {
namespace {

namespace gateway = api::gateway;

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

bool admits(const service::Context& context, std::string_view token) {
  const auto bearer = context.keyring.verify_bearer(token, context.clock.wall());
  if (bearer.has_error()) return false;
  if (std::holds_alternative<security::Owner>(bearer.value())) return true;
  const auto* run = std::get_if<security::RunIdentity>(&bearer.value());
  return run != nullptr && service::require_live(context, *run).has_value();
}

/// Whether only programs of this machine reach the server.
bool is_of_this_machine(const std::string& listen) {
  return listen.starts_with("unix:") || gateway::is_loopback_name(gateway::host_part(listen));
}

/// A server that was started inside `homeport exec` on the same address has itself as its proxy.
bool is_self(const gateway::UpstreamProxy& proxy, const std::string& listen) {
  return proxy.address.text() == listen;
}

}  // namespace

base::Result<std::unique_ptr<gateway::Gateway>> make_gateway(const ServeOptions& options,
                                                             const service::Context& context,
                                                             const StorageKeys& keys) {
  gateway::GatewayOptions settings;
  HP_TRY(settings.addresses, gateway::AddressRules::parse(options.gateway_allow));
  auto upstream = gateway::upstream_proxy_of(variable);
  if (upstream.has_error()) {
    settings.upstream_problem = upstream.error().message;
  } else if (upstream.value() && !is_self(*upstream.value(), options.listen)) {
    settings.upstream = std::move(upstream).value();
  }
  for (const std::string& account : options.passthrough) {
    settings.passthrough.push_back(base::to_lower(account));
  }
  settings.needs_token = !is_of_this_machine(options.listen);
  settings.own_host = gateway::host_part(options.listen);
  return std::make_unique<gateway::Gateway>(
      std::move(settings),
      gateway::GatewayParts{
          [&keys](std::string_view account) { return keys.key(account).has_value(); },
          [&context](std::string_view token) { return admits(context, token); }});
}

base::Result<std::filesystem::path> write_run_bundle(
    const std::filesystem::path& folder, const security::CertificateAuthority& authority) {
  std::filesystem::path base = security::system_trust();
  for (const char* name : {"SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"}) {
    if (const std::string named = variable(name); !named.empty()) base = named;
  }
  const std::filesystem::path path = folder / "ca-bundle.pem";
  HP_TRYV(
      base::write_file_durably(path, security::trust_bundle(base, authority.certificate()), 0644));
  return path;
}

api::arm::GatewayFacts facts_of(const gateway::Gateway& made,
                                const security::CertificateAuthority& authority) {
  const auto& upstream = made.options().upstream;
  return {authority.certificate(), made.options().needs_token,
          upstream ? upstream->shown() : std::string()};
}

}  // namespace homeport::app
