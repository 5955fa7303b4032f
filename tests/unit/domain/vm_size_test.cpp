#include "domain/vm_size.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace homeport::domain {
namespace {

TEST(VmSizes, AreFoundWithoutRegardToCase) {
  const VmSize* size = find_vm_size("Standard_NC6");
  ASSERT_NE(size, nullptr);
  EXPECT_EQ(size->name, "STANDARD_NC6");
  EXPECT_EQ(size->family, "standardNCFamily");
  EXPECT_EQ(size->gpus, 1);
  EXPECT_EQ(size->cores, 6);
  EXPECT_EQ(find_vm_size("STANDARD_NC7"), nullptr);
  EXPECT_EQ(find_vm_size(""), nullptr);
}

TEST(VmSizes, HaveEachADistinctNameInCapitalsAndSomethingInside) {
  std::set<std::string> names;
  for (const VmSize& size : vm_sizes()) {
    const std::string name(size.name);
    EXPECT_TRUE(names.insert(name).second) << name;
    EXPECT_EQ(name.rfind("STANDARD_", 0), 0U) << name;
    EXPECT_EQ(name.find_first_of("abcdefghijklmnopqrstuvwxyz"), std::string::npos) << name;
    EXPECT_FALSE(size.family.empty()) << name;
    EXPECT_GT(size.cores, 0) << name;
    EXPECT_GT(size.memory_gib, 0) << name;
    EXPECT_GT(size.temporary_disk_mib, 0) << name;
    EXPECT_GE(size.gpus, 0) << name;
  }
}

TEST(VmSizes, ThoseOfGpuFamiliesHaveGpusAndNoOthers) {
  for (const VmSize& size : vm_sizes()) {
    const bool gpu_family = size.family.rfind("standardN", 0) == 0;
    EXPECT_EQ(size.gpus > 0, gpu_family) << size.name;
  }
}

}  // namespace
}  // namespace homeport::domain
