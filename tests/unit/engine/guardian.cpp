#include "guardian.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <set>
#include <sstream>
#include <string>

namespace homeport::testing {
namespace {

namespace fs = std::filesystem;

std::string content_of(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

/// The agents, by their command line, and what they started, by a path in its environment.
void end_processes_of(const std::string& data_directory) {
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir("/proc"), ::closedir);
  while (const dirent* item = ::readdir(directory.get())) {
    const pid_t pid = std::atoi(item->d_name);
    if (pid <= 0 || pid == ::getpid()) continue;
    const fs::path folder = fs::path("/proc") / item->d_name;
    const bool agent = content_of(folder / "cmdline").starts_with(data_directory + "/agent/");
    const bool child = content_of(folder / "environ").find(data_directory) != std::string::npos;
    if (agent || child) ::kill(pid, SIGKILL);
  }
}

void keep_watch(int line) {
  const std::unique_ptr<FILE, int (*)(FILE*)> told(::fdopen(line, "r"), ::fclose);
  std::set<std::string> watched;
  std::array<char, 4096> text{};
  while (std::fgets(text.data(), text.size(), told.get()) != nullptr) {
    std::string directory(text.data() + 1);
    directory.pop_back();
    text[0] == '+' ? (void)watched.insert(directory) : (void)watched.erase(directory);
  }
  for (const std::string& directory : watched) {
    // Twice: what was being started while the first pass went by is caught by the second.
    for (int pass = 0; pass < 2; ++pass) end_processes_of(directory);
    std::error_code ignored;
    fs::remove_all(directory, ignored);
  }
}

}  // namespace

Guardian::Guardian() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) std::abort();
  line_ = ends[1];
  // Twice: it is nobody's child, and a signal to the group of the test does not reach it.
  const pid_t first = ::fork();
  if (first != 0) {
    ::close(ends[0]);
    ::waitpid(first, nullptr, 0);
    return;
  }
  ::close(ends[1]);
  ::setsid();
  if (::fork() == 0) {
    // Whoever reads the test's output is not to wait for this process.
    const int nowhere = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int number = 0; number < 3; ++number) ::dup2(nowhere, number);
    keep_watch(ends[0]);
  }
  ::_exit(0);
}

Guardian::~Guardian() {
  ::close(line_);
}

void Guardian::tell(char what, const fs::path& data_directory) const {
  const std::string line = what + data_directory.string() + "\n";
  if (::write(line_, line.data(), line.size()) < 0) std::abort();
}

void Guardian::watch(const fs::path& data_directory) {
  tell('+', data_directory);
}

void Guardian::release(const fs::path& data_directory) {
  tell('-', data_directory);
}

Guardian& guardian() {
  static Guardian one;
  return one;
}

}  // namespace homeport::testing
