#include "api/http/io_thread.hpp"

#include <netinet/tcp.h>
#include <sys/socket.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <list>
#include <thread>
#include <unordered_set>

#include "api/http/connection.hpp"
#include "api/http/endpoint_text.hpp"

namespace homeport::api::http {
namespace {

constexpr std::chrono::milliseconds kSweepInterval{500};
constexpr std::chrono::milliseconds kPauseWhenFull{20};
constexpr auto kAwaitTuple = asio::as_tuple(asio::use_awaitable);

struct Accepted {
  base::FileDescriptor fd;
  int family = AF_INET;
  std::string remote_address;
};

/// One waiting connection; an invalid descriptor where none waits, with the reason in errno.
Accepted accept_one(int listener) {
  sockaddr_storage peer{};
  socklen_t length = sizeof peer;
  Accepted accepted;
  accepted.fd = base::FileDescriptor(::accept4(listener, reinterpret_cast<sockaddr*>(&peer),
                                               &length, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (!accepted.fd.valid()) return accepted;
  accepted.family = peer.ss_family;
  if (peer.ss_family == AF_UNIX) {
    accepted.remote_address = unix_peer_of(accepted.fd.get());
    return accepted;
  }
  accepted.remote_address = host_of(peer);
  const int on = 1;
  ::setsockopt(accepted.fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return accepted;
}

}  // namespace

void ConnectionCount::add() {
  const std::lock_guard lock(mutex_);
  ++count_;
}

void ConnectionCount::remove() {
  // Told under the lock: the one who waits may destroy this object as soon as it sees none.
  const std::lock_guard lock(mutex_);
  if (--count_ == 0) none_.notify_all();
}

size_t ConnectionCount::current() const {
  const std::lock_guard lock(mutex_);
  return count_;
}

bool ConnectionCount::wait_for_none(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  return none_.wait_for(lock, time, [this] { return count_ == 0; });
}

struct IoThread::State {
  State(Service& a_service, ConnectionCount& a_count) : service(a_service), count(a_count) {}

  void adopt(Accepted accepted);
  asio::awaitable<void> serve(std::shared_ptr<Connection> connection);
  asio::awaitable<void> accept(asio::posix::stream_descriptor& listener,
                               std::vector<IoThread*> targets);
  asio::awaitable<void> sweep();
  asio::awaitable<void> pause(std::chrono::milliseconds time);

  Service& service;
  ConnectionCount& count;
  asio::io_context context{1};
  asio::executor_work_guard<asio::io_context::executor_type> guard{context.get_executor()};
  // All below belong to the thread that runs the context.
  std::list<asio::posix::stream_descriptor> listeners;
  std::unordered_set<Connection*> connections;
  std::thread thread;
};

void IoThread::State::adopt(Accepted accepted) {
  const int protocol = accepted.family == AF_UNIX ? 0 : static_cast<int>(IPPROTO_TCP);
  boost::system::error_code error;
  Socket socket(context);
  socket.assign(asio::generic::stream_protocol(accepted.family, protocol), accepted.fd.get(),
                error);
  if (!error) accepted.fd.release();
  if (error || service.stopping) {
    count.remove();
    return;
  }
  auto connection =
      std::make_shared<Connection>(service, std::move(socket), std::move(accepted.remote_address));
  connections.insert(connection.get());
  asio::co_spawn(context, serve(std::move(connection)), asio::detached);
}

asio::awaitable<void> IoThread::State::serve(std::shared_ptr<Connection> connection) {
  co_await connection->serve();
  connections.erase(connection.get());
  connection.reset();
  count.remove();
}

asio::awaitable<void> IoThread::State::pause(std::chrono::milliseconds time) {
  asio::steady_timer timer(context, time);
  co_await timer.async_wait(kAwaitTuple);
}

asio::awaitable<void> IoThread::State::accept(asio::posix::stream_descriptor& listener,
                                              std::vector<IoThread*> targets) {
  for (size_t turn = 0; !service.stopping;) {
    if (count.current() >= service.options.max_connections) {
      co_await pause(kPauseWhenFull);
      continue;
    }
    Accepted accepted = accept_one(listener.native_handle());
    if (accepted.fd.valid()) {
      count.add();
      State& target = *targets[turn++ % targets.size()]->state_;
      asio::post(target.context, [&target, moved = std::move(accepted)]() mutable {
        target.adopt(std::move(moved));
      });
    } else if (errno == EAGAIN) {
      const auto [error] =
          co_await listener.async_wait(asio::posix::stream_descriptor::wait_read, kAwaitTuple);
      if (error) co_return;
    } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      co_await pause(kPauseWhenFull);
    }
  }
}

asio::awaitable<void> IoThread::State::sweep() {
  asio::steady_timer timer(context);
  while (true) {
    timer.expires_after(kSweepInterval);
    co_await timer.async_wait(kAwaitTuple);
    const auto now = Deadline::Clock::now();
    for (Connection* connection : connections) connection->enforce_deadline(now);
  }
}

IoThread::IoThread(Service& service, ConnectionCount& count)
    : state_(std::make_unique<State>(service, count)) {}

IoThread::~IoThread() {
  join();
}

void IoThread::accept_from(Listener listener, std::vector<IoThread*> targets) {
  auto& descriptor = state_->listeners.emplace_back(state_->context, listener.fd.release());
  asio::co_spawn(state_->context, state_->accept(descriptor, std::move(targets)), asio::detached);
}

void IoThread::start() {
  asio::co_spawn(state_->context, state_->sweep(), asio::detached);
  state_->thread = std::thread([state = state_.get()] { state->context.run(); });
}

void IoThread::stop_politely() {
  asio::post(state_->context, [state = state_.get()] {
    boost::system::error_code ignored;
    for (auto& listener : state->listeners) listener.close(ignored);
    for (Connection* connection : state->connections) connection->stop_politely();
  });
}

void IoThread::cut() {
  asio::post(state_->context, [state = state_.get()] {
    for (Connection* connection : state->connections) connection->cut();
  });
}

void IoThread::join() {
  state_->context.stop();
  if (state_->thread.joinable()) state_->thread.join();
}

}  // namespace homeport::api::http
