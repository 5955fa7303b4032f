#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "api/http/message.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "security/principal.hpp"
#include "security/tokens.hpp"

namespace homeport::api::web {

/// A way in that works once: "/web/login?code=...".
struct LoginLink {
  std::string path;
  base::TimePoint expires_at{};
};

/// Who sits at a browser. A login code (10 minutes, good once, kept in memory only) becomes a
/// session cookie (12 hours, signed by the keyring, so that it outlives a restart of the server).
/// Borrows both parts; any thread.
class WebSessions {
 public:
  WebSessions(const security::Keyring& keyring, const base::Clock& clock)
      : keyring_(keyring), clock_(clock) {}

  /// A link that ends at `return_to`. What is no path below /web/ of ours becomes the first page:
  /// a link of ours never leads to another site.
  LoginLink make_login_link(std::string_view return_to);

  struct Entry {
    std::string cookie;     ///< value of a Set-Cookie header
    std::string return_to;  ///< path to show
  };
  /// Spends the code. Unauthenticated for an unknown, spent or expired one.
  base::Result<Entry> redeem(std::string_view code);

  /// The owner, if the request bears a valid session cookie and may use it: a page of another site
  /// can make a browser send a form, but not a header of ours, so what changes something must carry
  /// `x-homeport-web: 1`. nullopt otherwise.
  std::optional<security::Principal> authenticate(const http::Request& request) const;

 private:
  struct PendingLogin {
    std::string return_to;
    base::TimePoint expires_at;
  };

  std::string signature_of(std::string_view content) const;
  bool is_valid(std::string_view cookie) const;

  const security::Keyring& keyring_;
  const base::Clock& clock_;
  std::mutex mutex_;                             ///< guards pending_
  std::map<std::string, PendingLogin> pending_;  ///< by code; the expired go at the next make
};

}  // namespace homeport::api::web
