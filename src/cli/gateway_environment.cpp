#include "cli/gateway_environment.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "api/gateway/gateway.hpp"
#include "api/gateway/proxy_token.hpp"
#include "api/gateway/published_name.hpp"
#include "api/gateway/upstream_proxy.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "cli/json.hpp"
#include "security/tokens.hpp"
#include "security/trust_bundle.hpp"

namespace homeport::cli {
namespace {

namespace fs = std::filesystem;
namespace gateway = api::gateway;

constexpr uint16_t kHttpsPort = 443;

/// One of each kind of name that must not go past the gateway.
const std::vector<std::string> kPublishedExamples{
    std::string(gateway::kManagementHost), std::string(gateway::kLoginHost), "region.azureml.ms",
    "account.blob.core.windows.net", "account.file.core.windows.net"};

std::string authority_of(const std::string& url) {
  const size_t scheme = url.find("://");
  const std::string rest = scheme == std::string::npos ? url : url.substr(scheme + 3);
  return rest.substr(0, rest.find('/'));
}

std::string first_of(const Lookup& environment, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    if (std::string value = environment(name); !value.empty()) return value;
  }
  return {};
}

bool takes_published_names(const std::string& entry) {
  const gateway::UpstreamProxy probe{{}, {}, {entry}};
  return std::any_of(kPublishedExamples.begin(), kPublishedExamples.end(),
                     [&](const std::string& host) {
                       return probe.bypasses({host, kHttpsPort});
                     });
}

/// What goes past the gateway.
std::string past_the_gateway(const std::string& own_host, const Lookup& environment,
                             std::vector<std::string>& notes) {
  std::vector<std::string> entries;
  std::vector<std::string> left_out;
  for (const std::string& part :
       base::split(first_of(environment, {"no_proxy", "NO_PROXY"}), ',')) {
    const std::string entry = base::to_lower(base::trim(part));
    if (entry.empty()) continue;
    (takes_published_names(entry) ? left_out : entries).push_back(entry);
  }
  for (const std::string& own : {std::string("localhost"), std::string("127.0.0.1"),
                                 std::string("::1"), base::to_lower(own_host)}) {
    if (std::find(entries.begin(), entries.end(), own) == entries.end()) entries.push_back(own);
  }
  if (!left_out.empty()) {
    notes.push_back("NO_PROXY without '" + base::join(left_out, ",") +
                    "', which would take the names of the two services past Homeport.");
  }
  return base::join(entries, ",");
}

/// The bundle's name says what is in it: two servers, or two bases, do not stand in each other's
/// way, and the same one is written once.
base::Result<std::string> kept_bundle(const fs::path& base, const std::string& certificate,
                                      const fs::path& folder) {
  const std::string text = security::trust_bundle(base, certificate);
  const std::string name = base::to_hex(security::sha256(text)).substr(0, 16) + ".pem";
  const fs::path path = folder / name;
  std::error_code ignored;
  if (fs::file_size(path, ignored) != text.size() || ignored) {
    HP_TRYV(base::make_directory(folder, 0700));
    HP_TRYV(base::write_file_durably(path, text, 0600));
  }
  return path.string();
}

/// Each variable with those that its readers would look at before the system's own store.
struct TrustVariable {
  const char* name;
  std::vector<const char*> bases;
  bool adds_to_the_system;  ///< its readers trust the system besides
};
const std::vector<TrustVariable>& trust_variables() {
  static const std::vector<TrustVariable> kAll{
      {"REQUESTS_CA_BUNDLE", {"REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"}, false},
      {"SSL_CERT_FILE", {"SSL_CERT_FILE"}, false},
      {"CURL_CA_BUNDLE", {"CURL_CA_BUNDLE", "SSL_CERT_FILE"}, false},
      {"NODE_EXTRA_CA_CERTS", {"NODE_EXTRA_CA_CERTS"}, true}};
  return kAll;
}

void compare_proxies(const GatewayFacts& facts, const std::string& own_authority,
                     const Lookup& environment, std::vector<std::string>& notes) {
  const auto mine = gateway::upstream_proxy_of(environment);
  if (mine.has_error()) {
    notes.push_back(mine.error().message + ".");
    return;
  }
  const std::string shown = mine.value() ? mine.value()->shown() : std::string();
  if (shown.empty() || shown == facts.upstream_proxy || shown == "http://" + own_authority) return;
  notes.push_back("This shell's proxy is " + shown + ", the server's is " +
                  (facts.upstream_proxy.empty() ? "none" : facts.upstream_proxy) +
                  ": other hosts are reached by the server's. Start `homeport up` with this "
                  "shell's HTTPS_PROXY to change that.");
}

}  // namespace

base::Result<GatewayFacts> get_gateway_facts(Client& client) {
  HP_TRY(const auto answer,
         client.get("/providers/Homeport.Compute/gateway" + std::string(kOwnVersion)));
  return GatewayFacts{text_at(answer, "/caCertificate"), text_at(answer, "/needsToken") == "true",
                      text_at(answer, "/upstreamProxy")};
}

base::Result<Variables> gateway_variables(const ServerAddress& server, const GatewayFacts& facts,
                                          const Lookup& environment, const fs::path& folder,
                                          std::vector<std::string>& notes) {
  const std::string authority = authority_of(server.url);
  const std::string proxy =
      gateway::proxy_url(authority, facts.needs_token ? server.token.reveal() : std::string());
  const std::string past = past_the_gateway(gateway::host_part(authority), environment, notes);
  compare_proxies(facts, authority, environment, notes);
  Variables variables;
  for (const char* name : {"HTTPS_PROXY", "https_proxy"}) variables.emplace_back(name, proxy);
  for (const char* name : {"NO_PROXY", "no_proxy"}) variables.emplace_back(name, past);
  for (const TrustVariable& variable : trust_variables()) {
    std::string base;
    for (const char* candidate : variable.bases) {
      if (base.empty()) base = environment(candidate);
    }
    const fs::path root =
        base.empty() && !variable.adds_to_the_system ? security::system_trust() : fs::path(base);
    HP_TRY(std::string path, kept_bundle(root, facts.certificate, folder));
    variables.emplace_back(variable.name, std::move(path));
  }
  return variables;
}

}  // namespace homeport::cli
