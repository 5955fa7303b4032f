#include "ledger_fixture.hpp"

namespace homeport::testing {

using base::ErrorCode;
using domain::ResourceGroup;
using ledger::Transaction;

class ResourceGroupContract : public LedgerContract {
 protected:
  static ResourceGroup a_group(const std::string& name, const std::string& subscription = "S1") {
    return {subscription, name, "local", {{"a", "b"}}, moment(7)};
  }
  base::Result<void> insert(const ResourceGroup& group) {
    return write([&](Transaction& t) { return t.resource_groups().insert(group); });
  }
  base::Result<void> update(const ResourceGroup& group) {
    return write([&](Transaction& t) { return t.resource_groups().update(group); });
  }
  base::Result<void> remove(const std::string& subscription, const std::string& name) {
    return write([&](Transaction& t) { return t.resource_groups().remove(subscription, name); });
  }
  std::optional<ResourceGroup> find(const std::string& subscription, const std::string& name) {
    return look_up([&](Transaction& t) { return t.resource_groups().find(subscription, name); });
  }
};
FOR_EVERY_LEDGER(ResourceGroupContract);

TEST_P(ResourceGroupContract, KeepsEveryFieldAndFindsWithoutCase) {
  EXPECT_OK(insert(a_group("Lab")));
  reopen();
  EXPECT_EQ(find("S1", "Lab"), a_group("Lab"));
  EXPECT_EQ(find("s1", "LAB"), a_group("Lab"));
  EXPECT_EQ(find("S2", "Lab"), std::nullopt);
}

TEST_P(ResourceGroupContract, RefusesASecondOneOfTheSameName) {
  EXPECT_OK(insert(a_group("Lab")));
  EXPECT_EQ(code_of(insert(a_group("lAB", "s1"))), ErrorCode::AlreadyExists);
  EXPECT_OK(insert(a_group("Lab", "S2")));
}

TEST_P(ResourceGroupContract, ChangesAndRemovesWhatIsThere) {
  ResourceGroup changed = a_group("LAB", "s1");
  changed.tags = {{"c", "d"}};
  EXPECT_EQ(code_of(update(changed)), ErrorCode::NotFound);
  EXPECT_EQ(code_of(remove("S1", "Lab")), ErrorCode::NotFound);
  EXPECT_OK(insert(a_group("Lab")));
  EXPECT_OK(update(changed));
  EXPECT_EQ(find("S1", "Lab")->tags, changed.tags);
  EXPECT_EQ(find("S1", "Lab")->name, "Lab");
  EXPECT_OK(remove("s1", "LAB"));
  EXPECT_EQ(find("S1", "Lab"), std::nullopt);
}

TEST_P(ResourceGroupContract, ListsAllByName) {
  for (const char* name : {"b", "A", "c"}) EXPECT_OK(insert(a_group(name)));
  std::vector<std::string> names;
  for (const auto& group : look_up([](Transaction& t) { return t.resource_groups().list(); })) {
    names.push_back(group.name);
  }
  EXPECT_EQ(names, (std::vector<std::string>{"A", "b", "c"}));
}

}  // namespace homeport::testing
