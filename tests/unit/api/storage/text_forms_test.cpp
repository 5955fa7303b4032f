#include <gtest/gtest.h>

#include "api/storage/blob/block_list_document.hpp"
#include "api/storage/headers.hpp"
#include "api/storage/resource.hpp"
#include "api/storage/xml_reader.hpp"

namespace homeport::api::storage {
namespace {

using blob::parse_block_list;
using objects::BlockSource;

TEST(ResourceUrl, NamesAccountContainerAndBlob) {
  struct Row {
    const char* target;
    const char* host;
    const char* account;
    const char* container;
    const char* blob;
  };
  for (const Row& row :
       std::vector<Row>{{"/acct", "h:1", "acct", "", ""},
                        {"/acct/?comp=list", "h:1", "acct", "", ""},
                        {"/acct/c", "h:1", "acct", "c", ""},
                        {"//acct//c/", "h:1", "acct", "c", ""},
                        {"/acct/c/a//b/?x=/y", "h:1", "acct", "c", "a//b/"},
                        {"/acct/c//a", "h:1", "acct", "c", "/a"},
                        {"/c/b%20%3F", "acct.blob.core.windows.net:443", "acct", "c", "b ?"},
                        {"/c", "acct.blob.homeport", "acct", "c", ""},
                        {"http://acct.blob.core.windows.net/c/b", "acct.blob.core.windows.net",
                         "acct", "c", "b"},
                        {"/acct/c", "a.b.blob.example", "acct", "c", ""}}) {
    const auto resource = parse_resource(row.target, row.host, Service::Blob);
    ASSERT_TRUE(resource.has_value()) << row.target;
    EXPECT_EQ(resource->account, row.account) << row.target;
    EXPECT_EQ(resource->container, row.container) << row.target;
    EXPECT_EQ(resource->name, row.blob) << row.target;
  }
  EXPECT_FALSE(parse_resource("/acct/c/%g1", "h", Service::Blob).has_value());
}

TEST(ResourceUrl, SharesHaveAddressesOfTheirOwn) {
  struct Row {
    const char* target;
    const char* host;
    bool of_files;
  };
  for (const Row& row : std::vector<Row>{{"/acct.file/s/d/f", "h:1", true},
                                         {"/s/d/f", "acct.file.core.windows.net:443", true},
                                         {"/acct/s/d/f", "h:1", false}}) {
    const auto resource = parse_resource(row.target, row.host, Service::Files);
    ASSERT_EQ(resource.has_value(), row.of_files) << row.target;
    EXPECT_EQ(parse_resource(row.target, "h:1", Service::Blob).has_value(),
              std::string(row.target).find(".file/") == std::string::npos);
    if (!resource) continue;
    EXPECT_EQ(resource->account, "acct");
    EXPECT_EQ(resource->container, "s");
    EXPECT_EQ(resource->name, "d/f");
  }
}

TEST(Xml, IsReadWithItsEntitiesAndNoFurther) {
  const auto read =
      parse_xml("<?xml version='1.0'?><a:R><N x='1'> &lt;&#65;&#x42;&amp; </N><M/></a:R>");
  ASSERT_TRUE(read.has_value()) << read.error().message;
  EXPECT_EQ(read.value().name, "R");
  EXPECT_EQ(read.value().text_of("N"), "<AB&");
  EXPECT_EQ(read.value().children.size(), 2U);
  for (const char* text : {"<a>&no;</a>", "<a>&#xD800;</a>", "<a>&#0;</a>", "<a>&amp</a>",
                           "<a></b>", "<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>",
                           "<a><a><a><a><a><a><a><a><a/></a></a></a></a></a></a></a></a>"}) {
    EXPECT_TRUE(parse_xml(text).has_error()) << text;
  }
}

TEST(BlockListXml, IsReadInOrder) {
  const auto list = parse_block_list(
      "\xef\xbb\xbf<?xml version='1.0' encoding='utf-8'?>\n<BlockList xmlns='x'>\n"
      " <Latest>YQ==</Latest> <!-- c --> <Committed>Yg==</Committed>\n"
      "<Uncommitted> Yw== </Uncommitted></BlockList>\n");
  ASSERT_TRUE(list.has_value()) << list.error().message;
  ASSERT_EQ(list.value().size(), 3U);
  EXPECT_EQ(list.value()[0].id, "a");
  EXPECT_EQ(list.value()[1].source, BlockSource::Committed);
  EXPECT_EQ(list.value()[2].id, "c");
  EXPECT_TRUE(parse_block_list("<BlockList/>").value().empty());
  EXPECT_TRUE(parse_block_list("<BlockList></BlockList>").value().empty());
}

TEST(BlockListXml, RefusesWhatIsNone) {
  for (const char* text :
       {"", "<BlockList>", "<BlockList><Latest>YQ==</BlockList>", "<Other/>",
        "<BlockList><Nested><Latest>YQ==</Latest></Nested></BlockList>",
        "<BlockList>text</BlockList>", "<BlockList/>more", "<BlockList", "<!-- open"}) {
    const auto list = parse_block_list(text);
    ASSERT_TRUE(list.has_error()) << text;
    EXPECT_EQ(list.error().reason, "InvalidXmlDocument") << text;
  }
  std::string many = "<BlockList>";
  for (int i = 0; i <= 50'000; ++i) many += "<Latest>YQ==</Latest>";
  EXPECT_EQ(parse_block_list(many + "</BlockList>").error().reason, "BlockListTooLong");
}

TEST(HttpDate, ReadsWhatClientsSend) {
  const auto time = parse_http_date("Tue, 14 Nov 2023 22:13:20 GMT");
  ASSERT_TRUE(time.has_value());
  EXPECT_EQ(base::to_http_date(*time), "Tue, 14 Nov 2023 22:13:20 GMT");
  for (const char* text : {"", "Tue, 14 Nov 2023 22:13:20 UTC", "Tue, 14 Foo 2023 22:13:20 GMT",
                           "2023-11-14T22:13:20Z"}) {
    EXPECT_FALSE(parse_http_date(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace homeport::api::storage
