#include "service/leftovers.hpp"

#include "service/run_places.hpp"
#include "service_fixture.hpp"

namespace homeport::service {
namespace {

namespace fs = std::filesystem;
constexpr std::chrono::hours kDay{24};

class Leftovers : public ServiceTest {
 protected:
  fs::path directory_of(const std::string& cluster, const std::string& node) const {
    return node_directory(context, domain::ClusterId(cluster), domain::NodeId(node));
  }
  void make(const std::string& cluster, const std::string& node, std::chrono::hours age) const {
    const fs::path path = directory_of(cluster, node);
    fs::create_directories(path / "home");
    fs::last_write_time(path, fs::file_time_type::clock::now() - age);
  }
};

TEST_F(Leftovers, GoWhenTheLedgerKnowsThemNoMoreAndNobodyReadsThem) {
  const std::string there = "cluster-1";
  ASSERT_TRUE(ledger.write([&](ledger::Transaction& tx) -> base::Result<void> {
    domain::Cluster cluster;
    cluster.id = domain::ClusterId(there);
    cluster.workspace_id = workspace.id;
    cluster.name = "nc6";
    HP_TRYV(tx.clusters().insert(cluster));
    domain::Node node;
    node.id = domain::NodeId("tvm-lives");
    node.cluster_id = cluster.id;
    return tx.nodes().insert(node);
  }));
  for (const std::string& name : {there, std::string("gone")}) {
    make(name, "tvm-old", 2 * kDay);
    make(name, "tvm-lives", 2 * kDay);
  }
  make(there, "tvm-new", std::chrono::hours(1));
  make("old", "tvm-other", 2 * kDay);
  fs::create_directory_symlink(folder.path(), context.data_directory / "clusters" / "link");
  remove_cluster_leftovers(context, kDay);
  EXPECT_TRUE(fs::exists(directory_of(there, "tvm-lives")));
  EXPECT_TRUE(fs::exists(directory_of(there, "tvm-new")));
  EXPECT_FALSE(fs::exists(directory_of(there, "tvm-old")));
  EXPECT_FALSE(fs::exists(directory_of("gone", "tvm-old")));
  EXPECT_TRUE(fs::exists(directory_of("gone", "tvm-lives"))) << "a node that still goes away";
  EXPECT_FALSE(fs::exists(context.data_directory / "clusters" / "old"));
  EXPECT_TRUE(fs::exists(folder.path() / "secrets"));
}

}  // namespace
}  // namespace homeport::service
