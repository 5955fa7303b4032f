#include "engine/local/local_engine.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "engine/local/agent_program.hpp"
#include "engine/local/office.hpp"

namespace homeport::engine::local {

base::Result<std::unique_ptr<LocalEngine>> LocalEngine::open(LocalEngineOptions options,
                                                             EngineEvents& events,
                                                             const base::Clock& clock) {
  HP_TRY(std::filesystem::path program, install_agent(options.data_directory / "agent"));
  auto office = std::make_unique<Office>(std::move(options), std::move(program), events, clock);
  HP_TRYV(office->run());
  return std::unique_ptr<LocalEngine>(new LocalEngine(std::move(office)));
}

LocalEngine::LocalEngine(std::unique_ptr<Office> office) : office_(std::move(office)) {}
LocalEngine::~LocalEngine() = default;

void LocalEngine::set_server_url(const std::string& url) {
  office_->post([this, url] { office_->set_server_url(url); });
}

int LocalEngine::gpus() const {
  return count_gpus();
}

std::vector<std::string> LocalEngine::limits() const {
  return office_->limits();
}

int LocalEngine::capacity() const {
  return office_->options().capacity;
}

void LocalEngine::start_node(const domain::Node& node) {
  office_->post([this, node] { office_->start_node(node); });
}

void LocalEngine::adopt(const std::vector<domain::Node>& nodes) {
  office_->post([this, nodes] {
    for (const domain::Node& node : nodes) office_->adopt(node);
  });
}

void LocalEngine::stop_node(const domain::NodeId& node) {
  office_->post([this, node] { office_->stop_node(node); });
}

void LocalEngine::start_attempt(const domain::NodeId& node, const AttemptOrder& order) {
  office_->post([this, node, order] { office_->send(node, order); });
}

void LocalEngine::launch_attempt(const domain::NodeId& node, const domain::RunId& run,
                                 const std::string& token) {
  office_->post([=, this] { office_->send(node, LaunchAttempt{run, token}); });
}

void LocalEngine::stop_attempt(const domain::NodeId& node, const domain::RunId& run,
                               const std::string& token, const std::vector<std::string>& processes,
                               std::chrono::milliseconds grace) {
  office_->post([=, this] {
    office_->send(node, StopAttempt{run, token, processes, grace.count()});
  });
}

void LocalEngine::forget_attempt(const domain::NodeId& node, const domain::RunId& run,
                                 const std::string& token) {
  office_->post([=, this] { office_->send(node, ForgetAttempt{run, token}); });
}

int count_gpus(const std::filesystem::path& devices) {
  int count = 0;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(devices, error)) {
    const std::string name = entry.path().filename().string();
    constexpr std::string_view kPrefix = "nvidia";
    if (name.starts_with(kPrefix) &&
        base::parse_integer(std::string_view(name).substr(kPrefix.size()))) {
      ++count;
    }
  }
  return count;
}

}  // namespace homeport::engine::local
