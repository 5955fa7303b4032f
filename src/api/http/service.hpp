#pragma once

#include <atomic>
#include <optional>

#include "api/http/server.hpp"
#include "api/http/tls_contexts.hpp"
#include "api/http/worker_pool.hpp"

namespace homeport::api::http {

/// What the connections of one server share. Immutable but for the pools and `stopping`.
struct Service {
  Service(ServerOptions the_options, const Router& the_router, Dispatcher the_dispatcher,
          Admission the_admission)
      : options(std::move(the_options)),
        router(the_router),
        dispatcher(std::move(the_dispatcher)),
        admission(std::move(the_admission)),
        workers(options.worker_threads, options.max_queued_requests),
        files(kFileThreads, options.max_connections),
        lookups(kLookupThreads, options.max_connections) {
    if (options.authority != nullptr) tls.emplace(*options.authority, options.certificate);
  }

  static constexpr size_t kFileThreads = 4;
  static constexpr size_t kLookupThreads = 4;

  ServerOptions options;
  const Router& router;
  Dispatcher dispatcher;
  Admission admission;
  std::optional<TlsContexts> tls;
  std::atomic<bool> stopping = false;
  WorkerPool workers;  ///< runs dispatcher and admission
  WorkerPool files;    ///< reads and writes bodies; at most one call of each connection waits
  WorkerPool lookups;  ///< looks names up
};

}  // namespace homeport::api::http
