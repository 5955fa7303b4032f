#include "engine/protocol.hpp"

#include <array>
#include <boost/json.hpp>
#include <limits>

#include "base/file.hpp"
#include "base/text.hpp"
#include "engine/fields.hpp"
#include "engine/journal_record.hpp"

namespace homeport::engine {
namespace {

namespace json = boost::json;

constexpr std::array<const char*, 3> kFromAgentKinds{"hello", "heartbeat", "report"};
constexpr std::array<const char*, 6> kToAgentKinds{"welcome", "start",  "launch",
                                                   "stop",    "forget", "stopNode"};
constexpr std::array<const char*, 4> kRecordKinds{"claim", "report", "request", "forwarded"};
constexpr std::array<const char*, 5> kPhases{"preparing", "building", "prepared", "running",
                                             "ended"};

class Writer {
 public:
  template <typename T>
  void operator()(const char* name, T& member) {
    object_[name] = value(member);
  }
  json::object take() { return std::move(object_); }

 private:
  static json::value value(const std::string& text) { return json::string(text); }
  static json::value value(bool flag) { return flag; }
  static json::value value(int number) { return number; }
  static json::value value(std::uint64_t number) { return number; }
  static json::value value(std::int64_t number) { return number; }
  static json::value value(base::TimePoint time) { return time.time_since_epoch().count(); }
  static json::value value(AttemptPhase phase) { return kPhases.at(static_cast<size_t>(phase)); }
  template <typename Tag>
  static json::value value(const base::Id<Tag>& id) {
    return json::string(id.text());
  }
  template <typename T>
  static json::value value(std::vector<T>& list) {
    json::array array;
    array.reserve(list.size());
    for (T& item : list) array.push_back(value(item));
    return array;
  }
  static json::value value(std::map<std::string, std::string>& map) {
    json::object object;
    for (const auto& [key, text] : map) object[key] = text;
    return object;
  }
  template <typename T>
  static json::value value(T& message) requires requires(Writer& writer) {
    fields(writer, message);
  }
  {
    Writer writer;
    fields(writer, message);
    return writer.take();
  }

  json::object object_;
};

/// Reads what Writer wrote. The first field that does not fit is kept; the rest is skipped.
class Reader {
 public:
  explicit Reader(const json::value& from) : object_(from.if_object()) {
    if (object_ == nullptr) wrong_ = "(message)";
  }

  template <typename T>
  void operator()(const char* name, T& member) {
    if (!wrong_.empty()) return;
    const json::value* found = object_->if_contains(name);
    if (found == nullptr) return;  // the other side is older: the default stands
    if (!read(*found, member)) wrong_ = wrong_.empty() ? name : std::string(name) + "." + wrong_;
  }
  const std::string& wrong() const { return wrong_; }

 private:
  bool read(const json::value& from, std::string& text) {
    if (!from.is_string()) return false;
    text = std::string(from.get_string());
    return true;
  }
  bool read(const json::value& from, bool& flag) {
    if (!from.is_bool()) return false;
    flag = from.get_bool();
    return true;
  }
  template <typename T>
  bool read(const json::value& from, T& number) requires(std::is_same_v<T, int> ||
                                                         std::is_same_v<T, std::uint64_t> ||
                                                         std::is_same_v<T, std::int64_t>) {
    boost::system::error_code failed;
    number = from.to_number<T>(failed);
    return !failed;
  }
  bool read(const json::value& from, base::TimePoint& time) {
    std::int64_t count = 0;
    if (!read(from, count)) return false;
    time = base::TimePoint(base::Duration(count));
    return true;
  }
  bool read(const json::value& from, AttemptPhase& phase) {
    for (size_t i = 0; i < kPhases.size(); ++i) {
      if (from.is_string() && from.get_string() == kPhases[i]) {
        phase = static_cast<AttemptPhase>(i);
        return true;
      }
    }
    return false;
  }
  template <typename Tag>
  bool read(const json::value& from, base::Id<Tag>& id) {
    if (!from.is_string()) return false;
    id = base::Id<Tag>(std::string(from.get_string()));
    return true;
  }
  template <typename T>
  bool read(const json::value& from, std::vector<T>& list) {
    if (!from.is_array()) return false;
    list.clear();
    for (const json::value& item : from.get_array()) {
      if (!read(item, list.emplace_back())) return false;
    }
    return true;
  }
  bool read(const json::value& from, std::map<std::string, std::string>& map) {
    if (!from.is_object()) return false;
    for (const auto& [key, text] : from.get_object()) {
      if (!read(text, map[std::string(key)])) return false;
    }
    return true;
  }
  template <typename T>
  bool read(const json::value& from, T& message) requires requires(Reader& reader) {
    fields(reader, message);
  }
  {
    Reader reader(from);
    if (reader.wrong_.empty()) fields(reader, message);
    wrong_ = reader.wrong_;
    return wrong_.empty();
  }

  const json::object* object_;
  std::string wrong_;
};

template <typename T>
json::object to_object(const T& message) {
  T copy = message;  // `fields` serves reading too, so it wants to be able to write
  Writer writer;
  fields(writer, copy);
  return writer.take();
}

template <typename T>
base::Result<T> from_value(const json::value& value) {
  T message;
  Reader reader(value);
  if (reader.wrong().empty()) fields(reader, message);
  if (!reader.wrong().empty()) {
    return base::invalid_argument(reader.wrong(), "field '" + reader.wrong() + "' is not right");
  }
  return message;
}

base::Result<json::value> parse(std::string_view text) {
  boost::system::error_code failed;
  json::value value = json::parse(text, failed);
  if (failed) return base::invalid_argument("", "not JSON: " + failed.message());
  return value;
}

template <typename T>
base::Result<T> decode_one(std::string_view text) {
  HP_TRY(const json::value value, parse(text));
  return from_value<T>(value);
}

template <typename Variant, size_t I = 0>
base::Result<Variant> alternative(size_t index, const json::value& body) {
  if constexpr (I < std::variant_size_v<Variant>) {
    if (index != I) return alternative<Variant, I + 1>(index, body);
    HP_TRY(auto message, from_value<std::variant_alternative_t<I, Variant>>(body));
    return Variant(std::move(message));
  } else {
    return base::invalid_argument("kind", "a kind of message that is not known");
  }
}

/// {"kind": ..., "body": ...} to the variant whose kinds are listed.
template <typename Variant, size_t N>
base::Result<Variant> from_envelope(const json::value& value,
                                    const std::array<const char*, N>& kinds) {
  static_assert(N == std::variant_size_v<Variant>);
  const json::object* object = value.if_object();
  const json::value* kind = object ? object->if_contains("kind") : nullptr;
  const json::value* body = object ? object->if_contains("body") : nullptr;
  if (kind == nullptr || body == nullptr || !kind->is_string()) {
    return base::invalid_argument("kind", "a message without kind or body");
  }
  size_t index = 0;
  while (index < N && kind->get_string() != kinds[index]) ++index;
  return alternative<Variant>(index, *body);
}

template <typename Variant, size_t N>
json::object to_envelope(const Variant& message, const std::array<const char*, N>& kinds) {
  static_assert(N == std::variant_size_v<Variant>);
  json::object envelope;
  envelope["kind"] = kinds[message.index()];
  envelope["body"] = std::visit([](const auto& body) { return to_object(body); }, message);
  return envelope;
}

}  // namespace

std::string encode(const Order& order) {
  json::object envelope = to_envelope(order.message, kToAgentKinds);
  envelope["number"] = order.number;
  return json::serialize(envelope);
}

std::string encode(const FromAgent& message) {
  return json::serialize(to_envelope(message, kFromAgentKinds));
}

base::Result<Order> decode_order(std::string_view text) {
  HP_TRY(const json::value value, parse(text));
  HP_TRY(ToAgent message, from_envelope<ToAgent>(value, kToAgentKinds));
  Order order{0, std::move(message)};
  boost::system::error_code failed;
  if (const json::value* number = value.get_object().if_contains("number")) {
    order.number = number->to_number<std::uint64_t>(failed);
  }
  if (failed) return base::invalid_argument("number", "field 'number' is not right");
  return order;
}

base::Result<FromAgent> decode_from_agent(std::string_view text) {
  HP_TRY(const json::value value, parse(text));
  return from_envelope<FromAgent>(value, kFromAgentKinds);
}

std::string encode(const StartRequest& request) {
  return json::serialize(to_object(request));
}
std::string encode(const StartReply& reply) {
  return json::serialize(to_object(reply));
}
base::Result<StartRequest> decode_start_request(std::string_view text) {
  return decode_one<StartRequest>(text);
}
base::Result<StartReply> decode_start_reply(std::string_view text) {
  return decode_one<StartReply>(text);
}

std::string encode(const AgentConfig& config) {
  return json::serialize(to_object(config));
}
base::Result<AgentConfig> decode_agent_config(std::string_view text) {
  return decode_one<AgentConfig>(text);
}

std::string encode(const JournalRecord& record) {
  return json::serialize(to_envelope(record, kRecordKinds));
}
base::Result<JournalRecord> decode_record(std::string_view line) {
  HP_TRY(const json::value value, parse(line));
  return from_envelope<JournalRecord>(value, kRecordKinds);
}

std::vector<RequestRecord> unanswered(const std::vector<JournalRecord>& records) {
  std::vector<RequestRecord> waiting;
  std::uint64_t answered = 0;
  for (const JournalRecord& record : records) {
    if (const auto* done = std::get_if<ForwardedRecord>(&record)) answered = done->number;
    if (const auto* request = std::get_if<RequestRecord>(&record)) waiting.push_back(*request);
  }
  std::erase_if(waiting, [&](const RequestRecord& request) { return request.number <= answered; });
  return waiting;
}

base::Result<std::vector<JournalRecord>> read_journal(const std::filesystem::path& file) {
  HP_TRY(const std::string text, base::read_file(file));
  std::vector<JournalRecord> records;
  for (const std::string& line : base::split(text, '\n')) {
    auto record =
        line.empty() ? base::Result<JournalRecord>(base::internal("")) : decode_record(line);
    if (record.has_value()) records.push_back(std::move(record.value()));
  }
  return records;
}

}  // namespace homeport::engine
