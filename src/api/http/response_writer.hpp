#pragma once

#include <boost/asio/awaitable.hpp>

#include "api/http/deadline.hpp"
#include "api/http/response_head.hpp"
#include "api/http/service.hpp"
#include "api/http/stream.hpp"

namespace homeport::api::http {

/// Writes responses to one connection. False: the client is gone, or a file was shorter than its
/// response says; the connection must end.
class ResponseWriter {
 public:
  ResponseWriter(Service& service, Stream& stream, Socket& socket, Deadline& deadline)
      : service_(service), stream_(stream), socket_(socket), deadline_(deadline) {}

  asio::awaitable<bool> write(const Response& response, Framing framing);
  /// These very bytes.
  asio::awaitable<bool> write_text(std::string_view text) { return write_all(text, {}); }

 private:
  asio::awaitable<bool> write_all(std::string_view first, std::string_view second);
  asio::awaitable<bool> copy_file(const FileBody& file);
  asio::awaitable<bool> send_file(const FileBody& file);

  Service& service_;
  Stream& stream_;
  Socket& socket_;
  Deadline& deadline_;
};

}  // namespace homeport::api::http
