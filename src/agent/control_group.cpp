#include "agent/control_group.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/text.hpp"

namespace homeport::agent {
namespace {

base::Result<void> enter_one(const std::string& directory) {
  const base::FileDescriptor file(
      ::open((directory + "/cgroup.procs").c_str(), O_WRONLY | O_CLOEXEC));
  if (!file.valid() || ::write(file.get(), "0", 1) != 1) {
    return base::system_error("cannot enter the control group " + directory, errno);
  }
  return base::success();
}

}  // namespace

ControlGroup ControlGroup::enter(const std::vector<std::string>& directories) {
  ControlGroup group;
  for (const std::string& directory : directories) {
    const base::Result<void> entered = enter_one(directory);
    if (entered.has_error()) group.limits_.push_back(entered.error().message);
    // Version 1 and version 2 count under different names.
    for (const char* name : {"/memory.oom_control", "/memory.events"}) {
      if (group.memory_.valid()) break;
      group.memory_ =
          base::FileDescriptor(::open((directory + name).c_str(), O_RDONLY | O_CLOEXEC));
    }
  }
  return group;
}

std::uint64_t ControlGroup::ended_for_memory() const {
  std::array<char, 512> text{};
  if (!memory_.valid()) return 0;
  const ssize_t got = ::pread(memory_.get(), text.data(), text.size(), 0);
  if (got <= 0) return 0;
  constexpr std::string_view kCount = "oom_kill ";
  for (const std::string& line :
       base::split(std::string_view(text.data(), static_cast<size_t>(got)), '\n')) {
    if (line.rfind(kCount, 0) != 0) continue;
    return static_cast<std::uint64_t>(base::parse_integer(line.substr(kCount.size())).value_or(0));
  }
  return 0;
}

}  // namespace homeport::agent
