#include "api/http/status.hpp"

#include <gtest/gtest.h>

#include "api/http/message.hpp"

namespace homeport::api::http {
namespace {

using base::ErrorCode;

TEST(Status, EveryErrorCodeHasItsStatus) {
  const struct {
    ErrorCode code;
    int status;
  } table[] = {
      {ErrorCode::InvalidArgument, 400},    {ErrorCode::NotFound, 404},
      {ErrorCode::AlreadyExists, 409},      {ErrorCode::Conflict, 409},
      {ErrorCode::PreconditionFailed, 412}, {ErrorCode::PermissionDenied, 403},
      {ErrorCode::Unauthenticated, 401},    {ErrorCode::ResourceExhausted, 507},
      {ErrorCode::Unavailable, 503},        {ErrorCode::DeadlineExceeded, 504},
      {ErrorCode::Cancelled, 503},          {ErrorCode::NotImplemented, 501},
      {ErrorCode::Internal, 500},
  };
  // Internal is the last code: a new one must come into this table.
  ASSERT_EQ(std::size(table), static_cast<size_t>(ErrorCode::Internal) + 1);
  for (const auto& row : table) {
    EXPECT_EQ(http_status(row.code), row.status) << base::to_string(row.code);
    EXPECT_STRNE(reason_phrase(row.status), "Unknown") << row.status;
  }
}

TEST(Status, PhrasesAreFound) {
  EXPECT_STREQ(reason_phrase(100), "Continue");
  EXPECT_STREQ(reason_phrase(404), "Not Found");
  EXPECT_STREQ(reason_phrase(507), "Insufficient Storage");
  EXPECT_STREQ(reason_phrase(299), "Unknown");
}

TEST(Headers, NamesIgnoreCase) {
  Headers headers;
  headers.add("x-ms-meta-a", "1");
  headers.add("X-MS-Meta-A", "2");
  EXPECT_EQ(headers.get("X-Ms-Meta-a"), "1");
  headers.set("x-MS-meta-A", "3");
  EXPECT_EQ(headers.fields().size(), 1U);
  EXPECT_EQ(headers.get("x-ms-meta-a"), "3");
  EXPECT_FALSE(headers.has("x-ms-meta-b"));
}

TEST(Request, ParametersIgnoreCaseOfTheirName) {
  Request request;
  request.query = {{"$continuationToken", "x"}, {"a", ""}};
  EXPECT_EQ(request.parameter("$continuationtoken"), "x");
  EXPECT_EQ(request.parameter("A"), "");
  EXPECT_EQ(request.parameter("b"), std::nullopt);
}

}  // namespace
}  // namespace homeport::api::http
