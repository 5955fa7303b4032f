#pragma once

#include <functional>
#include <optional>
#include <string>

#include "api/gateway/token_audience.hpp"
#include "api/http/message.hpp"
#include "api/http/router.hpp"
#include "base/clock.hpp"
#include "security/tokens.hpp"
#include "service/context.hpp"

namespace homeport::api::storage::blob {
class BlobService;
}
namespace homeport::api::storage::files {
class FileService;
}
namespace homeport::api::gateway {
struct PublishedName;
}

namespace homeport::app {

class AuditLog;

/// Answers every request: finds out whose it is, hands storage accounts' requests to the storage
/// dialect, calls the route's handler, and says in the right dialect what no route serves.
/// Immutable; any thread.
class Dispatcher {
 public:
  /// Who a request's cookies say it is; nullopt if they say nothing valid.
  using CookiePrincipal =
      std::function<std::optional<security::Principal>(const api::http::Request& request)>;

  /// `login` has what only the directory's host name serves; `audit` is told of writes; tokens that
  /// programs signed in for may name an `is_own` host as what they are for.
  Dispatcher(const service::Context& context, const api::storage::blob::BlobService& blobs,
             const api::storage::files::FileService& files, const api::http::Router& login,
             const AuditLog& audit, CookiePrincipal cookies, api::gateway::IsOwnHost is_own)
      : context_(context),
        blobs_(blobs),
        files_(files),
        login_(login),
        audit_(audit),
        cookies_(std::move(cookies)),
        is_own_(std::move(is_own)) {}

  api::http::Response operator()(api::http::Request& request,
                                 const api::http::Router::Match& match) const;

  /// Refuses a large body before it is read unless its sender is known.
  std::optional<api::http::Response> admit(api::http::Request& request,
                                           const api::http::Router::Match& match) const;

 private:
  api::http::Response answer(api::http::Request& request,
                             const api::http::Router::Match& match) const;
  api::http::Response answer_storage(api::http::Request& request,
                                     const api::gateway::PublishedName& name) const;
  api::http::Response answer_login(const api::http::Request& request) const;
  base::Result<security::Principal> principal_of(const api::http::Request& request) const;
  api::http::Response refuse(const api::http::Request& request, const base::Error& error) const;
  api::http::Response unserved(const api::http::Request& request,
                               const api::http::Router::Match& match) const;

  const service::Context& context_;
  const api::storage::blob::BlobService& blobs_;
  const api::storage::files::FileService& files_;
  const api::http::Router& login_;
  const AuditLog& audit_;
  CookiePrincipal cookies_;
  api::gateway::IsOwnHost is_own_;
};

}  // namespace homeport::app
