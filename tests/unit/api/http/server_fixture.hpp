#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include "api/http/server.hpp"
#include "base/file.hpp"
#include "raw_client.hpp"
#include "temporary_directory.hpp"

namespace homeport::testing {

/// Opened once, by open(); everyone waits for it.
class Gate {
 public:
  void open() {
    const std::lock_guard lock(mutex_);
    is_open_ = true;
    changed_.notify_all();
  }
  void wait() {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(20), [this] { return is_open_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_open_ = false;
};

/// A server on a free port with a router that each test fills before start().
class ServerTest : public ::testing::Test {
 protected:
  void start(api::http::Dispatcher dispatcher = api::http::dispatch_plainly,
             api::http::Admission admission = {}) {
    options_.spool_directory = folder_.path();
    auto server =
        api::http::Server::start(options_, router_, std::move(dispatcher), std::move(admission));
    ASSERT_TRUE(server.has_value()) << server.error().message;
    server_ = std::move(server).value();
  }
  uint16_t port() const { return server_->port(); }

  /// A route that answers with the body it got.
  void add_echo(uint64_t limit = 64ULL << 20) {
    router_.add("POST", "/echo",
                [](const api::http::Request& request, const api::http::PathParameters&) {
                  std::string text = request.body.text;
                  if (request.body.file) {
                    text.resize(request.body.size);
                    const ssize_t got =
                        ::pread(request.body.file->get(), text.data(), text.size(), 0);
                    text.resize(got < 0 ? 0 : static_cast<size_t>(got));
                  }
                  return api::http::text_response(
                      200, request.body.file ? "text/from-file" : "text/from-memory", text);
                },
                {limit});
  }
  void add_text(const std::string& pattern, const std::string& text) {
    router_.add("GET", pattern,
                [text](const api::http::Request&, const api::http::PathParameters&) {
                  return api::http::text_response(200, "text/plain", text);
                });
  }
  size_t files_in_spool() const {
    return static_cast<size_t>(
        std::distance(std::filesystem::directory_iterator(folder_.path()), {}));
  }

  // Handlers may still run when a test's body is over: what they use goes after the server.
  Gate gate_;
  std::atomic<int> running_ = 0;
  TemporaryDirectory folder_;
  api::http::Router router_;
  api::http::ServerOptions options_;
  std::unique_ptr<api::http::Server> server_;
};

}  // namespace homeport::testing
