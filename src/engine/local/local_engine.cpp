#include "engine/local/local_engine.hpp"

#include "engine/local/engine_core.hpp"

namespace homeport::engine {

base::Result<std::unique_ptr<LocalEngine>> LocalEngine::create(LocalEngineOptions options,
                                                               EngineEvents& events,
                                                               const base::Clock& clock) {
  auto core = std::make_unique<Core>(std::move(options), events, clock);
  HP_TRYV(core->open());
  core->start();
  return std::unique_ptr<LocalEngine>(new LocalEngine(std::move(core)));
}

LocalEngine::LocalEngine(std::unique_ptr<Core> core) : core_(std::move(core)) {}
LocalEngine::~LocalEngine() = default;

int LocalEngine::capacity() const {
  return core_->options().capacity;
}

void LocalEngine::start_node(const domain::Node& node, const NodeSize& size) {
  core_->post([this, node, size] { core_->start_node(node, size); });
}

void LocalEngine::adopt(const std::vector<domain::Node>& nodes) {
  core_->post([this, nodes] { core_->adopt(nodes); });
}

void LocalEngine::stop_node(const domain::NodeId& node) {
  core_->post([this, node] { core_->stop_node(node); });
}

void LocalEngine::start_attempt(const domain::NodeId& node, const AttemptOrder& order) {
  core_->post([this, node, order] { core_->order(node, order); });
}

void LocalEngine::launch_attempt(const domain::NodeId& node, const domain::RunId& run,
                                 const std::string& token) {
  core_->post([this, node, order = LaunchAttempt{run, token}] { core_->order(node, order); });
}

void LocalEngine::stop_attempt(const domain::NodeId& node, const domain::RunId& run,
                               const std::string& token, const std::vector<std::string>& processes,
                               std::chrono::milliseconds grace) {
  core_->post([this, node, order = StopAttempt{run, token, processes, grace.count()}] {
    core_->order(node, order);
  });
}

void LocalEngine::forget_attempt(const domain::NodeId& node, const domain::RunId& run,
                                 const std::string& token) {
  core_->post([this, node, order = ForgetAttempt{run, token}] { core_->order(node, order); });
}

std::vector<std::string> LocalEngine::group_controllers() const {
  return core_->groups().controllers();
}

void LocalEngine::set_server_url(const std::string& url) {
  core_->post([this, url] { core_->set_server_url(url); });
}

bool LocalEngine::stop_all_nodes() {
  core_->post([this] { core_->stop_all(); });
  return core_->wait_until_empty(core_->options().stop_timeout + std::chrono::seconds(1));
}

void LocalEngine::shutdown() {
  core_->shutdown();
}

}  // namespace homeport::engine
