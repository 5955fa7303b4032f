#pragma once

#include <boost/json/value.hpp>
#include <functional>
#include <string>
#include <vector>

#include "api/http/message.hpp"
#include "base/result.hpp"

namespace homeport::api::web {

/// Answers a request as the server answers one from outside: credentials, route, error envelope.
using Ask = std::function<http::Response(http::Request)>;

/// Speaks the public dialects for a page, with the session of the browser that asked for the page:
/// the web has no view of its own into the core.
class LocalClient {
 public:
  /// `page` is the browser's request; both are borrowed.
  LocalClient(const Ask& ask, const http::Request& page) : ask_(ask), page_(page) {}

  /// NotFound, Unauthenticated, or Internal, as the answer says.
  base::Result<boost::json::value> get(const std::string& target) const;
  base::Result<boost::json::value> post(const std::string& target, std::string json) const;

  /// The last `most` bytes of what a URL of this server (a log's) gives, and its whole size.
  struct Tail {
    std::string text;
    uint64_t size = 0;
  };
  base::Result<Tail> tail(const std::string& url, uint64_t most) const;
  /// All that such a URL gives, or the range that the browser asked for.
  base::Result<http::Response> fetch(const std::string& url) const;

 private:
  /// What follows this server's own origin in a URL. NotFound for one that lies elsewhere.
  base::Result<std::string> target_of(const std::string& url) const;
  http::Response send(std::string method, const std::string& target, std::string body,
                      http::Headers headers) const;

  const Ask& ask_;
  const http::Request& page_;
};

/// What stands at an RFC 6901 pointer as text; "" for null or nothing.
std::string text_at(const boost::json::value& value, std::string_view pointer);
const boost::json::array& array_at(const boost::json::value& value, std::string_view pointer);
const boost::json::object& object_at(const boost::json::value& value, std::string_view pointer);

}  // namespace homeport::api::web
