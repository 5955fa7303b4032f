#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "base/text.hpp"
#include "store_fixture.hpp"

namespace homeport::objects {
namespace {

using testing::StoreFixture;
class LocalStore : public StoreFixture {};

TEST_F(LocalStore, ABlobIsAPlainFileUnderItsName) {
  PutOptions options;
  options.properties.type = "text/plain";
  options.metadata = {{"Owner", "me"}};
  const auto made = put("mnist/train/images.gz", "bytes", options);
  ASSERT_TRUE(made.has_value()) << made.error().message;
  EXPECT_EQ(file_text(tree() / "mnist/train/images.gz"), "bytes");
  const auto found = store->find(blob("mnist/train/images.gz"));
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found.value().size, 5U);
  EXPECT_EQ(found.value().etag, made.value().etag);
  EXPECT_EQ(found.value().properties.type, "text/plain");
  EXPECT_EQ(found.value().metadata, (Metadata{{"Owner", "me"}}));
  EXPECT_EQ(base::to_hex(found.value().properties.md5), "4b3a6218bb3e3a7303e8a171a60fcf92");
  EXPECT_EQ(found.value().modified, clock.wall());
  EXPECT_EQ(files_in("pending"), 0U);
}

TEST_F(LocalStore, MetadataOutlivesARestart) {
  PutOptions options;
  options.metadata = {{"k", "v"}};
  const auto made = put("a", "1", options);
  reopen();
  const auto found = store->find(blob("a"));
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found.value().etag, made.value().etag);
  EXPECT_EQ(found.value().metadata, options.metadata);
}

TEST_F(LocalStore, AWriteThroughAMountGivesANewETagAndDropsMetadata) {
  PutOptions options;
  options.metadata = {{"k", "v"}};
  const auto made = put("a", "before", options);
  write_file(tree() / "a", "beyond");  // same length: size alone would not tell
  const auto found = store->find(blob("a"));
  ASSERT_TRUE(found.has_value());
  EXPECT_NE(found.value().etag, made.value().etag);
  EXPECT_TRUE(found.value().metadata.empty());
  EXPECT_TRUE(found.value().properties.md5.empty());
  EXPECT_EQ(read("a"), "beyond");
  EXPECT_EQ(store->find(blob("a")).value().etag, found.value().etag);
}

TEST_F(LocalStore, AFileThatAMountMadeIsABlob) {
  write_file(tree() / "out/model.bin", "weights");
  EXPECT_EQ(read("out/model.bin"), "weights");
  EXPECT_EQ(store->find(blob("out/model.bin")).value().properties.type, "application/octet-stream");
}

TEST_F(LocalStore, NamesThatAreNoPathsKeepTheirBytesOutsideTheTree) {
  const std::vector<std::string> names{
      "a//b", "/a", "a/", "a/./b", "..", "../../x", std::string(300, 'n'), "x\ny"};
  for (const std::string& name : names) {
    ASSERT_TRUE(put(name, "bytes of " + name).has_value()) << name;
  }
  for (const std::string& name : names) EXPECT_EQ(read(name), "bytes of " + name);
  EXPECT_EQ(files_in("blob"), 1U) << "only x\\ny is a path";
  reopen();
  for (const std::string& name : names) {
    EXPECT_EQ(read(name), "bytes of " + name);
    EXPECT_TRUE(store->remove(blob(name), {}).has_value());
    EXPECT_EQ(read(name), "error: BlobNotFound");
  }
  EXPECT_EQ(files_in("escaped"), 0U);
}

TEST_F(LocalStore, ABlobMayStandBesideBlobsUnderItsName) {
  ASSERT_TRUE(put("a/b", "deep").has_value());
  ASSERT_TRUE(put("a", "flat").has_value());
  ASSERT_TRUE(put("c", "flat").has_value());
  ASSERT_TRUE(put("c/d", "deep").has_value());
  EXPECT_EQ(read("a"), "flat");
  EXPECT_EQ(read("a/b"), "deep");
  EXPECT_EQ(read("c"), "flat");
  EXPECT_EQ(read("c/d"), "deep");
  EXPECT_EQ(list({}), (std::vector<std::string>{"a", "a/b", "c", "c/d"}));
  ASSERT_TRUE(store->remove(blob("a/b"), {}).has_value());
  ASSERT_TRUE(put("a", "plain again").has_value());
  EXPECT_EQ(file_text(tree() / "a"), "plain again");
  EXPECT_EQ(list({}), (std::vector<std::string>{"a", "c", "c/d"}));
}

TEST_F(LocalStore, DeletingTheLastBlobTakesEmptyParentsAway) {
  ASSERT_TRUE(put("x/y/z", "1").has_value());
  ASSERT_TRUE(put("x/keep", "1").has_value());
  ASSERT_TRUE(store->remove(blob("x/y/z"), {}).has_value());
  EXPECT_FALSE(std::filesystem::exists(tree() / "x/y"));
  EXPECT_TRUE(std::filesystem::exists(tree() / "x/keep"));
}

TEST_F(LocalStore, ARefusedPreconditionLeavesTheOldObject) {
  const auto before = put("a", "old");
  PutOptions options;
  options.precondition = [](const ObjectInfo* current) -> base::Result<void> {
    if (current != nullptr) return base::already_exists("BlobAlreadyExists", "no");
    return base::success();
  };
  const auto refused = put("a", "new", options);
  ASSERT_TRUE(refused.has_error());
  EXPECT_EQ(refused.error().reason, "BlobAlreadyExists");
  EXPECT_EQ(read("a"), "old");
  EXPECT_EQ(store->find(blob("a")).value().etag, before.value().etag);
  EXPECT_EQ(files_in("pending"), 0U);
  EXPECT_TRUE(put("b", "new", options).has_value());
}

TEST_F(LocalStore, AWrongMd5LeavesNothing) {
  PutOptions options;
  options.expected_md5 = std::string(16, 'x');
  const auto refused = put("a", "text", options);
  ASSERT_TRUE(refused.has_error());
  EXPECT_EQ(refused.error().reason, "Md5Mismatch");
  EXPECT_EQ(read("a"), "error: BlobNotFound");
}

TEST_F(LocalStore, AFileIsCopiedAndAnUnlinkedOneTaken) {
  const std::string bytes(3'000'000, 'b');
  write_file(directory.path() / "source", "head" + bytes);
  const base::FileDescriptor source(
      ::open((directory.path() / "source").c_str(), O_RDONLY | O_CLOEXEC));
  ASSERT_TRUE(store->put(blob("copied"), Content::of(source, 4, bytes.size()), {}).has_value());
  EXPECT_EQ(read("copied"), bytes);

  const base::FileDescriptor nameless(
      ::open(directory.path().c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  ASSERT_TRUE(nameless.valid());
  ASSERT_EQ(::write(nameless.get(), "taken", 5), 5);
  ASSERT_TRUE(store->put(blob("taken"), Content::of(nameless, 0, 5), {}).has_value());
  EXPECT_EQ(read("taken"), "taken");
  struct stat mine {};
  struct stat theirs {};
  ::fstat(nameless.get(), &mine);
  ::stat((tree() / "taken").c_str(), &theirs);
  EXPECT_EQ(mine.st_ino, theirs.st_ino);
  EXPECT_FALSE(store->find(blob("taken")).value().properties.md5.empty());
}

TEST_F(LocalStore, UpdateReplacesWhatItIsGivenAndTheETag) {
  PutOptions options;
  options.properties.type = "text/plain";
  options.metadata = {{"a", "1"}};
  const auto made = put("x", "text", options);
  ObjectChanges changes;
  changes.metadata = Metadata{{"b", "2"}};
  const auto updated = store->update(blob("x"), changes);
  ASSERT_TRUE(updated.has_value());
  EXPECT_NE(updated.value().etag, made.value().etag);
  EXPECT_EQ(updated.value().properties.type, "text/plain");
  reopen();
  EXPECT_EQ(store->find(blob("x")).value().metadata, (Metadata{{"b", "2"}}));
  EXPECT_EQ(read("x"), "text");
}

TEST_F(LocalStore, AnOpenedObjectKeepsItsBytesWhenItIsReplaced) {
  ASSERT_TRUE(put("a", "old").has_value());
  auto opened = store->open(blob("a"));
  ASSERT_TRUE(opened.has_value());
  ASSERT_TRUE(put("a", "new").has_value());
  char text[4] = {};
  EXPECT_EQ(::pread(opened.value().file.get(), text, 3, 0), 3);
  EXPECT_STREQ(text, "old");
}

TEST_F(LocalStore, ContainersAreMadeListedAndRemoved) {
  EXPECT_EQ(store->create_container({"acct", "data"}, {}).error().reason, "ContainerAlreadyExists");
  ASSERT_TRUE(store->create_container({"acct", "other"}, {{"k", "v"}}).has_value());
  EXPECT_EQ(store->container({"acct", "other"}).value().metadata, (Metadata{{"k", "v"}}));
  EXPECT_EQ(store->container({"acct", "none"}).error().reason, "ContainerNotFound");
  EXPECT_EQ(store->create_container({"acct", "../x"}, {}).error().reason, "InvalidResourceName");
  const auto all = store->list_containers("acct", {});
  ASSERT_EQ(all.value().entries.size(), 2U);
  EXPECT_EQ(all.value().entries[0].name, "data");

  ASSERT_TRUE(put("a/b", "1").has_value());
  ASSERT_TRUE(put("a//b", "1").has_value());
  ASSERT_TRUE(store->remove_container({"acct", "data"}, {}).has_value());
  EXPECT_EQ(read("a/b"), "error: ContainerNotFound");
  ASSERT_TRUE(store->create_container({"acct", "data"}, {}).has_value());
  EXPECT_EQ(list({}), std::vector<std::string>{});
}

TEST_F(LocalStore, LocalPathGivesThePlaceToMount) {
  const auto made = store->local_path({"acct", "data"}, "mnist/", Make::Directories);
  ASSERT_TRUE(made.has_value());
  EXPECT_TRUE(std::filesystem::is_directory(made.value()));
  EXPECT_TRUE(made.value().is_absolute());
  write_file(made.value() / "x", "1");
  EXPECT_EQ(read("mnist/x"), "1");
  EXPECT_TRUE(store->local_path({"acct", "data"}, "none", Make::No).has_error());
  EXPECT_TRUE(store->local_path({"acct", "data"}, "../up", Make::Directories).has_error());
}

TEST_F(LocalStore, ManyThreadsReplaceOneObject) {
  std::vector<std::jthread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([this, t] {
      for (int i = 0; i < 20; ++i) {
        EXPECT_TRUE(put("d/shared", std::string(1000, static_cast<char>('a' + t))).has_value());
        const auto found = store->find(blob("d/shared"));
        ASSERT_TRUE(found.has_value());
        EXPECT_FALSE(found.value().properties.md5.empty()) << "bytes and metadata apart";
        const std::string name = "d" + std::to_string(t) + "/own";
        EXPECT_TRUE(put(name, "x").has_value());
        EXPECT_TRUE(store->remove(blob(name), {}).has_value());
      }
    });
  }
  threads.clear();
  const std::string text = read("d/shared");
  EXPECT_EQ(text, std::string(1000, text.at(0)));
}

// In a child with a mount namespace of its own, on a disk of 256 KiB.
int put_on_a_full_disk(const std::filesystem::path& place) {
  if (::unshare(CLONE_NEWNS) != 0 && ::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return 77;
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return 77;
  if (::mount("none", place.c_str(), "tmpfs", 0, "size=256k") != 0) return 77;
  testing::FakeClock clock;
  auto store = LocalObjectStore::open(place / "objects", clock);
  if (store.has_error()) return 1;
  const ContainerName container{"acct", "data"};
  if (store.value()->create_container(container, {}).has_error()) return 2;
  const ObjectName name{"acct", "data", "a"};
  if (store.value()->put(name, Content::of("old"), {}).has_error()) return 3;
  const auto refused = store.value()->put(name, Content::of(std::string(1 << 20, 'x')), {});
  if (refused.has_value()) return 4;
  if (refused.error().code != base::ErrorCode::ResourceExhausted) return 5;
  const auto still = store.value()->find(name);
  if (still.has_error() || still.value().size != 3 || still.value().properties.md5.empty())
    return 6;
  if (!std::filesystem::is_empty(place / "objects/acct/pending")) return 7;
  return store.value()->put(name, Content::of("new"), {}).has_value() ? 0 : 8;
}

TEST_F(LocalStore, AFullDiskIsAClearErrorAndTheOldObjectStays) {
  const auto place = directory.path() / "small";
  std::filesystem::create_directory(place);
  const pid_t child = ::fork();
  if (child == 0) ::_exit(put_on_a_full_disk(place));
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  if (WEXITSTATUS(status) == 77) GTEST_SKIP() << "no mount namespaces here";
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace homeport::objects
