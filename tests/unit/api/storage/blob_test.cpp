#include <fcntl.h>
#include <unistd.h>

#include "service_fixture.hpp"

namespace homeport::api::storage {
namespace {

using testing::Fields;
class Blobs : public testing::ServiceFixture {};

TEST_F(Blobs, PutThenGetGivesTheBytesAndAllThatWasSaid) {
  const auto made = put_blob("d/a.txt", "hello",
                             {{"x-ms-blob-content-type", "text/plain"},
                              {"x-ms-blob-cache-control", "no-cache"},
                              {"x-ms-meta-Owner", "me"},
                              {"x-ms-client-request-id", "id-1"}});
  ASSERT_EQ(outcome(made), "201 ");
  EXPECT_EQ(header(made, "Content-MD5"), "XUFAKrxLKna5cZ2REBfFkg==");
  EXPECT_EQ(header(made, "x-ms-version"), "2021-12-02");
  EXPECT_EQ(header(made, "x-ms-client-request-id"), "id-1");
  EXPECT_EQ(header(made, "x-ms-request-id").size(), 36U);
  EXPECT_EQ(header(made, "Last-Modified"), "Tue, 14 Nov 2023 22:13:20 GMT");

  const auto got = send("GET", "/acct/data/d/a.txt");
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(body(got), "hello");
  EXPECT_EQ(header(got, "ETag"), header(made, "ETag"));
  EXPECT_EQ(header(got, "ETag").front(), '"');
  EXPECT_EQ(header(got, "Content-Type"), "text/plain");
  EXPECT_EQ(header(got, "Cache-Control"), "no-cache");
  EXPECT_EQ(header(got, "x-ms-meta-Owner"), "me");
  EXPECT_EQ(header(got, "x-ms-blob-type"), "BlockBlob");
  EXPECT_EQ(header(got, "Content-MD5"), header(made, "Content-MD5"));

  const auto head = send("HEAD", "/acct/data/d/a.txt");
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(header(head, "Content-Length"), "5");
  EXPECT_EQ(header(head, "x-ms-creation-time"), "Tue, 14 Nov 2023 22:13:20 GMT");
  EXPECT_EQ(body(head), "");
}

TEST_F(Blobs, NamesKeepTheirSlashesSpacesAndPluses) {
  for (const char* path : {"a//b", "a%20b+c", "%C3%BC/x%2Fy", "%2E%2E/up", "x//"}) {
    EXPECT_EQ(put_blob(path, path).status, 201) << path;
  }
  for (const char* path : {"a//b", "a%20b+c", "%C3%BC/x%2Fy", "%2E%2E/up", "x//"}) {
    EXPECT_EQ(body(send("GET", std::string("/acct/data/") + path)), path);
  }
  EXPECT_TRUE(store->find({"acct", "data", "a b+c"}).has_value());
  EXPECT_TRUE(store->find({"acct", "data", "\xc3\xbc/x/y"}).has_value());
  EXPECT_EQ(outcome(service->handle(request("GET", "/acct/data/%zz"))), "400 InvalidUri");
}

TEST_F(Blobs, RangesFollowTheService) {
  ASSERT_EQ(put_blob("a", "0123456789").status, 201);
  ASSERT_EQ(put_blob("empty", "").status, 201);
  struct Row {
    const char* blob;
    const char* range;
    int status;
    const char* text;
    const char* content_range;
  };
  for (const Row& row :
       std::vector<Row>{{"a", "bytes=0-3", 206, "0123", "bytes 0-3/10"},
                        {"a", "bytes=8-33554431", 206, "89", "bytes 8-9/10"},
                        {"a", "bytes=4-", 206, "456789", "bytes 4-9/10"},
                        {"a", "bytes=0-99999999999999999999", 206, "0123456789", "bytes 0-9/10"},
                        {"a", "bytes=-3", 200, "0123456789", ""},
                        {"a", "lines=1-2", 200, "0123456789", ""},
                        {"a", "bytes=5-2", 200, "0123456789", ""},
                        {"a", "bytes=10-12", 416, "", "bytes */10"},
                        {"empty", "bytes=0-33554431", 416, "", "bytes */0"}}) {
    for (const char* name : {"Range", "x-ms-range"}) {
      const auto got = send("GET", std::string("/acct/data/") + row.blob, {{name, row.range}});
      EXPECT_EQ(got.status, row.status) << row.range;
      EXPECT_EQ(header(got, "Content-Range"), row.content_range) << row.range;
      if (row.status != 416) {
        EXPECT_EQ(body(got), row.text) << row.range;
      }
    }
  }
  const auto hashed = send("GET", "/acct/data/a",
                           {{"x-ms-range", "bytes=0-3"}, {"x-ms-range-get-content-md5", "true"}});
  EXPECT_EQ(header(hashed, "Content-MD5"), "62L2uTBttXXC1ZaxJ5YnpA==");
}

TEST_F(Blobs, ConditionsGuardReadsAndWrites) {
  const auto first = put_blob("a", "one");
  const std::string etag = header(first, "ETag");
  const Fields none_of_it{{"If-None-Match", etag}};
  EXPECT_EQ(send("GET", "/acct/data/a", none_of_it).status, 304);
  EXPECT_EQ(outcome(send("GET", "/acct/data/a", {{"If-Match", "\"0x1\""}})), "412 ConditionNotMet");
  const std::string now = "Tue, 14 Nov 2023 22:13:20 GMT";
  EXPECT_EQ(send("GET", "/acct/data/a", {{"If-Modified-Since", now}}).status, 304);
  EXPECT_EQ(send("GET", "/acct/data/a", {{"If-Unmodified-Since", now}}).status, 200);
  EXPECT_EQ(outcome(send("GET", "/acct/data/a", {{"If-Modified-Since", "yesterday"}})),
            "400 InvalidHeaderValue");

  EXPECT_EQ(outcome(put_blob("a", "two", {{"If-None-Match", "*"}})), "409 BlobAlreadyExists");
  EXPECT_EQ(outcome(put_blob("a", "two", {{"If-Match", "\"0x1\""}})), "412 ConditionNotMet");
  EXPECT_EQ(outcome(put_blob("new", "two", {{"If-Match", "*"}})), "412 ConditionNotMet");
  EXPECT_EQ(body(send("GET", "/acct/data/a")), "one");
  EXPECT_EQ(outcome(put_blob("a", "two", {{"If-Match", etag}})), "201 ");
  EXPECT_EQ(outcome(send("DELETE", "/acct/data/a", {{"If-Match", etag}})), "412 ConditionNotMet");
  EXPECT_EQ(outcome(send("DELETE", "/acct/data/a")), "202 ");
  EXPECT_EQ(outcome(send("GET", "/acct/data/a")), "404 BlobNotFound");
  EXPECT_EQ(outcome(send("HEAD", "/acct/data/a")), "404 BlobNotFound");
}

TEST_F(Blobs, AWrongMd5IsRefusedAndLeavesNothing) {
  const Fields wrong{{"Content-MD5", "AAAAAAAAAAAAAAAAAAAAAA=="}};
  EXPECT_EQ(outcome(put_blob("a", "hello", wrong)), "400 Md5Mismatch");
  EXPECT_EQ(outcome(put_blob("a", "hello", {{"Content-MD5", "short"}})), "400 InvalidMd5");
  EXPECT_EQ(outcome(send("GET", "/acct/data/a")), "404 BlobNotFound");
  EXPECT_EQ(outcome(put_blob("a", "hello", {{"Content-MD5", "XUFAKrxLKna5cZ2REBfFkg=="}})), "201 ");
}

TEST_F(Blobs, MetadataAndPropertiesAreReplacedApart) {
  ASSERT_EQ(put_blob("a", "hello", {{"x-ms-blob-content-type", "text/plain"}}).status, 201);
  EXPECT_EQ(outcome(send("PUT", "/acct/data/a?comp=metadata", {{"x-ms-meta-k", "v"}})), "200 ");
  EXPECT_EQ(
      outcome(send("PUT", "/acct/data/a?comp=properties", {{"x-ms-blob-content-language", "de"}})),
      "200 ");
  const auto head = send("HEAD", "/acct/data/a");
  EXPECT_EQ(header(head, "x-ms-meta-k"), "v");
  EXPECT_EQ(header(head, "Content-Language"), "de");
  EXPECT_EQ(header(head, "Content-Type"), "application/octet-stream");
  EXPECT_EQ(header(send("GET", "/acct/data/a?comp=metadata"), "x-ms-meta-k"), "v");
  EXPECT_EQ(outcome(send("PUT", "/acct/data/a?comp=metadata", {{"x-ms-meta-", "v"}})),
            "400 EmptyMetadataKey");
  EXPECT_EQ(
      outcome(send("PUT", "/acct/data/a?comp=metadata", {{"x-ms-meta-k", std::string(9000, 'x')}})),
      "400 MetadataTooLarge");
}

TEST_F(Blobs, ASpooledBodyBecomesTheBlob) {
  http::Request upload =
      request("PUT", "/acct/data/big", {{"x-ms-blob-type", "BlockBlob"}}, "spooled bytes");
  const int file = ::open(directory.path().c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  ASSERT_EQ(::write(file, "spooled bytes", 13), 13);
  upload.body.text.clear();
  upload.body.file = std::make_shared<const base::FileDescriptor>(file);
  sign(upload);
  EXPECT_EQ(outcome(service->handle(upload)), "201 ");
  EXPECT_EQ(body(send("GET", "/acct/data/big")), "spooled bytes");
}

TEST_F(Blobs, CopyTakesBytesPropertiesAndMetadata) {
  ASSERT_EQ(put_blob("a", "hello", {{"x-ms-blob-content-type", "text/plain"}, {"x-ms-meta-k", "v"}})
                .status,
            201);
  const auto copied =
      send("PUT", "/acct/data/b", {{"x-ms-copy-source", "http://127.0.0.1:8700/acct/data/a"}});
  EXPECT_EQ(outcome(copied), "202 ");
  EXPECT_EQ(header(copied, "x-ms-copy-status"), "success");
  const auto got = send("GET", "/acct/data/b");
  EXPECT_EQ(body(got), "hello");
  EXPECT_EQ(header(got, "Content-Type"), "text/plain");
  EXPECT_EQ(header(got, "x-ms-meta-k"), "v");

  // From another account: only with a SAS of its own.
  ASSERT_TRUE(store->create_container({"other", "data"}, {}).has_value());
  const std::string source = "http://127.0.0.1:8700/acct/data/a";
  EXPECT_EQ(outcome(send("PUT", "/other/data/b", {{"x-ms-copy-source", source}})),
            "403 CannotVerifyCopySource");
  const auto sas =
      service->issue_sas("acct", "data", "a", "r", clock.wall() + std::chrono::hours(1));
  EXPECT_EQ(
      outcome(send("PUT", "/other/data/b", {{"x-ms-copy-source", source + "?" + sas.value()}})),
      "202 ");
  EXPECT_EQ(outcome(send("PUT", "/acct/data/b", {{"x-ms-copy-source", "http://else/x/y/z"}})),
            "501 NotImplemented");
}

TEST_F(Blobs, WhatIsNotBuiltSaysItsName) {
  ASSERT_EQ(put_blob("a", "hello").status, 201);
  struct Row {
    const char* method;
    const char* target;
    Fields headers;
    const char* name;
  };
  for (const Row& row : std::vector<Row>{
           {"PUT", "/acct/data/a?comp=undelete", {}, "Undelete Blob"},
           {"PUT", "/acct/data/a?comp=tags", {}, "Set Blob Tags"},
           {"GET", "/acct/data/a?versionid=2020", {}, "reading a version"},
           {"PUT", "/acct/data/a?comp=incrementalcopy", {}, "Incremental Copy Blob"},
           {"GET", "/acct/data/a?comp=pagelist&prevsnapshot=2020", {}, "since a snapshot"},
           {"PUT", "/acct/data/a", {{"x-ms-tags", "a=b"}}, "blob tags"},
           {"GET", "/acct?restype=service&comp=properties", {}, "Get Blob Service Properties"},
           {"GET", "/acct/rootblob", {}, "root container"}}) {
    const auto response = send(row.method, row.target, row.headers);
    EXPECT_EQ(outcome(response), "501 NotImplemented") << row.target;
    EXPECT_NE(body(response).find(row.name), std::string::npos) << body(response);
    EXPECT_NE(body(response).find("<Code>NotImplemented</Code>"), std::string::npos);
  }
  EXPECT_EQ(outcome(send("PATCH", "/acct/data/a")), "405 UnsupportedHttpVerb");
  EXPECT_EQ(outcome(send("GET", "/acct/data/a?comp=nonsense")), "400 InvalidQueryParameterValue");
  EXPECT_EQ(outcome(send("GET", "/acct/data/a", {{"x-ms-lease-id", "x"}})),
            "412 LeaseNotPresentWithBlobOperation");
  EXPECT_EQ(outcome(send("PUT", "/acct/data/a")), "400 MissingRequiredHeader");
}

}  // namespace
}  // namespace homeport::api::storage
