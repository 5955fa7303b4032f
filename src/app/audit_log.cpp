#include "app/audit_log.hpp"

#include <fcntl.h>
#include <spdlog/async.h>
#include <spdlog/sinks/rotating_file_sink.h>

#include <boost/json.hpp>
#include <cerrno>

#include "base/file.hpp"
#include "base/text.hpp"

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

/// "error.code" of an envelope, or "error" of the directory's.
std::string code_of(const api::http::Response& response) {
  const auto* text = std::get_if<std::string>(&response.body);
  if (text == nullptr || response.status < 400) return {};
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

void AuditLog::record(const api::http::Request& request, const api::http::Router::Match& match,
                      const api::http::Response& response) const {
  const std::string_view pattern =
      match.pattern != nullptr ? std::string_view(*match.pattern) : std::string_view();
  if (match.handler == nullptr || !is_write(request.method, pattern)) return;
  json::object line{{"time", base::to_iso8601(clock_.wall())},
                    {"event", "write"},
                    {"who", who(request.principal)},
                    {"method", request.method},
                    {"resource", request.path},
                    {"operation", json::string_view(pattern.data(), pattern.size())},
                    {"outcome", outcome_of(response.status)},
                    {"status", response.status},
                    {"remote", request.remote_address}};
  if (const std::string code = code_of(response); !code.empty()) line["code"] = code;
  logger_->info(json::serialize(line));
}

}  // namespace homeport::app
