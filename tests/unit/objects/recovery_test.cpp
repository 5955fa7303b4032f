#include <unistd.h>

#include "objects/sidecar.hpp"
#include "store_fixture.hpp"

namespace homeport::objects {
namespace {

/// What a crash leaves, made by hand: the sidecar of an object back among the pending ones.
class Recovery : public testing::StoreFixture {
 protected:
  std::filesystem::path pending(const std::string& name) const {
    return root() / "acct/pending" / name;
  }

  /// Puts `name` and undoes the last step, the sidecar's move.
  ObjectInfo put_without_last_step(const std::string& name) {
    PutOptions options;
    options.metadata = {{"k", "v"}};
    const auto made = put(name, "bytes", options);
    const std::filesystem::path sidecar = sidecar_of_the_only();
    std::string text = file_text(sidecar);
    text.replace(0, 20, std::string(20, '0'));
    write_file(pending("0001.meta"), text);
    std::filesystem::remove(sidecar);
    return made.value();
  }
};

TEST_F(Recovery, FinishesAPutWhoseBytesAreInPlace) {
  const ObjectInfo made = put_without_last_step("a/b");
  reopen();
  const auto found = store->find(blob("a/b"));
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found.value().etag, made.etag);
  EXPECT_EQ(found.value().metadata, made.metadata);
  EXPECT_EQ(files_in("pending"), 0U);
  // From now on a write through a mount is noticed again.
  write_file(tree() / "a/b", "other");
  EXPECT_TRUE(store->find(blob("a/b")).value().metadata.empty());
}

TEST_F(Recovery, FinishesAPutUnderAnEscapedName) {
  const ObjectInfo made = put_without_last_step("a//b");
  reopen();
  EXPECT_EQ(store->find(blob("a//b")).value().etag, made.etag);
  EXPECT_EQ(list({}), (std::vector<std::string>{"a//b"}));
}

TEST_F(Recovery, DiscardsAPutWhoseBytesNeverCame) {
  const auto old = put("a", "old");
  const ObjectInfo lost = put_without_last_step("b");
  std::filesystem::rename(tree() / "b", pending("0001.data"));
  reopen();
  EXPECT_EQ(read("b"), "error: BlobNotFound");
  EXPECT_EQ(store->find(blob("a")).value().etag, old.value().etag);
  EXPECT_EQ(files_in("pending"), 0U);
}

TEST_F(Recovery, DiscardsARemovedContainersTree) {
  write_file(pending("0001.gone/deep/file"), "1");
  write_file(pending("torn.meta"), "half a sidec");
  reopen();
  EXPECT_TRUE(std::filesystem::is_empty(root() / "acct/pending"));
}

TEST_F(Recovery, ADamagedSidecarCostsOnlyTheMetadata) {
  PutOptions options;
  options.metadata = {{"k", "v"}};
  ASSERT_TRUE(put("a", "bytes", options).has_value());
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(root() / "acct/meta/data")) {
    if (!entry.is_directory()) write_file(entry.path(), "{");
  }
  EXPECT_EQ(read("a"), "bytes");
  EXPECT_TRUE(store->find(blob("a")).value().metadata.empty());
  EXPECT_TRUE(store->container({"acct", "data"}).has_value());
}

TEST_F(Recovery, ACopyOfTheWholeDirectoryKeepsMetadata) {
  PutOptions options;
  options.metadata = {{"k", "v"}};
  const auto plain = put("a/b", "bytes", options);
  const auto escaped = put("a//b", "bytes", options);
  ASSERT_TRUE(put("c", "before", options).has_value());
  store.reset();
  const auto original = directory.path() / "original";
  std::filesystem::rename(root(), original);
  std::filesystem::copy(original, root(), std::filesystem::copy_options::recursive);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(original)) {
    if (!entry.is_regular_file()) continue;
    const auto copy = root() / std::filesystem::relative(entry.path(), original);
    std::filesystem::last_write_time(copy, std::filesystem::last_write_time(entry.path()));
  }
  write_file(tree() / "c", "other");
  reopen();
  EXPECT_EQ(store->find(blob("a/b")).value().etag, plain.value().etag);
  EXPECT_EQ(store->find(blob("a//b")).value().metadata, options.metadata);
  EXPECT_TRUE(store->find(blob("c")).value().metadata.empty());
  EXPECT_EQ(files_in("pending"), 0U);
  write_file(tree() / "a/b", "bytez");
  reopen();
  EXPECT_TRUE(store->find(blob("a/b")).value().metadata.empty());
}

// Rewrites a few objects for ever, each with its content told in its metadata.
[[noreturn]] void rewrite_until_killed(ObjectStore& store) {
  for (unsigned i = 0;; ++i) {
    const std::string name = i % 3 == 0 ? "d//escaped" : "d" + std::to_string(i % 3) + "/plain";
    const std::string text(1 + i % 5000, static_cast<char>('a' + i % 26));
    PutOptions options;
    options.metadata = {{"first", text.substr(0, 1)}, {"size", std::to_string(text.size())}};
    if (store.put({"acct", "data", name}, Content::of(text), options).has_error()) ::_exit(1);
  }
}

TEST_F(Recovery, AServerKilledAtAnyMomentLeavesBytesAndMetadataTogether) {
  for (int round = 0; round < 12; ++round) {
    ASSERT_NO_FATAL_FAILURE(kill_in(round, rewrite_until_killed));
    EXPECT_EQ(files_in("pending"), 0U);
    for (const std::string& name : list({})) {
      const auto found = store->find(blob(name));
      ASSERT_TRUE(found.has_value()) << name;
      const std::string text = read(name);
      EXPECT_EQ(found.value().metadata,
                (Metadata{{"first", text.substr(0, 1)}, {"size", std::to_string(text.size())}}))
          << name << " in round " << round;
    }
  }
}

TEST(SidecarText, SurvivesItsOwnForm) {
  Sidecar sidecar;
  sidecar.container = "data";
  sidecar.name = "a \"quoted\"/ü";
  sidecar.inode = ~0ULL;
  sidecar.size = 1ULL << 40;
  sidecar.mtime_ns = 1'700'000'000'123'456'789;
  sidecar.ctime_ns = 42;
  sidecar.etag = "0x1";
  sidecar.properties = {"t", "e", "l", "d", "c", std::string("\0\xff", 2)};
  sidecar.metadata = {{"B", "1"}, {"a", ""}};
  sidecar.blocks = {{std::string("\0\x01", 2), 7}};
  const auto again = parse_sidecar(render_sidecar(sidecar));
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again.value().name, sidecar.name);
  EXPECT_EQ(again.value().inode, sidecar.inode);
  EXPECT_EQ(again.value().mtime_ns, sidecar.mtime_ns);
  EXPECT_EQ(again.value().ctime_ns, 42);
  EXPECT_EQ(again.value().properties, sidecar.properties);
  EXPECT_EQ(again.value().metadata, sidecar.metadata);
  EXPECT_EQ(again.value().blocks, sidecar.blocks);
}

}  // namespace
}  // namespace homeport::objects
