#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "engine/door.hpp"
#include "engine/messages.hpp"

namespace homeport::engine {

/// Messages as JSON text, without the length before it (connection.hpp). decode: InvalidArgument
/// naming the field that is missing or has another type; fields that are not known are skipped.
std::string encode(const Order& order);
std::string encode(const FromAgent& message);
base::Result<Order> decode_order(std::string_view text);
base::Result<FromAgent> decode_from_agent(std::string_view text);

std::string encode(const StartRequest& request);
std::string encode(const StartReply& reply);
base::Result<StartRequest> decode_start_request(std::string_view text);
base::Result<StartReply> decode_start_reply(std::string_view text);

std::string encode(const AgentConfig& config);
base::Result<AgentConfig> decode_agent_config(std::string_view text);

}  // namespace homeport::engine
