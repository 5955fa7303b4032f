#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/http/message.hpp"
#include "base/result.hpp"

/// The resource providers that are served here, and in which api-versions.
namespace homeport::api::arm {

struct Provider {
  std::string_view name;
  std::string_view oldest;  ///< an api-version: "2018-05-01"
  std::string_view newest;  ///< empty: any later one
  std::vector<std::string_view> types;
};

const std::vector<Provider>& providers();
/// By name, without case; null if there is none.
const Provider* find_provider(std::string_view name);

/// The api-version of a request to the control plane against those of the provider that its path
/// names. InvalidArgument in Azure's words: MissingApiVersionParameter, InvalidApiVersionParameter
/// (of the resource manager's own), NoRegisteredProviderFound (of another provider). What is asked
/// through the data plane (/rp/…) needs none.
base::Result<void> check_api_version(const http::Request& request);

}  // namespace homeport::api::arm
