#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/http/message.hpp"

namespace homeport::api::storage {

/// The services of a storage account that are here. An account's shares and its containers are
/// apart: so are the addresses of the two.
enum class Service { Blob, Files };

/// Account, container or share, and what lies in it.
enum class Level { Account, Container, Object };

/// What a URL of a dialect names. Read from the request's target, since a blob's name keeps its
/// double slashes.
struct Resource {
  Service service = Service::Blob;
  std::string account;
  std::string container;  ///< or share; "" at account level
  std::string name;       ///< decoded: a blob's name, or a file's path; "" but at object level
  std::string wire_path;  ///< as sent, escapes kept: what SharedKey signs
  std::string raw_query;  ///< as sent, without '?'

  Level level() const {
    if (container.empty()) return Level::Account;
    return name.empty() ? Level::Container : Level::Object;
  }
};

/// The account that a Host header names ("ACCOUNT.blob.core.windows.net:443", "ACCOUNT.file.…");
/// nullopt for any other host.
std::optional<std::string> account_of_host(std::string_view host, Service service);

/// `target` is a request's target, or a whole URL without its origin; `host` decides between host
/// style and path style: /ACCOUNT/CONTAINER/BLOB, and /ACCOUNT.file/SHARE/PATH. nullopt for a
/// broken escape or the URL of another service.
std::optional<Resource> parse_resource(std::string_view target, std::string_view host,
                                       Service service);

/// Where the service of a request's account begins, with a final '/':
/// "https://acct.blob.core.windows.net/" or "http://127.0.0.1:8700/acct/".
std::string service_endpoint(const http::Request& request, const Resource& resource);

/// Parts of "https://host:port/path?query"; nullopt for anything else.
struct SourceUrl {
  std::string host;
  std::string target;
};
std::optional<SourceUrl> parse_source_url(std::string_view url);

}  // namespace homeport::api::storage
