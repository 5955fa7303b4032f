#include "service_fixture.hpp"

namespace homeport::api::storage {
namespace {

using testing::Fields;

class AppendBlobs : public testing::ServiceFixture {
 protected:
  void make(const std::string& name) {
    ASSERT_EQ(outcome(send("PUT", "/acct/data/" + name, {{"x-ms-blob-type", "AppendBlob"}})),
              "201 ");
  }
  http::Response append(const std::string& name, const std::string& text,
                        const Fields& headers = {}) {
    return send("PUT", "/acct/data/" + name + "?comp=appendblock", headers, text);
  }
};

TEST_F(AppendBlobs, GrowBlockByBlock) {
  make("log");
  EXPECT_EQ(header(append("log", "one "), "x-ms-blob-append-offset"), "0");
  const auto second = append("log", "two", {{"Content-MD5", "uHpUwpxxUV6D/3QRFchYcA=="}});
  EXPECT_EQ(outcome(second), "400 Md5Mismatch");
  const auto third = append("log", "two");
  EXPECT_EQ(header(third, "x-ms-blob-append-offset"), "4");
  EXPECT_EQ(header(third, "x-ms-blob-committed-block-count"), "2");
  const auto got = send("GET", "/acct/data/log");
  EXPECT_EQ(body(got), "one two");
  EXPECT_EQ(header(got, "x-ms-blob-type"), "AppendBlob");
  EXPECT_EQ(header(got, "x-ms-blob-committed-block-count"), "2");
  EXPECT_EQ(header(got, "ETag"), header(third, "ETag"));
  EXPECT_NE(body(send("GET", "/acct/data?restype=container&comp=list"))
                .find("<BlobType>AppendBlob</BlobType>"),
            std::string::npos);
}

TEST_F(AppendBlobs, ConditionsSayWhereAndHowLarge) {
  make("log");
  EXPECT_EQ(outcome(append("log", "abc", {{"x-ms-blob-condition-appendpos", "0"}})), "201 ");
  EXPECT_EQ(outcome(append("log", "abc", {{"x-ms-blob-condition-appendpos", "0"}})),
            "412 AppendPositionConditionNotMet");
  EXPECT_EQ(outcome(append("log", "abc", {{"x-ms-blob-condition-maxsize", "5"}})),
            "412 MaxBlobSizeConditionNotMet");
  EXPECT_EQ(outcome(append("log", "ab", {{"x-ms-blob-condition-maxsize", "5"}})), "201 ");
  EXPECT_EQ(outcome(append("log", "x", {{"x-ms-blob-condition-maxsize", "many"}})),
            "400 InvalidHeaderValue");
  EXPECT_EQ(outcome(append("log", "x", {{"If-Match", "\"0x1\""}})), "412 ConditionNotMet");
  EXPECT_EQ(body(send("GET", "/acct/data/log")), "abcab");
}

TEST_F(AppendBlobs, RefuseWhatIsNoAppend) {
  make("log");
  ASSERT_EQ(put_blob("block", "x").status, 201);
  EXPECT_EQ(outcome(append("block", "x")), "409 InvalidBlobType");
  EXPECT_EQ(outcome(append("none", "x")), "404 BlobNotFound");
  EXPECT_EQ(outcome(append("log", "")), "400 InvalidHeaderValue");
  EXPECT_EQ(outcome(append("log", std::string((4 << 20) + 1, 'x'))), "413 RequestBodyTooLarge");
  EXPECT_EQ(
      outcome(send("PUT", "/acct/data/log", {{"x-ms-blob-type", "AppendBlob"}}, "with a body")),
      "400 InvalidHeaderValue");
  EXPECT_EQ(outcome(send("PUT", "/acct/data/log?comp=block&blockid=YQ%3D%3D", {}, "x")),
            "409 InvalidBlobType");
}

TEST_F(AppendBlobs, ASealedOneStaysAsItIs) {
  make("log");
  ASSERT_EQ(append("log", "all").status, 201);
  const auto sealed = send("PUT", "/acct/data/log?comp=seal", {});
  EXPECT_EQ(outcome(sealed), "200 ");
  EXPECT_EQ(header(sealed, "x-ms-blob-sealed"), "true");
  EXPECT_EQ(outcome(append("log", "more")), "409 BlobIsSealed");
  EXPECT_EQ(header(send("HEAD", "/acct/data/log"), "x-ms-blob-sealed"), "true");
  ASSERT_EQ(put_blob("block", "x").status, 201);
  EXPECT_EQ(outcome(send("PUT", "/acct/data/block?comp=seal", {})), "409 InvalidBlobType");
}

TEST_F(AppendBlobs, ASasThatLetsAddLetsNothingElse) {
  make("log");
  const auto sas =
      service->issue_sas("acct", "data", "log", "a", clock.wall() + std::chrono::hours(1)).value();
  EXPECT_EQ(outcome(service->handle(
                request("PUT", "/acct/data/log?comp=appendblock&" + sas, {}, "added"))),
            "201 ");
  EXPECT_EQ(outcome(service->handle(request("PUT", "/acct/data/log?comp=seal&" + sas, {}))),
            "403 AuthorizationPermissionMismatch");
}

class PageBlobs : public testing::ServiceFixture {
 protected:
  http::Response make(const std::string& size, Fields headers = {}) {
    headers.emplace_back("x-ms-blob-type", "PageBlob");
    headers.emplace_back("x-ms-blob-content-length", size);
    return send("PUT", "/acct/data/disk", headers);
  }
  http::Response write(const std::string& range, const std::string& text, Fields headers = {}) {
    headers.emplace_back("x-ms-range", range);
    headers.emplace_back("x-ms-page-write", text.empty() ? "clear" : "update");
    return send("PUT", "/acct/data/disk?comp=page", headers, text);
  }
  std::string ranges(const Fields& headers = {}) {
    const std::string text = body(send("GET", "/acct/data/disk?comp=pagelist", headers));
    const size_t start = text.find("<PageList>");
    return start == std::string::npos ? text : text.substr(start);
  }
  const std::string page_ = std::string(512, 'p');
};

TEST_F(PageBlobs, ArePagesOf512) {
  ASSERT_EQ(outcome(make("4096")), "201 ");
  EXPECT_EQ(outcome(write("bytes=512-1023", page_)), "201 ");
  EXPECT_EQ(ranges(),
            "<PageList><PageRange><Start>512</Start><End>1023</End></PageRange></PageList>");
  const auto got = send("GET", "/acct/data/disk", {{"x-ms-range", "bytes=511-1024"}});
  EXPECT_EQ(body(got), std::string(1, '\0') + page_ + std::string(1, '\0'));
  EXPECT_EQ(header(got, "x-ms-blob-type"), "PageBlob");
  EXPECT_EQ(outcome(write("bytes=0-4095", "")), "201 ");
  EXPECT_EQ(ranges(), "<PageList></PageList>");
  for (const char* range : {"bytes=0-510", "bytes=1-512", "bytes=4096-4607"}) {
    EXPECT_EQ(outcome(write(range, page_)), "416 InvalidPageRange") << range;
  }
  EXPECT_EQ(outcome(write("bytes=0-1023", page_)), "400 InvalidHeaderValue");
  EXPECT_EQ(outcome(make("100")), "400 InvalidHeaderValue");
  EXPECT_EQ(outcome(send("PUT", "/acct/data/disk", {{"x-ms-blob-type", "PageBlob"}})),
            "400 MissingRequiredHeader");
}

TEST_F(PageBlobs, SequenceNumbersGuardWrites) {
  ASSERT_EQ(outcome(make("1024", {{"x-ms-blob-sequence-number", "7"}})), "201 ");
  EXPECT_EQ(header(write("bytes=0-511", page_, {{"x-ms-if-sequence-number-eq", "7"}}),
                   "x-ms-blob-sequence-number"),
            "7");
  EXPECT_EQ(outcome(write("bytes=0-511", page_, {{"x-ms-if-sequence-number-le", "7"}})), "201 ");
  for (const char* name : {"x-ms-if-sequence-number-lt", "x-ms-if-sequence-number-eq"}) {
    const char* value = std::string(name).ends_with("lt") ? "7" : "8";
    EXPECT_EQ(outcome(write("bytes=0-511", page_, {{name, value}})),
              "412 SequenceNumberConditionNotMet");
  }
  const auto set = [&](const char* action, const char* number) {
    Fields headers{{"x-ms-sequence-number-action", action}};
    if (*number != '\0') headers.emplace_back("x-ms-blob-sequence-number", number);
    return send("PUT", "/acct/data/disk?comp=properties", headers);
  };
  EXPECT_EQ(header(set("max", "3"), "x-ms-blob-sequence-number"), "7");
  EXPECT_EQ(header(set("update", "3"), "x-ms-blob-sequence-number"), "3");
  EXPECT_EQ(header(set("increment", ""), "x-ms-blob-sequence-number"), "4");
  EXPECT_EQ(outcome(set("increment", "1")), "400 InvalidHeaderValue");
  EXPECT_EQ(outcome(set("update", "")), "400 MissingRequiredHeader");
  EXPECT_EQ(outcome(set("reset", "1")), "400 InvalidHeaderValue");
  EXPECT_EQ(header(send("HEAD", "/acct/data/disk"), "x-ms-blob-sequence-number"), "4");
}

TEST_F(PageBlobs, AResizeKeepsPropertiesAndPages) {
  ASSERT_EQ(outcome(make("1024", {{"x-ms-blob-content-type", "image/disk"}})), "201 ");
  ASSERT_EQ(write("bytes=0-511", page_).status, 201);
  EXPECT_EQ(outcome(send("PUT", "/acct/data/disk?comp=properties",
                         {{"x-ms-blob-content-length", "512"}})),
            "200 ");
  const auto head = send("HEAD", "/acct/data/disk");
  EXPECT_EQ(header(head, "Content-Length"), "512");
  EXPECT_EQ(header(head, "Content-Type"), "image/disk");
  EXPECT_EQ(body(send("GET", "/acct/data/disk")), page_);
  ASSERT_EQ(put_blob("block", "x").status, 201);
  EXPECT_EQ(outcome(send("PUT", "/acct/data/block?comp=properties",
                         {{"x-ms-blob-content-length", "512"}})),
            "409 InvalidBlobType");
  EXPECT_EQ(outcome(send("GET", "/acct/data/block?comp=pagelist")), "409 InvalidBlobType");
}

}  // namespace
}  // namespace homeport::api::storage
