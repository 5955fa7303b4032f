#include "engine/connection.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <utility>

namespace homeport::engine {
namespace {

std::string length_prefix(size_t size) {
  std::string prefix;
  for (int shift = 24; shift >= 0; shift -= 8) {
    prefix.push_back(static_cast<char>((size >> shift) & 0xff));
  }
  return prefix;
}

size_t read_length(const std::string& bytes, size_t at) {
  size_t size = 0;
  for (size_t i = 0; i < 4; ++i) size = size << 8 | static_cast<unsigned char>(bytes[at + i]);
  return size;
}

}  // namespace

void Connection::start(std::function<void(std::string)> on_message,
                       std::function<void(base::Error)> on_end) {
  on_message_ = std::move(on_message);
  on_end_ = std::move(on_end);
  chunk_.resize(65536);
  read_some();
}

void Connection::restart(std::function<void(std::string)> on_message,
                         std::function<void(base::Error)> on_end) {
  next_on_message_ = std::move(on_message);  // the present one may be the caller
  on_end_ = std::move(on_end);
}

void Connection::read_some() {
  socket_.async_read_some(boost::asio::buffer(chunk_),
                          [self = shared_from_this()](auto failed, size_t size) {
                            if (self->ended_) return;
                            if (failed) return self->end(base::internal(failed.message()));
                            self->received_.append(self->chunk_, 0, size);
                            if (self->take_messages() && !self->ended_) self->read_some();
                          });
}

bool Connection::take_messages() {
  size_t at = 0;
  while (received_.size() - at >= 4) {
    const size_t size = read_length(received_, at);
    if (size > kLargestMessage) {
      end(base::invalid_argument("length", "a message of " + std::to_string(size) + " bytes"));
      return false;
    }
    if (received_.size() - at - 4 < size) break;
    on_message_(received_.substr(at + 4, size));
    if (next_on_message_) on_message_ = std::exchange(next_on_message_, nullptr);
    if (ended_) return false;  // the handler closed it
    at += 4 + size;
  }
  received_.erase(0, at);
  return true;
}

void Connection::send(std::string text) {
  if (ended_) return;
  waiting_ += length_prefix(text.size());
  waiting_ += text;
  if (writing_.empty()) write_next();
}

void Connection::write_next() {
  if (waiting_.empty()) return;
  writing_ = std::exchange(waiting_, {});
  // What fits into the socket's buffer goes at once; waiting for the loop would cost a turn of it.
  boost::system::error_code failed;
  socket_.non_blocking(true, failed);
  const size_t sent = socket_.write_some(boost::asio::buffer(writing_), failed);
  if (!failed && sent == writing_.size()) {
    writing_.clear();
    return;
  }
  writing_.erase(0, failed ? 0 : sent);
  boost::asio::async_write(socket_, boost::asio::buffer(writing_),
                           [self = shared_from_this()](auto broken, size_t) {
                             self->writing_.clear();
                             if (self->ended_) return;
                             if (broken) return self->end(base::internal(broken.message()));
                             self->write_next();
                           });
}

void Connection::close() {
  if (std::exchange(ended_, true)) return;
  boost::system::error_code ignored;
  socket_.close(ignored);
}

void Connection::end(base::Error cause) {
  if (ended_) return;
  const auto on_end = std::move(on_end_);
  ended_ = true;
  boost::system::error_code ignored;
  socket_.close(ignored);
  if (on_end) on_end(std::move(cause));
}

}  // namespace homeport::engine
