#pragma once

#include <boost/json/value.hpp>
#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "cli/server_locator.hpp"
#include "cli/transport.hpp"
#include "domain/workspace.hpp"

namespace homeport::cli {

/// How long a command bears a server that does not answer.
struct Patience {
  std::chrono::milliseconds total{0};  ///< zero: the first refusal is the answer
  std::chrono::milliseconds first_pause{100};
  std::chrono::milliseconds longest_pause{1000};
  /// Sleeps; false to give up early (Ctrl-C).
  std::function<bool(std::chrono::milliseconds)> pause{};
  /// Called once when the first try failed, with the line to say.
  std::function<void(const std::string&)> say{};
};

/// Speaks the public dialects of one server with one token. Every failure is an Error whose message
/// says what to do; a service's own error envelope (ARM's and the data plane's are alike) keeps its
/// code in `reason` and its field in `target`.
class Client {
 public:
  Client(Transport& transport, ServerAddress address)
      : transport_(transport), address_(std::move(address)) {}

  const ServerAddress& address() const { return address_; }
  /// Speaks of this workspace from now on.
  void choose_workspace(domain::WorkspaceKey workspace) {
    address_.workspace = std::move(workspace);
  }
  /// Every workspace of the server.
  base::Result<std::vector<domain::WorkspaceKey>> list_workspaces();
  /// Later calls of this client bear refused connections so long.
  void set_patience(Patience patience) { patience_ = std::move(patience); }

  /// Sends and gives any answer below 400. `path` starts with '/' and goes out with the token; a
  /// whole URL (of a blob or a log, which bears its own signature) goes out without.
  base::Result<HttpAnswer> send(std::string method, std::string_view path, std::string body = {},
                                api::http::Headers headers = {});

  /// As send, but every status is an answer.
  base::Result<HttpAnswer> exchange(std::string method, std::string_view path,
                                    std::string body = {}, api::http::Headers headers = {});

  /// The answer as JSON, null where it has no body.
  base::Result<boost::json::value> get(std::string_view path);
  base::Result<boost::json::value> send_json(std::string method, std::string_view path,
                                             const boost::json::value& body);

  /// The workspace's ARM id ("/subscriptions/.../workspaces/NAME"), escaped for a path. Where
  /// nothing named one: the only or first workspace of the server. NotFound if it has none.
  base::Result<std::string> workspace_path();
  /// The same under our own provider Homeport.Compute.
  base::Result<std::string> own_workspace_path();
  /// The address of a run's page.
  base::Result<std::string> web_view(std::string_view run_id);

 private:
  base::Result<HttpAnswer> send_patiently(const HttpCall& call);
  base::Result<domain::WorkspaceKey> resolve_workspace();

  Transport& transport_;
  ServerAddress address_;
  Patience patience_{};
};

/// "?api-version=..." of the ARM dialect as this client speaks it.
inline constexpr std::string_view kArmVersion = "?api-version=2019-06-01";
/// The same of Homeport.Compute.
inline constexpr std::string_view kOwnVersion = "?api-version=2026-11-01";

/// Text as one segment of a path.
std::string path_segment(std::string_view text);

}  // namespace homeport::cli
