#include "service_fixture.hpp"

namespace homeport::api::storage {
namespace {

using testing::Fields;

class BlobSnapshots : public testing::ServiceFixture {
 protected:
  void SetUp() override {
    ServiceFixture::SetUp();
    ASSERT_EQ(put_blob("a", "one", {{"x-ms-meta-k", "v"}}).status, 201);
  }
  std::string take(const Fields& headers = {}) {
    const auto taken = send("PUT", "/acct/data/a?comp=snapshot", headers);
    EXPECT_EQ(outcome(taken), "201 ");
    return header(taken, "x-ms-snapshot");
  }
  static std::string at(const std::string& id) {
    return "/acct/data/a?snapshot=" + base::percent_encode(id);
  }
};

TEST_F(BlobSnapshots, AreReadAsTheBlobWas) {
  const std::string id = take();
  ASSERT_EQ(put_blob("a", "two").status, 201);
  const auto got = send("GET", at(id));
  EXPECT_EQ(body(got), "one");
  EXPECT_EQ(header(got, "x-ms-meta-k"), "v");
  EXPECT_EQ(header(got, "x-ms-lease-state"), "");
  EXPECT_EQ(header(send("HEAD", at(id)), "Content-Length"), "3");
  EXPECT_EQ(body(send("GET", at(id), {{"x-ms-range", "bytes=1-1"}})), "n");
  EXPECT_EQ(header(send("GET", at(take({{"x-ms-meta-n", "2"}}))), "x-ms-meta-n"), "2");
  EXPECT_EQ(outcome(send("GET", at("2001-01-01T00:00:00.0000000Z"))), "404 BlobNotFound");
  EXPECT_EQ(outcome(send("GET", at("yesterday"))), "400 InvalidQueryParameterValue");
}

TEST_F(BlobSnapshots, AreNeverChanged) {
  const std::string id = take();
  for (const char* comp : {"&comp=metadata", "&comp=properties", "&comp=lease", "&comp=tier"}) {
    EXPECT_EQ(outcome(send("PUT", at(id) + comp)), "400 InvalidQueryParameterValue") << comp;
  }
  EXPECT_EQ(outcome(send("PUT", at(id), {{"x-ms-blob-type", "BlockBlob"}}, "x")),
            "400 InvalidQueryParameterValue");
  EXPECT_EQ(body(send("GET", at(id))), "one");
}

TEST_F(BlobSnapshots, AreListedWhenAskedFor) {
  const std::string id = take();
  const std::string list = "/acct/data?restype=container&comp=list";
  EXPECT_EQ(body(send("GET", list)).find("<Snapshot>"), std::string::npos);
  const std::string all = body(send("GET", list + "&include=snapshots,metadata"));
  EXPECT_NE(all.find("<Name>a</Name><Snapshot>" + id + "</Snapshot>"), std::string::npos) << all;
  std::string marker;
  std::vector<std::string> seen;
  do {
    const std::string page =
        body(send("GET", list + "&include=snapshots&maxresults=1&marker=" + marker));
    seen.push_back(page.find("<Snapshot>") != std::string::npos ? "snapshot" : "blob");
    const size_t start = page.find("<NextMarker>");
    marker = start == std::string::npos
                 ? ""
                 : page.substr(start + 12, page.find("</NextMarker>") - start - 12);
  } while (!marker.empty() && seen.size() < 9);
  EXPECT_EQ(seen, (std::vector<std::string>{"snapshot", "blob"}));
}

TEST_F(BlobSnapshots, ADeleteSaysWhatBecomesOfThem) {
  const std::string id = take();
  take();
  EXPECT_EQ(outcome(send("DELETE", "/acct/data/a")), "409 SnapshotsPresent");
  EXPECT_EQ(outcome(send("DELETE", "/acct/data/a", {{"x-ms-delete-snapshots", "all"}})),
            "400 InvalidHeaderValue");
  EXPECT_EQ(outcome(send("DELETE", at(id), {{"x-ms-delete-snapshots", "only"}})),
            "400 InvalidHeaderValue");
  EXPECT_EQ(outcome(send("DELETE", at(id))), "202 ");
  EXPECT_EQ(outcome(send("GET", at(id))), "404 BlobNotFound");
  EXPECT_EQ(outcome(send("DELETE", "/acct/data/a", {{"x-ms-delete-snapshots", "only"}})), "202 ");
  EXPECT_EQ(body(send("GET", "/acct/data/a")), "one");
  take();
  EXPECT_EQ(outcome(send("DELETE", "/acct/data/a", {{"x-ms-delete-snapshots", "include"}})),
            "202 ");
  EXPECT_EQ(outcome(send("GET", "/acct/data/a")), "404 BlobNotFound");
}

TEST_F(BlobSnapshots, FollowConditionsAndLeases) {
  EXPECT_EQ(outcome(send("PUT", "/acct/data/a?comp=snapshot", {{"If-Match", "\"0x1\""}})),
            "412 ConditionNotMet");
  EXPECT_EQ(outcome(send("PUT", "/acct/data/none?comp=snapshot")), "404 BlobNotFound");
  const std::string lease = "11111111-1111-1111-1111-111111111111";
  ASSERT_EQ(send("PUT", "/acct/data/a?comp=lease",
                 {{"x-ms-lease-action", "acquire"},
                  {"x-ms-lease-duration", "-1"},
                  {"x-ms-proposed-lease-id", lease}})
                .status,
            201);
  take();
  take({{"x-ms-lease-id", lease}});
}

TEST_F(BlobSnapshots, ASnapshotCanBeCopiedBackOverItsBlob) {
  const std::string id = take();
  ASSERT_EQ(put_blob("a", "two").status, 201);
  const std::string source = "http://127.0.0.1:8700" + at(id);
  EXPECT_EQ(outcome(send("PUT", "/acct/data/a", {{"x-ms-copy-source", source}})), "202 ");
  EXPECT_EQ(body(send("GET", "/acct/data/a")), "one");
}

}  // namespace
}  // namespace homeport::api::storage
