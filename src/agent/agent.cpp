#include "agent/agent.hpp"

#include <boost/asio/post.hpp>
#include <csignal>
#include <utility>

namespace homeport::agent {

base::Result<std::unique_ptr<Agent>> Agent::create(engine::AgentConfig config,
                                                   std::unique_ptr<NodeSandbox> sandbox,
                                                   std::unique_ptr<base::AppendFile> journal) {
  std::unique_ptr<Agent> agent(
      new Agent(std::move(config), std::move(sandbox), std::move(journal)));
  HP_TRYV(agent->endpoint_.listen(agent->config_));
  agent->context_.endpoint_url = agent->endpoint_.url();
  agent->context_.start_program = agent->config_.start_program;
  return agent;
}

Agent::Agent(engine::AgentConfig config, std::unique_ptr<NodeSandbox> sandbox,
             std::unique_ptr<base::AppendFile> journal)
    : config_(std::move(config)),
      sandbox_(std::move(sandbox)),
      signals_(io_, SIGTERM, SIGINT),
      processes_(io_, sandbox_->facts().pid_namespace),
      journal_(std::move(journal)),
      forwarder_(io_, journal_,
                 [this](const std::string& token, const std::string& why) {
                   if (Attempt* attempt = find(token)) attempt->warn(why);
                 }),
      endpoint_(io_, journal_, forwarder_),
      link_(io_, sandbox_->data(), config_, sandbox_->facts().limits,
            {[this](const engine::Welcome& welcome) { welcomed(welcome); },
             [this](engine::ToAgent& order) { obey(order); }, [this] { stop_node(); }}),
      context_{io_,
               clock_,
               *sandbox_,
               processes_,
               journal_,
               {},
               {},
               [this](const engine::AttemptReport& told) { report(told); },
               [this](const std::string& token, std::function<void()> then) {
                 forwarder_.when_done(token, std::move(then));
               }} {}

void Agent::run() {
  std::signal(SIGPIPE, SIG_IGN);
  signals_.async_wait([this](auto cancelled, int) {
    if (!cancelled) stop_node();
  });
  link_.start();
  io_.run();
  processes_.kill_all_and_wait();
}

void Agent::welcomed(const engine::Welcome& welcome) {
  const ServerAddress server = parse_server_url(welcome.server_url);
  forwarder_.set_server(server);
  endpoint_.set_server(server);
  sandbox_->settled();
  for (const auto& [token, attempt] : attempts_) report(attempt->report());
  for (const auto& [token, told] : refused_) report(told);
}

void Agent::report(const engine::AttemptReport& report) {
  link_.send(report);
}

Attempt* Agent::find(const std::string& token) {
  const auto found = attempts_.find(token);
  return found == attempts_.end() ? nullptr : found->second.get();
}

void Agent::obey(engine::ToAgent& message) {
  if (auto* order = std::get_if<engine::AttemptOrder>(&message)) {
    start_attempt(std::move(*order));
  } else if (const auto* launch = std::get_if<engine::LaunchAttempt>(&message)) {
    if (Attempt* attempt = find(launch->token)) attempt->launch();
  } else if (const auto* stop = std::get_if<engine::StopAttempt>(&message)) {
    if (Attempt* attempt = find(stop->token)) {
      attempt->stop(stop->processes, std::chrono::milliseconds(stop->grace_ms));
    }
  } else if (const auto* gone = std::get_if<engine::ForgetAttempt>(&message)) {
    forget(gone->token);
  } else if (std::holds_alternative<engine::StopNode>(message)) {
    stop_node();
  }
}

void Agent::start_attempt(engine::AttemptOrder order) {
  if (const Attempt* known = find(order.token)) return report(known->report());
  if (claimed_.count(order.token) != 0) return;  // it ran and was forgotten
  for (const auto& [token, other] : attempts_) {
    if (!other->ended()) return refuse_attempt(order, "the node is busy with another attempt");
  }
  const base::Result<void> claimed =
      journal_.write(engine::ClaimRecord{order.run_id, order.number, order.token});
  if (claimed.has_error()) return refuse_attempt(order, claimed.error().message);
  const std::string token = order.token;
  claimed_.insert(token);
  if (!order.run_token_header.empty()) {
    endpoint_.admit(order.run_token_header, {order.run_id, order.number, token});
  }
  Attempt& attempt = *(attempts_[token] = std::make_unique<Attempt>(context_, std::move(order)));
  attempt.prepare();
}

void Agent::refuse_attempt(const engine::AttemptOrder& order, const std::string& why) {
  engine::AttemptReport told;
  told.run_id = order.run_id;
  told.number = order.number;
  told.token = order.token;
  told.phase = engine::AttemptPhase::Ended;
  told.error = why;
  refused_[order.token] = told;
  report(told);
}

void Agent::forget(const std::string& token) {
  refused_.erase(token);
  const Attempt* attempt = find(token);
  if (attempt == nullptr || !attempt->ended()) return;
  endpoint_.dismiss(token);
  attempts_.erase(token);
}

void Agent::stop_node() {
  io_.stop();
}

}  // namespace homeport::agent
