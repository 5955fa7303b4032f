#include "service_fixture.hpp"

namespace homeport::api::storage {
namespace {

using testing::Fields;

const std::string kHere = "http://127.0.0.1:8700/acct/data/";

class Copies : public testing::ServiceFixture {
 protected:
  void SetUp() override {
    ServiceFixture::SetUp();
    ASSERT_EQ(put_blob("a", "0123456789", {{"x-ms-blob-content-type", "text/plain"}}).status, 201);
  }
  http::Response from(const std::string& name, const std::string& target, Fields headers = {}) {
    headers.emplace_back("x-ms-copy-source", kHere + name);
    return send("PUT", "/acct/data/" + target, headers);
  }
};

TEST_F(Copies, SayWhereTheyCameFrom) {
  const auto copied = from("a", "b");
  ASSERT_EQ(outcome(copied), "202 ");
  const auto head = send("HEAD", "/acct/data/b");
  EXPECT_EQ(header(head, "x-ms-copy-id"), header(copied, "x-ms-copy-id"));
  EXPECT_EQ(header(head, "x-ms-copy-source"), kHere + "a");
  EXPECT_EQ(header(head, "x-ms-copy-status"), "success");
  EXPECT_EQ(header(head, "x-ms-copy-progress"), "10/10");
  EXPECT_EQ(header(head, "x-ms-copy-completion-time"), "Tue, 14 Nov 2023 22:13:20 GMT");
  EXPECT_NE(body(send("GET", "/acct/data?restype=container&comp=list&include=copy"))
                .find("<CopyStatus>success</CopyStatus>"),
            std::string::npos);
  const auto abort = send("PUT", "/acct/data/b?comp=copy&copyid=" + header(head, "x-ms-copy-id"),
                          {{"x-ms-copy-action", "abort"}});
  EXPECT_EQ(outcome(abort), "409 NoPendingCopyOperation");
  // Other bytes were not copied.
  ASSERT_EQ(put_blob("b", "new").status, 201);
  EXPECT_EQ(header(send("HEAD", "/acct/data/b"), "x-ms-copy-id"), "");
}

TEST_F(Copies, KeepTheTypeOfTheirSource) {
  const Fields page{{"x-ms-blob-type", "PageBlob"},
                    {"x-ms-blob-content-length", "1024"},
                    {"x-ms-blob-sequence-number", "5"}};
  ASSERT_EQ(send("PUT", "/acct/data/disk", page).status, 201);
  EXPECT_EQ(outcome(from("disk", "disk2")), "202 ");
  const auto head = send("HEAD", "/acct/data/disk2");
  EXPECT_EQ(header(head, "x-ms-blob-type"), "PageBlob");
  EXPECT_EQ(header(head, "x-ms-blob-sequence-number"), "5");
  EXPECT_EQ(header(head, "Content-Length"), "1024");
  EXPECT_EQ(outcome(from("disk", "a")), "409 InvalidBlobType");
  EXPECT_EQ(body(send("GET", "/acct/data/a")), "0123456789");
}

TEST_F(Copies, ConditionsOnTheSource) {
  const std::string etag = header(send("HEAD", "/acct/data/a"), "ETag");
  EXPECT_EQ(outcome(from("a", "b", {{"x-ms-source-if-match", "\"0x1\""}})),
            "412 SourceConditionNotMet");
  EXPECT_EQ(outcome(from("a", "b", {{"x-ms-source-if-none-match", etag}})),
            "412 SourceConditionNotMet");
  EXPECT_EQ(outcome(from("a", "b", {{"x-ms-source-if-modified-since", "today"}})),
            "400 InvalidHeaderValue");
  EXPECT_EQ(outcome(send("HEAD", "/acct/data/b")), "404 BlobNotFound");
  EXPECT_EQ(outcome(from("a", "b", {{"x-ms-source-if-match", etag}})), "202 ");
}

TEST_F(Copies, ABlobBlockAppendAndPageFromAUrl) {
  EXPECT_EQ(outcome(from("a", "whole", {{"x-ms-blob-type", "BlockBlob"}})), "201 ");
  const auto whole = send("GET", "/acct/data/whole");
  EXPECT_EQ(body(whole), "0123456789");
  EXPECT_EQ(header(whole, "Content-Type"), "text/plain");
  EXPECT_EQ(header(whole, "x-ms-copy-id"), "");

  const Fields part{{"x-ms-source-range", "bytes=2-4"}};
  EXPECT_EQ(outcome(from("a", "blocks?comp=block&blockid=YQ%3D%3D", part)), "201 ");
  EXPECT_EQ(outcome(send("PUT", "/acct/data/blocks?comp=blocklist", {},
                         "<BlockList><Latest>YQ==</Latest></BlockList>")),
            "201 ");
  EXPECT_EQ(body(send("GET", "/acct/data/blocks")), "234");

  ASSERT_EQ(send("PUT", "/acct/data/log", {{"x-ms-blob-type", "AppendBlob"}}).status, 201);
  EXPECT_EQ(outcome(from("a", "log?comp=appendblock", part)), "201 ");
  EXPECT_EQ(body(send("GET", "/acct/data/log")), "234");
  EXPECT_EQ(outcome(from("a", "log?comp=appendblock", {{"x-ms-source-range", "bytes=8-20"}})),
            "416 InvalidRange");
  EXPECT_EQ(outcome(from("a", "log?comp=appendblock",
                         {{"x-ms-source-content-md5", "AAAAAAAAAAAAAAAAAAAAAA=="}})),
            "400 Md5Mismatch");

  ASSERT_EQ(put_blob("page", std::string(512, 'p')).status, 201);
  const Fields page{{"x-ms-blob-type", "PageBlob"}, {"x-ms-blob-content-length", "1024"}};
  ASSERT_EQ(send("PUT", "/acct/data/disk", page).status, 201);
  EXPECT_EQ(outcome(from("page", "disk?comp=page",
                         {{"x-ms-page-write", "update"},
                          {"x-ms-range", "bytes=512-1023"},
                          {"x-ms-source-range", "bytes=0-511"}})),
            "201 ");
  EXPECT_EQ(body(send("GET", "/acct/data/disk")), std::string(512, '\0') + std::string(512, 'p'));
}

TEST_F(Copies, OfElsewhereSayThatTheyAreNotBuilt) {
  const Fields elsewhere{{"x-ms-copy-source", "https://example.com/x"},
                         {"x-ms-blob-type", "BlockBlob"}};
  EXPECT_EQ(outcome(send("PUT", "/acct/data/b", elsewhere)), "501 NotImplemented");
  EXPECT_EQ(outcome(from("none", "b")), "404 BlobNotFound");
}

class Checksums : public testing::ServiceFixture {};

TEST_F(Checksums, ACrc64IsLookedAt) {
  // Of "123456789", the check value of CRC-64/NVME, lowest byte first.
  const Fields right{{"x-ms-content-crc64", "iJh5CoYUi64="}};
  const auto put = put_blob("a", "123456789", right);
  EXPECT_EQ(outcome(put), "201 ");
  EXPECT_EQ(header(put, "x-ms-content-crc64"), "iJh5CoYUi64=");
  EXPECT_EQ(outcome(put_blob("a", "12345678", right)), "400 Crc64Mismatch");
  EXPECT_EQ(outcome(put_blob("a", "123456789", {{"x-ms-content-crc64", "AAA="}})),
            "400 InvalidHeaderValue");
  EXPECT_EQ(outcome(send("PUT", "/acct/data/a?comp=block&blockid=YQ%3D%3D", right, "other")),
            "400 Crc64Mismatch");
  EXPECT_EQ(body(send("GET", "/acct/data/a")), "123456789");
  const auto part = send("GET", "/acct/data/a",
                         {{"x-ms-range", "bytes=0-8"}, {"x-ms-range-get-content-crc64", "true"}});
  EXPECT_EQ(header(part, "x-ms-content-crc64"), "iJh5CoYUi64=");
}

class Tiers : public testing::ServiceFixture {
 protected:
  http::Response set(const std::string& tier, const std::string& name = "a") {
    return send("PUT", "/acct/data/" + name + "?comp=tier", {{"x-ms-access-tier", tier}});
  }
};

TEST_F(Tiers, AreKeptAndShown) {
  const auto made = put_blob("a", "hello");
  auto head = send("HEAD", "/acct/data/a");
  EXPECT_EQ(header(head, "x-ms-access-tier"), "Hot");
  EXPECT_EQ(header(head, "x-ms-access-tier-inferred"), "true");
  EXPECT_EQ(outcome(set("cool")), "200 ");
  head = send("HEAD", "/acct/data/a");
  EXPECT_EQ(header(head, "x-ms-access-tier"), "Cool");
  EXPECT_EQ(header(head, "x-ms-access-tier-change-time"), "Tue, 14 Nov 2023 22:13:20 GMT");
  EXPECT_EQ(header(head, "ETag"), header(made, "ETag"));
  EXPECT_NE(body(send("GET", "/acct/data?restype=container&comp=list"))
                .find("<AccessTier>Cool</AccessTier>"),
            std::string::npos);
  EXPECT_EQ(outcome(set("Lukewarm")), "400 InvalidHeaderValue");
  EXPECT_EQ(outcome(set("P10")), "400 InvalidHeaderValue");
  EXPECT_EQ(outcome(send("PUT", "/acct/data/a?comp=tier")), "400 MissingRequiredHeader");
  EXPECT_EQ(outcome(put_blob("b", "x", {{"x-ms-access-tier", "Cold"}})), "201 ");
  EXPECT_EQ(header(send("HEAD", "/acct/data/b"), "x-ms-access-tier"), "Cold");
}

TEST_F(Tiers, WhatIsArchivedIsNotReadUntilItIsBack) {
  ASSERT_EQ(put_blob("a", "hello").status, 201);
  ASSERT_EQ(outcome(set("Archive")), "200 ");
  EXPECT_EQ(outcome(send("GET", "/acct/data/a")), "409 BlobArchived");
  EXPECT_EQ(send("HEAD", "/acct/data/a").status, 200);
  EXPECT_EQ(outcome(send("PUT", "/acct/data/b", {{"x-ms-copy-source", kHere + "a"}})),
            "409 BlobArchived");
  ASSERT_EQ(outcome(set("Hot")), "200 ");
  EXPECT_EQ(body(send("GET", "/acct/data/a")), "hello");
}

}  // namespace
}  // namespace homeport::api::storage
