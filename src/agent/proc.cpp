#include "agent/proc.hpp"

#include <dirent.h>

#include <cstdio>
#include <memory>
#include <string>

#include "base/file.hpp"
#include "base/text.hpp"

namespace homeport::agent {
namespace {

std::optional<ProcessEntry> read_entry(pid_t pid) {
  const auto text = base::read_file("/proc/" + std::to_string(pid) + "/stat");
  if (text.has_error()) return std::nullopt;
  // The name, in parentheses, may hold anything: the fields are counted from its end.
  const size_t after_name = text.value().rfind(')');
  if (after_name == std::string::npos) return std::nullopt;
  ProcessEntry entry{pid, 0, 0};
  char state = 0;
  int parent = 0;
  int group = 0;
  int session = 0;
  if (std::sscanf(text.value().c_str() + after_name + 1, " %c %d %d %d", &state, &parent, &group,
                  &session) != 4) {
    return std::nullopt;
  }
  entry.parent = parent;
  entry.session = session;
  return entry;
}

}  // namespace

std::vector<ProcessEntry> list_processes() {
  std::vector<ProcessEntry> entries;
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir("/proc"), ::closedir);
  if (!directory) return entries;
  while (const dirent* item = ::readdir(directory.get())) {
    const auto pid = base::parse_integer(item->d_name);
    if (!pid) continue;
    if (const auto entry = read_entry(static_cast<pid_t>(*pid))) entries.push_back(*entry);
  }
  return entries;
}

}  // namespace homeport::agent
