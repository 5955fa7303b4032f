#pragma once

#include <optional>
#include <string>

namespace homeport::agent {

/// The server's HTTP side, from "http://127.0.0.1:8700".
struct ServerAddress {
  std::string host;
  unsigned short port = 0;
  bool known() const { return port != 0; }
  /// As a Host header has it.
  std::string text() const { return host + ":" + std::to_string(port); }
};

/// Not known() for anything but http://ADDRESS:PORT.
ServerAddress parse_server_url(const std::string& url);

}  // namespace homeport::agent
