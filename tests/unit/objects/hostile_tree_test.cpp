#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "store_fixture.hpp"

namespace homeport::objects {
namespace {

using Names = std::vector<std::string>;
class HostileTree : public testing::StoreFixture {};

TEST_F(HostileTree, LinksFifosAndSocketsAreNoBlobs) {
  write_file(directory.path() / "secret", "key");
  std::filesystem::create_symlink(directory.path() / "secret", tree() / "link");
  std::filesystem::create_directory_symlink(directory.path(), tree() / "dir");
  std::filesystem::create_directory_symlink("..", tree() / "up");
  ASSERT_EQ(::mkfifo((tree() / "fifo").c_str(), 0666), 0);
  for (const char* name : {"link", "dir/secret", "up/data/link", "fifo"}) {
    EXPECT_EQ(read(name), "error: BlobNotFound") << name;
  }
  EXPECT_EQ(list({}), Names{});
  EXPECT_TRUE(store->local_path({"acct", "data"}, "dir", Make::No).has_error());
  EXPECT_TRUE(store->local_path({"acct", "data"}, "dir/new", Make::Directories).has_error());
}

TEST_F(HostileTree, APutNeverWritesThroughALink) {
  write_file(directory.path() / "victim", "untouched");
  std::filesystem::create_symlink(directory.path() / "victim", tree() / "a");
  std::filesystem::create_directory_symlink(directory.path(), tree() / "d");
  ASSERT_TRUE(put("a", "mine").has_value());
  ASSERT_TRUE(put("d/victim", "mine too").has_value());
  EXPECT_EQ(file_text(directory.path() / "victim"), "untouched");
  EXPECT_EQ(read("a"), "mine");
  EXPECT_EQ(read("d/victim"), "mine too");
  ASSERT_TRUE(store->remove(blob("d/victim"), {}).has_value());
  EXPECT_EQ(file_text(directory.path() / "victim"), "untouched");
}

TEST_F(HostileTree, SwappingADirectoryForALinkNeverLeadsOutside) {
  write_file(directory.path() / "outside/x", "secret");
  write_file(tree() / "d/x", "inside");
  std::atomic<bool> stop = false;
  std::jthread swapper([&] {
    while (!stop) {
      std::filesystem::rename(tree() / "d", tree() / "kept");
      std::filesystem::create_directory_symlink(directory.path() / "outside", tree() / "d");
      std::filesystem::remove(tree() / "d");
      std::filesystem::rename(tree() / "kept", tree() / "d");
    }
  });
  for (int i = 0; i < 2000; ++i) {
    const std::string seen = read("d/x");
    EXPECT_TRUE(seen == "inside" || seen == "error: BlobNotFound") << seen;
  }
  stop = true;
}

TEST_F(HostileTree, RemovingAContainerSparesWhatLinksPointTo) {
  write_file(directory.path() / "outside/x", "spared");
  std::filesystem::create_directory_symlink(directory.path() / "outside", tree() / "d");
  write_file(tree() / "p/q/r/s", "gone");
  ASSERT_TRUE(store->remove_container({"acct", "data"}, {}).has_value());
  EXPECT_EQ(file_text(directory.path() / "outside/x"), "spared");
  EXPECT_EQ(files_in("pending"), 0U);
}

TEST_F(HostileTree, ANameThatIsNotUtf8IsNoBlob) {
  write_file(tree() / "bad\xff", "1");
  write_file(tree() / "good", "1");
  EXPECT_EQ(list({}), (Names{"good"}));
}

}  // namespace
}  // namespace homeport::objects
