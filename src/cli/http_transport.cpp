#include <mutex>
#include <vector>

#include "api/http/client.hpp"
#include "cli/transport.hpp"

namespace homeport::cli {
namespace {

/// Keeps as many connections as there are threads that send at once.
class HttpTransport final : public Transport {
 public:
  base::Result<HttpAnswer> send(const HttpCall& call) override {
    api::http::Client client = take();
    HttpAnswer answer;
    const auto sink = [&answer](std::string_view part) -> base::Result<void> {
      answer.body += part;
      return base::success();
    };
    auto response = client.send({call.method, call.url, call.headers, call.body, {}}, sink);
    give_back(std::move(client));
    if (!response) {
      return std::move(response.error());
    }
    answer.status = response.value().status;
    answer.headers = std::move(response.value().headers);
    if (answer.body.empty()) {
      answer.body = std::move(response.value().body);
    }
    return answer;
  }

 private:
  api::http::Client take() {
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) {
      return api::http::Client();
    }
    api::http::Client client = std::move(idle_.back());
    idle_.pop_back();
    return client;
  }

  void give_back(api::http::Client client) {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(client));
  }

  std::mutex mutex_;  ///< guards idle_
  std::vector<api::http::Client> idle_;
};

}  // namespace

std::unique_ptr<Transport> make_http_transport() {
  return std::make_unique<HttpTransport>();
}

}  // namespace homeport::cli
