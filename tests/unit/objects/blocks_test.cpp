#include "store_fixture.hpp"

namespace homeport::objects {
namespace {

class Blocks : public testing::StoreFixture {
 protected:
  base::Result<void> stage(const std::string& name, const std::string& id,
                           const std::string& text) {
    return store->stage_block(blob(name), id, Content::of(text), {});
  }
  base::Result<ObjectInfo> commit(const std::string& name, const std::vector<std::string>& ids,
                                  PutOptions options = {}) {
    std::vector<BlockChoice> choices;
    for (const std::string& id : ids) choices.push_back({id, BlockSource::Latest});
    return store->commit_blocks(blob(name), choices, options);
  }
};

TEST_F(Blocks, CommitMakesTheObjectInTheOrderOfTheList) {
  ASSERT_TRUE(stage("v/big", "id1", "one ").has_value());
  ASSERT_TRUE(stage("v/big", "id2", "two ").has_value());
  ASSERT_TRUE(stage("v/big", "id3", "three").has_value());
  EXPECT_EQ(read("v/big"), "error: BlobNotFound");
  PutOptions options;
  options.metadata = {{"k", "v"}};
  ASSERT_TRUE(commit("v/big", {"id2", "id1", "id3", "id2"}, options).has_value());
  EXPECT_EQ(read("v/big"), "two one threetwo ");
  EXPECT_EQ(store->find(blob("v/big")).value().metadata, options.metadata);
  EXPECT_TRUE(store->find(blob("v/big")).value().properties.md5.empty());
  EXPECT_EQ(files_in("blocks"), 0U);
}

TEST_F(Blocks, CommittedBlocksCanBeUsedAgain) {
  ASSERT_TRUE(stage("b", "id1", "one ").has_value());
  ASSERT_TRUE(stage("b", "id2", "two ").has_value());
  ASSERT_TRUE(commit("b", {"id1", "id2"}).has_value());
  ASSERT_TRUE(stage("b", "id3", "three ").has_value());
  const auto list = store->block_list(blob("b"));
  ASSERT_TRUE(list.has_value());
  EXPECT_EQ(list.value().committed, (std::vector<Block>{{"id1", 4}, {"id2", 4}}));
  EXPECT_EQ(list.value().uncommitted, (std::vector<Block>{{"id3", 6}}));
  ASSERT_TRUE(commit("b", {"id3", "id1"}).has_value());
  EXPECT_EQ(read("b"), "three one ");
}

TEST_F(Blocks, AMissingBlockLeavesTheOldObjectAndTheStagedBlocks) {
  ASSERT_TRUE(put("b", "old").has_value());
  ASSERT_TRUE(stage("b", "id1", "new").has_value());
  const auto refused = commit("b", {"id1", "id9"});
  ASSERT_TRUE(refused.has_error());
  EXPECT_EQ(refused.error().reason, "InvalidBlockList");
  EXPECT_EQ(read("b"), "old");
  EXPECT_TRUE(commit("b", {"id1"}).has_value());
  EXPECT_EQ(read("b"), "new");
}

TEST_F(Blocks, AChoiceOfSourceIsObeyed) {
  ASSERT_TRUE(stage("b", "id1", "old").has_value());
  ASSERT_TRUE(commit("b", {"id1"}).has_value());
  EXPECT_TRUE(store->commit_blocks(blob("b"), {{"id1", BlockSource::Uncommitted}}, {}).has_error());
  ASSERT_TRUE(stage("b", "id1", "newer").has_value());
  ASSERT_TRUE(store
                  ->commit_blocks(blob("b"),
                                  {{"id1", BlockSource::Committed}, {"id1", BlockSource::Latest}},
                                  {})
                  .has_value());
  EXPECT_EQ(read("b"), "oldnewer");
}

TEST_F(Blocks, IdsOfOneObjectHaveOneLength) {
  ASSERT_TRUE(stage("b", "id1", "1").has_value());
  EXPECT_EQ(stage("b", "longer", "2").error().reason, "InvalidBlobOrBlock");
  EXPECT_EQ(stage("b", std::string(65, 'x'), "2").error().reason, "InvalidQueryParameterValue");
  EXPECT_TRUE(stage("other", "longer", "2").has_value());
}

TEST_F(Blocks, StayOverARestartOfTheServerAndGoAfterAWeek) {
  ASSERT_TRUE(stage("b", "id1", "one").has_value());
  reopen();
  ASSERT_TRUE(store->block_list(blob("b")).has_value());
  // The files' own times are the machine's: move this clock to a week after them.
  clock.jump_wall(base::SystemClock().wall() - clock.wall() + std::chrono::hours(24 * 6));
  store->collect_garbage();
  EXPECT_EQ(files_in("blocks"), 1U);
  clock.advance(std::chrono::hours(24 * 2));
  store->collect_garbage();
  EXPECT_EQ(files_in("blocks"), 0U);
  EXPECT_EQ(store->block_list(blob("b")).error().reason, "BlobNotFound");
}

TEST_F(Blocks, AreForgottenWhenTheMachineWasRestarted) {
  ASSERT_TRUE(stage("b", "id1", "one").has_value());
  write_file(root() / "boot_id", "another boot\n");
  reopen();
  EXPECT_EQ(files_in("blocks"), 0U);
}

TEST_F(Blocks, AnEmptyListMakesAnEmptyObject) {
  ASSERT_TRUE(commit("b", {}).has_value());
  EXPECT_EQ(store->find(blob("b")).value().size, 0U);
}

TEST_F(Blocks, APutDropsStagedOnes) {
  ASSERT_TRUE(stage("b", "id1", "one").has_value());
  ASSERT_TRUE(put("b", "whole").has_value());
  EXPECT_EQ(files_in("blocks"), 0U);
}

}  // namespace
}  // namespace homeport::objects
