#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "engine/engine.hpp"

namespace homeport::engine {

/// Before user code of an attempt may start. Once it is on disk, this agent never starts it again.
struct ClaimRecord {
  domain::RunId run_id;
  int number = 1;
  std::string token;
  bool operator==(const ClaimRecord&) const = default;
};

/// A request that user code made and was told is safe; `number` counts them per agent.
struct RequestRecord {
  std::uint64_t number = 0;
  domain::RunId run_id;
  std::string token;
  std::string method;
  std::string target;
  std::string authorization;
  std::string content_type;
  std::string body;  ///< base64: it may hold any bytes
  bool operator==(const RequestRecord&) const = default;
};

/// The server has answered all requests up to `number`.
struct ForwardedRecord {
  std::uint64_t number = 0;
  bool operator==(const ForwardedRecord&) const = default;
};

/// AttemptReport: a state worth keeping (a process ended, the attempt ended).
using JournalRecord = std::variant<ClaimRecord, AttemptReport, RequestRecord, ForwardedRecord>;

/// One line, without its end.
std::string encode(const JournalRecord& record);
base::Result<JournalRecord> decode_record(std::string_view line);

/// The requests in `records` that the server has not answered, in order.
std::vector<RequestRecord> unanswered(const std::vector<JournalRecord>& records);

/// What a dead agent left. A last line that is cut off is skipped, and the
/// zeros that a journal is written ahead with; NotFound without a journal.
base::Result<std::vector<JournalRecord>> read_journal(const std::filesystem::path& file);

}  // namespace homeport::engine
