#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/http/message.hpp"

namespace homeport::api::storage {

enum class Level { Account, Container, Blob };

/// What a URL of the dialect names. Read from the request's target, since a blob's name keeps its
/// double slashes.
struct Resource {
  std::string account;
  std::string container;  ///< "" at account level
  std::string blob;       ///< decoded; "" but at blob level
  std::string wire_path;  ///< as sent, escapes kept: what SharedKey signs
  std::string raw_query;  ///< as sent, without '?'

  Level level() const {
    if (container.empty()) return Level::Account;
    return blob.empty() ? Level::Container : Level::Blob;
  }
};

/// The account that a Host header names ("ACCOUNT.blob.core.windows.net:443"); nullopt for any
/// other host.
std::optional<std::string> account_of_host(std::string_view host);

/// `target` is a request's target, or a whole URL without its origin; `host` decides between path
/// style and host style. nullopt for a broken escape.
std::optional<Resource> parse_resource(std::string_view target, std::string_view host);

/// Parts of "https://host:port/path?query"; nullopt for anything else.
struct SourceUrl {
  std::string host;
  std::string target;
};
std::optional<SourceUrl> parse_source_url(std::string_view url);

}  // namespace homeport::api::storage
