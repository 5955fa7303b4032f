#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <string>

#include "api/http/deadline.hpp"
#include "api/http/parser.hpp"
#include "api/http/service.hpp"
#include "api/http/spool.hpp"
#include "api/http/stream.hpp"

namespace homeport::api::http {

/// Reads the requests of one connection, one after another. Used by the connection's coroutine;
/// what it refers to outlives it.
class RequestReader {
 public:
  RequestReader(Service& service, Stream& stream, Deadline& deadline);

  enum class Head { Ready, Closed, Malformed, TooLarge, CutOff };
  /// Waits for the next request's head. Closed: the peer went away, or was silent for too long,
  /// between requests.
  asio::awaitable<Head> read_head();
  MessageHead& head() { return parser_.head(); }
  /// What has come after the head; the reader is of no use any more.
  std::string take_unread() { return std::string(unread()); }
  /// Nothing of a next request has come yet.
  bool is_idle() const { return idle_; }

  /// Reads the body into `request`, whose other members are set. What it returns refuses the
  /// request; the rest of the body is then still on its way.
  asio::awaitable<std::optional<Response>> read_body(Request& request, const Router::Match& match);

 private:
  using Refusal = std::optional<Response>;

  std::string_view unread() const {
    return std::string_view(buffer_).substr(begin_, end_ - begin_);
  }
  void take(size_t bytes);
  bool make_room();
  asio::awaitable<bool> fill();
  asio::awaitable<bool> read_into(char* place, size_t size, size_t& got);
  asio::awaitable<Refusal> read_sized(uint64_t size);
  asio::awaitable<Refusal> read_chunks(Request& request, const Router::Match& match);
  asio::awaitable<bool> invite_body(const Request& request);
  asio::awaitable<Refusal> open_spool(Request& request, const Router::Match& match);
  asio::awaitable<Refusal> flush_to_spool();
  asio::awaitable<Refusal> deliver(Request& request);
  Refusal too_large() const;

  Service& service_;
  Stream& stream_;
  Deadline& deadline_;
  MessageParser parser_;
  std::string buffer_;
  size_t begin_ = 0;
  size_t end_ = 0;
  bool idle_ = true;
  // Of the body at hand:
  uint64_t limit_ = 0;
  uint64_t total_ = 0;
  std::string pending_;  ///< what is in memory
  std::optional<SpoolFile> spool_;
};

}  // namespace homeport::api::http
