#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "store_fixture.hpp"

namespace homeport::objects {
namespace {

using Names = std::vector<std::string>;
class Listings : public testing::StoreFixture {};

TEST_F(Listings, SortByFullNameNotByDirectory) {
  for (const char* name : {"a/b", "a-b", "a.b", "a", "a//c", "ab", "a/b/c", "b"}) {
    ASSERT_TRUE(put(name, "1").has_value());
  }
  EXPECT_EQ(list({}), (Names{"a", "a-b", "a.b", "a//c", "a/b", "a/b/c", "ab", "b"}));
}

TEST_F(Listings, GroupByDelimiterAfterThePrefix) {
  for (const char* name : {"x/1", "x/2", "x/y/3", "x/z//4", "xa", "w"}) {
    ASSERT_TRUE(put(name, "1").has_value());
  }
  std::filesystem::create_directories(tree() / "empty/dirs");
  EXPECT_EQ(list({.prefix = "", .delimiter = "/"}), (Names{"w", "[x/]", "xa"}));
  EXPECT_EQ(list({.prefix = "x/", .delimiter = "/"}), (Names{"x/1", "x/2", "[x/y/]", "[x/z/]"}));
  EXPECT_EQ(list({.prefix = "x", .delimiter = "/"}), (Names{"[x/]", "xa"}));
  EXPECT_EQ(list({.prefix = "x/"}), (Names{"x/1", "x/2", "x/y/3", "x/z//4"}));
  EXPECT_EQ(list({.prefix = "x/y"}), (Names{"x/y/3"}));
  EXPECT_EQ(list({.prefix = "none"}), Names{});
  EXPECT_EQ(list({.prefix = "x", .delimiter = "y/"}),
            (Names{"x/1", "x/2", "[x/y/]", "x/z//4", "xa"}));
}

TEST_F(Listings, PagesTogetherAreTheWhole) {
  Names all;
  for (int i = 0; i < 40; ++i) {
    const std::string name =
        "d" + std::to_string(i % 7) + (i % 3 == 0 ? "//" : "/") + std::to_string(i);
    ASSERT_TRUE(put(name, "1").has_value());
    all.push_back(name);
  }
  std::ranges::sort(all);
  for (const char* delimiter : {"", "/"}) {
    ListQuery query{.delimiter = delimiter};
    const Names whole = list(query);
    if (*delimiter == 0) {
      EXPECT_EQ(whole, all);
    }
    for (const size_t size : {1U, 3U, 7U, 39U}) {
      Names pages;
      query.start.clear();
      query.max = size;
      do {
        const auto listing = store->list({"acct", "data"}, query);
        ASSERT_TRUE(listing.has_value());
        EXPECT_LE(listing.value().entries.size(), size);
        for (const ListEntry& entry : listing.value().entries) {
          pages.push_back(entry.object ? entry.name : "[" + entry.name + "]");
        }
        query.start = listing.value().next;
      } while (!query.start.empty());
      EXPECT_EQ(pages, whole) << "pages of " << size << " by '" << delimiter << "'";
    }
  }
}

TEST_F(Listings, CarrySizeAndMetadata) {
  PutOptions options;
  options.metadata = {{"k", "v"}};
  ASSERT_TRUE(put("a", "12345", options).has_value());
  const auto listing = store->list({"acct", "data"}, {});
  ASSERT_EQ(listing.value().entries.size(), 1U);
  EXPECT_EQ(listing.value().entries[0].object->size, 5U);
  EXPECT_EQ(listing.value().entries[0].object->metadata, options.metadata);
}

}  // namespace
}  // namespace homeport::objects
