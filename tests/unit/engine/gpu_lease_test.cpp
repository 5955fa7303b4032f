// GPUs on nodes, with the real agent. Plain files stand for the device files of
// GPUs.

#include "engine_fixture.hpp"

namespace homeport::engine {
namespace {

class GpusOfNodes : public EngineTest {
 protected:
  void SetUp() override {
    // Not in /tmp, of which every node has its own.
    folder_ = "/var/tmp/homeport-gpus-" + std::to_string(::getpid());
    std::filesystem::create_directories(folder_);
    for (int number = 0; number < 3; ++number) {
      const std::string file = folder_ + "/" + std::to_string(number);
      std::ofstream(file) << "gpu" << number << "\n";
      ::chmod(file.c_str(), 0666);
      gpus_.push_back(file);
    }
    EngineTest::SetUp();
  }
  void TearDown() override {
    EngineTest::TearDown();
    std::filesystem::remove_all(folder_);
  }

  /// What a run with these GPUs says that it sees.
  std::string seen(const domain::Node& node, const std::vector<int>& given,
                   const std::string& name) {
    AttemptOrder wanted = script(
        "echo \"visible=$CUDA_VISIBLE_DEVICES "
        "order=$CUDA_DEVICE_ORDER\"; cat " +
            folder_ + "/* 2>/dev/null; chmod 666 " + folder_ + "/* 2>/dev/null; cat " + folder_ +
            "/* 2>/dev/null; umount " + folder_ + "/1 2>/dev/null; true",
        name);
    wanted.gpus = given;
    run(node, wanted);
    return log(name);
  }

  std::string folder_;
};
INSTANTIATE_TEST_SUITE_P(Node, GpusOfNodes, ::testing::Bool(), [](const auto& chosen) {
  return std::string(chosen.param ? "Namespaces" : "Bare");
});

TEST_P(GpusOfNodes, AreThoseOfTheAttemptAndNoOther) {
  const domain::Node node = start_node();
  if (!isolated()) {
    EXPECT_EQ(seen(node, {2}, "bare").rfind("visible=2 order=PCI_BUS_ID\n", 0), 0U);
    EXPECT_NE(
        std::find(limits_.begin(), limits_.end(), "runs can reach GPUs that were given to others"),
        limits_.end());
    return;
  }
  const std::string head = " order=PCI_BUS_ID\n";
  EXPECT_EQ(seen(node, {2}, "one"), "visible=0" + head + "gpu2\ngpu2\n")
      << "CUDA counts what it can reach";
  EXPECT_EQ(seen(node, {}, "none"), "visible=" + head) << "what an attempt had is taken from it";
  EXPECT_EQ(seen(node, {0, 1}, "two"), "visible=0,1" + head + "gpu0\ngpu1\ngpu0\ngpu1\n");
  EXPECT_EQ(base::read_file(folder_ + "/1").value(), "gpu1\n") << "the machine has what it had";
}

TEST_P(GpusOfNodes, OfTwoNodesAtOnceAreTheirOwn) {
  const domain::Node first = start_node("tvm-0");
  const domain::Node second = start_node("tvm-1");
  if (!isolated()) GTEST_SKIP() << "nothing can be hidden here";
  AttemptOrder waiting = script("cat " + folder_ + "/* 2>/dev/null; echo up; sleep 999", "one");
  waiting.gpus = {0};
  engine_->start_attempt(first.id, waiting);
  ASSERT_TRUE(soon([&] { return log("one") == "gpu0\nup\n"; })) << log("one");
  EXPECT_EQ(seen(second, {1}, "two"), "visible=0 order=PCI_BUS_ID\ngpu1\ngpu1\n");
}

TEST_P(GpusOfNodes, APreparationHasThemToo) {
  const domain::Node node = start_node();
  AttemptOrder wanted = script("true");
  wanted.gpus = {1};
  wanted.preparation = wanted.processes.front();
  wanted.preparation.argv = {"/bin/sh", "-c", "echo \"$CUDA_VISIBLE_DEVICES\"; cat " + gpus_[1]};
  wanted.preparation.as_root = true;
  run(node, wanted);
  EXPECT_EQ(log(), isolated() ? "0\ngpu1\n" : "1\ngpu1\n");
}

TEST_P(GpusOfNodes, AUsersOwnChoiceIsAmongThoseGiven) {
  const domain::Node node = start_node();
  AttemptOrder wanted = script("echo \"$CUDA_VISIBLE_DEVICES\"");
  wanted.gpus = {0, 2};
  wanted.processes[0].variables["CUDA_VISIBLE_DEVICES"] = "1";
  run(node, wanted);
  EXPECT_EQ(log(), isolated() ? "1\n" : "0,2\n");
}

}  // namespace
}  // namespace homeport::engine
