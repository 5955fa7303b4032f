#include "app/serve.hpp"

#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>

#include "app/homeport_server.hpp"
#include "base/file.hpp"

namespace homeport::app {
namespace {

/// SIGTERM and SIGINT as something to read. Blocked before any thread starts, so that none takes
/// them.
base::Result<base::FileDescriptor> take_end_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  if (::pthread_sigmask(SIG_BLOCK, &signals, nullptr) != 0) {
    return base::internal("cannot block signals");
  }
  std::signal(SIGPIPE, SIG_IGN);
  base::FileDescriptor fd(::signalfd(-1, &signals, SFD_CLOEXEC));
  if (!fd.valid()) return base::system_error("cannot take signals", errno);
  return fd;
}

}  // namespace

base::Result<int> serve(const ServeOptions& options,
                        const std::function<void(const Ready&)>& on_ready) {
  HP_TRY(const base::FileDescriptor signals, take_end_signals());
  HP_TRY(const auto server, HomeportServer::start(options));
  on_ready(server->ready());
  signalfd_siginfo received{};
  while (::read(signals.get(), &received, sizeof received) < 0 && errno == EINTR) {
  }
  server->stop();
  return 0;
}

}  // namespace homeport::app
