#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "fake_clock.hpp"
#include "objects/local_object_store.hpp"
#include "shares/share_store.hpp"
#include "temporary_directory.hpp"

namespace homeport::shares {

/// A store of shares on a fresh directory with one share, "data" of account "acct".
class ShareFixture : public ::testing::Test {
 protected:
  void SetUp() override {
    reopen();
    ASSERT_TRUE(objects->create_container(share, {}).has_value());
  }

  /// As after a restart of the server.
  void reopen() {
    objects = objects::LocalObjectStore::open(root(), clock).value();
    store = ShareStore::open(root(), clock).value();
  }

  std::filesystem::path root() const { return directory.path() / "objects"; }
  std::filesystem::path tree() const { return root() / "acct.file/blob/data"; }

  EntryName entry(const std::string& path) const { return {share, path}; }

  base::Result<EntryInfo> put(const std::string& path, const std::string& text,
                              const EntryChanges& changes = {}) {
    return store->create_file(entry(path), objects::Content::of(text), changes);
  }
  base::Result<EntryInfo> make_directory(const std::string& path,
                                         const EntryChanges& changes = {}) {
    return store->create_directory(entry(path), changes);
  }

  base::Result<EntryInfo> write(const std::string& path, uint64_t offset, const std::string& text) {
    RangeWrite range;
    range.offset = offset;
    range.content = objects::Content::of(text);
    return store->write_range(entry(path), range);
  }

  /// The bytes, or "error: REASON".
  std::string read(const std::string& path) {
    auto opened = store->open_file(entry(path));
    if (opened.has_error()) return "error: " + opened.error().reason;
    std::string text(opened.value().info.size, '\0');
    const ssize_t got = ::pread(opened.value().file.get(), text.data(), text.size(), 0);
    text.resize(static_cast<size_t>(std::max<ssize_t>(got, 0)));
    return text;
  }

  /// Names, those of directories with a '/'; "..." if there are more.
  std::vector<std::string> list(const std::string& path, const objects::ListQuery& query = {},
                                Detail detail = Detail::Full) {
    const auto listing = store->list(entry(path), query, detail);
    if (listing.has_error()) return {"error: " + listing.error().reason};
    std::vector<std::string> names;
    for (const EntryInfo& info : listing.value().entries) {
      names.push_back(info.path + (info.kind == EntryKind::Directory ? "/" : ""));
    }
    if (!listing.value().next.empty()) names.emplace_back("...");
    return names;
  }

  template <typename T>
  static std::string reason(const base::Result<T>& result) {
    return result.has_error() ? result.error().reason : "";
  }

  /// As a program does that writes through a mount.
  static void write_file(const std::filesystem::path& path, const std::string& text) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
  }
  static std::string file_text(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  const objects::ContainerName share{"acct.file", "data"};
  testing::TemporaryDirectory directory;
  testing::FakeClock clock;
  std::unique_ptr<objects::LocalObjectStore> objects;
  std::unique_ptr<ShareStore> store;
};

}  // namespace homeport::shares
