#include "domain/cluster.hpp"

#include <gtest/gtest.h>

#include <ostream>

namespace homeport::domain {
namespace {

using std::chrono::seconds;

struct Case {
  const char* sentence;
  ScaleSettings settings;
  const char* target;  ///< the field that the error names; empty: it is good
};
void PrintTo(const Case& row, std::ostream* out) {
  *out << row.sentence;
}

class Scale : public ::testing::TestWithParam<Case> {};

TEST_P(Scale, IsCheckedFieldByField) {
  const auto checked = check_scale_settings(GetParam().settings);
  EXPECT_EQ(checked.has_value(), std::string(GetParam().target).empty()) << GetParam().sentence;
  if (checked.has_error()) {
    EXPECT_EQ(checked.error().code, base::ErrorCode::InvalidArgument);
    EXPECT_EQ(checked.error().target, GetParam().target) << GetParam().sentence;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Cases, Scale,
    ::testing::Values(
        Case{"a cluster may be empty when nobody needs it", {0, 4, seconds(120)}, ""},
        Case{"a fixed number of nodes is min == max", {2, 2, seconds(0)}, ""},
        Case{"no cluster has less than nothing", {-1, 4, seconds(120)}, "minNodeCount"},
        Case{"a cluster that can have no node runs nothing", {0, 0, seconds(120)}, "maxNodeCount"},
        Case{"the maximum is not below the minimum", {4, 2, seconds(120)}, "maxNodeCount"},
        Case{"a manual cluster may be empty",
             {.min_nodes = 0, .max_nodes = 0, .mode = ScaleMode::Manual},
             ""},
        Case{"a manual cluster has one target",
             {.min_nodes = 1, .max_nodes = 2, .mode = ScaleMode::Manual},
             "targetNodeCount"},
        Case{"no manual cluster has less than nothing",
             {.min_nodes = -1, .max_nodes = -1, .mode = ScaleMode::Manual},
             "targetNodeCount"},
        Case{"a cluster does not begin above its maximum",
             {.min_nodes = 0, .max_nodes = 2, .initial_nodes = 3},
             "initialNodeCount"},
        Case{"idle time does not run backwards",
             {0, 4, seconds(-1)},
             "nodeIdleTimeBeforeScaleDown"}));

}  // namespace
}  // namespace homeport::domain
