// What this machine can do at most, beside which the figures of the service are read. One JSON
// object:
//   limits DIRECTORY  ->  {"spawns_per_second": ..., "spawn_ms": ..., "syncs_per_second": ...,
//   "sync_ms": ...}
// A spawn is posix_spawn of /bin/true and its wait; a sync is an append of 4 KiB and its fdatasync
// in DIRECTORY.

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::seconds kDuration{2};

double per_second(const std::function<void()>& once) {
  const auto began = Clock::now();
  int count = 0;
  while (Clock::now() - began < kDuration) {
    once();
    ++count;
  }
  return count / std::chrono::duration<double>(Clock::now() - began).count();
}

[[noreturn]] void fail(const char* what) {
  std::perror(what);
  std::exit(1);
}

void spawn_once() {
  std::array<char, 10> program{"/bin/true"};
  std::array<char*, 2> arguments{program.data(), nullptr};
  pid_t child = 0;
  if (posix_spawn(&child, program.data(), nullptr, nullptr, arguments.data(), environ) != 0) {
    fail("posix_spawn");
  }
  waitpid(child, nullptr, 0);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) fail("limits DIRECTORY");
  const std::string path = std::string(argv[1]) + "/limits.tmp";
  const int file = open(path.c_str(), O_CREAT | O_WRONLY | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0) fail(path.c_str());
  const std::string page(4096, 'x');
  const double syncs = per_second([&] {
    if (write(file, page.data(), page.size()) < 0 || fdatasync(file) != 0) fail("fdatasync");
  });
  close(file);
  unlink(path.c_str());

  const double spawns = per_second(spawn_once);
  std::printf(
      R"({"spawns_per_second": %.1f, "spawn_ms": %.3f, "syncs_per_second": %.1f, "sync_ms": %.3f})"
      "\n",
      spawns, 1000 / spawns, syncs, 1000 / syncs);
  return 0;
}
