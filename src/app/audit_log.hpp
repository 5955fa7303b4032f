#pragma once

#include <spdlog/spdlog.h>

#include <filesystem>
#include <memory>

#include "api/http/message.hpp"
#include "api/http/router.hpp"
#include "api/storage/account_change.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"

namespace homeport::app {

/// Who changed what, and what came of it: one JSON object a line in DATA/log/audit.log (0600),
/// which is turned over at 64 MiB, nine old ones kept. Unlike the server's log it loses no line: a
/// full queue makes its callers wait. Any thread.
class AuditLog {
 public:
  static base::Result<std::unique_ptr<AuditLog>> open(const std::filesystem::path& directory,
                                                      const base::Clock& clock);

  /// Writes a line if the request was a write: of the control plane, of the data plane, or a
  /// sign-in. What only reads with POST (queries, lists) is none; keys and links that were given
  /// out are.
  void record(const api::http::Request& request, const api::http::Router::Match& match,
              const api::http::Response& response) const;
  /// Writes a line for a change of a storage account, a container or a share.
  void record(const api::storage::AccountChange& change) const;

 private:
  struct Line;
  void write(const Line& line) const;
  AuditLog(std::shared_ptr<spdlog::logger> logger, const base::Clock& clock)
      : logger_(std::move(logger)), clock_(clock) {}

  std::shared_ptr<spdlog::logger> logger_;
  const base::Clock& clock_;
};

/// Whether a request with this method, matched by this route, changes something or gives a secret
/// out.
bool is_write(std::string_view method, std::string_view pattern);

}  // namespace homeport::app
