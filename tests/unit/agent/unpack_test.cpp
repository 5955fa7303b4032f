#include "agent/unpack.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "temporary_directory.hpp"

namespace homeport::agent {
namespace {

struct Entry {
  std::string name;
  std::string content;
  unsigned type = AE_IFREG;
  unsigned mode = 0644;
};

class Unpack : public ::testing::Test {
 protected:
  base::Result<void> unpack(const std::vector<Entry>& entries, const UnpackLimits& limits = {}) {
    write(entries);
    const base::FileDescriptor zip(::open(file("zip").c_str(), O_RDONLY | O_CLOEXEC));
    std::filesystem::create_directories(file("out"));
    const base::FileDescriptor out(::open(file("out").c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    return unpack_zip(zip, out.get(), limits);
  }
  std::string file(const std::string& name) const { return (directory_.path() / name).string(); }
  std::string content(const std::string& name) const {
    const auto text = base::read_file(file("out/" + name));
    return text.has_value() ? text.value() : "(none)";
  }

  testing::TemporaryDirectory directory_;

 private:
  void write(const std::vector<Entry>& entries) const {
    archive* zip = archive_write_new();
    archive_write_set_format_zip(zip);
    archive_write_open_filename(zip, file("zip").c_str());
    for (const Entry& entry : entries) {
      archive_entry* header = archive_entry_new();
      archive_entry_set_pathname(header, entry.name.c_str());
      archive_entry_set_filetype(header, entry.type);
      archive_entry_set_perm(header, static_cast<__LA_MODE_T>(entry.mode));
      if (entry.type == AE_IFLNK) {
        archive_entry_set_symlink(header, entry.content.c_str());
      } else {
        archive_entry_set_size(header, static_cast<la_int64_t>(entry.content.size()));
      }
      archive_write_header(zip, header);
      if (entry.type != AE_IFLNK) {
        archive_write_data(zip, entry.content.data(), entry.content.size());
      }
      archive_entry_free(header);
    }
    archive_write_free(zip);
  }
};

TEST_F(Unpack, MakesFilesFoldersAndExecutables) {
  const auto done = unpack({{"train.py", "print()"},
                            {"deep/er/x.txt", "x"},
                            {"empty/", "", AE_IFDIR, 0755},
                            {"run.sh", "#!", AE_IFREG, 0755},
                            {"./dot.txt", "d"}});
  ASSERT_TRUE(done.has_value()) << done.error().message;
  EXPECT_EQ(content("train.py"), "print()");
  EXPECT_EQ(content("deep/er/x.txt"), "x");
  EXPECT_EQ(content("dot.txt"), "d");
  EXPECT_TRUE(std::filesystem::is_directory(file("out/empty")));
  EXPECT_EQ(::access(file("out/run.sh").c_str(), X_OK), 0);
}

TEST_F(Unpack, RefusesWhatWouldLeaveTheDirectoryAndNamesIt) {
  for (const Entry& hostile : {Entry{"/etc/owned", "x"}, Entry{"../owned", "x"},
                               Entry{"a/../../owned", "x"}, Entry{"link", "/etc", AE_IFLNK}}) {
    const auto done = unpack({hostile});
    ASSERT_TRUE(done.has_error()) << hostile.name;
    EXPECT_EQ(done.error().code, base::ErrorCode::InvalidArgument);
    EXPECT_NE(done.error().message.find("'" + hostile.name + "'"), std::string::npos)
        << done.error().message;
  }
  EXPECT_FALSE(std::filesystem::exists(file("owned")));
}

TEST_F(Unpack, FollowsNoLinkThatIsThereAlready) {
  std::filesystem::create_directories(file("out"));
  std::filesystem::create_directories(file("outside"));
  std::filesystem::create_directory_symlink(file("outside"), file("out/way"));
  EXPECT_TRUE(unpack({{"way/x", "x"}}).has_error());
  EXPECT_FALSE(std::filesystem::exists(file("outside/x")));
}

TEST_F(Unpack, KeepsToItsLimits) {
  EXPECT_TRUE(unpack({{"big", std::string(5000, 'x')}}, {4000, 10}).has_error());
  EXPECT_TRUE(unpack({{"a", ""}, {"b", ""}, {"c", ""}}, {4000, 2}).has_error());
}

TEST_F(Unpack, SaysThatAFileIsNoArchive) {
  base::write_file_durably(file("zip"), "this is not a zip archive at all", 0644).value();
  const base::FileDescriptor zip(::open(file("zip").c_str(), O_RDONLY | O_CLOEXEC));
  const base::FileDescriptor out(::open(directory_.path().c_str(), O_PATH | O_DIRECTORY));
  const auto done = unpack_zip(zip, out.get());
  ASSERT_TRUE(done.has_error());
  EXPECT_EQ(done.error().code, base::ErrorCode::InvalidArgument);
}

}  // namespace
}  // namespace homeport::agent
