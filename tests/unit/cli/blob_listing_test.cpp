#include "cli/blob_listing.hpp"

#include <gtest/gtest.h>

namespace homeport::cli {
namespace {

TEST(ParseBlobPage, ReadsBlobsFoldersAndTheNextPage) {
  const BlobPage page = parse_blob_page(
      "<?xml version=\"1.0\"?><EnumerationResults><Blobs>"
      "<Blob><Name>b &amp; c.txt</Name><Properties><Last-Modified>now</Last-Modified>"
      "<Content-Length>12</Content-Length></Properties></Blob>"
      "<BlobPrefix><Name>a/</Name></BlobPrefix></Blobs><NextMarker>m&lt;1</NextMarker>"
      "</EnumerationResults>");

  ASSERT_EQ(page.items.size(), 2U);
  EXPECT_EQ(page.items[0].name, "a/");
  EXPECT_TRUE(page.items[0].is_folder);
  EXPECT_EQ(page.items[1].name, "b & c.txt");
  EXPECT_EQ(page.items[1].size, 12U);
  EXPECT_EQ(page.next_marker, "m<1");
}

TEST(XmlEscape, IsUndoneByXmlUnescape) {
  EXPECT_EQ(xml_unescape(xml_escape("a<b>&amp;")), "a<b>&amp;");
}

}  // namespace
}  // namespace homeport::cli
