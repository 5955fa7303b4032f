#include "cli/data_commands.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "base/file.hpp"
#include "cli/blob_listing.hpp"
#include "fake_transport.hpp"
#include "temporary_directory.hpp"

namespace homeport::cli {
namespace {

using testing::CapturedTerminal;
using testing::FakeTransport;
using testing::kWorkspacePath;

/// A datastore "store" whose blobs live in a map.
class DataCopy : public ::testing::Test {
 protected:
  DataCopy() {
    transport_.on("GET /datastore/v1.0" + kWorkspacePath + "/datastores/store", 200,
                  R"({"name":"store","dataStoreType":"AzureBlob","azureStorageSection":{
                      "accountName":"acct","containerName":"box","endpoint":"127.0.0.1:1",
                      "protocol":"http","accountKey":"a2V5"}})");
    options_.url = "http://127.0.0.1:1";
    options_.workspace = "sub/group/ws";
  }

  void put_blob(const std::string& name, const std::string& text) {
    listing_ += "<Blob><Name>" + xml_escape(name) + "</Name><Content-Length>" +
                std::to_string(text.size()) + "</Content-Length></Blob>";
    transport_.on("GET /acct/box", 200, listing_);
    transport_.on("HEAD /acct/box/" + name, [text](const HttpCall&) -> base::Result<HttpAnswer> {
      HttpAnswer answer{200, {}, {}};
      answer.headers.set("Content-Length", std::to_string(text.size()));
      return answer;
    });
    transport_.on("GET /acct/box/" + name, 206, text);
  }

  int copy(const std::string& source, const std::string& target, Recursive recursive) {
    Context context{options_, captured_.terminal, transport_, {}, folder_.path()};
    return data_copy(context, source, target, recursive);
  }

  FakeTransport transport_;
  CapturedTerminal captured_;
  GlobalOptions options_;
  testing::TemporaryDirectory folder_;
  std::string listing_;
};

TEST_F(DataCopy, UploadsAFolderFileByFileWithItsSignature) {
  std::filesystem::create_directories(folder_.path() / "in/deep");
  std::ofstream(folder_.path() / "in/a.txt") << "A";
  std::ofstream(folder_.path() / "in/deep/b.txt") << "BB";
  std::map<std::string, std::string> stored;
  for (const char* name : {"data/a.txt", "data/deep/b.txt"}) {
    transport_.on("PUT /acct/box/" + std::string(name),
                  [&stored, name](const HttpCall& call) -> base::Result<HttpAnswer> {
                    stored[name] = call.body;
                    EXPECT_TRUE(call.headers.get("Authorization").starts_with("SharedKey acct:"));
                    return HttpAnswer{201, {}, {}};
                  });
  }

  EXPECT_EQ(copy(folder_.path() / "in", "store:data", Recursive::Yes), 0) << captured_.err.str();

  EXPECT_EQ(stored,
            (std::map<std::string, std::string>{{"data/a.txt", "A"}, {"data/deep/b.txt", "BB"}}));
  EXPECT_NE(captured_.err.str().find("Copied 2 files"), std::string::npos);
}

TEST_F(DataCopy, UploadsALargeFileInPieces) {
  std::ofstream(folder_.path() / "large") << "x";
  std::filesystem::resize_file(folder_.path() / "large", (20ULL << 20) + 1);
  std::string list;
  uint64_t bytes = 0;
  transport_.on("PUT /acct/box/large", [&](const HttpCall& call) -> base::Result<HttpAnswer> {
    const bool is_list = call.url.find("comp=blocklist") != std::string::npos;
    list += is_list ? call.body : "";
    bytes += is_list ? 0 : call.body.size();
    return HttpAnswer{201, {}, {}};
  });

  EXPECT_EQ(copy(folder_.path() / "large", "store:large", Recursive::No), 0);

  EXPECT_EQ(bytes, (20ULL << 20) + 1);
  EXPECT_EQ(list.find("<Latest>"), list.find("<BlockList>") + 11);
}

TEST_F(DataCopy, DownloadsUnderAPrefixAndLeavesNoHalfFiles) {
  put_blob("data/a.txt", "A");
  put_blob("data/deep/b.txt", "BB");

  EXPECT_EQ(copy("store:data", folder_.path() / "out", Recursive::Yes), 0) << captured_.err.str();

  EXPECT_EQ(base::read_file(folder_.path() / "out/a.txt").value(), "A");
  EXPECT_EQ(base::read_file(folder_.path() / "out/deep/b.txt").value(), "BB");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_.path() / "out"), {}), 2);
}

TEST_F(DataCopy, RefusesABlobWhoseNameLeadsOutOfTheTarget) {
  put_blob("data/../../escape", "evil");

  EXPECT_EQ(copy("store:data", folder_.path() / "out", Recursive::Yes), 6);
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "escape"));
}

TEST_F(DataCopy, WantsExactlyOneSideInADatastoreAndDashRForFolders) {
  EXPECT_EQ(copy("a", "b", Recursive::No), 2);
  EXPECT_EQ(copy("store:a", "store:b", Recursive::No), 2);
  EXPECT_EQ(copy(folder_.path(), "store:b", Recursive::No), 2);
  EXPECT_EQ(copy(folder_.path() / "missing", "store:b", Recursive::No), 4);
  EXPECT_EQ(copy("store:nothing", folder_.path(), Recursive::No), 4);
}

}  // namespace
}  // namespace homeport::cli
