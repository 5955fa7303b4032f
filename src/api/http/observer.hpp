#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

namespace homeport::api::http {

/// What is worth telling of a request that was answered. It holds no token, no signature and no
/// path of a user: the pattern of the route stands for it. The texts live during the call only.
struct RequestRecord {
  std::string_view method;
  std::string_view pattern;    ///< "" where no route matched
  std::string_view principal;  ///< "anonymous", "owner", "run", "storage"
  std::string_view scheme;
  std::string_view remote_address;
  std::string_view failure;  ///< Response::failure
  int status = 0;
  uint64_t bytes_in = 0;                 ///< of the body
  uint64_t bytes_out = 0;                ///< of the body
  std::chrono::microseconds duration{};  ///< from the end of its head to the end of the answer
};

/// Told of every answered request, on an I/O thread: must not block, must not throw. Several
/// threads call it at once. Outlives the server.
class RequestObserver {
 public:
  virtual ~RequestObserver() = default;
  virtual void observe(const RequestRecord& record) = 0;
};

}  // namespace homeport::api::http
