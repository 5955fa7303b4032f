#include "engine/local/hierarchies.hpp"

#include <gtest/gtest.h>

namespace homeport::engine {
namespace {

using Names = std::vector<std::string>;

TEST(Hierarchies, OfVersionOneThoseWithControllersOfOurs) {
  constexpr const char* kMounts =
      "24 1 0:22 / / rw - ext4 /dev/vda rw\n"
      "30 24 0:26 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid shared:9 - cgroup cgroup rw,cpu,cpuacct\n"
      "31 24 0:27 / /sys/fs/cgroup/memory rw,nosuid shared:10 - cgroup cgroup rw,memory\n"
      "32 24 0:28 / /sys/fs/cgroup/blkio rw,nosuid - cgroup cgroup rw,blkio\n"
      "33 24 0:29 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,name=systemd\n";
  constexpr const char* kOwn =
      "9:name=systemd:/user.slice\n4:memory:/services/homeport\n2:cpuacct,cpu:/\n0::/\n";
  const auto found = parse_hierarchies(kMounts, kOwn);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0], (Hierarchy{1, Names{"cpu"}, "/sys/fs/cgroup/cpu,cpuacct",
                                 "/sys/fs/cgroup/cpu,cpuacct"}));
  EXPECT_EQ(found[1], (Hierarchy{1, Names{"memory"}, "/sys/fs/cgroup/memory",
                                 "/sys/fs/cgroup/memory/services/homeport"}));
}

TEST(Hierarchies, OfVersionTwoTheOne) {
  const auto found =
      parse_hierarchies("35 24 0:30 / /sys/fs/cgroup rw,relatime - cgroup2 cgroup2 rw,nsdelegate\n",
                        "0::/user.slice/user-1000.slice/homeport.scope\n");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0], (Hierarchy{2, Names{}, "/sys/fs/cgroup",
                                 "/sys/fs/cgroup/user.slice/user-1000.slice/homeport.scope"}));
}

TEST(Hierarchies, InAContainerWhatIsMountedIsTheContainersPart) {
  constexpr const char* kMounts =
      "31 24 0:27 /docker/c1 /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
      "32 24 0:28 /docker/c1 /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids\n";
  const auto found = parse_hierarchies(kMounts, "4:memory:/docker/c1/inner\n5:pids:/elsewhere\n");
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].own, "/sys/fs/cgroup/memory/inner");
  EXPECT_EQ(found[1].own, "/sys/fs/cgroup/pids") << "it is not below what is mounted";
}

TEST(Hierarchies, LinesThatAreCutOffAreNone) {
  EXPECT_TRUE(
      parse_hierarchies("31 24 0:27 / /sys/fs/cgroup/memory rw - cgroup\n\n-\n", "").empty());
}

TEST(Hierarchies, WhereNothingCanBeWrittenThereIsNoBase) {
  EXPECT_EQ(base_for_groups({1, {"cpu"}, "/proc/no-such", "/proc/no-such"}), "");
  EXPECT_EQ(base_for_groups({2, {}, "/proc/no-such", "/proc/no-such/own"}), "");
}

}  // namespace
}  // namespace homeport::engine
