#include "engine/local/gpus.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "temporary_directory.hpp"

namespace homeport::engine {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class GpusOfAMachine : public ::testing::Test {
 protected:
  void device(const std::string& name) { std::ofstream(folder_.path() / "dev" / name) << ""; }
  void driver_says(const std::string& address, const std::string& text) {
    std::filesystem::create_directories(folder_.path() / "driver" / address);
    std::ofstream(folder_.path() / "driver" / address / "information") << text;
  }
  std::vector<std::string> found() {
    std::vector<std::string> names;
    for (const std::string& path : find_gpus(folder_.path() / "driver", folder_.path() / "dev")) {
      names.push_back(std::filesystem::path(path).filename().string());
    }
    return names;
  }
  void SetUp() override { std::filesystem::create_directories(folder_.path() / "dev"); }

  testing::TemporaryDirectory folder_;
};

TEST_F(GpusOfAMachine, AreNoneWhereNothingSaysSo) {
  device("nvidiactl");
  device("nvidia-uvm");
  device("null");
  EXPECT_THAT(found(), IsEmpty());
  EXPECT_THAT(find_gpus("/no/such/driver", "/no/such/dev"), IsEmpty());
}

TEST_F(GpusOfAMachine, WithoutTheDriversWordGoByTheirNumber) {
  for (const char* name : {"nvidia10", "nvidia0", "nvidia2", "nvidiactl"}) device(name);
  EXPECT_THAT(found(), ElementsAre("nvidia0", "nvidia2", "nvidia10"));
}

TEST_F(GpusOfAMachine, GoByTheAddressThatTheDriverNames) {
  for (const char* name : {"nvidia0", "nvidia1"}) device(name);
  driver_says("0000:0a:00.0", "Model: \t T4\nGPU UUID: \t GPU-1\nDevice Minor: \t 0\n");
  driver_says("0000:01:00.0", "Model: \t T4\nDevice Minor: \t 1\n");
  driver_says("0000:0b:00.0",
              "Model: \t T4\nDevice Minor: \t 7\n");  // It has no device file.
  driver_says("0000:0c:00.0", "Model: \t T4\n");
  EXPECT_THAT(found(), ElementsAre("nvidia1", "nvidia0"));
}

TEST(GpuList, IsOfDeviceFilesEachOnce) {
  EXPECT_THAT(parse_gpu_list(R"(["/dev/zero", "/dev/full"])").value(),
              ElementsAre("/dev/zero", "/dev/full"));
  EXPECT_THAT(parse_gpu_list("[]").value(), IsEmpty());
  struct Row {
    const char* text;
    const char* target;
  };
  for (const Row& row : std::vector<Row>{{"{}", "gpus"},
                                         {"not JSON", "gpus"},
                                         {"[1]", "gpus[0]"},
                                         {R"(["/dev/zero", "/no/such/device"])", "gpus[1]"},
                                         {R"(["/etc/passwd"])", "gpus[0]"},
                                         {R"(["dev/zero"])", "gpus[0]"},
                                         {R"(["/dev/zero", "/dev/zero"])", "gpus[1]"}}) {
    const auto parsed = parse_gpu_list(row.text);
    ASSERT_TRUE(parsed.has_error()) << row.text;
    EXPECT_EQ(parsed.error().target, row.target) << row.text;
  }
}

}  // namespace
}  // namespace homeport::engine
