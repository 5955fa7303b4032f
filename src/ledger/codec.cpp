#include "ledger/codec.hpp"

#include <fmt/format.h>

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>

#include "ledger/codec_read.hpp"
#include "ledger/codec_write.hpp"

namespace homeport::ledger {

namespace {

template <typename T>
std::string write(const T& value) {
  DocumentWriter writer;
  writer.put_object(value);
  return writer.take();
}

template <typename T>
base::Result<void> read(std::string_view document, T& value) {
  // The tree lives only for this call: it is cut from one block and never freed piece by piece.
  unsigned char block[8192];
  boost::json::monotonic_resource memory(block, sizeof(block));
  boost::json::parse_options options;
  options.allow_invalid_utf8 = true;
  boost::json::error_code error;
  const boost::json::value tree =
      boost::json::parse({document.data(), document.size()}, error, &memory, options);
  if (error || !tree.is_object()) {
    return base::internal("a document of the ledger cannot be read", error.message());
  }
  DocumentReader reader(tree.get_object());
  describe(reader, value);
  if (reader.broken().empty()) return base::success();
  return base::internal(
      fmt::format("a document of the ledger has an unreadable field '{}'", reader.broken()));
}

}  // namespace

std::string encode(const domain::Workspace& workspace) {
  return write(workspace);
}
std::string encode(const domain::Cluster& cluster) {
  return write(cluster);
}
std::string encode(const domain::Node& node) {
  return write(node);
}
std::string encode(const domain::Experiment& experiment) {
  return write(experiment);
}
std::string encode(const domain::Run& run) {
  return write(run);
}
std::string encode(const domain::Attempt& attempt) {
  return write(attempt);
}
std::string encode(const domain::Datastore& datastore) {
  return write(datastore);
}
std::string encode(const domain::ResourceGroup& group) {
  return write(group);
}
std::string encode(const domain::ProjectSnapshot& snapshot) {
  return write(snapshot);
}
std::string encode(const domain::Operation& operation) {
  return write(operation);
}

base::Result<void> decode(std::string_view document, domain::Workspace& workspace) {
  return read(document, workspace);
}
base::Result<void> decode(std::string_view document, domain::Cluster& cluster) {
  return read(document, cluster);
}
base::Result<void> decode(std::string_view document, domain::Node& node) {
  return read(document, node);
}
base::Result<void> decode(std::string_view document, domain::Experiment& experiment) {
  return read(document, experiment);
}
base::Result<void> decode(std::string_view document, domain::Run& run) {
  return read(document, run);
}
base::Result<void> decode(std::string_view document, domain::Attempt& attempt) {
  return read(document, attempt);
}
base::Result<void> decode(std::string_view document, domain::Datastore& datastore) {
  return read(document, datastore);
}
base::Result<void> decode(std::string_view document, domain::ResourceGroup& group) {
  return read(document, group);
}
base::Result<void> decode(std::string_view document, domain::ProjectSnapshot& snapshot) {
  return read(document, snapshot);
}
base::Result<void> decode(std::string_view document, domain::Operation& operation) {
  return read(document, operation);
}

const char* to_column(domain::AttemptState state) {
  return kNamesOf<domain::AttemptState>[static_cast<size_t>(state)].data();
}

const char* to_column(domain::OperationState state) {
  return kNamesOf<domain::OperationState>[static_cast<size_t>(state)].data();
}

}  // namespace homeport::ledger
