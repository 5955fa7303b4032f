#pragma once

#include <functional>
#include <optional>
#include <string>

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

namespace homeport::app {

/// Answers every request: finds out whose it is, hands storage accounts' requests to the storage
/// dialect, calls the route's handler, and says in the right dialect what no route serves.
/// Immutable; any thread.
class Dispatcher {
 public:
  /// Who a request's cookies say it is; nullopt if they say nothing valid.
  using CookiePrincipal =
      std::function<std::optional<security::Principal>(const api::http::Request& request)>;

  Dispatcher(const service::Context& context, const api::storage::blob::BlobService& blobs,
             const api::storage::files::FileService& files, CookiePrincipal cookies)
      : context_(context), blobs_(blobs), files_(files), cookies_(std::move(cookies)) {}

  api::http::Response operator()(api::http::Request& request,
                                 const api::http::Router::Match& match) const;

  /// Refuses a large body before it is read unless its sender is known.
  std::optional<api::http::Response> admit(api::http::Request& request,
                                           const api::http::Router::Match& match) const;

 private:
  base::Result<security::Principal> principal_of(const api::http::Request& request) const;
  api::http::Response refuse(const api::http::Request& request, const base::Error& error) const;
  api::http::Response unserved(const api::http::Request& request,
                               const api::http::Router::Match& match) const;

  const service::Context& context_;
  const api::storage::blob::BlobService& blobs_;
  const api::storage::files::FileService& files_;
  CookiePrincipal cookies_;
};

}  // namespace homeport::app
