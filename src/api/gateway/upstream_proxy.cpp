#include "api/gateway/upstream_proxy.hpp"

#include <algorithm>

#include "api/gateway/address_rules.hpp"
#include "base/text.hpp"

namespace homeport::api::gateway {
namespace {

constexpr uint16_t kUsualPort = 80;

std::string first_of(const Environment& environment, std::initializer_list<const char*> names,
                     std::string& name_of_value) {
  for (const char* name : names) {
    std::string value(base::trim(environment(name)));
    if (value.empty()) continue;
    name_of_value = name;
    return value;
  }
  return {};
}

std::vector<std::string> entries_of(const std::string& list) {
  std::vector<std::string> entries;
  for (const std::string& part : base::split(list, ',')) {
    const std::string_view entry = base::trim(part);
    if (!entry.empty()) entries.push_back(base::to_lower(entry));
  }
  return entries;
}

base::Result<UpstreamProxy> parse_proxy(const std::string& name, std::string_view url) {
  // The text may hold a password: no error shows it.
  const base::Error wrong = base::invalid_argument(
      name, name + " must be http://HOST:PORT for Homeport's gateway to go through it");
  const size_t scheme = url.find("://");
  if (scheme != std::string_view::npos) {
    if (!base::equals_ignoring_case(url.substr(0, scheme), "http")) {
      return base::invalid_argument(name, name + " names a proxy that is spoken to by '" +
                                              std::string(url.substr(0, scheme)) +
                                              "'; Homeport's gateway knows http:// proxies only");
    }
    url.remove_prefix(scheme + 3);
  }
  url = url.substr(0, url.find_first_of("/?#"));
  UpstreamProxy proxy;
  if (const size_t at = url.rfind('@'); at != std::string_view::npos) {
    const auto credentials = base::percent_decode(url.substr(0, at));
    if (!credentials) return wrong;
    proxy.credentials = security::Secret(*credentials);
    url.remove_prefix(at + 1);
  }
  const bool has_port = url.rfind(':') != std::string_view::npos && !url.ends_with(']');
  auto address = parse_destination(has_port ? std::string(url)
                                            : std::string(url) + ":" + std::to_string(kUsualPort));
  if (address.has_error()) return wrong;
  proxy.address = std::move(address).value();
  return proxy;
}

bool matches(std::string_view entry, const Destination& destination) {
  if (entry == "*") return true;
  const auto network = AddressRules::parse({std::string(entry)});
  if (network.has_value()) {
    boost::system::error_code error;
    const auto address = boost::asio::ip::make_address(destination.host, error);
    return !error && network.value().lists(address);
  }
  if (const size_t colon = entry.rfind(':'); colon != std::string_view::npos) {
    const auto port = base::parse_integer(entry.substr(colon + 1));
    if (port && *port != destination.port) return false;
    if (port) entry = entry.substr(0, colon);
  }
  if (entry.starts_with("*.")) entry.remove_prefix(1);
  if (entry.starts_with('.')) entry.remove_prefix(1);
  return !entry.empty() &&
         (destination.host == entry || destination.host.ends_with("." + std::string(entry)));
}

}  // namespace

bool UpstreamProxy::bypasses(const Destination& destination) const {
  return std::any_of(bypass.begin(), bypass.end(),
                     [&](const std::string& entry) { return matches(entry, destination); });
}

base::Result<std::optional<UpstreamProxy>> upstream_proxy_of(const Environment& environment) {
  std::string name;
  const std::string url =
      first_of(environment, {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}, name);
  if (url.empty()) return std::optional<UpstreamProxy>();
  HP_TRY(UpstreamProxy proxy, parse_proxy(name, url));
  std::string ignored;
  proxy.bypass = entries_of(first_of(environment, {"no_proxy", "NO_PROXY"}, ignored));
  return std::optional<UpstreamProxy>(std::move(proxy));
}

}  // namespace homeport::api::gateway
