#include "api/http/spool_writer.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <optional>
#include <utility>

namespace homeport::api::http {

namespace asio = boost::asio;

/// Shared with the task that writes, so that a connection may end meanwhile. The task has `file`,
/// `block` and `outcome` while `busy`, the coroutine otherwise.
struct SpoolWriter::State {
  explicit State(SpoolFile the_file) : file(std::move(the_file)) {}
  SpoolFile file;
  std::string block;
  base::Result<void> outcome = base::success();
  bool busy = false;
  std::optional<asio::steady_timer> done;  ///< cancelled when the task has ended
};

class SpoolWriter::WriteTask final : public WorkerPool::Task {
 public:
  explicit WriteTask(std::shared_ptr<State> state) : state_(std::move(state)) {}
  ~WriteTask() override {
    if (!ran_) {
      state_->outcome =
          base::Error{base::ErrorCode::Unavailable, "the server is busy; try again", {}, {}, {}};
    }
    auto executor = state_->done->get_executor();
    asio::post(executor, [state = std::move(state_)] {
      state->busy = false;
      state->done->cancel();
    });
  }
  void run() override {
    state_->outcome = state_->file.append(state_->block);
    ran_ = true;
  }

 private:
  std::shared_ptr<State> state_;
  bool ran_ = false;
};

SpoolWriter::SpoolWriter(SpoolFile file, WorkerPool& pool)
    : pool_(&pool), state_(std::make_shared<State>(std::move(file))) {}
SpoolWriter::~SpoolWriter() = default;
SpoolWriter::SpoolWriter(SpoolWriter&&) noexcept = default;
SpoolWriter& SpoolWriter::operator=(SpoolWriter&&) noexcept = default;

asio::awaitable<base::Result<void>> SpoolWriter::wait() {
  while (state_->busy) {
    state_->done->expires_at(asio::steady_timer::time_point::max());
    co_await state_->done->async_wait(asio::as_tuple(asio::use_awaitable));
  }
  co_return state_->outcome;
}

asio::awaitable<base::Result<void>> SpoolWriter::write(std::string& block) {
  if (!state_->done) state_->done.emplace(co_await asio::this_coro::executor);
  base::Result<void> before = co_await wait();
  if (before.has_error()) co_return before;
  std::swap(block, state_->block);
  block.clear();
  state_->busy = true;
  pool_->post(std::make_unique<WriteTask>(state_));
  co_return base::success();
}

asio::awaitable<base::Result<std::shared_ptr<const base::FileDescriptor>>> SpoolWriter::finish() {
  const base::Result<void> written = co_await wait();
  if (written.has_error()) co_return written.error();
  co_return state_->file.finish();
}

}  // namespace homeport::api::http
