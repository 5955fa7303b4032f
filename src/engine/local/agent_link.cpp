#include "engine/local/agent_link.hpp"

#include "engine/protocol.hpp"

namespace homeport::engine::local {

void AgentLink::send(ToAgent message) {
  unconfirmed.push_back(Order{next_order++, std::move(message)});
  if (connection) connection->send(encode(unconfirmed.back()));
}

void AgentLink::confirm(uint64_t number) {
  while (!unconfirmed.empty() && unconfirmed.front().number <= number) unconfirmed.pop_front();
}

void AgentLink::resend_after(uint64_t number) {
  confirm(number);
  for (const Order& order : unconfirmed) connection->send(encode(order));
}

void AgentLink::drop_connection() {
  if (!connection) return;
  connection->close();
  connection.reset();
}

}  // namespace homeport::engine::local
