#include "api/gateway/published_name.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace homeport::api::gateway {
namespace {

constexpr std::string_view kDataPlaneDomain = "azureml.ms";
constexpr std::string_view kStorageDomain = ".core.windows.net";
constexpr std::string_view kSecondary = "-secondary";
constexpr std::array<std::string_view, 5> kStorageServices{"blob", "file", "queue", "table", "dfs"};

std::string plain_host(std::string_view host) {
  host = host.substr(0, host.rfind(':'));
  if (host.ends_with('.')) host.remove_suffix(1);
  return base::to_lower(host);
}

std::optional<PublishedName> parse_storage_name(std::string_view host) {
  host.remove_suffix(kStorageDomain.size());
  const size_t dot = host.find('.');
  if (dot == std::string_view::npos || dot == 0) return std::nullopt;
  const std::string_view service = host.substr(dot + 1);
  if (std::find(kStorageServices.begin(), kStorageServices.end(), service) ==
      kStorageServices.end()) {
    return std::nullopt;
  }
  std::string_view account = host.substr(0, dot);
  if (account.ends_with(kSecondary)) account.remove_suffix(kSecondary.size());
  return PublishedName{PublishedName::Kind::Storage, std::string(account), std::string(service)};
}

}  // namespace

std::optional<PublishedName> parse_published_name(std::string_view text) {
  const std::string host = plain_host(text);
  if (host == kManagementHost) return PublishedName{PublishedName::Kind::Management};
  if (host == kLoginHost) return PublishedName{PublishedName::Kind::Login};
  if (host == kDataPlaneDomain || host.ends_with("." + std::string(kDataPlaneDomain))) {
    return PublishedName{PublishedName::Kind::DataPlane};
  }
  return host.ends_with(kStorageDomain) ? parse_storage_name(host) : std::nullopt;
}

std::string storage_endpoint(const http::Request& request, const std::string& account,
                             std::string_view service) {
  if (!parse_published_name(request.host)) return request.origin() + "/" + account;
  return request.scheme + "://" + account + "." + std::string(service) +
         std::string(kStorageDomain);
}

}  // namespace homeport::api::gateway
