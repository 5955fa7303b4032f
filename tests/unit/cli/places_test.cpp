#include "cli/places.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>

#include "base/file.hpp"
#include "cli/json.hpp"
#include "cli/profiles.hpp"
#include "cli/server_locator.hpp"
#include "cli/server_process.hpp"
#include "cli/workspace_config.hpp"
#include "temporary_directory.hpp"

namespace homeport::cli {
namespace {

/// A person with an empty home, standing in an empty project.
class Places : public ::testing::Test {
 protected:
  Places() {
    ::setenv("HOME", home_.path().c_str(), 1);
    for (const char* name :
         {"XDG_CONFIG_HOME", "XDG_DATA_HOME", "HOMEPORT_DATA", "HOMEPORT_URL", "HOMEPORT_TOKEN"}) {
      ::unsetenv(name);
    }
  }

  void write_config(const std::string& url) {
    ASSERT_TRUE(write_workspace_config(project_.path(), {{"sub", "group", "ws"}, url}));
  }

  testing::TemporaryDirectory home_;
  testing::TemporaryDirectory project_;
};

TEST_F(Places, AProfileIsPrivateAndKeepsWhatItDoesNotKnow) {
  ASSERT_TRUE(save_profile(profiles_path(), "http://a", security::Secret("one")));
  const std::string path = profiles_path().string();
  std::ofstream(path)
      << R"({"default":"http://a","colour":"red","profiles":{"http://a":{"token":"one","note":"mine"}}})";
  ASSERT_TRUE(save_profile(path, "http://b", security::Secret("two")));

  const auto profiles = read_profiles(path);
  ASSERT_TRUE(profiles);
  EXPECT_EQ(profiles.value().default_url, "http://b");
  EXPECT_EQ(profiles.value().tokens.at("http://a").reveal(), "one");
  EXPECT_EQ(profiles.value().tokens.at("http://b").reveal(), "two");
  const std::string text = base::read_file(path).value();
  EXPECT_NE(text.find("red"), std::string::npos);
  EXPECT_NE(text.find("mine"), std::string::npos);
  struct stat info {};
  ASSERT_EQ(::stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
}

TEST_F(Places, ABrokenProfileIsAnErrorThatNamesTheFile) {
  std::filesystem::create_directories(profiles_path().parent_path());
  std::ofstream(profiles_path()) << "not json";

  const auto profiles = read_profiles(profiles_path());

  ASSERT_FALSE(profiles);
  EXPECT_NE(profiles.error().message.find("profiles.json"), std::string::npos);
}

TEST_F(Places, AConfigOfThisServerKeepsItsWorkspaceAndAnotherOnesIsReplaced) {
  write_config("http://here");
  ASSERT_TRUE(write_workspace_config(project_.path(), {{"s2", "g2", "w2"}, "http://here"}));
  EXPECT_EQ(find_workspace_config(project_.path()).value()->workspace.name, "ws");

  ASSERT_TRUE(write_workspace_config(project_.path(), {{"s2", "g2", "w2"}, "http://there"}));
  const auto config = find_workspace_config(project_.path() / "below" / "it");
  ASSERT_TRUE(config);
  EXPECT_EQ(config.value()->workspace.name, "w2");
  EXPECT_EQ(config.value()->url, "http://there");
}

TEST_F(Places, ABareConfigJsonCountsOnlyIfItNamesAWorkspace) {
  std::ofstream(project_.path() / "config.json") << R"({"learning_rate":0.1})";
  EXPECT_FALSE(find_workspace_config(project_.path()).value());

  std::ofstream(project_.path() / "config.json")
      << R"({"subscription_id":"s","resource_group":"g","workspace_name":"w"})";
  EXPECT_EQ(find_workspace_config(project_.path()).value()->workspace.name, "w");
}

TEST_F(Places, FlagThenEnvironmentThenConfigThenProfileNameTheServer) {
  ASSERT_TRUE(save_profile(profiles_path(), "http://profile", security::Secret("of-profile")));
  GlobalOptions options;
  EXPECT_EQ(locate_server(options, project_.path()).value().url, "http://profile");
  EXPECT_EQ(locate_server(options, project_.path()).value().token.reveal(), "of-profile");

  write_config("http://config/");
  EXPECT_EQ(locate_server(options, project_.path()).value().url, "http://config");
  EXPECT_EQ(locate_server(options, project_.path()).value().workspace.name, "ws");

  ::setenv("HOMEPORT_URL", "http://variable", 1);
  ::setenv("HOMEPORT_TOKEN", "of-variable", 1);
  EXPECT_EQ(locate_server(options, project_.path()).value().url, "http://variable");
  EXPECT_EQ(locate_server(options, project_.path()).value().token.reveal(), "of-variable");
  // The configuration speaks of another server, so its workspace does not count here.
  EXPECT_EQ(locate_server(options, project_.path()).value().workspace.name, "");

  options.url = "http://flag";
  EXPECT_EQ(locate_server(options, project_.path()).value().url, "http://flag");
  ::unsetenv("HOMEPORT_URL");
  ::unsetenv("HOMEPORT_TOKEN");
}

TEST_F(Places, WithoutAnyServerTheErrorSaysHowToStartOne) {
  const auto address = locate_server({}, project_.path());

  ASSERT_FALSE(address);
  EXPECT_EQ(address.error().code, base::ErrorCode::Unavailable);
  EXPECT_NE(address.error().message.find("homeport up"), std::string::npos);
}

TEST_F(Places, ADataDirectoryLeadsToTheServerThatHoldsItNow) {
  testing::TemporaryDirectory data;
  GlobalOptions options;
  options.data_directory = data.path();
  {
    const auto lock = DataLock::take(data.path());
    ASSERT_TRUE(lock);
    const ServerRecord record{"http://data", 1, "0", {"s", "g", "w"}, data.path() / "python"};
    ASSERT_TRUE(write_server_record(data.path(), record));
    const auto address = locate_server(options, project_.path());
    ASSERT_TRUE(address);
    EXPECT_EQ(address.value().url, "http://data");
    EXPECT_EQ(address.value().workspace.name, "w");
  }
  EXPECT_FALSE(locate_server(options, project_.path())) << "the lock is gone, the record with it";
}

}  // namespace
}  // namespace homeport::cli
