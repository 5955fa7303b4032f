#pragma once

#include <cstdint>
#include <string>

#include "api/http/message.hpp"

namespace homeport::api::http {

/// How a response goes out.
struct Framing {
  bool head_request = false;  ///< the request was HEAD: no body
  bool keep_alive = true;
  int version = 11;  ///< of the request
};

/// Bytes of the response's body, as its Content-Length says.
uint64_t body_size(const Response& response);
/// Whether body bytes follow the head.
bool sends_body(const Response& response, const Framing& framing);
/// The head as it goes on the wire, with Date, Server, Content-Length and Connection. Line breaks
/// in a value become blanks: no text of a client can add a field.
std::string serialize_head(const Response& response, const Framing& framing);

/// What the server itself answers: {"error": {"code", "message"}}, the envelope that both services
/// share.
Response error_response(int status, const char* code, const std::string& message);

}  // namespace homeport::api::http
