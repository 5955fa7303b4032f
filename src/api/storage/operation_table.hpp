#pragma once

#include <algorithm>
#include <span>
#include <string>

#include "api/http/message.hpp"
#include "api/storage/authorization.hpp"
#include "api/storage/resource.hpp"
#include "base/text.hpp"

namespace homeport::api::storage {

using Outcome = base::Result<http::Response>;

/// An operation of a dialect, known by method and query.
template <typename Call>
struct OperationRow {
  Level level;
  const char* method;
  const char* restype;  ///< of the query, "" = absent
  const char* comp;
  const char* name;         ///< as the service's documentation calls it
  const char* service_sas;  ///< permissions of a service SAS, any one of them; "" = none allows it
  const char* account_sas;  ///< the same of an account SAS
  Outcome (*run)(const Call&) = nullptr;  ///< null: not built

  Needs needs() const { return {level, service_sas, account_sas, name}; }
};

/// The row that a request asks for; null where there is none.
template <typename Call>
const OperationRow<Call>* find_row(std::span<const OperationRow<Call>> table,
                                   const http::Request& request, Level level) {
  const std::string restype = request.parameter("restype").value_or("");
  const std::string comp = request.parameter("comp").value_or("");
  const auto found = std::ranges::find_if(table, [&](const OperationRow<Call>& row) {
    return row.level == level && request.method == row.method &&
           base::equals_ignoring_case(restype, row.restype) &&
           base::equals_ignoring_case(comp, row.comp);
  });
  return found == table.end() ? nullptr : &*found;
}

/// InvalidArgument "InvalidQueryParameterValue" or "UnsupportedHttpVerb" for what no row has.
base::Error unknown_operation(const http::Request& request);

/// InvalidArgument "InvalidHeaderValue" for an x-ms-version that is no date of a version we speak:
/// 2012-02-12 (the first with today's signatures) and later.
base::Result<void> check_version(const http::Request& request);

/// Whether a request is of that version or a later one: what came later than a client's version it
/// may not be able to read. Without a version it is as new as we are.
bool speaks(const http::Request& request, std::string_view version);

/// x-ms-version, x-ms-request-id, x-ms-client-request-id and Date, as every answer has them.
void add_common_headers(http::Response& response, const http::Request& request,
                        base::TimePoint now);

}  // namespace homeport::api::storage
