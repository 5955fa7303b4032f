#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/file.hpp"
#include "base/result.hpp"
#include "security/principal.hpp"

namespace homeport::api::http {

/// Header fields in the order in which they came; names are compared without case.
class Headers {
 public:
  void add(std::string name, std::string value) {
    fields_.emplace_back(std::move(name), std::move(value));
  }
  /// Replaces every field of that name.
  void set(std::string name, std::string value);
  /// The first field of that name, or "" where there is none.
  std::string_view get(std::string_view name) const;
  bool has(std::string_view name) const;
  const std::vector<std::pair<std::string, std::string>>& fields() const { return fields_; }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

/// A request's body: in memory while small, else an unlinked temporary file under the data
/// directory (opened for reading and writing, at its start, mode 0600; linkat can give it a name on
/// the same file system). The server spools it before the handler runs, so a handler never waits
/// for a slow client, and refuses what is over the limit of its route with 413.
struct Body {
  std::string text{};  ///< all of it, where `file` is null
  std::shared_ptr<const base::FileDescriptor> file = nullptr;
  uint64_t size = 0;  ///< bytes
};

/// One request, fully received. `path` is as sent (percent escapes kept), with runs of '/'
/// collapsed; `query` is decoded ('+' is a blank) in the order of the request.
struct Request {
  std::string method;  ///< "GET"
  std::string target;  ///< as on the wire, for signatures
  std::string path;
  std::vector<std::pair<std::string, std::string>> query;
  Headers headers;
  Body body;
  std::string scheme;  ///< "http" or "https"
  std::string host;    ///< of the Host header, with its port
  std::string remote_address;
  std::string gateway_name{};  ///< that the client asked the gateway for; "" where it came directly
  security::Principal principal{};  ///< set by the dispatcher before the handler runs

  /// Query parameter by name, without regard to case; nullopt where absent.
  std::optional<std::string> parameter(std::string_view name) const;
  /// "http://127.0.0.1:8700": how this client reached us; download URLs and operations start with
  /// it.
  std::string origin() const { return scheme + "://" + host; }
};

/// Bytes [offset, offset + length) of an open file, streamed in bounded memory.
struct FileBody {
  std::shared_ptr<const base::FileDescriptor> file;
  uint64_t offset = 0;
  uint64_t length = 0;
};

/// What goes back. Content-Length is set by the server from the body; for HEAD and 304 the length
/// header given here is kept and no body is sent.
struct Response {
  int status = 200;
  Headers headers{};
  std::variant<std::string, FileBody> body{};
  std::string failure{};  ///< what went wrong, for the log only: never sent
  std::string reason{};   ///< in place of the status's usual phrase
};

Response text_response(int status, std::string content_type, std::string text);
/// `json` is a serialized document.
Response json_response(int status, std::string json);

}  // namespace homeport::api::http
