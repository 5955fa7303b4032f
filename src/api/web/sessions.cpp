#include "api/web/sessions.hpp"

#include "base/text.hpp"

namespace homeport::api::web {
namespace {

constexpr std::chrono::minutes kCodeLifetime{10};
constexpr std::chrono::hours kSessionLifetime{12};
constexpr std::string_view kCookieName = "homeport_session";
constexpr std::string_view kFirstPage = "/web/";
constexpr size_t kMostPendingLogins = 1000;

/// Seconds since 1970.
int64_t seconds_of(base::TimePoint time) {
  return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

bool is_page_of_ours(std::string_view path) {
  const bool has_odd_character = path.find_first_of("\\\r\n\"<> ") != std::string_view::npos;
  return path.starts_with(kFirstPage) && !path.starts_with("//") && !has_odd_character;
}

std::string_view cookie_of(std::string_view header) {
  while (!header.empty()) {
    const size_t end = header.find(';');
    const std::string_view pair = base::trim(header.substr(0, end));
    const size_t equals = pair.find('=');
    if (pair.substr(0, equals) == kCookieName && equals != std::string_view::npos) {
      return pair.substr(equals + 1);
    }
    header = end == std::string_view::npos ? std::string_view() : header.substr(end + 1);
  }
  return {};
}

}  // namespace

LoginLink WebSessions::make_login_link(std::string_view return_to) {
  const base::TimePoint now = clock_.wall();
  const base::TimePoint expires_at = now + kCodeLifetime;
  const std::string code = base::random_hex(20);
  const std::lock_guard lock(mutex_);
  std::erase_if(pending_, [now](const auto& entry) { return entry.second.expires_at <= now; });
  if (pending_.size() >= kMostPendingLogins) {
    pending_.clear();
  }
  pending_[code] = {std::string(is_page_of_ours(return_to) ? return_to : kFirstPage), expires_at};
  return {"/web/login?code=" + code, expires_at};
}

base::Result<WebSessions::Entry> WebSessions::redeem(std::string_view code) {
  const base::TimePoint now = clock_.wall();
  std::string return_to;
  {
    const std::lock_guard lock(mutex_);
    const auto found = pending_.find(std::string(code));
    if (found == pending_.end() || found->second.expires_at <= now) {
      return base::Error{base::ErrorCode::Unauthenticated,
                         "This link was good once and for ten minutes, and is no more.",
                         {},
                         "LoginLinkSpent",
                         {}};
    }
    return_to = found->second.return_to;
    pending_.erase(found);
  }
  const std::string content =
      std::to_string(seconds_of(now + kSessionLifetime)) + "." + base::random_hex(8);
  const std::string cookie = std::string(kCookieName) + "=" + content + "." +
                             signature_of(content) +
                             "; Path=/; HttpOnly; SameSite=Strict; Max-Age=" +
                             std::to_string(std::chrono::seconds(kSessionLifetime).count());
  return Entry{cookie, return_to};
}

std::string WebSessions::signature_of(std::string_view content) const {
  return keyring_.sign("web-session." + std::string(content));
}

bool WebSessions::is_valid(std::string_view cookie) const {
  const size_t dot = cookie.rfind('.');
  if (dot == std::string_view::npos) {
    return false;
  }
  const std::string_view content = cookie.substr(0, dot);
  const auto expiry = base::parse_integer(content.substr(0, content.find('.')));
  return security::equal_in_constant_time(cookie.substr(dot + 1), signature_of(content)) &&
         expiry && *expiry > seconds_of(clock_.wall());
}

std::optional<security::Principal> WebSessions::authenticate(const http::Request& request) const {
  const std::string_view cookie = cookie_of(request.headers.get("Cookie"));
  const bool only_reads = request.method == "GET" || request.method == "HEAD";
  const bool is_from_our_page = request.headers.get("x-homeport-web") == "1";
  if (cookie.empty() || !(only_reads || is_from_our_page) || !is_valid(cookie)) {
    return std::nullopt;
  }
  return security::Principal(security::Owner{});
}

}  // namespace homeport::api::web
