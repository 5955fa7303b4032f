#include "app/serve.hpp"
#include "cli/command_line.hpp"

namespace {

/// `homeport up` speaks of settings, the server of options: here the two meet.
homeport::base::Result<int> serve(
    const homeport::cli::ServeSettings& settings,
    const std::function<void(const homeport::cli::ReadyServer&)>& on_ready) {
  homeport::app::ServeOptions options;
  options.data_directory = settings.data_directory;
  options.listen = settings.listen;
  options.capacity = settings.capacity;
  options.environments_directory = settings.environments_directory;
  options.passthrough = settings.passthrough;
  options.gateway_allow = settings.gateway_allow;
  options.tls_certificate = settings.tls_certificate;
  options.tls_key = settings.tls_key;
  options.emulator_port = settings.emulator_port;
  return homeport::app::serve(options, [&on_ready](const homeport::app::Ready& ready) {
    on_ready({ready.url, ready.owner_token, ready.default_workspace, ready.login_link,
              ready.emulator_url});
  });
}

}  // namespace

int main(int argc, char** argv) {
  return homeport::cli::run_command_line(argc, argv, serve);
}
