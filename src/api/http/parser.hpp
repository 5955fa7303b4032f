#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "api/http/message.hpp"

namespace homeport::api::http {

/// Why a message cannot be understood; what follows it on the connection cannot be either.
enum class ParseFailure { None, Malformed, HeaderTooLarge };

/// The start of a message, as it came.
struct MessageHead {
  std::string method{};  ///< of a request
  std::string target{};  ///< of a request
  int status = 0;        ///< of a response
  int version = 11;      ///< 10 or 11
  Headers headers{};
  bool keep_alive = true;
  bool chunked = false;
  bool until_close = false;  ///< of a response: the body ends with the connection
  std::optional<uint64_t> content_length{};
};

/// Reads one HTTP/1 message after another out of bytes as they come. The only place that knows
/// Beast. One thread.
class MessageParser {
 public:
  enum class Kind { Request, Response };
  MessageParser(Kind kind, uint32_t max_header_bytes);
  ~MessageParser();
  MessageParser(MessageParser&&) noexcept;

  /// Forgets the message: the next byte starts a new one.
  void restart();
  /// The response to read answers HEAD: it has no body, whatever its header says.
  void expect_no_body();

  /// Takes bytes from the front of `bytes` and says how many it took; the caller brings the others
  /// again, with more behind them. It stops after the head. Nothing is taken after a failure.
  size_t read_head(std::string_view bytes);
  bool has_head() const;
  MessageHead& head();

  /// The same for the body, once the head is there; the content is appended to `out`.
  size_t read_body(std::string_view bytes, std::string& out);
  /// The connection ended. False if that cuts the message off.
  bool read_end();
  bool is_done() const;

  ParseFailure failure() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace homeport::api::http
