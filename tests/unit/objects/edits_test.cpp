#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>

#include "objects/edit_journal.hpp"
#include "objects/sparse.hpp"
#include "store_fixture.hpp"

namespace homeport::objects {
namespace {

class Edits : public testing::StoreFixture {
 protected:
  base::Result<ObjectInfo> make(const std::string& name, ObjectKind kind, uint64_t size = 0) {
    PutOptions options;
    options.traits.kind = kind;
    options.size = size;
    options.metadata = {{"k", "v"}};
    return put(name, "", options);
  }
  base::Result<ObjectInfo> edit(const std::string& name, Edit::Action action, uint64_t offset,
                                uint64_t size, const std::string& text = "") {
    Edit edit;
    edit.action = action;
    edit.offset = offset;
    edit.size = size;
    edit.content = Content::of(text);
    return store->edit(blob(name), edit);
  }
  base::Result<ObjectInfo> append(const std::string& name, const std::string& text) {
    return edit(name, Edit::Action::Append, 0, 0, text);
  }
  static std::string reason(const base::Result<ObjectInfo>& result) {
    return result.has_error() ? result.error().reason : "";
  }
  std::filesystem::path pending(const std::string& name) const {
    return root() / "acct/pending" / name;
  }

  /// The journal that a change of "a" with `bytes` at `offset` would have, as a crash leaves it.
  void leave_journal(uint64_t offset, const std::string& bytes, const std::string& data) {
    const ObjectInfo before = store->find(blob("a")).value();
    struct stat status {};
    ASSERT_EQ(::stat((tree() / "a").c_str(), &status), 0);
    EditJournal journal;
    journal.after.container = "data";
    journal.after.name = "a";
    journal.after.identify(status);
    journal.after.size = std::max(before.size, offset + bytes.size());
    journal.after.mtime_ns += 1'000'000;
    journal.after.etag = "0xAFTER";
    journal.after.metadata = before.metadata;
    journal.after.traits = before.traits;
    journal.offset = offset;
    journal.size = bytes.size();
    journal.size_before = before.size;
    journal.etag_before = before.etag;
    journal.md5 = md5_of(Content::of(bytes)).value();
    uint64_t sidecar_size = 0;
    write_file(pending("0001.edit"), render_edit(journal, sidecar_size) + data);
  }
};

TEST_F(Edits, AppendsAddUpAndKeepWhatWasAttached) {
  const std::string first = make("a", ObjectKind::Append).value().etag;
  const auto one = append("a", "one ").value();
  EXPECT_NE(one.etag, first);
  EXPECT_EQ(one.size, 4U);
  const auto two = append("a", "two").value();
  EXPECT_EQ(two.traits.appended, 2U);
  EXPECT_EQ(read("a"), "one two");
  reopen();
  const auto found = store->find(blob("a")).value();
  EXPECT_EQ(found.etag, two.etag);
  EXPECT_EQ(found.traits.kind, ObjectKind::Append);
  EXPECT_EQ(found.metadata, (Metadata{{"k", "v"}}));
  EXPECT_EQ(files_in("pending"), 0U);
  EXPECT_EQ(file_text(tree() / "a"), "one two");
}

TEST_F(Edits, EachKindHasItsOwnChanges) {
  ASSERT_TRUE(put("block", "x").has_value());
  ASSERT_TRUE(make("append", ObjectKind::Append).has_value());
  ASSERT_TRUE(make("page", ObjectKind::Page, 1024).has_value());
  EXPECT_EQ(reason(append("block", "y")), "InvalidBlobType");
  EXPECT_EQ(reason(append("page", "y")), "InvalidBlobType");
  EXPECT_EQ(reason(edit("append", Edit::Action::Write, 0, 0, "y")), "InvalidBlobType");
  EXPECT_EQ(reason(append("none", "y")), "BlobNotFound");
  EXPECT_EQ(reason(edit("page", Edit::Action::Write, 1024, 0, std::string(512, 'y'))),
            "InvalidPageRange");
  EXPECT_EQ(reason(edit("page", Edit::Action::Clear, 512, ~0ULL)), "InvalidPageRange");
  EXPECT_EQ(store->stage_block(blob("append"), "id", Content::of("x"), {}).error().reason,
            "InvalidBlobType");
  EXPECT_EQ(read("block"), "x");
}

TEST_F(Edits, PagesAreWrittenClearedAndCutInPlace) {
  ASSERT_TRUE(make("a", ObjectKind::Page, 4096ULL * 3).has_value());
  ASSERT_TRUE(edit("a", Edit::Action::Write, 512, 0, std::string(1024, 'x')).has_value());
  const auto extents = [&] {
    return written_extents(store->open(blob("a")).value().file, 0, 1 << 20).value();
  };
  EXPECT_EQ(extents(), (std::vector<Extent>{{512, 1024}}));
  ASSERT_TRUE(edit("a", Edit::Action::Clear, 512, 512).has_value());
  EXPECT_EQ(extents(), (std::vector<Extent>{{1024, 512}}));
  EXPECT_EQ(edit("a", Edit::Action::Resize, 0, 1024).value().size, 1024U);
  EXPECT_EQ(read("a"), std::string(1024, '\0'));
  EXPECT_EQ(edit("a", Edit::Action::Resize, 0, 1ULL << 40).value().size, 1ULL << 40);
  EXPECT_EQ(extents(), std::vector<Extent>{});
  EXPECT_EQ(store->find(blob("a")).value().metadata, (Metadata{{"k", "v"}}));
}

TEST_F(Edits, AWrongMd5ChangesNothing) {
  const std::string etag = make("a", ObjectKind::Append).value().etag;
  Edit wrong;
  wrong.content = Content::of("bytes");
  wrong.expected_md5 = std::string(16, 'x');
  EXPECT_EQ(reason(store->edit(blob("a"), wrong)), "Md5Mismatch");
  EXPECT_EQ(store->find(blob("a")).value().etag, etag);
  EXPECT_EQ(read("a"), "");
}

// A file may not grow beyond a limit for as long as this lives.
class FileLimit {
 public:
  explicit FileLimit(rlim_t bytes) {
    ::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before_);
    struct rlimit limit = before_;
    limit.rlim_cur = bytes;
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileLimit() { ::setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  struct rlimit before_ {};
};

TEST_F(Edits, AWriteThatFailsHalfwayLeavesTheObjectAsItWas) {
  ASSERT_TRUE(make("a", ObjectKind::Append).has_value());
  const auto before = append("a", std::string(900'000, 'x')).value();
  {
    const FileLimit limit(1'000'000);
    EXPECT_TRUE(append("a", std::string(300'000, 'y')).has_error());
  }
  const auto after = store->find(blob("a")).value();
  EXPECT_EQ(after.etag, before.etag);
  EXPECT_EQ(after.size, 900'000U);
  EXPECT_EQ(after.metadata, before.metadata);
  EXPECT_EQ(files_in("pending"), 0U);
  EXPECT_EQ(append("a", "z").value().size, 900'001U);
}

TEST_F(Edits, AFileWrittenThroughAMountIsABlockBlob) {
  ASSERT_TRUE(make("a", ObjectKind::Append).has_value());
  ASSERT_TRUE(append("a", "ours ").has_value());
  std::ofstream(tree() / "a", std::ios::app) << "theirs";
  EXPECT_EQ(store->find(blob("a")).value().traits.kind, ObjectKind::Block);
  EXPECT_EQ(read("a"), "ours theirs");
  EXPECT_EQ(reason(append("a", "x")), "InvalidBlobType");
}

TEST_F(Edits, AFileWithASecondNameIsNotChangedInPlace) {
  ASSERT_TRUE(make("a", ObjectKind::Append).has_value());
  std::filesystem::create_hard_link(tree() / "a", directory.path() / "other");
  EXPECT_EQ(reason(append("a", "x")), "InvalidBlobType");
  EXPECT_EQ(file_text(directory.path() / "other"), "");
}

TEST_F(Edits, RecoveryMakesAChangeAgainThatWasCutShort) {
  ASSERT_TRUE(make("a", ObjectKind::Append).has_value());
  ASSERT_TRUE(append("a", "one ").has_value());
  leave_journal(4, "two", "two");
  // Half of it had come to the file.
  std::ofstream(tree() / "a", std::ios::app) << "t";
  reopen();
  EXPECT_EQ(read("a"), "one two");
  const auto found = store->find(blob("a")).value();
  EXPECT_EQ(found.etag, "0xAFTER");
  EXPECT_EQ(found.traits.kind, ObjectKind::Append);
  EXPECT_EQ(files_in("pending"), 0U);
}

TEST_F(Edits, RecoveryMovesTheSidecarOfAJournalThatWasClosed) {
  ASSERT_TRUE(make("a", ObjectKind::Append).has_value());
  const std::string before = file_text(sidecar_of_the_only());
  const std::string etag = append("a", "one").value().etag;
  // As it lay before its move: the sidecar alone, and the one before it still in place.
  write_file(pending("0001.edit"), file_text(sidecar_of_the_only()));
  write_file(sidecar_of_the_only(), before);
  reopen();
  const auto found = store->find(blob("a")).value();
  EXPECT_EQ(found.traits.kind, ObjectKind::Append);
  EXPECT_EQ(found.traits.appended, 1U);
  EXPECT_EQ(found.etag, etag);
  EXPECT_EQ(read("a"), "one");
  EXPECT_EQ(files_in("pending"), 0U);
}

TEST_F(Edits, RecoveryDropsAJournalThatIsNotWhole) {
  const std::string etag = make("a", ObjectKind::Append).value().etag;
  for (const char* data : {"", "tw", "xxx"}) {
    leave_journal(0, "two", data);
    reopen();
    EXPECT_EQ(read("a"), "") << data;
    EXPECT_EQ(store->find(blob("a")).value().etag, etag) << data;
    EXPECT_EQ(files_in("pending"), 0U);
  }
}

TEST_F(Edits, RecoveryLeavesAloneWhatSomeoneWroteMeanwhile) {
  ASSERT_TRUE(make("a", ObjectKind::Append).has_value());
  leave_journal(0, "two", "two");
  std::ofstream(tree() / "a", std::ios::app) << "a program's own";
  reopen();
  EXPECT_EQ(read("a"), "a program's own");
  EXPECT_EQ(store->find(blob("a")).value().traits.kind, ObjectKind::Block);

  ASSERT_TRUE(make("a", ObjectKind::Append).has_value());
  leave_journal(0, "two", "two");
  ASSERT_TRUE(append("a", "later").has_value());
  reopen();
  EXPECT_EQ(read("a"), "later");
}

// Appends numbered lines for ever.
[[noreturn]] void append_until_killed(ObjectStore& store) {
  for (unsigned i = 0;; ++i) {
    const std::string line = "line " + std::to_string(i % 1000) + std::string(200, '.') + "\n";
    Edit edit;
    edit.content = Content::of(line);
    if (store.edit({"acct", "data", "log"}, edit).has_error()) ::_exit(1);
  }
}

TEST_F(Edits, AServerKilledAtAnyMomentLeavesWholeAppends) {
  for (int round = 0; round < 12; ++round) {
    ASSERT_TRUE(make("log", ObjectKind::Append).has_value());
    ASSERT_NO_FATAL_FAILURE(kill_in(round, append_until_killed));
    const auto found = store->find(blob("log")).value();
    const std::string text = read("log");
    EXPECT_EQ(found.traits.kind, ObjectKind::Append) << round;
    EXPECT_EQ(found.traits.appended, std::ranges::count(text, '\n')) << round;
    EXPECT_TRUE(text.empty() || text.ends_with(".\n")) << round;
    EXPECT_EQ(files_in("pending"), 0U);
  }
}

}  // namespace
}  // namespace homeport::objects
