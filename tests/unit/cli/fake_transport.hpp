#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <sstream>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "cli/client.hpp"
#include "cli/terminal.hpp"
#include "cli/transport.hpp"

namespace homeport::testing {

/// Answers by "METHOD path" (no host, no query); what nobody taught it is a 404 in ARM's envelope.
/// Keeps every call. Any thread.
class FakeTransport final : public cli::Transport {
 public:
  using Answerer = std::function<base::Result<cli::HttpAnswer>(const cli::HttpCall&)>;

  void on(const std::string& what, Answerer answerer) { answerers_[what] = std::move(answerer); }
  void on(const std::string& what, int status, std::string body) {
    on(what, [status, body](const cli::HttpCall&) {
      return base::Result<cli::HttpAnswer>(cli::HttpAnswer{status, {}, body});
    });
  }

  base::Result<cli::HttpAnswer> send(const cli::HttpCall& call) override {
    const std::lock_guard lock(mutex_);
    calls.push_back(call);
    const size_t path = call.url.find('/', call.url.find("//") + 2);
    const std::string what = call.method + " " + call.url.substr(path, call.url.find('?') - path);
    const auto found = answerers_.find(what);
    if (found != answerers_.end()) {
      return found->second(call);
    }
    return cli::HttpAnswer{
        404, {}, R"({"error":{"code":"ResourceNotFound","message":"no )" + what + R"("}})"};
  }

  std::vector<cli::HttpCall> calls;

 private:
  std::mutex mutex_;
  std::map<std::string, Answerer> answerers_;
};

/// A terminal that is none, with what was written to it.
struct CapturedTerminal {
  std::ostringstream out;
  std::ostringstream err;
  cli::Terminal terminal{out, err, {}};
};

inline cli::ServerAddress an_address() {
  cli::ServerAddress address;
  address.url = "http://127.0.0.1:8700";
  address.source = "a test";
  address.token = security::Secret("the-token");
  address.workspace = {"sub", "group", "ws"};
  return address;
}

inline const std::string kWorkspacePath =
    "/subscriptions/sub/resourceGroups/group/providers/Microsoft.MachineLearningServices/"
    "workspaces/ws";

}  // namespace homeport::testing
