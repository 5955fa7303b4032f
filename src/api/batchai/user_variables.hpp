#pragma once

#include <boost/json/object.hpp>
#include <map>
#include <string>

#include "api/batchai/schema.hpp"
#include "security/tokens.hpp"

namespace homeport::api::batchai {

struct UserVariables {
  std::map<std::string, std::string> plain;
  std::map<std::string, std::string> sealed;
};

/// environmentVariables and secrets of `owner`, which stood at `path` of the conformed body; they
/// have one set of names. InvalidArgument naming the field.
base::Result<UserVariables> read_variables(const boost::json::object& owner,
                                           const std::string& path, const Conformed& body,
                                           const security::Keyring& keyring);

/// A text that differs where the secrets of two bodies do, and says nothing of them.
std::string signature_of(const Conformed& body, const security::Keyring& keyring);

}  // namespace homeport::api::batchai
