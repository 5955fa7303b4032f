#include "api/http/pool_await.hpp"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <utility>

namespace homeport::api::http {
namespace {

namespace asio = boost::asio;

/// Completes its handler exactly once: after the run, or when it is dropped without one.
template <typename Completion>
class AwaitedTask final : public WorkerPool::Task {
 public:
  AwaitedTask(Completion completion, PoolCall call)
      : completion_(std::move(completion)), call_(call) {}
  ~AwaitedTask() override {
    if (!ran_) complete(false);
  }
  void run() override {
    call_.call(call_.argument);
    ran_ = true;
    complete(true);
  }

 private:
  void complete(bool ran) {
    auto executor = asio::get_associated_executor(completion_);
    asio::post(executor, [completion = std::move(completion_), ran]() mutable {
      std::move(completion)(ran);
    });
  }

  Completion completion_;
  PoolCall call_;
  bool ran_ = false;
};

}  // namespace

asio::awaitable<bool> run_on(WorkerPool& pool, PoolCall call) {
  const auto initiate = [](auto completion, WorkerPool* target, PoolCall work) {
    using Completion = decltype(completion);
    target->post(std::make_unique<AwaitedTask<Completion>>(std::move(completion), work));
  };
  co_return co_await asio::async_initiate<const asio::use_awaitable_t<>&, void(bool)>(
      initiate, asio::use_awaitable, &pool, call);
}

}  // namespace homeport::api::http
