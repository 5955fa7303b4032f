#include "service/gateway_environment.hpp"

#include <algorithm>
#include <initializer_list>
#include <map>
#include <vector>

#include "base/text.hpp"

namespace homeport::service {
namespace {

using Variables = std::map<std::string, std::string>;

constexpr std::string_view kScheme = "http://";
constexpr std::string_view kAnyAddress = "0.0.0.0:";
/// For clients that know networks; the others need each address.
constexpr const char* kLoopback = "127.0.0.0/8";
/// As long as a run may last; the gateway turns away those that have ended.
constexpr std::chrono::hours kTokenLifetime{24 * 32};

/// "127.0.0.1:8700"; a server that listens everywhere is here as well.
std::string authority_of(const std::string& url) {
  if (!url.starts_with(kScheme)) return {};
  std::string authority = url.substr(kScheme.size());
  if (!authority.starts_with(kAnyAddress)) return authority;
  return "127.0.0.1:" + authority.substr(kAnyAddress.size());
}

std::string past_the_gateway(const std::string& authority, const std::vector<domain::Node>& nodes) {
  std::vector<std::string> hosts{"localhost", "127.0.0.1", "::1", kLoopback};
  const std::string own = authority.substr(0, authority.rfind(':'));
  if (std::find(hosts.begin(), hosts.end(), own) == hosts.end()) hosts.push_back(own);
  for (const domain::Node& node : nodes) {
    for (const std::string& name : {node.address, node.host_name}) {
      if (!name.empty()) hosts.push_back(name);
    }
  }
  return base::join(hosts, ",");
}

/// `credentials` ends with '@', or is empty. What `users` sets is left out.
void add_variables(const RunGateway& gateway, const std::string& authority,
                   const std::string& credentials, const std::vector<domain::Node>& nodes,
                   const std::function<bool(const char*)>& is_users, Variables& variables) {
  const auto add = [&](std::initializer_list<const char*> names, const std::string& value) {
    if (std::any_of(names.begin(), names.end(), is_users)) return;
    for (const char* name : names) variables.emplace(name, value);
  };
  add({"HTTPS_PROXY", "https_proxy"}, std::string(kScheme) + credentials + authority);
  add({"NO_PROXY", "no_proxy"}, past_the_gateway(authority, nodes));
  for (const char* name :
       {"REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"}) {
    add({name}, gateway.bundle.string());
  }
}

}  // namespace

DialectVariables with_gateway(const Context& context, GatewayNow gateway,
                              DialectVariables variables) {
  return [&context, gateway = std::move(gateway),
          inner = std::move(variables)](const ProcessScene& scene) {
    Variables all = inner(scene);
    const RunGateway now = gateway();
    const std::string authority = authority_of(now.server_url);
    if (authority.empty()) return all;
    const security::Secret token = context.keyring.issue_run_token(
        {scene.workspace.id.text(), scene.run.id.text(), scene.run.experiment_name},
        scene.attempt.claimed_at, kTokenLifetime);
    const auto is_users = [&](const char* name) {
      return scene.run.spec && (scene.run.spec->environment.variables.contains(name) ||
                                scene.run.spec->sealed_secrets.contains(name));
    };
    add_variables(now, authority, "run:" + base::percent_encode(token.reveal()) + "@", scene.nodes,
                  is_users, all);
    return all;
  };
}

NodeVariables with_gateway(GatewayNow gateway, NodeVariables variables) {
  return [gateway = std::move(gateway), inner = std::move(variables)](
             const domain::Cluster& cluster, const domain::Node& node) {
    Variables all = inner ? inner(cluster, node) : Variables();
    const RunGateway now = gateway();
    const std::string authority = authority_of(now.server_url);
    if (authority.empty() || now.needs_token) return all;
    add_variables(
        now, authority, "", {node}, [](const char*) { return false; }, all);
    return all;
  };
}

}  // namespace homeport::service
