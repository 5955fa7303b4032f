#include "engine/local/local_node.hpp"

#include "engine/protocol.hpp"

namespace homeport::engine {

void LocalNode::order(ToAgent message) {
  unanswered.push_back(Order{++last_number, std::move(message)});
  if (connection) connection->send(encode(unanswered.back()));
}

void LocalNode::send_from(std::uint64_t last) {
  arrived(last);
  for (const Order& waiting : unanswered) connection->send(encode(waiting));
}

void LocalNode::arrived(std::uint64_t last) {
  while (!unanswered.empty() && unanswered.front().number <= last) unanswered.pop_front();
}

}  // namespace homeport::engine
