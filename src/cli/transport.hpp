#pragma once

#include <memory>
#include <string>

#include "api/http/message.hpp"
#include "base/result.hpp"

namespace homeport::cli {

struct HttpCall {
  std::string method;
  std::string url;  ///< absolute
  api::http::Headers headers{};
  std::string body{};
};

struct HttpAnswer {
  int status = 0;
  api::http::Headers headers{};
  std::string body{};
};

/// Carries one HTTP request to a server. Implementations may be called by several threads at once.
class Transport {
 public:
  virtual ~Transport() = default;
  /// Any status is an answer. Unavailable where no connection was had or it broke before the answer
  /// was whole; InvalidArgument for an address that is none.
  virtual base::Result<HttpAnswer> send(const HttpCall& call) = 0;
};

/// Over the network.
std::unique_ptr<Transport> make_http_transport();

}  // namespace homeport::cli
