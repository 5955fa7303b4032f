#include "api/http/response_writer.hpp"

#include <pthread.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <csignal>

#include "api/http/pool_await.hpp"

namespace homeport::api::http {
namespace {

constexpr size_t kCopyBlock = 256U << 10;
constexpr size_t kSendfileBlock = 1U << 20;

/// sendfile has no MSG_NOSIGNAL; the signal of a broken pipe stays with the thread of the file pool
/// that caused it, blocked for good.
void block_broken_pipe_signal() {
  thread_local bool done = false;
  if (done) return;
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  done = true;
}

}  // namespace

asio::awaitable<bool> ResponseWriter::write(const Response& response, Framing framing) {
  const std::string head = serialize_head(response, framing);
  if (!sends_body(response, framing)) co_return co_await write_all(head, {});
  if (const auto* text = std::get_if<std::string>(&response.body)) {
    co_return co_await write_all(head, *text);
  }
  const bool head_written = co_await write_all(head, {});
  if (!head_written) co_return false;
  const auto& file = std::get<FileBody>(response.body);
  if (file.length == 0) co_return true;
  if (stream_.is_secure()) co_return co_await copy_file(file);
  co_return co_await send_file(file);
}

asio::awaitable<bool> ResponseWriter::write_all(std::string_view first, std::string_view second) {
  while (!first.empty() || !second.empty()) {
    const std::array<asio::const_buffer, 2> buffers{asio::buffer(first.data(), first.size()),
                                                    asio::buffer(second.data(), second.size())};
    deadline_.arm(service_.options.write_timeout);
    const Transfer transfer = co_await stream_.write_some(buffers);
    deadline_.disarm();
    if (transfer.error) co_return false;
    const size_t of_first = std::min(first.size(), transfer.bytes);
    first.remove_prefix(of_first);
    second.remove_prefix(transfer.bytes - of_first);
  }
  co_return true;
}

asio::awaitable<bool> ResponseWriter::copy_file(const FileBody& file) {
  std::string block;
  uint64_t offset = file.offset;
  const uint64_t end = file.offset + file.length;
  while (offset < end) {
    auto read = [&] {
      block.resize(static_cast<size_t>(std::min<uint64_t>(end - offset, kCopyBlock)));
      ssize_t got = 0;
      do {
        got = ::pread(file.file->get(), block.data(), block.size(), static_cast<off_t>(offset));
      } while (got < 0 && errno == EINTR);
      block.resize(got > 0 ? static_cast<size_t>(got) : 0);
    };
    const bool ran = co_await run_on(service_.files, read);
    if (!ran || block.empty()) co_return false;
    offset += block.size();
    const bool written = co_await write_all(block, {});
    if (!written) co_return false;
  }
  co_return true;
}

asio::awaitable<bool> ResponseWriter::send_file(const FileBody& file) {
  auto offset = static_cast<off_t>(file.offset);
  uint64_t left = file.length;
  while (left > 0) {
    ssize_t sent = 0;
    int failure = 0;
    auto send = [&] {
      block_broken_pipe_signal();
      const auto size = static_cast<size_t>(std::min<uint64_t>(left, kSendfileBlock));
      sent = ::sendfile(socket_.native_handle(), file.file->get(), &offset, size);
      failure = sent < 0 ? errno : 0;
    };
    const bool ran = co_await run_on(service_.files, send);
    if (!ran) co_return false;
    if (sent > 0) {
      left -= static_cast<uint64_t>(sent);
      continue;
    }
    if (failure == EINTR) continue;
    if (failure != EAGAIN) co_return false;  // sent == 0: the file has become shorter
    deadline_.arm(service_.options.write_timeout);
    const auto [error] = co_await socket_.async_wait(asio::socket_base::wait_write,
                                                     asio::as_tuple(asio::use_awaitable));
    deadline_.disarm();
    if (error) co_return false;
  }
  co_return true;
}

}  // namespace homeport::api::http
