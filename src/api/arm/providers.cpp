#include "api/arm/providers.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace homeport::api::arm {
namespace {

constexpr std::string_view kField = "api-version";
constexpr std::string_view kResourceManager = "Microsoft.Resources";
constexpr size_t kDateLength = 10;  // of "2018-05-01", which "-preview" may follow

bool is_version(std::string_view text) {
  if (text.size() < kDateLength) return false;
  if (text.size() > kDateLength && text[kDateLength] != '-') return false;
  for (size_t at = 0; at < kDateLength; ++at) {
    const bool dash = at == 4 || at == 7;
    if (dash ? text[at] != '-' : text[at] < '0' || text[at] > '9') return false;
  }
  return true;
}

bool serves(const Provider& provider, std::string_view version) {
  if (!is_version(version)) return false;
  if (provider.oldest == provider.newest) return version == provider.oldest;
  const std::string_view date = version.substr(0, kDateLength);
  return date >= provider.oldest && (provider.newest.empty() || date <= provider.newest);
}

std::string served(const Provider& provider) {
  if (provider.newest.empty()) return fmt::format("{} and later", provider.oldest);
  if (provider.oldest == provider.newest) return std::string(provider.oldest);
  return fmt::format("{} to {}", provider.oldest, provider.newest);
}

/// Whose operation a path is. The resource manager's own are those on subscriptions, on groups, and
/// on providers as such ("/subscriptions/S/providers/Microsoft.BatchAI/register").
std::string_view owner_of(const std::vector<std::string>& parts) {
  const auto word = std::find_if(parts.begin(), parts.end(), [](const std::string& part) {
    return base::equals_ignoring_case(part, "providers");
  });
  const auto left = parts.end() - word;
  const bool as_such = left <= 2 || (left == 3 && base::equals_ignoring_case(word[2], "register"));
  return as_such ? kResourceManager : std::string_view(word[1]);
}

base::Error refused(const char* reason, std::string message) {
  return base::Error{
      base::ErrorCode::InvalidArgument, std::move(message), std::string(kField), reason, {}};
}

}  // namespace

const std::vector<Provider>& providers() {
  static const std::vector<Provider> kAll{
      {"Microsoft.BatchAI",
       "2018-05-01",
       "2018-05-01",
       {"workspaces", "workspaces/clusters", "workspaces/experiments",
        "workspaces/experiments/jobs"}},
      {"Microsoft.MachineLearningServices",
       "2018-11-19",
       "2019-11-01",
       {"workspaces", "workspaces/computes"}},
      {"Microsoft.Storage", "2015-06-15", "", {"storageAccounts", "checkNameAvailability"}},
      {kResourceManager, "2014-04-01", "", {"tenants", "subscriptions", "resourceGroups"}},
      {"Homeport.Compute",
       "2026-11-01",
       "2026-11-01",
       {"workspaces/runs", "workspaces/clusters", "status", "gateway"}}};
  return kAll;
}

const Provider* find_provider(std::string_view name) {
  for (const Provider& provider : providers()) {
    if (base::equals_ignoring_case(name, provider.name)) return &provider;
  }
  return nullptr;
}

base::Result<void> check_api_version(const http::Request& request) {
  std::vector<std::string> parts = base::split(request.path, '/');
  std::erase(parts, "");
  if (!parts.empty() && base::equals_ignoring_case(parts.front(), "rp")) return base::success();
  const std::string version = request.parameter(kField).value_or("");
  if (version.empty()) {
    return refused("MissingApiVersionParameter",
                   "The api-version query parameter (?api-version=) is required for all requests.");
  }
  const Provider* provider = find_provider(owner_of(parts));
  if (provider == nullptr || serves(*provider, version)) return base::success();
  if (provider->name == kResourceManager) {
    return refused("InvalidApiVersionParameter",
                   fmt::format("The api-version '{}' is invalid. The supported versions are '{}'.",
                               version, served(*provider)));
  }
  return refused("NoRegisteredProviderFound",
                 fmt::format("No registered resource provider found for API version '{}' of "
                             "namespace '{}'. The supported api-versions are '{}'.",
                             version, provider->name, served(*provider)));
}

}  // namespace homeport::api::arm
