#include "app/audit_log.hpp"

#include <fcntl.h>
#include <spdlog/async.h>
#include <spdlog/sinks/rotating_file_sink.h>

#include <boost/json.hpp>
#include <cerrno>

#include "base/file.hpp"
#include "base/text.hpp"
#include "objects/shares.hpp"

namespace homeport::app {
namespace {

namespace json = boost::json;

constexpr size_t kFileBytes = 64U << 20;
constexpr size_t kOldFiles = 9;

std::string who(const security::Principal& principal) {
  struct {
    std::string operator()(const security::Anonymous&) const { return "anonymous"; }
    std::string operator()(const security::Owner& owner) const {
      return owner.client_id.empty() ? "owner" : "client:" + owner.client_id;
    }
    std::string operator()(const security::Monitor&) const { return "monitor"; }
    std::string operator()(const security::RunIdentity& run) const { return "run:" + run.run_id; }
    std::string operator()(const security::StorageAccount& storage) const {
      return "account:" + storage.account;
    }
  } const name;
  return std::visit(name, principal);
}

const char* outcome_of(int status) {
  if (status < 400) return "done";
  return status == 401 || status == 403 ? "denied" : status < 500 ? "refused" : "failed";
}

/// "account:NAME" for who holds its key, "sas:NAME" for who was lent a part of what it opens.
std::string who(const api::storage::Grant& grant) {
  const auto* storage = std::get_if<security::StorageAccount>(&grant.who);
  return storage != nullptr && grant.sas ? "sas:" + storage->account : who(grant.who);
}

/// As a URL of path style names it: "/ACCOUNT/CONTAINER", "/ACCOUNT.file/SHARE".
std::string path_of(const api::storage::Resource& resource) {
  const bool files = resource.service == api::storage::Service::Files;
  const std::string account =
      "/" + (files ? objects::share_account(resource.account) : resource.account);
  return resource.container.empty() ? account : account + "/" + resource.container;
}

/// Asks for a datastore with its account's key, as SDK and command line do.
bool asks_for_secret(const api::http::Request& request) {
  return base::equals_ignoring_case(request.parameter("includeSecret").value_or(""), "true");
}

/// The code of a refusal: a header of the storage dialects, "error.code" of the other envelopes, or
/// "error" of the directory's.
std::string code_of(const api::http::Response& response) {
  if (response.status < 400) return {};
  if (response.headers.has("x-ms-error-code")) {
    return std::string(response.headers.get("x-ms-error-code"));
  }
  const auto* text = std::get_if<std::string>(&response.body);
  if (text == nullptr) return {};
  boost::system::error_code failed;
  const json::value body = json::parse(*text, failed);
  const json::value* error = body.is_object() ? body.get_object().if_contains("error") : nullptr;
  if (error != nullptr && error->is_object()) error = error->get_object().if_contains("code");
  return error != nullptr && error->is_string() ? std::string(error->get_string()) : std::string();
}

}  // namespace

bool is_write(std::string_view method, std::string_view pattern) {
  if (method == "GET" || method == "HEAD" || method == "OPTIONS") return false;
  if (method != "POST") return true;
  const std::string_view last = pattern.substr(pattern.rfind('/') + 1);
  if (last.starts_with("list")) return last.ends_with("Keys") || last.ends_with("Credentials");
  return !last.ends_with(":query") && last != "query" && last != "full" && last != "metadata" &&
         pattern.find("/batch/metadata/") == std::string_view::npos;
}

base::Result<std::unique_ptr<AuditLog>> AuditLog::open(const std::filesystem::path& directory,
                                                       const base::Clock& clock) {
  constexpr size_t kQueuedLines = 8192;
  const std::string path = (directory / "audit.log").string();
  // The sink would make it with the mode that the umask leaves.
  const base::FileDescriptor made(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  if (!made.valid()) return base::system_error("cannot open " + path, errno);
  // Loggers know their pool only weakly; it must live as long as the process.
  static const auto kPool = std::make_shared<spdlog::details::thread_pool>(kQueuedLines, 1);
  auto sink = std::make_shared<spdlog::sinks::rotating_file_sink_mt>(path, kFileBytes, kOldFiles);
  auto logger = std::make_shared<spdlog::async_logger>("audit", std::move(sink), kPool,
                                                       spdlog::async_overflow_policy::block);
  logger->set_pattern("%v");
  logger->flush_on(spdlog::level::info);
  return std::unique_ptr<AuditLog>(new AuditLog(std::move(logger), clock));
}

struct AuditLog::Line {
  std::string who;
  std::string resource;
  std::string_view operation;
  const api::http::Request& request;
  const api::http::Response& response;
};

void AuditLog::write(const Line& line) const {
  const int status = line.response.status;
  json::object object{
      {"time", base::to_iso8601(clock_.wall())},
      {"event", "write"},
      {"who", line.who},
      {"method", line.request.method},
      {"resource", line.resource},
      {"operation", json::string_view(line.operation.data(), line.operation.size())},
      {"outcome", outcome_of(status)},
      {"status", status},
      {"remote", line.request.remote_address}};
  if (const std::string code = code_of(line.response); !code.empty()) object["code"] = code;
  logger_->info(json::serialize(object));
}

void AuditLog::record(const api::http::Request& request, const api::http::Router::Match& match,
                      const api::http::Response& response) const {
  const std::string_view pattern =
      match.pattern != nullptr ? std::string_view(*match.pattern) : std::string_view();
  if (match.handler == nullptr) return;
  if (!is_write(request.method, pattern) && !asks_for_secret(request)) return;
  write({who(request.principal), request.path, pattern, request, response});
}

void AuditLog::record(const api::storage::AccountChange& change) const {
  write({who(change.grant), path_of(change.resource), change.operation, change.request,
         change.response});
}

}  // namespace homeport::app
