#include "api/batchai/user_variables.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "base/expand.hpp"

namespace homeport::api::batchai {
namespace {

namespace json = boost::json;

base::Result<void> check_name(const std::string& name, const std::string& at,
                              const UserVariables& before) {
  if (name.find('=') != std::string::npos) {
    return wrong_field(at, fmt::format("cannot name a variable: '{}'", name));
  }
  if (before.plain.contains(name) || before.sealed.contains(name)) {
    return wrong_field(at, fmt::format("is '{}' a second time", name));
  }
  return base::success();
}

/// A variable of a process is one text to the kernel, which takes 128 KiB.
constexpr size_t kLongestVariable = (128U << 10) - 1;

base::Result<void> check_lengths(const base::Variables& plain, const std::string& path) {
  for (const auto& [name, value] : base::expand_values(plain, {})) {
    if (name.size() + 1 + value.size() <= kLongestVariable) continue;
    return wrong_field(path + ".environmentVariables",
                       fmt::format("make '{}' longer than {} bytes, with the values of those that "
                                   "it names",
                                   name, kLongestVariable));
  }
  return base::success();
}

}  // namespace

base::Result<UserVariables> read_variables(const json::object& owner, const std::string& path,
                                           const Conformed& body,
                                           const security::Keyring& keyring) {
  UserVariables variables;
  for (const char* list : {"environmentVariables", "secrets"}) {
    const json::value* entries = owner.if_contains(list);
    if (entries == nullptr) continue;
    for (size_t i = 0; i < entries->as_array().size(); ++i) {
      const json::object& entry = entries->as_array()[i].as_object();
      const std::string at = fmt::format("{}.{}[{}]", path, list, i);
      const std::string name(entry.at("name").as_string());
      HP_TRYV(check_name(name, at + ".name", variables));
      const auto secret = body.secrets.find(at + ".value");
      if (const json::value* value = entry.if_contains("value")) {
        variables.plain[name] = std::string(value->as_string());
      } else if (secret != body.secrets.end()) {
        variables.sealed[name] = keyring.encrypt(secret->second);
      } else {
        return wrong_field(at + ".value", "must be given");
      }
    }
  }
  HP_TRYV(check_lengths(variables.plain, path));
  return variables;
}

std::string signature_of(const Conformed& body, const security::Keyring& keyring) {
  std::string text = "secrets of a definition";
  for (const auto& [path, secret] : body.secrets) {
    text += fmt::format("\n{}:{}:{}", path, secret.reveal().size(), secret.reveal());
  }
  return body.secrets.empty() ? std::string() : keyring.sign(text);
}

}  // namespace homeport::api::batchai
