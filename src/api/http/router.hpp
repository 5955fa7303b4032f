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

/// Routes by method and pattern: "/history/v1.0/subscriptions/{subscription}/runs/{run}". Literal
/// parts match without regard to case (Azure's paths), "{name}" takes one segment, "{name...}" at
/// the end the rest with its slashes (at least one character). The ':' inside a segment is a
/// literal
/// ("/runs:query"). Of several matches the one with the earliest literal part wins.
/// Built once before the server starts; then read by many threads.
class Router {
 public:
  void add(std::string_view method, std::string_view pattern, Handler handler,
           RouteOptions options = {});

  struct Match {
    const Handler* handler = nullptr;  ///< null where nothing matches
    const RouteOptions* options = nullptr;
    PathParameters parameters;
    bool other_method = false;  ///< the path is known, but not with this method
  };
  /// `path` as in Request::path. The pointers live as long as the router.
  Match find(std::string_view method, std::string_view path) const;

 private:
  struct Route {
    std::string method;
    std::vector<std::string> parts;
    Handler handler;
    RouteOptions options;
  };
  std::vector<std::unique_ptr<Route>> routes_;
};

}  // namespace homeport::api::http
