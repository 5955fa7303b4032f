#include "store_fixture.hpp"

namespace homeport::objects {
namespace {

class SnapshotsOfObjects : public testing::StoreFixture {
 protected:
  std::string take(const std::string& name, const SnapshotOptions& options = {}) {
    auto taken = store->snapshot(blob(name), options);
    return taken.has_value() ? taken.value().snapshot : "error: " + taken.error().reason;
  }
  std::string read_snapshot(const std::string& name, const std::string& id) {
    auto opened = store->open({"acct", "data", name, id});
    if (opened.has_error()) return "error: " + opened.error().reason;
    std::string text(opened.value().info.size, '\0');
    if (::pread(opened.value().file.get(), text.data(), text.size(), 0) < 0) return "unreadable";
    return text;
  }
  /// "name@" for a snapshot, "name" for the object, page by page.
  std::vector<std::string> pages(size_t max) {
    std::vector<std::string> seen;
    ListQuery query;
    query.max = max;
    query.snapshots = true;
    do {
      const auto page = store->list({"acct", "data"}, query).value();
      EXPECT_LE(page.entries.size(), max);
      for (const ListEntry& entry : page.entries) {
        seen.push_back(entry.name + (entry.object->snapshot.empty() ? "" : "@"));
      }
      query.start = page.next;
      query.start_snapshot = page.next_snapshot;
    } while (!query.start.empty());
    return seen;
  }
};

TEST_F(SnapshotsOfObjects, KeepTheObjectAsItWas) {
  PutOptions options;
  options.metadata = {{"k", "v"}};
  const auto made = put("d/a", "one", options).value();
  const std::string id = take("d/a");
  EXPECT_EQ(id, "2023-11-14T22:13:20.0000000Z");
  ASSERT_TRUE(put("d/a", "two").has_value());
  write_file(tree() / "d/a", "three");
  reopen();
  EXPECT_EQ(read_snapshot("d/a", id), "one");
  const auto info = store->find({"acct", "data", "d/a", id}).value();
  EXPECT_EQ(info.etag, made.etag);
  EXPECT_EQ(info.metadata, options.metadata);
  EXPECT_EQ(info.snapshot, id);
  // The mounted tree shows nothing of it.
  EXPECT_EQ(list({}), std::vector<std::string>{"d/a"});
}

TEST_F(SnapshotsOfObjects, TakenInOneMomentAreStillTwo) {
  ASSERT_TRUE(put("a", "one").has_value());
  SnapshotOptions with_metadata;
  with_metadata.metadata = Metadata{{"n", "2"}};
  const std::string first = take("a");
  const std::string second = take("a", with_metadata);
  EXPECT_LT(first, second);
  EXPECT_EQ(store->find({"acct", "data", "a", second}).value().metadata, with_metadata.metadata);
  EXPECT_TRUE(store->find({"acct", "data", "a", first}).value().metadata.empty());
}

TEST_F(SnapshotsOfObjects, AreListedBeforeTheirObjectAndPaged) {
  for (const char* name : {"a", "b", "c"}) ASSERT_TRUE(put(name, name).has_value());
  for (int i = 0; i < 3; ++i) take("b");
  const std::vector<std::string> all{"a", "b@", "b@", "b@", "b", "c"};
  for (const size_t max : {1U, 2U, 3U, 4U, 10U}) EXPECT_EQ(pages(max), all) << max;
  EXPECT_EQ(list({}), (std::vector<std::string>{"a", "b", "c"}));
}

TEST_F(SnapshotsOfObjects, StandInTheWayOfADeleteUnlessTheyGoToo) {
  ASSERT_TRUE(put("a", "one").has_value());
  const std::string first = take("a");
  const std::string second = take("a");
  RemoveOptions refuse;
  refuse.snapshots = Snapshots::Refuse;
  EXPECT_EQ(store->remove(blob("a"), refuse).error().reason, "SnapshotsPresent");
  ASSERT_TRUE(store->remove({"acct", "data", "a", first}, refuse).has_value());
  EXPECT_EQ(read_snapshot("a", first), "error: BlobNotFound");
  EXPECT_EQ(read_snapshot("a", second), "one");
  RemoveOptions only;
  only.snapshots = Snapshots::Only;
  ASSERT_TRUE(store->remove(blob("a"), only).has_value());
  EXPECT_EQ(read_snapshot("a", second), "error: BlobNotFound");
  EXPECT_EQ(read("a"), "one");
  take("a");
  ASSERT_TRUE(store->remove(blob("a"), {}).has_value());
  EXPECT_EQ(files_in("snapshots"), 0U);
}

TEST_F(SnapshotsOfObjects, OfAPageObjectKeepItsHoles) {
  PutOptions options;
  options.traits.kind = ObjectKind::Page;
  options.size = 64ULL << 20;
  ASSERT_TRUE(put("disk", "", options).has_value());
  const std::string id = take("disk");
  Edit edit;
  edit.action = Edit::Action::Write;
  edit.offset = 512;
  const std::string page(512, 'x');
  edit.content = Content::of(page);
  ASSERT_TRUE(store->edit(blob("disk"), edit).has_value());
  EXPECT_EQ(read_snapshot("disk", id), std::string(64ULL << 20, '\0'));
  struct stat status {};
  ASSERT_EQ(::fstat(store->open({"acct", "data", "disk", id}).value().file.get(), &status), 0);
  EXPECT_LT(status.st_blocks * 512, 1 << 20);
}

TEST_F(SnapshotsOfObjects, HalfOfOneIsDroppedAtTheNextStart) {
  ASSERT_TRUE(put("a", "one").has_value());
  const std::string id = take("a");
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(root() / "acct/snapshots")) {
    if (entry.path().extension() == ".meta") {
      std::filesystem::remove(entry.path());
      break;
    }
  }
  EXPECT_EQ(read_snapshot("a", id), "error: BlobNotFound");
  reopen();
  EXPECT_EQ(files_in("snapshots"), 0U);
}

TEST_F(SnapshotsOfObjects, ATimeThatIsNoneIsRefused) {
  ASSERT_TRUE(put("a", "one").has_value());
  for (const char* id : {"../../x", "2023", "2023-11-14T22:13:20.0000000Z/"}) {
    EXPECT_EQ(read_snapshot("a", id), "error: InvalidQueryParameterValue") << id;
  }
  EXPECT_EQ(read_snapshot("a", "2024-11-14T22:13:20.0000000Z"), "error: BlobNotFound");
}

TEST_F(SnapshotsOfObjects, GoWithTheirContainer) {
  ASSERT_TRUE(put("a", "one").has_value());
  take("a");
  ASSERT_TRUE(store->remove_container({"acct", "data"}, {}).has_value());
  EXPECT_EQ(files_in("snapshots"), 0U);
}

}  // namespace
}  // namespace homeport::objects
