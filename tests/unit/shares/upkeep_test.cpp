#include "share_fixture.hpp"

namespace homeport::shares {
namespace {

class ShareUpkeep : public ShareFixture {
 protected:
  ShareUpkeep() { changes.metadata = objects::Metadata{{"k", "v"}}; }
  size_t cards() const {
    size_t count = 0;
    const auto room = root() / "acct.file/meta/data/cards";
    for (const auto& card : std::filesystem::directory_iterator(room)) count += card.exists();
    return count;
  }
  objects::Metadata metadata(const std::string& path) {
    return store->find(entry(path), EntryKind::File).value().metadata;
  }
  EntryChanges changes;
};

TEST_F(ShareUpkeep, CardsOfFilesThatAreGoneGo) {
  for (const char* name : {"kept", "moved", "gone"}) {
    ASSERT_TRUE(put(name, "1", changes).has_value());
  }
  std::filesystem::rename(tree() / "moved", tree() / "away");
  std::filesystem::remove(tree() / "gone");
  store->collect_garbage();
  EXPECT_EQ(cards(), 2U);
  EXPECT_EQ(metadata("away"), *changes.metadata);
  EXPECT_EQ(metadata("kept"), *changes.metadata);
}

TEST_F(ShareUpkeep, ANewFileDoesNotInheritAnInodesCard) {
  ASSERT_TRUE(put("a", "1", changes).has_value());
  const auto before = store->find(entry("a"), EntryKind::File).value();
  std::filesystem::remove(tree() / "a");
  for (int i = 0; i < 50; ++i) {
    const std::string name = "n" + std::to_string(i);
    write_file(tree() / name, "1");
    EXPECT_TRUE(metadata(name).empty());
  }
}

TEST_F(ShareUpkeep, ACopyOfTheDirectoryKeepsWhatIsKnown) {
  ASSERT_TRUE(make_directory("d", changes).has_value());
  ASSERT_TRUE(put("d/f", "1", changes).has_value());
  store.reset();
  objects.reset();
  const auto copy = directory.path() / "copy";
  std::filesystem::copy(root(), copy, std::filesystem::copy_options::recursive);
  std::filesystem::remove_all(root());
  std::filesystem::rename(copy, root());
  reopen();
  EXPECT_EQ(metadata("d/f"), *changes.metadata);
  EXPECT_EQ(store->find(entry("d"), EntryKind::Directory).value().metadata, *changes.metadata);
}

TEST_F(ShareUpkeep, EverythingGoesWithTheShare) {
  ASSERT_TRUE(put("f", "1", changes).has_value());
  ASSERT_TRUE(store->keep_permission(share, "O:SY").has_value());
  ASSERT_TRUE(objects->remove_container(share, {}).has_value());
  EXPECT_FALSE(std::filesystem::exists(root() / "acct.file/meta/data"));
  ASSERT_TRUE(objects->create_container(share, {}).has_value());
  EXPECT_EQ(read("f"), "error: ResourceNotFound");
}

}  // namespace
}  // namespace homeport::shares
