#include "domain/names.hpp"

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

namespace homeport::domain {
namespace {

using Check = base::Result<void> (*)(std::string_view, std::string_view);

struct Rule {
  const char* what;
  Check check;
  std::vector<std::string> good;
  std::vector<std::string> bad;
};
void PrintTo(const Rule& row, std::ostream* out) {
  *out << row.what;
}

class Names : public ::testing::TestWithParam<Rule> {};

TEST_P(Names, ObeyTheRule) {
  for (const std::string& name : GetParam().good) {
    EXPECT_TRUE(GetParam().check(name, "name")) << GetParam().what << " '" << name << "'";
  }
  for (const std::string& name : GetParam().bad) {
    const auto checked = GetParam().check(name, "field");
    ASSERT_TRUE(checked.has_error()) << GetParam().what << " '" << name << "'";
    EXPECT_EQ(checked.error().code, base::ErrorCode::InvalidArgument);
    EXPECT_EQ(checked.error().target, "field") << "the error names the field";
    EXPECT_NE(checked.error().message.find("use "), std::string::npos) << "and says the rule";
  }
}

INSTANTIATE_TEST_SUITE_P(
    Cases, Names,
    ::testing::Values(Rule{"workspace",
                           check_workspace_name,
                           {"ws", "my-work_space1", "9lives", std::string(33, 'a')},
                           {"", "w", "-ws", "_ws", "w s", "wörk", std::string(34, 'a')}},
                      Rule{"anything of the core",
                           [](std::string_view name, std::string_view field) {
                             return check_resource_name(name, field);
                           },
                           {"-", "_x", "w", "Job_1-a", std::string(64, 'a')},
                           {"", "w s", "a.b", "..", "a/b", "wörk", std::string(65, 'a')}},
                      Rule{"cluster",
                           check_cluster_name,
                           {"nc6", "gpu-cluster", "ab", std::string(16, 'a')},
                           {"", "a", "6nc", "nc6-", "nc_6", "-nc6", "n/c", std::string(17, 'a')}},
                      Rule{"experiment",
                           check_experiment_name,
                           {"e", "tensorflow_experiment", "1st", std::string(255, 'e')},
                           {"", "-e", "_e", "a b", "a/b", "../x", std::string(256, 'e')}},
                      Rule{"run",
                           check_run_id,
                           {"r", "tensorflow_experiment_1558642_ab12", std::string(256, 'r')},
                           {"", "-r", "r/1", "r.1", "..", std::string(257, 'r')}},
                      Rule{"datastore",
                           check_datastore_name,
                           {"workspaceblobstore", "_hidden", "1"},
                           {"", "my-store", "a b", "a/b"}}));

}  // namespace
}  // namespace homeport::domain
