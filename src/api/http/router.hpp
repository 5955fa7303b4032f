#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "api/http/message.hpp"

namespace homeport::api::http {

/// The parts of the path that a route's pattern names, percent-decoded, by name.
using PathParameters = std::map<std::string, std::string, std::less<>>;

/// Runs on a worker thread, may block on the ledger and the disk, must not throw for what a client
/// can cause. Several threads call the same handler at once.
using Handler = std::function<Response(const Request&, const PathParameters&)>;

struct RouteOptions {
  /// Larger bodies are refused with 413 before they are read.
  uint64_t max_body_bytes = 4ULL << 20;
};

/// Routes by method and pattern: "/history/v1.0/subscriptions/{subscription}/runs/{run}".
///
/// Literal text matches without regard to case (Azure's paths). "{name}" takes one segment, or the
/// part of it between literal text ("{run}:cancel", "Tables('{table}')"); "{name...}" at the end
/// takes the rest with its slashes (at least one character). Other characters, ':' too, are literal
/// ("/runs:query"). Of several matches the one with the earliest literal part wins. One '/' at the
/// end of a path is ignored. HEAD falls to the route of GET where it has none of its own.
///
/// Built once before the server starts (add throws std::invalid_argument for a malformed or a
/// second equal route: a mistake of the program); then read by many threads.
class Router {
 public:
  Router();
  ~Router();
  Router(Router&&) noexcept;
  Router& operator=(Router&&) noexcept;

  void add(std::string_view method, std::string_view pattern, Handler handler,
           RouteOptions options = {});

  struct Match {
    const Handler* handler = nullptr;  ///< null where nothing matches
    const RouteOptions* options = nullptr;
    const std::string* pattern = nullptr;  ///< as given to add: the path's name in logs and metrics
    PathParameters parameters{};
    bool other_method = false;  ///< the path is known, but not with this method
  };
  /// `path` as in Request::path. The pointers live as long as the router.
  Match find(std::string_view method, std::string_view path) const;

 private:
  struct Route;
  struct Node;
  std::unique_ptr<Node> root_;
};

}  // namespace homeport::api::http
