#include "share_fixture.hpp"

namespace homeport::shares {
namespace {

using Names = std::vector<std::string>;
class Entries : public ShareFixture {};

TEST_F(Entries, AreThePlainFilesAndDirectoriesOfATree) {
  ASSERT_TRUE(make_directory("d").has_value());
  const auto made = put("d/f", "bytes");
  ASSERT_TRUE(made.has_value()) << made.error().message;
  EXPECT_EQ(file_text(tree() / "d/f"), "bytes");
  EXPECT_EQ(made.value().size, 5U);
  EXPECT_EQ(made.value().attributes, "Archive");
  EXPECT_NE(made.value().parent_id, 0U);
  write_file(tree() / "d/by a job", "1");
  EXPECT_EQ(read("d/by a job"), "1");
  EXPECT_EQ(list("d"), (Names{"d/by a job", "d/f"}));
  EXPECT_EQ(list(""), Names{"d/"});
  // Whoever the runs are: each may write there.
  const auto mode = std::filesystem::status(tree() / "d").permissions();
  EXPECT_EQ(mode, std::filesystem::perms::all);
}

TEST_F(Entries, NeedTheirDirectory) {
  EXPECT_EQ(reason(put("no/f", "1")), "ParentNotFound");
  EXPECT_EQ(reason(make_directory("no/d")), "ParentNotFound");
  EXPECT_EQ(read("no/f"), "error: ParentNotFound");
  EXPECT_EQ(read("f"), "error: ResourceNotFound");
  EXPECT_EQ(reason(store->find({{"acct.file", "none"}, "f"}, EntryKind::File)),
            "ContainerNotFound");
}

TEST_F(Entries, AreFoundWithoutCaseAndKeepTheirs) {
  ASSERT_TRUE(make_directory("Data").has_value());
  ASSERT_TRUE(put("DATA/Größe", "1").has_value());
  EXPECT_TRUE(std::filesystem::exists(tree() / "Data/Größe"));
  EXPECT_EQ(read("data/GRÖßE"), "1");
  EXPECT_EQ(reason(make_directory("dATA")), "ResourceAlreadyExists");
  ASSERT_TRUE(put("data/größe", "2").has_value());
  EXPECT_EQ(list("DATA"), Names{"Data/Größe"});
  // A mount may make what the service cannot: each is reached by its own name.
  write_file(tree() / "Data/größe", "3");
  EXPECT_EQ(read("Data/größe"), "3");
  EXPECT_EQ(read("Data/Größe"), "2");
}

TEST_F(Entries, AFileIsNotADirectory) {
  ASSERT_TRUE(make_directory("d").has_value());
  ASSERT_TRUE(put("f", "1").has_value());
  EXPECT_EQ(read("d"), "error: ResourceTypeMismatch");
  EXPECT_EQ(reason(put("d", "1")), "ResourceTypeMismatch");
  EXPECT_EQ(reason(put("", "1")), "ResourceTypeMismatch");
  EXPECT_EQ(reason(make_directory("f")), "ResourceAlreadyExists");
  EXPECT_EQ(reason(store->remove(entry("f"), EntryKind::Directory, {})), "ResourceTypeMismatch");
  EXPECT_EQ(list("f"), Names{"error: ResourceTypeMismatch"});
}

TEST_F(Entries, ANewFileReplacesWholeAndForgetsWhatWasKnown) {
  EntryChanges changes;
  changes.metadata = objects::Metadata{{"k", "v"}};
  ASSERT_TRUE(put("f", "old", changes).has_value());
  ASSERT_TRUE(put("f", "new").has_value());
  EXPECT_EQ(read("f"), "new");
  EXPECT_TRUE(store->find(entry("f"), EntryKind::File).value().metadata.empty());
}

TEST_F(Entries, WhatIsKnownOfThemOutlivesARestartAndARenameThroughAMount) {
  EntryChanges changes;
  changes.metadata = objects::Metadata{{"k", "v"}};
  changes.attributes = "Hidden";
  changes.properties = objects::ContentProperties{.type = "a/b"};
  changes.created = base::TimePoint(std::chrono::seconds(1'000'000'000));
  changes.written = base::TimePoint(std::chrono::seconds(1'100'000'000));
  ASSERT_TRUE(make_directory("d", changes).has_value());
  ASSERT_TRUE(put("d/f", "1", changes).has_value());
  reopen();
  std::filesystem::rename(tree() / "d/f", tree() / "d/g");
  std::filesystem::rename(tree() / "d", tree() / "e");
  const auto file = store->find(entry("e/g"), EntryKind::File).value();
  EXPECT_EQ(file.metadata, *changes.metadata);
  EXPECT_EQ(file.attributes, "Hidden");
  EXPECT_EQ(file.properties.type, "a/b");
  EXPECT_EQ(file.created, *changes.created);
  EXPECT_EQ(file.written, *changes.written);
  EXPECT_EQ(store->find(entry("e"), EntryKind::Directory).value().metadata, *changes.metadata);
}

TEST_F(Entries, HaveAnotherEtagWithEveryChange) {
  ASSERT_TRUE(put("f", "1").has_value());
  std::vector<std::string> etags{store->find(entry("f"), EntryKind::File).value().etag};
  const auto note = [&](const base::Result<EntryInfo>& result) {
    ASSERT_TRUE(result.has_value());
    for (const std::string& etag : etags) EXPECT_NE(result.value().etag, etag);
    etags.push_back(result.value().etag);
  };
  EntryChanges changes;
  changes.metadata = objects::Metadata{{"k", "v"}};
  note(store->update(entry("f"), EntryKind::File, changes));
  note(store->update(entry("f"), EntryKind::File, changes));
  note(write("f", 0, "2"));
  write_file(tree() / "f", "written beside the server");
  note(store->find(entry("f"), EntryKind::File));
}

TEST_F(Entries, GoOneByOne) {
  ASSERT_TRUE(make_directory("d").has_value());
  ASSERT_TRUE(put("d/f", "1").has_value());
  EXPECT_EQ(reason(store->remove(entry("d"), EntryKind::Directory, {})), "DirectoryNotEmpty");
  EXPECT_TRUE(store->remove(entry("D/F"), EntryKind::File, {}).has_value());
  EXPECT_TRUE(store->remove(entry("d"), EntryKind::Directory, {}).has_value());
  EXPECT_EQ(reason(store->remove(entry("d"), EntryKind::Directory, {})), "ResourceNotFound");
  EXPECT_EQ(reason(store->remove(entry(""), EntryKind::Directory, {})),
            "CannotDeleteFileOrDirectory");
}

TEST_F(Entries, AreListedInPagesByNameAndPrefix) {
  for (const char* name : {"b", "a", "Ab", "c"}) ASSERT_TRUE(put(name, "1").has_value());
  EXPECT_EQ(list("", {.max = 2}), (Names{"Ab", "a", "..."}));
  EXPECT_EQ(list("", {.start = "b", .max = 2}, Detail::Names), (Names{"b", "c"}));
  EXPECT_EQ(list("", {.prefix = "A"}), (Names{"Ab", "a"}));
}

TEST_F(Entries, MoveWithinTheirShare) {
  EntryChanges changes;
  changes.metadata = objects::Metadata{{"k", "v"}};
  ASSERT_TRUE(make_directory("d").has_value());
  ASSERT_TRUE(put("d/f", "1", changes).has_value());
  ASSERT_TRUE(put("g", "2").has_value());
  const auto move = [&](const std::string& from, const std::string& to, EntryKind kind,
                        Replace replace) {
    return reason(store->rename(entry(from), entry(to), kind, replace, {}));
  };
  EXPECT_EQ(move("d/f", "g", EntryKind::File, Replace::No), "ResourceAlreadyExists");
  EXPECT_EQ(move("d/f", "g", EntryKind::File, Replace::Yes), "");
  EXPECT_EQ(read("g"), "1");
  EXPECT_EQ(store->find(entry("g"), EntryKind::File).value().metadata, *changes.metadata);
  EXPECT_EQ(move("g", "d", EntryKind::File, Replace::Yes), "ResourceTypeMismatch");
  EXPECT_EQ(move("d", "d/inside", EntryKind::Directory, Replace::No), "ResourceTypeMismatch");
  EXPECT_EQ(move("d", "D", EntryKind::Directory, Replace::No), "");
  EXPECT_EQ(list(""), (Names{"D/", "g"}));
  EXPECT_EQ(move("none", "n", EntryKind::File, Replace::No), "ResourceNotFound");
}

TEST_F(Entries, ARefusedChangeChangesNothing) {
  ASSERT_TRUE(put("f", "old").has_value());
  EntryChanges changes;
  changes.metadata = objects::Metadata{{"k", "v"}};
  changes.precondition = [](const EntryInfo* current) -> base::Result<void> {
    return base::conflict("No", current == nullptr ? "nothing there" : current->path);
  };
  EXPECT_EQ(reason(put("f", "new", changes)), "No");
  EXPECT_EQ(reason(put("g", "new", changes)), "No");
  EXPECT_EQ(reason(store->update(entry("f"), EntryKind::File, changes)), "No");
  EXPECT_EQ(reason(store->remove(entry("f"), EntryKind::File, changes.precondition)), "No");
  EXPECT_EQ(read("f"), "old");
  EXPECT_EQ(list(""), Names{"f"});
  EXPECT_TRUE(store->find(entry("f"), EntryKind::File).value().metadata.empty());
}

}  // namespace
}  // namespace homeport::shares
