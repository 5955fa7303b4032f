#include "api/gateway/token_audience.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "api/gateway/published_name.hpp"
#include "base/text.hpp"

namespace homeport::api::gateway {
namespace {

using Kind = PublishedName::Kind;

/// What else tokens for the two services are asked for: the old name of the resource manager and
/// its id as an application, and Azure Machine Learning.
constexpr std::array<std::string_view, 3> kManagement{
    "management.core.windows.net", "797f4846-ba00-4fd7-ba43-dac1f8f63013", "ml.azure.com"};
constexpr std::array<std::string_view, 1> kStorage{"storage.azure.com"};

std::string host_of(std::string_view url) {
  const size_t scheme = url.find("://");
  if (scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  return base::to_lower(url.substr(0, url.find('/')));
}

template <size_t N>
bool is_for(const security::TokenPurpose& token, const std::array<std::string_view, N>& hosts,
            std::initializer_list<Kind> kinds, const IsOwnHost& is_own) {
  const std::string host = host_of(token.audience);
  if (std::find(hosts.begin(), hosts.end(), host) != hosts.end()) return true;
  const auto name = parse_published_name(host);
  if (!name) return host == host_of(token.issuer) || is_own(host);
  return std::find(kinds.begin(), kinds.end(), name->kind) != kinds.end();
}

}  // namespace

bool is_for_management(const security::TokenPurpose& token, const IsOwnHost& is_own) {
  return is_for(token, kManagement, {Kind::Management, Kind::DataPlane}, is_own);
}

bool is_for_storage(const security::TokenPurpose& token, const IsOwnHost& is_own) {
  return is_for(token, kStorage, {Kind::Storage}, is_own);
}

}  // namespace homeport::api::gateway
