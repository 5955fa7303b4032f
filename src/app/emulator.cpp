#include "app/emulator.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "api/gateway/destination.hpp"
#include "api/gateway/gateway.hpp"
#include "api/http/server.hpp"
#include "api/storage/account_keys.hpp"
#include "api/storage/blob/blob_service.hpp"
#include "api/storage/copy_sources.hpp"
#include "api/storage/failure.hpp"
#include "objects/local_object_store.hpp"
#include "shares/share_store.hpp"

namespace homeport::app {
namespace {

using api::http::Request;
using api::http::Response;
using api::http::Router;

// Both are published, with the clients that use them and in the documentation of the emulators
// before this one ("Use the Azurite emulator for local Azure Storage development").
constexpr const char* kAccount = "devstoreaccount1";
constexpr const char* kKey =
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

/// The one account.
class DevelopmentKey final : public api::storage::AccountKeys {
 public:
  base::Result<security::Secret> key(std::string_view account) const override {
    if (account == kAccount) return security::Secret(kKey);
    return base::not_found("ResourceNotFound", "no such account");
  }
};

base::Error cannot_listen(const base::Error& why, int port) {
  if (why.reason != "AddressInUse") return why;
  base::Error error = why;
  error.message = fmt::format(
      "cannot start the storage emulator: port {} of 127.0.0.1 is in use by another program, maybe "
      "another emulator. Stop that one, start Homeport without --emulator, or give the emulator "
      "another port with --emulator-port N (clients then need an endpoint that names it)",
      port);
  error.target = "emulator-port";
  return error;
}

}  // namespace

struct Emulator::Parts {
  explicit Parts(const base::Clock& clock) : access{key, clock} {}

  DevelopmentKey key;
  api::storage::Access access;
  std::unique_ptr<objects::LocalObjectStore> objects;
  std::unique_ptr<shares::ShareStore> shares;
  std::unique_ptr<api::storage::CopySources> sources;
  std::unique_ptr<api::storage::blob::BlobService> blobs;
  Router nothing_else;
  std::unique_ptr<api::http::Server> server;
  std::string url;

  base::Result<void> listen(const EmulatorOptions& options);
  std::optional<Response> refuse(const Request& request) const;
};

/// What is for somebody else. A page that had its own name resolved to 127.0.0.1 could do all in
/// this account, the key being known: so a request has to name this machine.
std::optional<Response> Emulator::Parts::refuse(const Request& request) const {
  if (!api::gateway::is_loopback_name(api::gateway::host_part(request.host))) {
    return api::storage::failure_response(api::storage::bad_request(
        "InvalidHeaderValue",
        "the storage emulator answers requests to 127.0.0.1 and localhost "
        "only; the Host header names '" +
            request.host + "'"));
  }
  if (blobs->serves(request)) return std::nullopt;
  return api::storage::failure_response(api::storage::bad_request(
      "AccountNotFound", fmt::format("the storage emulator has one account: its addresses begin "
                                     "with {}/",
                                     url)));
}

base::Result<void> Emulator::Parts::listen(const EmulatorOptions& options) {
  api::http::ServerOptions http;
  http.listen = {fmt::format("127.0.0.1:{}", options.port)};
  http.spool_directory = options.spool;
  http.unrouted_body_bytes = api::storage::blob::kMaxBodyBytes;
  http.observers = options.observers;
  auto started = api::http::Server::start(
      std::move(http), nothing_else,
      [this](Request& request, const Router::Match&) {
        auto refusal = refuse(request);
        return refusal ? *std::move(refusal) : blobs->handle(request);
      },
      [this](Request& request, const Router::Match&) {
        auto refusal = refuse(request);
        return refusal ? std::move(refusal) : blobs->admit(request);
      });
  if (started.has_error()) return cannot_listen(started.error(), options.port);
  server = std::move(started).value();
  url = fmt::format("http://{}/{}", server->addresses().front(), kAccount);
  return base::success();
}

base::Result<std::unique_ptr<Emulator>> Emulator::start(const EmulatorOptions& options,
                                                        const base::Clock& clock) {
  auto parts = std::make_unique<Parts>(clock);
  HP_TRY(parts->objects, objects::LocalObjectStore::open(options.directory, clock));
  HP_TRY(parts->shares, shares::ShareStore::open(options.directory, clock));
  parts->sources =
      std::make_unique<api::storage::CopySources>(*parts->objects, *parts->shares, parts->access);
  parts->blobs =
      std::make_unique<api::storage::blob::BlobService>(api::storage::blob::BlobServiceParts{
          *parts->objects, parts->access, *parts->sources, options.changed});
  HP_TRYV(parts->listen(options));
  return std::unique_ptr<Emulator>(new Emulator(std::move(parts)));
}

Emulator::Emulator(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Emulator::~Emulator() {
  stop(std::chrono::milliseconds(0));
}

const std::string& Emulator::url() const {
  return parts_->url;
}

void Emulator::collect_garbage() {
  parts_->objects->collect_garbage();
}

void Emulator::stop(std::chrono::milliseconds grace) {
  parts_->server->stop(grace);
}

}  // namespace homeport::app
