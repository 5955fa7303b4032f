#include "cli/server_process.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cerrno>
#include <csignal>
#include <thread>

#include "base/text.hpp"
#include "cli/json.hpp"

namespace homeport::cli {
namespace {

namespace fs = std::filesystem;

constexpr auto kPoll = std::chrono::milliseconds(20);

fs::path lock_path(const fs::path& data) {
  return data / "lock";
}
fs::path pid_path(const fs::path& data) {
  return data / "homeport.pid";
}
fs::path record_path(const fs::path& data) {
  return data / "homeport.json";
}

pid_t pid_in_file(const fs::path& data) {
  const auto text = base::read_file(pid_path(data));
  const auto pid = text ? base::parse_integer(base::trim(text.value())) : std::nullopt;
  return pid ? static_cast<pid_t>(*pid) : 0;
}

base::Error held_by(const fs::path& data, pid_t pid) {
  return base::conflict("DataDirectoryInUse",
                        data.string() + " belongs to a running Homeport" +
                            (pid > 0 ? " (pid " + std::to_string(pid) + ")" : "") +
                            "; stop it with `homeport down --data-dir " + data.string() +
                            "`, or take another --data-dir");
}

}  // namespace

base::Result<DataLock> DataLock::take(const fs::path& data) {
  HP_TRYV(base::make_directory(data, 0700));
  base::FileDescriptor file(
      ::open(lock_path(data).c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file.valid()) {
    return base::system_error("open " + lock_path(data).string(), errno);
  }
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    return errno == EWOULDBLOCK ? held_by(data, pid_in_file(data))
                                : base::system_error("lock " + lock_path(data).string(), errno);
  }
  std::error_code ignored;
  fs::remove(record_path(data), ignored);
  HP_TRYV(base::write_file_durably(pid_path(data), std::to_string(::getpid()) + "\n"));
  return DataLock(data, std::move(file));
}

DataLock::~DataLock() {
  if (file_.valid()) {
    std::error_code ignored;
    fs::remove(record_path(data_directory_), ignored);
    fs::remove(pid_path(data_directory_), ignored);
  }
}

std::optional<pid_t> serving_pid(const fs::path& data) {
  const base::FileDescriptor file(::open(lock_path(data).c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid()) {
    return std::nullopt;
  }
  // A shared lock: two that only look do not stand in each other's way.
  if (::flock(file.get(), LOCK_SH | LOCK_NB) == 0) {
    return std::nullopt;
  }
  return pid_in_file(data);
}

base::Result<void> write_server_record(const fs::path& data, const ServerRecord& record) {
  const boost::json::value document{{"url", record.url},
                                    {"pid", record.pid},
                                    {"version", record.version},
                                    {"subscription_id", record.workspace.subscription_id},
                                    {"resource_group", record.workspace.resource_group},
                                    {"workspace_name", record.workspace.name},
                                    {"python_path", record.python_path.string()},
                                    {"storage_emulator", record.emulator_url}};
  return base::write_file_durably(record_path(data), pretty(document));
}

base::Result<ServerRecord> read_server_record(const fs::path& data) {
  if (!serving_pid(data)) {
    return base::not_found("ServerNotRunning", "no Homeport runs on " + data.string());
  }
  HP_TRY(const std::string text, base::read_file(record_path(data)));
  HP_TRY(const auto document, parse_json(text));
  ServerRecord record;
  record.url = text_at(document, "/url");
  record.pid = static_cast<pid_t>(number_at(document, "/pid"));
  record.version = text_at(document, "/version");
  record.workspace = {text_at(document, "/subscription_id"), text_at(document, "/resource_group"),
                      text_at(document, "/workspace_name")};
  record.python_path = text_at(document, "/python_path");
  record.emulator_url = text_at(document, "/storage_emulator");
  return record;
}

base::Result<pid_t> stop_server(const fs::path& data, std::chrono::seconds patience) {
  const auto pid = serving_pid(data);
  if (!pid) {
    return base::not_found("ServerNotRunning", "no Homeport runs on " + data.string());
  }
  if (*pid <= 0) {
    return base::internal("a server holds " + data.string() +
                          " but its homeport.pid is missing; find it with `fuser " +
                          lock_path(data).string() + "`");
  }
  if (::kill(*pid, SIGTERM) != 0 && errno != ESRCH) {
    return base::system_error("stop the server with pid " + std::to_string(*pid), errno);
  }
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (serving_pid(data)) {
    if (std::chrono::steady_clock::now() > deadline) {
      return base::Error{base::ErrorCode::DeadlineExceeded,
                         "the server with pid " + std::to_string(*pid) +
                             " is still stopping after " + std::to_string(patience.count()) +
                             " s; wait, or end it with `kill -9 " + std::to_string(*pid) +
                             "` (runs go on either way)",
                         {},
                         {},
                         {}};
    }
    std::this_thread::sleep_for(kPoll);
  }
  return *pid;
}

}  // namespace homeport::cli
