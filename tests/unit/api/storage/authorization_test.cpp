#include <array>

#include "api/storage/sas.hpp"
#include "service_fixture.hpp"

namespace homeport::api::storage {
namespace {

using testing::Fields;
class Authorization : public testing::ServiceFixture {
 protected:
  http::Response send_plain(const std::string& method, const std::string& target,
                            const Fields& headers = {}, const std::string& text = "") {
    return service->handle(request(method, target, headers, text));
  }
  std::string sas(const std::string& blob, const std::string& permissions) {
    return service
        ->issue_sas("acct", "data", blob, permissions, clock.wall() + std::chrono::hours(1))
        .value();
  }
  const Fields block_blob{{"x-ms-blob-type", "BlockBlob"}};
};

// Signatures made by a published client (azure-storage-blob 12.31) with acct's key and this date.
TEST_F(Authorization, AcceptsAPublishedClientsSharedKey) {
  const Fields dated{
      {"x-ms-date", "Tue, 14 Nov 2023 22:13:20 GMT"},
      {"Authorization", "SharedKey acct:TgPF56ya3qcGFZcQB3LSxbETGl8e8sDZCY7xQqwX2oI="}};
  EXPECT_EQ(outcome(send_plain("GET", "/acct/data?restype=container&comp=list&prefix=a%20b%2Bc%2F",
                               dated)),
            "200 ");
  // Metadata names that sort by word, not by byte.
  const Fields metadata{
      {"x-ms-date", "Tue, 14 Nov 2023 22:13:20 GMT"},
      {"Content-Type", "application/octet-stream"},
      {"x-ms-meta-a_b", "1"},
      {"x-ms-meta-ab", "2"},
      {"x-ms-meta-a-c", "3"},
      {"x-ms-client-request-id", "abc"},
      {"Authorization", "SharedKey acct:GN+4eDonoksKYC17ZZq39Jjh87RsnOPzpMZaO5+L9ic="}};
  const auto response = send_plain(
      "PUT", "/acct/data/d%C3%BCr/a%20b.txt?comp=block&blockid=aWQx%2B%3D", metadata, "12345");
  EXPECT_EQ(outcome(response), "400 InvalidQueryParameterValue") << "signed well, but a bad id";
}

TEST_F(Authorization, AcceptsPublishedClientsSas) {
  ASSERT_EQ(put_blob("dir/b%20c.txt", "text").status, 201);
  const std::vector<std::pair<std::string, std::string>> rows{
      {"12.31, blob",
       "/acct/data/dir/b%20c.txt?se=2023-11-15T00%3A00%3A00Z&sp=r&sv=2026-10-06&sr=b&sig="
       "JfwtHZpjBy1/4y1D5ysMRMnYPGXICodLLIbmAZzKxuM%3D"},
      {"12.31, container",
       "/acct/data?restype=container&comp=list&st=2023-11-14T00%3A00%3A00Z&se=2023-11-15T00%3A00%"
       "3A00Z&sp=rl&sv=2026-10-06&sr=c&sig=rTW6wag0/NyUa4Z8eaNfXO3UPML6xbLuTcyk0u6eLXI%3D"},
      {"1.5.0, blob",
       "/acct/data/dir/b%20c.txt?se=2023-11-15T00%3A00%3A00Z&sp=r&sv=2018-03-28&sr=b&sig="
       "0NVNsh3x3a7FqwrtG8I4nOg9RIx9sn0VCmNj2j2qpjg%3D"},
      {"1.5.0, container, used for a blob",
       "/acct/data/dir/b%20c.txt?se=2023-11-15T00%3A00%3A00Z&sp=rl&sv=2018-03-28&sr=c&sig="
       "S06YuN1mQm61DyLdfKfrQnKXtOLwpkXjG5bAnOOxJDk%3D"},
  };
  for (const auto& [name, target] : rows) {
    EXPECT_EQ(outcome(send_plain("GET", target)), "200 ") << name;
  }
}

TEST_F(Authorization, RefusesAWrongKeyAStaleDateAndAnotherAccount) {
  auto wrong = request("GET", "/acct/data?restype=container");
  sign(wrong, "other");
  EXPECT_EQ(outcome(service->handle(wrong)), "403 AuthenticationFailed");

  auto stale = request("GET", "/acct/data?restype=container");
  sign(stale);
  EXPECT_EQ(outcome(service->handle(stale)), "200 ");
  clock.advance(std::chrono::minutes(16));
  EXPECT_EQ(outcome(service->handle(stale)), "403 AuthenticationFailed");

  auto altered = request("GET", "/acct/data?restype=container");
  sign(altered);
  altered.target = "/acct/data?restype=container&comp=list";
  EXPECT_EQ(outcome(service->handle(altered)), "403 AuthenticationFailed");

  auto foreign = request("GET", "/acct/data?restype=container");
  sign(foreign);
  foreign.target = "/other/data?restype=container";
  EXPECT_EQ(outcome(service->handle(foreign)), "403 AuthenticationFailed");
}

TEST_F(Authorization, TellsWhoComesWithNothing) {
  const auto response = send_plain("GET", "/acct/data/a");
  EXPECT_EQ(outcome(response), "401 NoAuthenticationInformation");
  EXPECT_NE(header(response, "WWW-Authenticate"), "");
  EXPECT_EQ(outcome(send_plain("GET", "/nobody/data/a")), "404 ResourceNotFound");
  EXPECT_EQ(outcome(send_plain("GET", "/acct/data/a", {{"Authorization", "Basic eDp5"}})),
            "403 AuthenticationFailed");
}

TEST_F(Authorization, ASasAllowsWhatItSaysAndNoMore) {
  ASSERT_EQ(put_blob("a", "old").status, 201);
  EXPECT_EQ(outcome(send_plain("GET", "/acct/data/a?" + sas("a", "r"))), "200 ");
  EXPECT_EQ(outcome(send_plain("GET", "/acct/data/a?" + sas("a", "w"))),
            "403 AuthorizationPermissionMismatch");
  EXPECT_EQ(outcome(send_plain("PUT", "/acct/data/a?" + sas("a", "r"), block_blob, "x")),
            "403 AuthorizationPermissionMismatch");
  EXPECT_EQ(outcome(send_plain("PUT", "/acct/data/a?" + sas("a", "c"), block_blob, "x")),
            "403 UnauthorizedBlobOverwrite");
  EXPECT_EQ(outcome(send_plain("PUT", "/acct/data/a?" + sas("a", "w"), block_blob, "x")), "201 ");
  EXPECT_EQ(outcome(send_plain("PUT", "/acct/data/new?" + sas("new", "c"), block_blob, "x")),
            "201 ");
  EXPECT_EQ(outcome(send_plain("GET", "/acct/data/new?" + sas("a", "r"))),
            "403 AuthenticationFailed");
  EXPECT_EQ(outcome(send_plain("DELETE", "/acct/data/new?" + sas("", "rwl"))),
            "403 AuthorizationPermissionMismatch");
  EXPECT_EQ(outcome(send_plain("DELETE", "/acct/data/new?" + sas("", "d"))), "202 ");
  EXPECT_EQ(outcome(send_plain("DELETE", "/acct/data?restype=container&" + sas("", "rwdlc"))),
            "403 AuthorizationPermissionMismatch");
}

TEST_F(Authorization, ASasHasATimeAndAWayToCome) {
  ASSERT_EQ(put_blob("a", "old").status, 201);
  const std::string good = "/acct/data/a?" + sas("a", "r");
  EXPECT_EQ(outcome(send_plain("GET", good)), "200 ");
  clock.advance(std::chrono::hours(2));
  EXPECT_EQ(outcome(send_plain("GET", good)), "403 AuthenticationFailed");

  const Resource resource_of_a{Service::Blob, "acct", "data", "a", "", ""};
  const auto signed_sas = [&](Sas sas) {
    sas.version = "2021-12-02";
    sas.resource = "b";
    sas.permissions = "r";
    sas.expiry = "2023-11-20";
    const auto signature =
        sign_with_account_key(keys.key("acct").value(), sas_string_to_sign(sas, resource_of_a));
    return "/acct/data/a?sv=2021-12-02&sr=b&sp=r&se=2023-11-20&st=" + sas.start +
           "&spr=" + sas.protocols + "&sip=" + sas.addresses +
           "&sig=" + base::percent_encode(signature.value());
  };
  EXPECT_EQ(outcome(send_plain("GET", signed_sas({.start = "2023-11-19T10:00Z"}))),
            "403 AuthenticationFailed");
  EXPECT_EQ(outcome(send_plain("GET", signed_sas({.start = "2023-11-14T10:00Z"}))), "200 ");
  EXPECT_EQ(outcome(send_plain("GET", signed_sas({.protocols = "https"}))),
            "403 AuthorizationProtocolMismatch");
  EXPECT_EQ(outcome(send_plain("GET", signed_sas({.protocols = "https,http"}))), "200 ");
  EXPECT_EQ(outcome(send_plain("GET", signed_sas({.addresses = "10.0.0.1"}))),
            "403 AuthorizationSourceIPMismatch");
  EXPECT_EQ(outcome(send_plain("GET", signed_sas({.addresses = "127.0.0.0-127.0.0.9"}))), "200 ");
}

// Made by azure-storage-blob 12.31 and 1.5.0, and azure-storage-file-share 12.27, with acct's key.
TEST_F(Authorization, AnAccountSasOpensWhatItNames) {
  ASSERT_EQ(put_blob("a", "text").status, 201);
  const std::string all =
      "se=2023-11-15T00%3A00%3A00Z&sp=rl&sv=2026-10-06&ss=bf&srt=sco&sig="
      "to/ZK72cWB9mjjRMWuy%2B3ZbFj7YpGbxSF%2BHw6A0z5iw%3D";
  const std::string old =
      "se=2023-11-15T00%3A00%3A00Z&sp=rl&sv=2018-03-28&ss=b&srt=sco&sig="
      "knJYDhiuq7xJ6aVCIuB8jHutOOmPPfR6%2BOXZNOse4yM%3D";
  const std::string objects =
      "se=2023-11-15T00%3A00%3A00Z&sp=r&sv=2026-10-06&ss=b&srt=o&sig="
      "K154PDlGmO4jc1c6RrLF4ICn1SeiErDdXP8HJ7Knp0Y%3D";
  const std::string of_files =
      "se=2023-11-15T00%3A00%3A00Z&sp=rl&sv=2026-10-06&ss=f&srt=sco&sig="
      "xbUkWbbipPWidVSD/otZuJwIy2h%2B3hgCbFhysPvbPx4%3D";
  const std::vector<std::array<std::string, 3>> rows{
      {"GET", "/acct/data/a?" + all, "200 "},
      {"GET", "/acct?comp=list&" + all, "200 "},
      {"GET", "/acct/data?restype=container&comp=list&" + all, "200 "},
      {"GET", "/acct/data?restype=container&" + old, "200 "},
      {"PUT", "/acct/new?restype=container&" + all, "403 AuthorizationPermissionMismatch"},
      {"GET", "/acct/data/a?" + objects, "200 "},
      {"GET", "/acct/data?restype=container&" + objects, "403 AuthorizationResourceTypeMismatch"},
      {"GET", "/acct/data/a?" + of_files, "403 AuthorizationServiceMismatch"},
      {"GET", "/acct/data/a?" + all + "&srt=o", "200 "},
      {"GET", "/other/data/a?" + all, "403 AuthenticationFailed"},
  };
  for (const auto& [method, target, expected] : rows) {
    EXPECT_EQ(outcome(send_plain(method, target)), expected) << method << " " << target;
  }
}

TEST_F(Authorization, AStoredPolicySaysWhatItsSignaturesLeaveOpen) {
  ASSERT_EQ(put_blob("a", "text").status, 201);
  const std::string target =
      "/acct/data/a?sv=2026-10-06&si=readers&sr=c&sig="
      "/x53AC%2BE75WBkHozNAO4BUcBqrdab7zGy0mFLjUwHTw%3D";
  const auto store_policy = [&](const std::string& expiry, const std::string& permission) {
    return outcome(send("PUT", "/acct/data?restype=container&comp=acl", {},
                        "<?xml version='1.0'?><SignedIdentifiers><SignedIdentifier><Id>readers</Id>"
                        "<AccessPolicy><Expiry>" +
                            expiry + "</Expiry><Permission>" + permission +
                            "</Permission></AccessPolicy></SignedIdentifier></SignedIdentifiers>"));
  };
  EXPECT_EQ(outcome(send_plain("GET", target)), "403 AuthenticationFailed") << "no such policy";
  EXPECT_EQ(store_policy("2023-11-20T00:00:00Z", "r"), "200 ");
  EXPECT_EQ(outcome(send_plain("GET", target)), "200 ");
  EXPECT_EQ(outcome(send_plain("DELETE", target)), "403 AuthorizationPermissionMismatch");
  EXPECT_EQ(outcome(send_plain("GET", target + "&sp=r")), "403 AuthenticationFailed");
  EXPECT_EQ(store_policy("2023-11-10T00:00:00Z", "r"), "200 ");
  EXPECT_EQ(outcome(send_plain("GET", target)), "403 AuthenticationFailed") << "expired";
}

TEST_F(Authorization, BearersActAsWhoTheyAre) {
  const auto as = [&](const std::string& token, const std::string& target) {
    return outcome(send_plain("GET", target, {{"Authorization", "Bearer " + token}}));
  };
  ASSERT_TRUE(store->create_container({"other", "data"}, {}).has_value());
  EXPECT_EQ(as("owner", "/acct/data?restype=container"), "200 ");
  EXPECT_EQ(as("owner", "/other/data?restype=container"), "200 ");
  EXPECT_EQ(as("run", "/acct/data?restype=container"), "200 ");
  EXPECT_EQ(as("run", "/other/data?restype=container"), "403 AuthorizationFailure");
  EXPECT_EQ(as("nobody", "/acct/data?restype=container"), "401 InvalidAuthenticationInfo");
}

TEST_F(Authorization, ARunReadsAndDoesNotWriteWhereItMayOnlyRead) {
  ASSERT_TRUE(store->create_container({"acct", "readonly"}, {}).has_value());
  const auto as_run = [&](const std::string& method, const std::string& container) {
    Fields fields = block_blob;
    fields.push_back({"Authorization", "Bearer run"});
    return outcome(service->handle(request(method, "/acct/" + container + "/a", fields, "x")));
  };
  EXPECT_EQ(as_run("PUT", "data"), "201 ");
  EXPECT_EQ(as_run("PUT", "readonly"), "403 AuthorizationPermissionMismatch");
  EXPECT_EQ(as_run("GET", "readonly"), "404 BlobNotFound");
}

TEST_F(Authorization, ABodyIsRefusedBeforeItComes) {
  auto upload = request("PUT", "/acct/data/a", block_blob);
  const auto refused = service->admit(upload);
  ASSERT_TRUE(refused.has_value());
  EXPECT_EQ(outcome(*refused), "401 NoAuthenticationInformation");
  sign(upload);
  EXPECT_FALSE(service->admit(upload).has_value());
  EXPECT_EQ(outcome(send("GET", "/acct/data/a")), "404 BlobNotFound");
}

TEST_F(Authorization, HostStyleSignsItsOwnPath) {
  auto hosted = request("GET", "/data?restype=container");
  hosted.host = "acct.blob.core.windows.net";
  EXPECT_TRUE(service->serves(hosted));
  sign(hosted);
  EXPECT_EQ(outcome(service->handle(hosted)), "200 ");
  auto elsewhere = request("GET", "/history/v1.0/runs");
  EXPECT_FALSE(service->serves(elsewhere));
}

}  // namespace
}  // namespace homeport::api::storage
