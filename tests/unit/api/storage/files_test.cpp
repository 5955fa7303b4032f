#include "service_fixture.hpp"

namespace homeport::api::storage {
namespace {

class Files : public testing::ServiceFixture {
 protected:
  void SetUp() override {
    ServiceFixture::SetUp();
    service_kind = Service::Files;
    ASSERT_EQ(outcome(send("PUT", "/acct.file/share?restype=share")), "201 ");
  }
  http::Response make(const std::string& path, const std::string& size) {
    return send("PUT", "/acct.file/share/" + path,
                {{"x-ms-type", "file"}, {"x-ms-content-length", size}});
  }
};

TEST_F(Files, SpeakOfSharesInTheirErrors) {
  EXPECT_EQ(outcome(send("PUT", "/acct.file/share?restype=share")), "409 ShareAlreadyExists");
  EXPECT_EQ(outcome(send("GET", "/acct.file/none?restype=share")), "404 ShareNotFound");
  EXPECT_EQ(outcome(send("GET", "/acct.file/none/f")), "404 ShareNotFound");
  EXPECT_EQ(outcome(send("GET", "/acct.file/share/f")), "404 ResourceNotFound");
  EXPECT_EQ(outcome(send("GET", "/acct.file/share/d/f")), "404 ParentNotFound");
  EXPECT_EQ(outcome(send("PATCH", "/acct.file/share/f")), "405 UnsupportedHttpVerb");
  EXPECT_EQ(outcome(send("PUT", "/acct.file/share/f?comp=lease")), "501 NotImplemented");
}

TEST_F(Files, NeverLeaveTheirShare) {
  for (const char* path :
       {"../x", "a/../../x", "%2e%2e/x", "a//b", ".", "a%00b", "a%0Ab", "a%5Cb/.."}) {
    EXPECT_EQ(outcome(make(path, "0")), "400 InvalidResourceName") << path;
  }
  EXPECT_EQ(outcome(make("a%3Ab", "0")), "400 InvalidResourceName") << "no other system has it";
  EXPECT_EQ(outcome(make(std::string(256, 'a'), "0")), "400 InvalidResourceName");
}

TEST_F(Files, SayWhatIsWrongWithARequest) {
  struct Row {
    const char* method;
    const char* target;
    testing::Fields headers;
    const char* outcome;
  };
  ASSERT_EQ(outcome(make("f", "10")), "201 ");
  for (const Row& row : std::vector<Row>{
           {"PUT", "/f", {}, "400 MissingRequiredHeader"},
           {"PUT", "/f", {{"x-ms-type", "file"}}, "400 MissingRequiredHeader"},
           {"PUT",
            "/f",
            {{"x-ms-type", "file"}, {"x-ms-content-length", "-1"}},
            "400 InvalidHeaderValue"},
           {"PUT",
            "/f",
            {{"x-ms-type", "blob"}, {"x-ms-content-length", "1"}},
            "400 InvalidHeaderValue"},
           {"PUT", "/f?comp=range", {{"x-ms-write", "clear"}}, "400 MissingRequiredHeader"},
           {"PUT",
            "/f?comp=range",
            {{"x-ms-write", "clear"}, {"x-ms-range", "bytes=5-"}},
            "400 InvalidHeaderValue"},
           {"PUT",
            "/f?comp=range",
            {{"x-ms-write", "no"}, {"x-ms-range", "bytes=0-1"}},
            "400 InvalidHeaderValue"},
           {"PUT",
            "/f?comp=range",
            {{"x-ms-write", "update"}, {"x-ms-range", "bytes=0-1"}},
            "400 InvalidHeaderValue"},
           {"PUT",
            "/f?comp=range",
            {{"x-ms-write", "clear"}, {"x-ms-range", "bytes=5-10"}},
            "416 InvalidRange"},
           {"GET", "/f", {{"x-ms-range", "bytes=10-"}}, "416 InvalidRange"},
           {"PUT", "/f?comp=metadata", {{"x-ms-meta-a-b", "1"}}, "400 InvalidMetadata"},
           {"PUT",
            "/f?comp=properties",
            {{"x-ms-file-attributes", "Purple"}},
            "400 InvalidHeaderValue"},
           {"PUT",
            "/f?comp=properties",
            {{"x-ms-file-creation-time", "soon"}},
            "400 InvalidHeaderValue"},
           {"PUT",
            "/f?comp=properties",
            {{"x-ms-file-permission-key", "ab"}},
            "404 ResourceNotFound"},
           {"GET", "/f", {{"x-ms-version", "tomorrow"}}, "400 InvalidHeaderValue"},
           {"GET",
            "/?restype=directory&comp=list&include=Colour",
            {},
            "400 InvalidQueryParameterValue"},
           {"GET",
            "/?restype=directory&comp=list&maxresults=0",
            {},
            "400 OutOfRangeQueryParameterValue"},
       }) {
    auto asked = request(row.method, std::string("/acct.file/share") + row.target);
    for (const auto& [name, value] : row.headers) asked.headers.set(name, value);
    sign(asked);
    EXPECT_EQ(outcome(files->handle(asked)), row.outcome) << row.method << " " << row.target;
  }
}

TEST_F(Files, AreServedByHostAndByPath) {
  ASSERT_EQ(outcome(make("f", "3")), "201 ");
  auto hosted = request("GET", "/share/f");
  hosted.host = "acct.file.core.windows.net";
  EXPECT_TRUE(files->serves(hosted));
  EXPECT_FALSE(service->serves(hosted));
  sign(hosted);
  EXPECT_EQ(outcome(files->handle(hosted)), "200 ");
  auto path_style = request("GET", "/acct.file/share/f");
  EXPECT_TRUE(files->serves(path_style));
  EXPECT_FALSE(service->serves(path_style));
  EXPECT_FALSE(files->serves(request("GET", "/acct/data/f")));
  EXPECT_FALSE(files->serves(request("GET", "/nobody.file/share/f")));
}

// Made by azure-storage-file-share 12.27 and azure-storage-file 1.4.0 with acct's key.
TEST_F(Files, AcceptPublishedClientsSas) {
  ASSERT_EQ(outcome(send("PUT", "/acct.file/share/dir?restype=directory")), "201 ");
  ASSERT_EQ(outcome(make("dir/f", "3")), "201 ");
  const std::string list = "/acct.file/share/?restype=directory&comp=list&";
  const std::vector<std::pair<std::string, std::string>> rows{
      {list + "se=2023-11-15T00%3A00%3A00Z&sp=rl&sv=2026-10-06&sr=s&sig=%"
              "2Bvy2mWVSJe2lU7J0A6TkLHGLyMrepsTC7M14OoJxaLw%3D",
       "200 "},
      {list + "se=2023-11-15T00%3A00%3A00Z&sp=rl&sv=2018-03-28&sr=s&sig=vWwU1kr9/"
              "SzSbPheoSJVoH08YbdIl9nDQ0NZ0HDJFNg%3D",
       "200 "},
      {list + "se=2023-11-15T00%3A00%3A00Z&sp=rl&sv=2026-10-06&ss=f&srt=sco&sig=xbUkWbbipPWidVSD/"
              "otZuJwIy2h%2B3hgCbFhysPvbPx4%3D",
       "200 "},
      {"/acct.file/share/dir/"
       "f?se=2023-11-15T00%3A00%3A00Z&sp=r&sv=2026-10-06&sr=f&sig="
       "HRwRID4Pk7wDElcdTLkmpO8cD9OJ7yriKEehFQx5zG0%3D",
       "200 "},
      {"/acct.file/share/dir/"
       "f?se=2023-11-15T00%3A00%3A00Z&sp=r&sv=2018-03-28&sr=f&sig="
       "vbXMLKggdOhTHaalJl1tuIoIh181wSsOVylRk/TNzQw%3D",
       "200 "},
      {"/acct.file/share/dir/"
       "g?se=2023-11-15T00%3A00%3A00Z&sp=r&sv=2026-10-06&sr=f&sig="
       "HRwRID4Pk7wDElcdTLkmpO8cD9OJ7yriKEehFQx5zG0%3D",
       "403 AuthenticationFailed"},
  };
  for (const auto& [target, expected] : rows) {
    EXPECT_EQ(outcome(files->handle(request("GET", target))), expected) << target;
  }
}

TEST_F(Files, OldClientsAreNotToldWhatTheyCannotRead) {
  ASSERT_EQ(outcome(make("f", "3")), "201 ");
  for (const auto& [version, leases] :
       std::vector<std::pair<std::string, bool>>{{"2018-03-28", false}, {"2021-12-02", true}}) {
    for (const char* target : {"/acct.file/share?restype=share", "/acct.file/share/f"}) {
      auto asked = request("GET", target);
      asked.headers.set("x-ms-version", version);
      sign(asked);
      const auto response = files->handle(asked);
      ASSERT_EQ(outcome(response), "200 ");
      EXPECT_EQ(response.headers.has("x-ms-lease-state"), leases) << version << target;
    }
  }
}

TEST_F(Files, ServicePropertiesSayThatNothingIsDone) {
  const std::string target = "/acct.file?restype=service&comp=properties";
  const auto seen = send("GET", target);
  EXPECT_NE(body(seen).find("<HourMetrics><Version>1.0</Version><Enabled>false"),
            std::string::npos);
  EXPECT_EQ(outcome(send("PUT", target, {}, body(seen))), "202 ");
  EXPECT_EQ(outcome(send("PUT", target, {},
                         "<StorageServiceProperties><HourMetrics><Enabled>true</Enabled>"
                         "</HourMetrics></StorageServiceProperties>")),
            "501 NotImplemented");
}

}  // namespace
}  // namespace homeport::api::storage
