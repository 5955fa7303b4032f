#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "share_fixture.hpp"

namespace homeport::shares {
namespace {

using Names = std::vector<std::string>;
class HostileShare : public ShareFixture {};

TEST_F(HostileShare, LinksFifosAndDevicesAreNotThere) {
  write_file(directory.path() / "secret/key", "key");
  std::filesystem::create_symlink(directory.path() / "secret/key", tree() / "link");
  std::filesystem::create_directory_symlink(directory.path() / "secret", tree() / "dir");
  ASSERT_EQ(::mkfifo((tree() / "fifo").c_str(), 0666), 0);
  if (::geteuid() == 0) {
    // Not everywhere may root make devices.
    static_cast<void>(::mknod((tree() / "device").c_str(), S_IFCHR | 0666, makedev(1, 5)));
  }
  for (const char* name : {"link", "fifo", "device"}) {
    EXPECT_EQ(read(name), "error: ResourceNotFound") << name;
    EXPECT_EQ(reason(write(name, 0, "x")), "ResourceNotFound") << name;
  }
  EXPECT_EQ(read("dir/key"), "error: ParentNotFound");
  EXPECT_EQ(reason(put("dir/new", "x")), "ParentNotFound");
  EXPECT_EQ(list(""), Names{});
  EXPECT_EQ(list("", {}, Detail::Names), Names{});
  ASSERT_TRUE(put("link", "mine").has_value());
  EXPECT_EQ(read("link"), "mine");
  EXPECT_EQ(file_text(directory.path() / "secret/key"), "key");
}

TEST_F(HostileShare, AFileThatNotEveryoneMayReadIsNotSharedByALink) {
  write_file(directory.path() / "secret", "key");
  ASSERT_EQ(::chmod((directory.path() / "secret").c_str(), 0600), 0);
  std::filesystem::create_hard_link(directory.path() / "secret", tree() / "hard");
  EXPECT_EQ(read("hard"), "error: ResourceNotFound");
  EXPECT_EQ(reason(write("hard", 0, "x")), "ResourceNotFound");
  EXPECT_EQ(list(""), Names{});
  EXPECT_EQ(list("", {}, Detail::Names), Names{});
  EXPECT_EQ(file_text(directory.path() / "secret"), "key");
}

TEST_F(HostileShare, ADirectoryOfHiddenThingsCanBeRemoved) {
  write_file(directory.path() / "outside/x", "spared");
  std::filesystem::create_directory(tree() / "d");
  std::filesystem::create_directory_symlink(directory.path() / "outside", tree() / "d/link");
  ASSERT_EQ(::mkfifo((tree() / "d/fifo").c_str(), 0666), 0);
  EXPECT_TRUE(store->remove(entry("d"), EntryKind::Directory, {}).has_value());
  EXPECT_EQ(file_text(directory.path() / "outside/x"), "spared");
  EXPECT_FALSE(std::filesystem::exists(tree() / "d"));
}

TEST_F(HostileShare, SwappingADirectoryForALinkNeverLeadsOutside) {
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
  for (int i = 0; i < 1000; ++i) {
    EXPECT_NE(read("d/x"), "secret");
    static_cast<void>(write("d/x", 0, "INSIDE"));
  }
  stop = true;
  swapper.join();
  EXPECT_EQ(file_text(directory.path() / "outside/x"), "secret");
}

}  // namespace
}  // namespace homeport::shares
