#include "api/monitoring/process_figures.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <optional>
#include <string>

#include "base/file.hpp"
#include "base/text.hpp"

namespace homeport::api::monitoring {
namespace {

using http::Figure;

// Fields of /proc/self/stat after the command's name, counted from 0 (proc(5) counts state as 3).
constexpr size_t kUserTicks = 14 - 3;
constexpr size_t kSystemTicks = 15 - 3;
constexpr size_t kThreads = 20 - 3;
constexpr size_t kStartTicks = 22 - 3;
constexpr size_t kVirtualBytes = 23 - 3;
constexpr size_t kResidentPages = 24 - 3;

/// The fields of /proc/self/stat from `state` on; empty if it cannot be read.
std::vector<std::string> stat_fields() {
  const auto text = base::read_file("/proc/self/stat");
  if (text.has_error()) return {};
  const size_t name_end = text.value().rfind(") ");
  return name_end == std::string::npos ? std::vector<std::string>()
                                       : base::split(text.value().substr(name_end + 2), ' ');
}

/// When the machine started, in seconds since 1970.
std::optional<double> boot_time() {
  const auto text = base::read_file("/proc/stat");
  if (text.has_error()) return std::nullopt;
  for (const std::string& line : base::split(text.value(), '\n')) {
    if (!line.starts_with("btime ")) continue;
    const auto seconds = base::parse_integer(base::trim(line.substr(6)));
    if (seconds) return static_cast<double>(*seconds);
  }
  return std::nullopt;
}

size_t open_descriptors() {
  std::error_code error;
  size_t count = 0;
  for (std::filesystem::directory_iterator at("/proc/self/fd", error), end; !error && at != end;
       at.increment(error)) {
    ++count;
  }
  return count == 0 ? 0 : count - 1;  // without the one that looked
}

Figure single(std::string name, std::string help, Figure::Kind kind, double value) {
  return {std::move(name), std::move(help), kind, {{{}, value}}};
}

}  // namespace

std::vector<http::Figure> process_figures() {
  using Kind = Figure::Kind;
  std::vector<Figure> figures;
  figures.push_back(single("process_open_fds", "Open file descriptors", Kind::Gauge,
                           static_cast<double>(open_descriptors())));
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    figures.push_back(single("process_max_fds", "File descriptors that may be open", Kind::Gauge,
                             static_cast<double>(limit.rlim_cur)));
  }
  const std::vector<std::string> fields = stat_fields();
  if (fields.size() <= kResidentPages) return figures;
  const auto number = [&](size_t field) {
    return static_cast<double>(base::parse_integer(fields[field]).value_or(0));
  };
  const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
  const auto page = static_cast<double>(::sysconf(_SC_PAGESIZE));
  figures.push_back(single("process_cpu_seconds_total", "Time on a CPU, of user and system",
                           Kind::Counter, (number(kUserTicks) + number(kSystemTicks)) / ticks));
  figures.push_back(single("process_threads", "Threads", Kind::Gauge, number(kThreads)));
  figures.push_back(single("process_virtual_memory_bytes", "Address space in use", Kind::Gauge,
                           number(kVirtualBytes)));
  figures.push_back(single("process_resident_memory_bytes", "Memory in use", Kind::Gauge,
                           number(kResidentPages) * page));
  if (const auto booted = boot_time()) {
    figures.push_back(single("process_start_time_seconds", "Start, in seconds since 1970",
                             Kind::Gauge, *booted + number(kStartTicks) / ticks));
  }
  return figures;
}

}  // namespace homeport::api::monitoring
