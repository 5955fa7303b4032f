#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "base/file.hpp"
#include "base/text.hpp"
#include "service/environments.hpp"

extern char** environ;

namespace homeport::service {
namespace {

/// True if any user may run the file: every folder on the way and the file itself allow "others".
bool runnable_by_anyone(const std::filesystem::path& path) {
  std::error_code error;
  const std::filesystem::path real = std::filesystem::canonical(path, error);
  if (error) return false;
  for (std::filesystem::path at = real;; at = at.parent_path()) {
    struct stat info {};
    if (::stat(at.c_str(), &info) != 0 || (info.st_mode & S_IXOTH) == 0) return false;
    if (at == at.root_path()) return true;
  }
}

/// The first line that `argv` prints.
base::Result<std::string> first_line_of(std::vector<std::string> argv) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return base::system_error("cannot make a pipe", errno);
  base::FileDescriptor reading(ends[0]);
  base::FileDescriptor writing(ends[1]);
  std::vector<char*> words;
  for (std::string& word : argv) words.push_back(word.data());
  words.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, writing.get(), 1);
  pid_t child = 0;
  const int failed = ::posix_spawn(&child, words.front(), &actions, nullptr, words.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) return base::system_error("cannot run " + argv.front(), failed);
  writing = base::FileDescriptor();
  std::string output;
  char buffer[256];
  for (ssize_t got; (got = ::read(reading.get(), buffer, sizeof buffer)) > 0;) {
    output.append(buffer, static_cast<size_t>(got));
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (status != 0) return base::internal(argv.front() + " does not run");
  return std::string(base::trim(output.substr(0, output.find('\n'))));
}

bool is_new_enough(const std::string& version) {
  const std::vector<std::string> parts = base::split(version, '.');
  return parts.size() == 2 && parts[0] == "3" && base::parse_integer(parts[1]).value_or(0) >= 9;
}

}  // namespace

base::Result<std::string> python_version(const std::filesystem::path& interpreter) {
  return first_line_of(
      {interpreter.string(), "-c", "import sys; print('%d.%d' % sys.version_info[:2])"});
}

base::Result<std::filesystem::path> find_base_python(const std::string& configured) {
  std::vector<std::filesystem::path> candidates;
  if (!configured.empty()) {
    candidates.emplace_back(configured);
  } else {
    const char* path = std::getenv("PATH");
    for (const std::string& folder : base::split(path == nullptr ? "" : path, ':')) {
      candidates.push_back(std::filesystem::path(folder) / "python3");
    }
    candidates.emplace_back("/usr/bin/python3");
  }
  for (const std::filesystem::path& candidate : candidates) {
    if (!runnable_by_anyone(candidate)) continue;
    const base::Result<std::string> version = python_version(candidate);
    // pip and venv are asked for at once, so that their lack is an error now and not in a run's
    // log.
    if (version.has_value() && is_new_enough(version.value()) &&
        first_line_of({candidate.string(), "-c", "import pip, venv"}).has_value()) {
      return candidate;
    }
  }
  return base::not_found(
      "PythonNotFound",
      "no Python 3.9 or newer with pip and venv that every user of this machine can "
      "run; install python3, python3-pip and python3-venv, or name one with --python");
}

}  // namespace homeport::service
