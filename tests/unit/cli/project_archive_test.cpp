#include "cli/project_archive.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "temporary_directory.hpp"

namespace homeport::cli {
namespace {

void write(const std::filesystem::path& path, const std::string& text) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path) << text;
}

TEST(PackProject, LeavesOutWhatAmlignoreNamesAndWhatIsNeverSent) {
  const testing::TemporaryDirectory folder;
  write(folder.path() / "train.py", "print(1)");
  write(folder.path() / "pkg/util.py", "x = 1");
  write(folder.path() / "data/big.bin", "no");
  write(folder.path() / ".git/config", "no");
  write(folder.path() / ".azureml/config.json", "no");
  write(folder.path() / "pkg/__pycache__/util.pyc", "no");
  write(folder.path() / ".amlignore", "data/\n");
  write(folder.path() / ".gitignore", "pkg/\n");  // .amlignore wins

  const auto project = pack_project(folder.path());

  ASSERT_TRUE(project);
  EXPECT_EQ(project.value().files,
            (std::vector<std::string>{".amlignore", ".gitignore", "pkg/util.py", "train.py"}));
  EXPECT_TRUE(project.value().zip.starts_with("PK"));
}

TEST(PackProject, FollowsLinksToFilesAndForgetsBrokenOnes) {
  const testing::TemporaryDirectory folder;
  const testing::TemporaryDirectory elsewhere;
  write(elsewhere.path() / "shared.py", "y = 2");
  write(folder.path() / "train.py", "print(1)");
  std::filesystem::create_symlink(elsewhere.path() / "shared.py", folder.path() / "shared.py");
  std::filesystem::create_symlink("nowhere", folder.path() / "broken.py");

  const auto project = pack_project(folder.path());

  ASSERT_TRUE(project);
  EXPECT_EQ(project.value().files, (std::vector<std::string>{"shared.py", "train.py"}));
  EXPECT_EQ(project.value().unpacked_bytes, 13U);
}

TEST(PackProject, RefusesMoreThanTheServicesTakeAndNamesTheLargestFile) {
  const testing::TemporaryDirectory folder;
  write(folder.path() / "small", "x");
  write(folder.path() / "huge.bin", "x");
  std::filesystem::resize_file(folder.path() / "huge.bin", 301ULL << 20);

  const auto project = pack_project(folder.path());

  ASSERT_FALSE(project);
  EXPECT_EQ(project.error().code, base::ErrorCode::ResourceExhausted);
  EXPECT_NE(project.error().message.find("huge.bin"), std::string::npos);
}

}  // namespace
}  // namespace homeport::cli
