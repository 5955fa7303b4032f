#include "planner/layout.hpp"

#include <string>
#include <string_view>

namespace homeport::planner {
namespace {

constexpr std::string_view kServerRole = "ps";

std::string filled(std::string pattern, std::string_view what, const std::string& with) {
  for (size_t at = pattern.find(what); at != std::string::npos; at = pattern.find(what, at)) {
    pattern.replace(at, what.size(), with);
    at += with.size();
  }
  return pattern;
}

std::string name_of(const domain::ProcessRecord& process, const std::string& pattern,
                    const domain::LogNames& names) {
  const auto known = names.roles.find(process.role);
  const std::string& role = known == names.roles.end() ? process.role : known->second;
  return filled(filled(pattern, "{role}", role), "{index}", std::to_string(process.index));
}

void deal(std::vector<domain::ProcessRecord>& out, std::string_view role, int count,
          int node_count) {
  for (int i = 0; i < count; ++i) {
    domain::ProcessRecord process;
    process.role = role;
    process.index = i;
    process.node_index = i % node_count;
    out.push_back(std::move(process));
  }
}

}  // namespace

std::vector<domain::ProcessRecord> lay_out(const domain::Layout& layout,
                                           const domain::LogNames& names, int node_count) {
  std::vector<domain::ProcessRecord> out;
  if (const auto* servers = std::get_if<domain::ParameterServerLayout>(&layout)) {
    deal(out, kServerRole, servers->parameter_servers, node_count);
    deal(out, "worker", servers->workers, node_count);
  } else if (const auto* ranks = std::get_if<domain::RankLayout>(&layout)) {
    deal(out, "rank", ranks->processes, node_count);
  } else if (std::holds_alternative<domain::HeadLayout>(layout)) {
    deal(out, "main", 1, node_count);
  } else {
    deal(out, "main", node_count, node_count);
  }
  for (domain::ProcessRecord& process : out) {
    const bool one = out.size() == 1;
    process.log_name = name_of(process, one ? names.single_process : names.process, names);
    process.error_log_name =
        name_of(process, one ? names.single_process_errors : names.process_errors, names);
  }
  return out;
}

bool is_counted(const domain::ProcessRecord& process) {
  return process.role != kServerRole;
}

}  // namespace homeport::planner
