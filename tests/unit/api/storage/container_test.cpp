#include "service_fixture.hpp"

namespace homeport::api::storage {
namespace {

class Containers : public testing::ServiceFixture {
 protected:
  std::string list(const std::string& query) {
    return body(send("GET", "/acct/data?restype=container&comp=list" + query));
  }
  static std::vector<std::string> between(const std::string& text, const std::string& open,
                                          const std::string& close) {
    std::vector<std::string> found;
    size_t at = 0;
    while ((at = text.find(open, at)) != std::string::npos) {
      at += open.size();
      found.push_back(text.substr(at, text.find(close, at) - at));
    }
    return found;
  }
  static std::vector<std::string> names(const std::string& text) {
    return between(text, "<Name>", "</Name>");
  }
};

using Names = std::vector<std::string>;

TEST_F(Containers, LiveFromCreateToDelete) {
  EXPECT_EQ(outcome(send("PUT", "/acct/logs?restype=container", {{"x-ms-meta-k", "v"}})), "201 ");
  EXPECT_EQ(outcome(send("PUT", "/acct/logs?restype=container")), "409 ContainerAlreadyExists");
  const auto seen = send("HEAD", "/acct/logs?restype=container");
  EXPECT_EQ(header(seen, "x-ms-meta-k"), "v");
  EXPECT_NE(header(seen, "ETag"), "");
  EXPECT_EQ(
      outcome(send("PUT", "/acct/logs?restype=container&comp=metadata", {{"x-ms-meta-k", "w"}})),
      "200 ");
  EXPECT_EQ(header(send("GET", "/acct/logs?restype=container&comp=metadata"), "x-ms-meta-k"), "w");
  EXPECT_EQ(names(body(send("GET", "/acct?comp=list"))), (Names{"data", "logs"}));
  EXPECT_EQ(names(body(send("GET", "/acct/?comp=list&prefix=l&include=metadata"))), Names{"logs"});
  EXPECT_EQ(outcome(send("DELETE", "/acct/logs?restype=container")), "202 ");
  EXPECT_EQ(outcome(send("GET", "/acct/logs?restype=container")), "404 ContainerNotFound");
  EXPECT_EQ(outcome(send("DELETE", "/acct/logs?restype=container")), "404 ContainerNotFound");
  EXPECT_EQ(outcome(send("PUT", "/acct/Bad_Name?restype=container")), "400 InvalidResourceName");
  EXPECT_EQ(outcome(send("GET", "/acct/none?restype=container&comp=list")),
            "404 ContainerNotFound");
}

TEST_F(Containers, ListTheirBlobs) {
  for (const char* name : {"w", "x/1", "x/2", "x/y/3", "z%26"}) {
    ASSERT_EQ(put_blob(name, "123", {{"x-ms-meta-k", "v"}}).status, 201);
  }
  const std::string all = list("");
  EXPECT_EQ(names(all), (Names{"w", "x/1", "x/2", "x/y/3", "z&amp;"}));
  EXPECT_NE(all.find("ServiceEndpoint=\"http://127.0.0.1:8700/acct/\" ContainerName=\"data\""),
            std::string::npos);
  EXPECT_NE(all.find("<Content-Length>3</Content-Length>"), std::string::npos);
  EXPECT_EQ(all.find("<Metadata>"), std::string::npos);
  EXPECT_NE(list("&include=metadata").find("<Metadata><k>v</k></Metadata>"), std::string::npos);
  const std::string grouped = list("&delimiter=/&prefix=x/");
  EXPECT_EQ(names(grouped), (Names{"x/1", "x/2", "x/y/"}));
  EXPECT_NE(grouped.find("<BlobPrefix><Name>x/y/</Name></BlobPrefix>"), std::string::npos);
}

TEST_F(Containers, PagesFollowTheMarker) {
  Names all;
  for (int i = 10; i < 21; ++i) {
    all.push_back("n" + std::to_string(i));
    ASSERT_EQ(put_blob(all.back(), "").status, 201);
  }
  Names seen;
  std::string marker;
  do {
    const std::string page = list("&maxresults=3&marker=" + marker);
    for (const std::string& name : names(page)) seen.push_back(name);
    const Names next = between(page, "<NextMarker>", "</NextMarker>");
    marker = next.empty() ? "" : next.front();
  } while (!marker.empty());
  EXPECT_EQ(seen, all);
  EXPECT_NE(list("").find("<NextMarker />"), std::string::npos);
  const auto bad = [&](const char* query) {
    return outcome(send("GET", std::string("/acct/data?restype=container&comp=list") + query));
  };
  EXPECT_EQ(bad("&maxresults=0"), "400 OutOfRangeQueryParameterValue");
  EXPECT_EQ(bad("&marker=!!"), "400 InvalidQueryParameterValue");
  EXPECT_EQ(bad("&include=uncommittedblobs"), "501 NotImplemented");
  EXPECT_EQ(bad("&include=nonsense"), "400 InvalidQueryParameterValue");
}

TEST_F(Containers, ANameThatXmlCannotCarryIsEncoded) {
  ASSERT_EQ(put_blob("a%01b/c", "").status, 201);
  EXPECT_NE(list("").find("<Name Encoded=\"true\">a%01b/c</Name>"), std::string::npos);
}

TEST_F(Containers, KeepFiveStoredPolicies) {
  const std::string acl = "/acct/data?restype=container&comp=acl";
  EXPECT_NE(body(send("GET", acl)).find("<SignedIdentifiers></SignedIdentifiers>"),
            std::string::npos);
  const auto policy = [](const std::string& id) {
    return "<SignedIdentifier><Id>" + id +
           "</Id><AccessPolicy><Start>2023-01-01</Start><Expiry>2030-01-01</Expiry>"
           "<Permission>rl</Permission></AccessPolicy></SignedIdentifier>";
  };
  const auto document = [](const std::string& inside) {
    return "<SignedIdentifiers>" + inside + "</SignedIdentifiers>";
  };
  const std::string etag = header(send("GET", "/acct/data?restype=container"), "ETag");
  ASSERT_EQ(outcome(send("PUT", acl, {}, document(policy("a") + policy("b")))), "200 ");
  EXPECT_NE(header(send("GET", "/acct/data?restype=container"), "ETag"), etag);
  EXPECT_NE(body(send("GET", acl)).find(document(policy("a") + policy("b"))), std::string::npos);
  for (const std::string& bad :
       {document(policy("a") + policy("a")), document(policy("")), document("<Other/>"),
        document(policy("1") + policy("2") + policy("3") + policy("4") + policy("5") + policy("6")),
        std::string("<Other/>")}) {
    EXPECT_EQ(outcome(send("PUT", acl, {}, bad)), "400 InvalidXmlDocument") << bad;
  }
  EXPECT_EQ(outcome(send("PUT", acl, {{"x-ms-blob-public-access", "blob"}})),
            "409 PublicAccessNotPermitted");
  EXPECT_EQ(outcome(send("PUT", acl)), "200 ");
  EXPECT_NE(body(send("GET", acl)).find("<SignedIdentifiers></SignedIdentifiers>"),
            std::string::npos);
}

}  // namespace
}  // namespace homeport::api::storage
