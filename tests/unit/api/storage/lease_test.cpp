#include "service_fixture.hpp"

namespace homeport::api::storage {
namespace {

using testing::Fields;

const std::string kOne = "11111111-1111-1111-1111-111111111111";
const std::string kTwo = "22222222-2222-2222-2222-222222222222";
const Fields kHeldByOne{{"x-ms-lease-id", kOne}};
const Fields kHeldByTwo{{"x-ms-lease-id", kTwo}};

class Leases : public testing::ServiceFixture {
 protected:
  void SetUp() override {
    ServiceFixture::SetUp();
    ASSERT_EQ(put_blob("a", "one").status, 201);
  }
  http::Response lease(const std::string& action, Fields headers,
                       const std::string& target = "/acct/data/a?comp=lease") {
    headers.emplace_back("x-ms-lease-action", action);
    return send("PUT", target, headers);
  }
  http::Response acquire(const std::string& duration = "-1") {
    return lease("acquire", {{"x-ms-lease-duration", duration}, {"x-ms-proposed-lease-id", kOne}});
  }
  std::string state() {
    const auto head = send("HEAD", "/acct/data/a");
    return header(head, "x-ms-lease-status") + " " + header(head, "x-ms-lease-state") + " " +
           header(head, "x-ms-lease-duration");
  }
};

TEST_F(Leases, EveryWriteNeedsTheLease) {
  ASSERT_EQ(outcome(acquire()), "201 ");
  struct Row {
    const char* method;
    const char* target;
    Fields headers;
    const char* body;
  };
  const std::string list = "<BlockList></BlockList>";
  const Row rows[] = {
      {"PUT", "/acct/data/a", {{"x-ms-blob-type", "BlockBlob"}}, "two"},
      {"PUT", "/acct/data/a", {{"x-ms-blob-type", "AppendBlob"}}, ""},
      {"PUT", "/acct/data/a?comp=metadata", {{"x-ms-meta-k", "v"}}, ""},
      {"PUT", "/acct/data/a?comp=properties", {}, ""},
      {"PUT", "/acct/data/a?comp=block&blockid=YQ%3D%3D", {}, "x"},
      {"PUT", "/acct/data/a?comp=blocklist", {}, list.c_str()},
      {"PUT", "/acct/data/a", {{"x-ms-copy-source", "http://127.0.0.1:8700/acct/data/a"}}, ""},
      {"DELETE", "/acct/data/a", {}, ""},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(outcome(send(row.method, row.target, row.headers, row.body)), "412 LeaseIdMissing")
        << row.target;
    Fields wrong = row.headers;
    wrong.emplace_back("x-ms-lease-id", kTwo);
    EXPECT_EQ(outcome(send(row.method, row.target, wrong, row.body)),
              "412 LeaseIdMismatchWithBlobOperation")
        << row.target;
  }
  EXPECT_EQ(body(send("GET", "/acct/data/a")), "one");
  for (const Row& row : {rows[2], rows[3], rows[4], rows[0]}) {
    Fields right = row.headers;
    right.emplace_back("x-ms-lease-id", kOne);
    EXPECT_LT(send(row.method, row.target, right, row.body).status, 300) << row.target;
  }
  EXPECT_EQ(body(send("GET", "/acct/data/a", kHeldByOne)), "two");
  EXPECT_EQ(outcome(send("GET", "/acct/data/a", kHeldByTwo)),
            "412 LeaseIdMismatchWithBlobOperation");
  EXPECT_EQ(outcome(send("DELETE", "/acct/data/a", kHeldByOne)), "202 ");
  ASSERT_EQ(put_blob("a", "new").status, 201);
  EXPECT_EQ(outcome(send("GET", "/acct/data/a", kHeldByOne)),
            "412 LeaseNotPresentWithBlobOperation");
}

TEST_F(Leases, ShowsItsStateAsTimePasses) {
  EXPECT_EQ(state(), "unlocked available ");
  const auto made = acquire("15");
  EXPECT_EQ(header(made, "x-ms-lease-id"), kOne);
  EXPECT_EQ(state(), "locked leased fixed");
  EXPECT_EQ(outcome(acquire("15")), "201 ");
  EXPECT_EQ(outcome(lease("acquire", {{"x-ms-lease-duration", "15"}})), "409 LeaseAlreadyPresent");
  clock.advance(std::chrono::seconds(10));
  EXPECT_EQ(outcome(lease("renew", kHeldByOne)), "200 ");
  clock.advance(std::chrono::seconds(14));
  EXPECT_EQ(state(), "locked leased fixed");
  clock.advance(std::chrono::seconds(1));
  EXPECT_EQ(state(), "unlocked expired ");
  EXPECT_EQ(outcome(send("PUT", "/acct/data/a?comp=metadata", kHeldByOne)), "412 LeaseLost");
  EXPECT_EQ(outcome(put_blob("a", "free")), "201 ");
  EXPECT_EQ(state(), "unlocked available ");
  EXPECT_EQ(outcome(lease("renew", kHeldByOne)), "409 LeaseIdMismatchWithLeaseOperation");
}

TEST_F(Leases, IsChangedBrokenAndReleased) {
  ASSERT_EQ(acquire().status, 201);
  EXPECT_EQ(state(), "locked leased infinite");
  const auto changed = lease("change", {{"x-ms-lease-id", kOne}, {"x-ms-proposed-lease-id", kTwo}});
  EXPECT_EQ(header(changed, "x-ms-lease-id"), kTwo);
  const auto broken = lease("break", {{"x-ms-lease-break-period", "20"}});
  EXPECT_EQ(outcome(broken), "202 ");
  EXPECT_EQ(header(broken, "x-ms-lease-time"), "20");
  EXPECT_EQ(state(), "locked breaking ");
  EXPECT_EQ(outcome(put_blob("a", "two")), "412 LeaseIdMissing");
  clock.advance(std::chrono::seconds(20));
  EXPECT_EQ(state(), "unlocked broken ");
  EXPECT_EQ(outcome(lease("renew", kHeldByTwo)), "409 LeaseIsBrokenAndCannotBeRenewed");
  EXPECT_EQ(outcome(lease("release", kHeldByTwo)), "200 ");
  EXPECT_EQ(state(), "unlocked available ");
  EXPECT_EQ(outcome(lease("break", {})), "409 LeaseNotPresentWithLeaseOperation");
}

TEST_F(Leases, EveryHeaderIsChecked) {
  struct Row {
    const char* action;
    Fields headers;
    const char* outcome;
  };
  for (const Row& row : std::vector<Row>{
           {"", {}, "400 MissingRequiredHeader"},
           {"grab", {}, "400 InvalidHeaderValue"},
           {"acquire", {}, "400 MissingRequiredHeader"},
           {"acquire", {{"x-ms-lease-duration", "14"}}, "400 InvalidHeaderValue"},
           {"acquire", {{"x-ms-lease-duration", "61"}}, "400 InvalidHeaderValue"},
           {"acquire",
            {{"x-ms-lease-duration", "15"}, {"x-ms-proposed-lease-id", "mine"}},
            "400 InvalidHeaderValue"},
           {"renew", {}, "400 MissingRequiredHeader"},
           {"change", kHeldByOne, "400 MissingRequiredHeader"},
           {"break", {{"x-ms-lease-break-period", "61"}}, "400 InvalidHeaderValue"},
       }) {
    EXPECT_EQ(outcome(lease(row.action, row.headers)), row.outcome) << row.action;
  }
  EXPECT_EQ(outcome(lease("release", kHeldByOne, "/acct/data/none?comp=lease")),
            "404 BlobNotFound");
}

TEST_F(Leases, AContainersGuardsItsDeletion) {
  const std::string target = "/acct/data?restype=container&comp=lease";
  const Fields asked{{"x-ms-lease-duration", "15"}, {"x-ms-proposed-lease-id", kOne}};
  ASSERT_EQ(outcome(lease("acquire", asked, target)), "201 ");
  const auto shown = send("GET", "/acct/data?restype=container");
  EXPECT_EQ(header(shown, "x-ms-lease-state"), "leased");
  EXPECT_NE(body(send("GET", "/acct?comp=list")).find("<LeaseState>leased</LeaseState>"),
            std::string::npos);
  EXPECT_EQ(outcome(put_blob("b", "not what the lease is about")), "201 ");
  const std::string container = "/acct/data?restype=container";
  EXPECT_EQ(outcome(send("DELETE", container)), "412 LeaseIdMissing");
  EXPECT_EQ(outcome(send("DELETE", container, kHeldByTwo)),
            "412 LeaseIdMismatchWithContainerOperation");
  EXPECT_EQ(outcome(send("DELETE", container, kHeldByOne)), "202 ");
}

TEST_F(Leases, AListingShowsThem) {
  ASSERT_EQ(acquire("15").status, 201);
  EXPECT_NE(body(send("GET", "/acct/data?restype=container&comp=list"))
                .find("<LeaseStatus>locked</LeaseStatus><LeaseState>leased</LeaseState>"
                      "<LeaseDuration>fixed</LeaseDuration>"),
            std::string::npos);
}

}  // namespace
}  // namespace homeport::api::storage
