#include "service_fixture.hpp"

namespace homeport::api::storage {
namespace {

class BlockUploads : public testing::ServiceFixture {
 protected:
  std::string put_block(const std::string& id, const std::string& text,
                        const testing::Fields& headers = {}) {
    return outcome(send(
        "PUT", "/acct/data/big?comp=block&blockid=" + base::percent_encode(base::base64_encode(id)),
        headers, text));
  }
  std::string put_list(const std::string& xml, const testing::Fields& headers = {}) {
    return outcome(send("PUT", "/acct/data/big?comp=blocklist", headers, xml));
  }
  static std::string list(const std::vector<std::string>& ids) {
    std::string xml = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<BlockList>";
    for (const std::string& id : ids) xml += "<Latest>" + base::base64_encode(id) + "</Latest>";
    return xml + "</BlockList>";
  }
};

TEST_F(BlockUploads, ManyBlocksBecomeOneBlob) {
  EXPECT_EQ(put_block("block-0", "hello "), "201 ");
  EXPECT_EQ(put_block("block-1", "world", {{"Content-MD5", "fXkwN6B2AYZXSwKC8vQ15w=="}}), "201 ");
  EXPECT_EQ(put_block("block-1", "x", {{"Content-MD5", "fXkwN6B2AYZXSwKC8vQ15w=="}}),
            "400 Md5Mismatch");
  EXPECT_EQ(put_list(list({"block-0", "block-1"}), {{"x-ms-blob-content-type", "text/plain"},
                                                    {"Content-Type", "application/xml"},
                                                    {"x-ms-meta-k", "v"}}),
            "201 ");
  const auto got = send("GET", "/acct/data/big");
  EXPECT_EQ(body(got), "hello world");
  EXPECT_EQ(header(got, "Content-Type"), "text/plain");
  EXPECT_EQ(header(got, "x-ms-meta-k"), "v");
}

TEST_F(BlockUploads, TheListsShowWhatIsThere) {
  EXPECT_EQ(outcome(send("GET", "/acct/data/big?comp=blocklist")), "404 BlobNotFound");
  ASSERT_EQ(put_block("a", "one"), "201 ");
  ASSERT_EQ(put_list(list({"a"})), "201 ");
  ASSERT_EQ(put_block("b", "more"), "201 ");
  const auto all = send("GET", "/acct/data/big?comp=blocklist&blocklisttype=all");
  EXPECT_EQ(body(all),
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><BlockList>"
            "<CommittedBlocks><Block><Name>YQ==</Name><Size>3</Size></Block></CommittedBlocks>"
            "<UncommittedBlocks><Block><Name>Yg==</Name><Size>4</Size></Block></UncommittedBlocks>"
            "</BlockList>");
  EXPECT_EQ(header(all, "x-ms-blob-content-length"), "3");
}

TEST_F(BlockUploads, ABadListLeavesTheOldBlob) {
  ASSERT_EQ(put_blob("big", "old").status, 201);
  EXPECT_EQ(put_list(list({"missing"})), "400 InvalidBlockList");
  EXPECT_EQ(put_list("<BlockList><Latest>!!</Latest></BlockList>"), "400 InvalidBlockId");
  EXPECT_EQ(put_list("no xml"), "400 InvalidXmlDocument");
  EXPECT_EQ(put_list(list({"missing"}), {{"Content-MD5", "AAAAAAAAAAAAAAAAAAAAAA=="}}),
            "400 Md5Mismatch");
  EXPECT_EQ(put_list(list({}), {{"If-None-Match", "*"}}), "409 BlobAlreadyExists");
  EXPECT_EQ(body(send("GET", "/acct/data/big")), "old");
  EXPECT_EQ(outcome(send("PUT", "/acct/data/big?comp=block&blockid=!!")),
            "400 InvalidQueryParameterValue");
  EXPECT_EQ(outcome(send("PUT", "/acct/none/big?comp=block&blockid=YQ%3D%3D")),
            "404 ContainerNotFound");
}

}  // namespace
}  // namespace homeport::api::storage
