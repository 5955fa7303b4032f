#pragma once

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "fake_clock.hpp"
#include "objects/local_object_store.hpp"
#include "temporary_directory.hpp"

namespace homeport::testing {

/// A store on a fresh directory with one container, "data" of account "acct".
class StoreFixture : public ::testing::Test {
 protected:
  void SetUp() override {
    reopen();
    ASSERT_TRUE(store->create_container({"acct", "data"}, {}).has_value());
  }

  /// As after a restart of the server.
  void reopen() {
    store.reset();
    auto opened = objects::LocalObjectStore::open(root(), clock);
    ASSERT_TRUE(opened.has_value()) << opened.error().message << opened.error().cause;
    store = std::move(opened).value();
  }

  std::filesystem::path root() const { return directory.path() / "objects"; }
  std::filesystem::path tree() const { return root() / "acct/blob/data"; }

  static objects::ObjectName blob(const std::string& name) { return {"acct", "data", name}; }

  base::Result<objects::ObjectInfo> put(const std::string& name, const std::string& text,
                                        objects::PutOptions options = {}) {
    return store->put(blob(name), objects::Content::of(text), options);
  }

  /// The bytes, or "error: REASON".
  std::string read(const std::string& name) {
    auto opened = store->open(blob(name));
    if (opened.has_error()) return "error: " + opened.error().reason;
    std::string text(opened.value().info.size, '\0');
    const ssize_t got = ::pread(opened.value().file.get(), text.data(), text.size(), 0);
    text.resize(static_cast<size_t>(std::max<ssize_t>(got, 0)));
    return text;
  }

  /// Names and, in brackets, common prefixes; "..." if there are more.
  std::vector<std::string> list(const objects::ListQuery& query) {
    auto listing = store->list({"acct", "data"}, query);
    std::vector<std::string> names;
    if (listing.has_error()) return {"error: " + listing.error().reason};
    for (const objects::ListEntry& entry : listing.value().entries) {
      names.push_back(entry.object ? entry.name : "[" + entry.name + "]");
    }
    if (!listing.value().next.empty()) names.emplace_back("...");
    return names;
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

  /// The sidecar of the container's one object.
  std::filesystem::path sidecar_of_the_only() const {
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(root() / "acct/meta/data")) {
      if (!entry.is_directory() && entry.path().filename() != "container") return entry.path();
    }
    ADD_FAILURE() << "no object has a sidecar";
    return {};
  }

  /// How many files lie below a room of the account.
  size_t files_in(const std::string& room) const {
    size_t count = 0;
    std::error_code error;
    for (auto it = std::filesystem::recursive_directory_iterator(root() / "acct" / room, error);
         it != std::filesystem::recursive_directory_iterator(); ++it) {
      if (!it->is_directory()) ++count;
    }
    return count;
  }

  /// Does `work` for ever in a process of its own, which is killed at a moment that each round
  /// has for itself; then the store is opened again. What matters is only that it is cut somewhere.
  void kill_in(int round, void (*work)(objects::ObjectStore&)) {
    const pid_t child = ::fork();
    if (child == 0) work(*store);
    std::this_thread::sleep_for(std::chrono::microseconds(3000 + 1700 * round));
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status));
    reopen();
  }

  TemporaryDirectory directory;
  FakeClock clock;
  std::unique_ptr<objects::LocalObjectStore> store;
};

}  // namespace homeport::testing
